"""What a run leaves in memory: a program that was confirmed, or that what was remembered did not do.

Owns which runs are remembered. A program that was given, an undo, what was answered or preferred, and a run
beside which something else changed are not: the words do not say why it did what it did.
"""

from collections.abc import Callable, Collection, Mapping

from sqlalchemy import Connection

from skywright.engine.account import writes
from skywright.engine.look import kept_inventory
from skywright.engine.parts import Parts
from skywright.errors import NotFound, SkywrightError, Unavailable
from skywright.journal.calls import calls
from skywright.memory.entry import Entry, Evidence, Outcome
from skywright.memory.generalise import Worked, generalised, holds_secret
from skywright.model.advice import Plan
from skywright.model.operation import Effect
from skywright.model.program import Program
from skywright.model.run import Status
from skywright.model.values import Value
from skywright.state.runs import Run

Write = Callable[[Connection], None]

_NOT_OF_THE_WORDS = ("as_written", "undoes", "alternatives", "preferred", "proposed")
"""Papers of runs whose program is not what the words alone lead to: a preference may be gone by then."""

_ACTED = ("explore", "perform", "roll back", "confirm")
"""Where a run ends that failed with its program, and not before it."""


def paper(plan: Plan) -> list[object] | None:
    """What a plan was remembered from, as a run's papers keep it."""
    return None if plan.recalled is None else [plan.recalled.entry, plan.recalled.proven]


def reasons(run: Run) -> tuple[str, ...]:
    """Why a person has to agree to a program that was remembered from elsewhere."""
    recalled = run.papers.get("recalled")
    if not recalled or recalled[1]:
        return ()
    return (f"the program comes from memory {recalled[0]}, which has not worked here yet",)


def confirmed(
    run: Run, program: Program, results: Mapping[str, Value], strange: Collection[str], parts: Parts
) -> Write:
    """What a run that was confirmed writes into memory, in the transaction in which that is noted.

    Args:
        results: of the program's steps.
        strange: what changed besides and is not accounted for.
    """
    if strange:
        return _nothing
    recalled = run.papers.get("recalled")
    if recalled:
        return _again(run, str(recalled[0]), "worked", parts)
    if run.request.answers or any(run.papers.get(paper) for paper in _NOT_OF_THE_WORDS):
        return _nothing
    try:
        entry = _learnt(run, program, results, parts)
    except SkywrightError as problem:
        parts.progress.say(f"not remembered: {problem}")
        return _nothing
    if entry is None:
        return _nothing
    evidence = _evidence(run, entry, "worked", parts)
    parts.progress.say(f"remembered as {entry.id}")
    return _unhurried(lambda connection: parts.memory.keep(entry, evidence, connection), parts)


def ended(run: Run, parts: Parts) -> Write:
    """What a run that ended writes into memory, however it ended."""
    recalled = run.papers.get("recalled")
    failed = run.status in (Status.FAILED, Status.ROLLED_BACK) and run.stage in _ACTED
    return _again(run, str(recalled[0]), "failed", parts) if recalled and failed else _nothing


def _nothing(_: Connection) -> None:
    """Write nothing."""


def _unhurried(write: Write, parts: Parts) -> Write:
    """The same; that a memory elsewhere cannot be had is no reason not to note what a run did."""

    def written(connection: Connection) -> None:
        try:
            write(connection)
        except Unavailable as problem:
            parts.progress.say(f"not remembered: {problem}")

    return written


def _again(run: Run, id: str, outcome: Outcome, parts: Parts) -> Write:
    try:
        evidence = _evidence(run, parts.memory.get(id).entry, outcome, parts)
    except (NotFound, Unavailable):
        return _nothing  # somebody made it be forgotten meanwhile
    return _unhurried(lambda connection: parts.memory.note(id, evidence, connection), parts)


def _learnt(run: Run, program: Program, results: Mapping[str, Value], parts: Parts) -> Entry | None:
    cloud = parts.cloud(run)
    words = run.request.words
    if holds_secret(words, program, cloud.catalogue):
        parts.progress.say("not remembered: it holds a secret")
        return None
    before = kept_inventory(run, parts)
    touched = {
        id
        for call in writes(calls(parts.journal, run.id))
        for id, _ in cloud.effects.touched(call.operation, call.arguments)
    }
    region = parts.target(run).region or parts.accounts.reach(parts.target(run)).region
    worked = Worked(
        words=words,
        program=program,
        region=region,
        before=before,
        reads=lambda operation: cloud.catalogue.signature(operation).effect is Effect.READ,
        touched=frozenset(touched),
        results=results,
    )
    return generalised(worked)


def _evidence(run: Run, entry: Entry, outcome: Outcome, parts: Parts) -> Evidence:
    now = parts.clock()
    present = parts.circumstances.present(entry, parts.cloud(run).catalogue)
    spent: Mapping[str, float] = run.papers.get("spent") or {}
    return Evidence(
        run=run.id,
        at=now,
        outcome=outcome,
        target=run.request.target,
        region=entry.region,
        modality=str(run.papers.get("modality", "")),
        brain=run.brain,
        steps=int(run.papers.get("steps", 0)),
        seconds=round(now - run.created, 2),
        tokens=int(spent.get("tokens", 0)),
        usd=float(spent.get("usd", 0.0)),
        api=present.api,
        policies=present.policies,
    )
