"""Taking back what a failed run did, and telling truly what is left of it."""

from dataclasses import replace

from skywright.engine.account import rollback_of, writes
from skywright.engine.again import until_it_helps_no_more
from skywright.engine.bound import bound_session, settled_way_back
from skywright.engine.look import kept_inventory, look_at
from skywright.engine.parts import Parts
from skywright.journal.calls import calls
from skywright.modalities.base import Attempt, Workplace
from skywright.model.program import Program
from skywright.program.text import load
from skywright.state.runs import Run


def take_back(run: Run, parts: Parts) -> tuple[int, list[str]]:
    """Take back a run's changes; cut off and begun again, it goes on where it was.

    Returns:
        How many steps that took, and what is left of the run's changes, a sentence each.

    Raises:
        Refused, Unavailable: The target cannot be reached.
    """
    # What was begun in time is taken back however late it is.
    run = replace(run, request=replace(run.request, deadline_seconds=None))
    way_back = settled_way_back(run, parts, f"rollback of {run.id}")
    left = list(way_back.left())
    program = way_back.program
    if not program.steps:
        return 0, left
    parts.progress.say(f"taking back {len(program.steps)} steps")
    error = _carry_back(run, parts, program)
    if error:
        left.append(error)
    return len(program.steps), [*left, *_still_there(run, parts)]


def _carry_back(run: Run, parts: Parts, program: Program) -> str:
    """Perform the way back, as often as a run is tried; gives the last error, empty if there is none."""
    folder = parts.runs.folder(run.id) / "rollback"
    folder.mkdir(exist_ok=True, mode=0o700)

    def once() -> Attempt:
        with bound_session(run, parts, program, rollback_of(run.id)) as (credential, _):
            workplace = Workplace(parts.gate.endpoint, credential, program.region, folder, parts.progress.say)
            attempt = parts.modalities["sdk"].perform(program, workplace)
        parts.record(run, "rollback", ok=attempt.ok, error=attempt.error)
        return attempt

    return until_it_helps_no_more(parts, once).error


def _still_there(run: Run, parts: Parts) -> list[str]:
    """What the run made and is in the account all the same."""
    before = kept_inventory(run, parts)
    after = look_at(run, parts, load(str(run.papers["program"])))
    effects = parts.cloud(run).effects
    made = {id for call in writes(calls(parts.journal, run.id)) for id, _ in effects.made(call)}
    return [f"{after[id].type} {id} is still there" for id in sorted(made & after.keys() - before.keys())]
