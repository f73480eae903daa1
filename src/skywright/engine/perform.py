"""The stages that act: perform, roll back, confirm.

Performing may be cut off anywhere and begun again: the session is bound to the program, and
the gate answers what is done already from its record (docs/architecture.md, Bound sessions).
"""

import json
from contextlib import ExitStack, suppress

from skywright.engine import remember
from skywright.engine.account import account_for, outcome_of_run, performed
from skywright.engine.adapt import adapt, present
from skywright.engine.afterwards import note_changes
from skywright.engine.again import until_it_helps_no_more
from skywright.engine.agreement import insist_on_agreement
from skywright.engine.bound import bound_session
from skywright.engine.echo import results_of
from skywright.engine.evidence import changes_anything
from skywright.engine.fresh import insist_on, relied_on
from skywright.engine.leasing import hold, insist_on_what_was_read, wanted_of
from skywright.engine.look import (
    keep_inventory,
    keep_left_behind,
    kept_inventory,
    look_again,
    look_at,
    reader,
)
from skywright.engine.parts import Parts
from skywright.engine.place import seconds_left, timely, workplace
from skywright.engine.reverting import insist_on_meant, settle_half, settle_reverted
from skywright.engine.rollback import take_back
from skywright.errors import CloudFailed, OutcomeDiffers, Refused, SkywrightError, Unavailable
from skywright.journal.calls import calls, changes_since
from skywright.modalities.base import Attempt
from skywright.model.program import Program
from skywright.model.run import Status
from skywright.model.values import Value
from skywright.program.interpret import answer, unmet
from skywright.state.runs import Run

_RESULTS = "results"
_STALE_SECONDS = 60.0
_REFUSED_CODE = "SkywrightRefused"
"""The error code of the gate's refusals, as it comes back in an attempt's error."""


def survey(run: Run, parts: Parts) -> Run:
    """The leases, and then the inventory as it is before anything is done, to be compared with afterwards.

    The proof has just looked; it is worth looking again only after a wait, or if another run may have changed
    anything that this one relies on, and then nothing that the program names may be otherwise than it was
    when the program was proven.

    Raises:
        Refused: Something is, or others hold what it needs, or what is to be reverted is meant to be so.
        Unavailable: The deadline has passed.
    """
    if "surveyed" in run.papers:
        return run
    program = present(run)
    seconds_left(run, parts)
    if not changes_anything(program, parts.cloud(run)):
        return parts.runs.note(run.id, surveyed=True)
    wanted = wanted_of(run, parts, program)
    hold(run, parts, wanted)
    insist_on_meant(run, parts)
    untouched = insist_on_what_was_read(run, parts, wanted)
    old = parts.clock() - float(run.papers.get("proven_at", 0.0)) > _STALE_SECONDS
    if old or not untouched:
        now = look_at(run, parts, program)
        insist_on(relied_on(program, kept_inventory(run, parts)), relied_on(program, now))
        keep_inventory(run, parts, now)
    return parts.runs.note(run.id, surveyed=True)


def perform(run: Run, parts: Parts) -> Run:
    """Emit the program in its modality and run it under the gate until it is done or it is no use.

    A failure is noted, not raised: what was done before it has to be taken back next.
    """
    if run.papers.get("performed"):
        return run
    try:
        return _attempts(run, parts)
    except SkywrightError as error:
        parts.record(run, "attempt", modality=str(run.papers["modality"]), ok=False, error=str(error))
        return parts.runs.note(run.id, error=str(error), refused=isinstance(error, Refused))


def _attempts(run: Run, parts: Parts) -> Run:
    insist_on_agreement(run, parts)
    modality = parts.modalities[str(run.papers["modality"])]
    results: dict[str, Value] = {}

    def once() -> Attempt:
        now = parts.runs.get(run.id)
        program, meant = present(now), _meant(now, parts)
        # A session for each attempt: the target may have come back at another address.
        with bound_session(run, parts, program, run.id) as (credential, upstream):
            place = workplace(run, parts, credential, program.region or upstream.region)
            attempt = modality.perform(meant, place)
            results.update(parts.gate.results(credential) if attempt.ok else {})
        _note_attempt(run, parts, attempt)
        return attempt

    attempt = until_it_helps_no_more(timely(run, parts), once, lambda attempt: adapt(run.id, parts, attempt))
    meant = _meant(parts.runs.get(run.id), parts)
    if not attempt.ok:
        return parts.runs.note(run.id, error=attempt.error or "the attempt failed without a word")
    if not modality.faithful:
        results = _retold(run, parts, meant)
    parts.runs.keep(run.id, _RESULTS, json.dumps(results))
    told = attempt.answer if attempt.answer is not None else answer(meant, results)
    return parts.runs.note(run.id, answer=told, performed=True, error="")


def _meant(run: Run, parts: Parts) -> Program:
    """The program whose words the modality performs, and expectations and answer are in.

    A modality that is not faithful performs what was asked for in its own calls; its session is
    bound to those that the rehearsal saw.
    """
    faithful = parts.modalities[str(run.papers["modality"])].faithful
    return present(run, "program" if faithful else "draft")


def _retold(run: Run, parts: Parts, meant: Program) -> dict[str, Value]:
    """The results of a modality that is not faithful, by the steps of what was asked for."""
    if not changes_anything(meant, parts.cloud(run)):
        return {}
    trace = performed(calls(parts.journal, run.id))
    with ExitStack() as sessions:
        look = reader(run, parts, parts.accounts.reach(parts.target(run)), sessions)
        return results_of(meant, trace, look, parts.cloud(run), parts)


def _note_attempt(run: Run, parts: Parts, attempt: Attempt) -> None:
    papers = parts.runs.get(run.id).papers
    made = int(papers.get("attempts", 0)) + 1
    text = f"{attempt.artefact}\n\n{attempt.output}"
    (parts.runs.folder(run.id) / f"attempt-{made}.txt").write_text(text)
    parts.record(run, "attempt", modality=str(run.papers["modality"]), ok=attempt.ok, error=attempt.error)
    parts.runs.note(run.id, attempts=made, steps=int(papers.get("steps", 0)) + attempt.steps)


def roll_back(run: Run, parts: Parts) -> Run:
    """After a failure: take back what was done, so far as it can be, and say what is left."""
    if run.papers.get("performed"):
        return run
    ended = _taken_back(run, parts)
    note_changes(run, parts)
    return ended


def _taken_back(run: Run, parts: Parts) -> Run:
    error = str(run.papers.get("error", ""))
    refused = bool(run.papers.get("refused")) or _REFUSED_CODE in error
    ended = Status.REFUSED if refused else Status.FAILED
    undone = run.papers.get("undoes")
    if undone:
        # Half a way back is not taken back: it is gone to its end, by the same command.
        rest = f"{error}; what is not yet taken back is, once that is mended, by: skywright undo {undone}"
        return parts.runs.note(run.id, status=ended, error=rest)
    if "reverts" in run.papers:
        rest = (
            f"{error}; what is as it was stays so; the rest follows, once that is mended, by the same command"
        )
        with suppress(SkywrightError):  # the next look tells
            settle_half(run, parts)
        return parts.runs.note(run.id, status=ended, error=rest)
    try:
        steps, left = take_back(run, parts)
    except SkywrightError as problem:
        steps, left = (
            0,
            [
                str(problem),
                *(made[0] for made in outcome_of_run(parts.journal, run, parts.cloud(run))["resources"]),
            ],
        )
    if left:
        rest = f"{error}; not taken back, a person must look: {'; '.join(left)}"
        return parts.runs.note(run.id, status=Status.FAILED, error=rest)
    if not steps:
        return parts.runs.note(run.id, status=ended)
    if refused:
        return parts.runs.note(run.id, status=ended, error=f"{error}; what was done before it was taken back")
    return parts.runs.note(run.id, status=Status.ROLLED_BACK)


def confirm(run: Run, parts: Parts) -> Run:
    """Expectations and collateral, read from the live cloud."""
    program = present(run)
    if not changes_anything(program, parts.cloud(run)):
        return parts.runs.note(run.id, status=Status.SUCCEEDED)
    note_changes(run, parts)
    try:
        return _compared(run, parts, program)
    except (CloudFailed, Unavailable) as error:
        unsure = f"done, but it could not be confirmed: {error}; skywright undo {run.id} takes it back"
        return parts.runs.note(run.id, status=Status.FAILED, error=unsure)


def _compared(run: Run, parts: Parts, program: Program) -> Run:
    meant, results = _meant(run, parts), _kept_results(run, parts)
    with ExitStack() as sessions:
        look = reader(run, parts, parts.accounts.reach(parts.target(run)), sessions)
        missed = unmet(meant, look, results)
    after = look_again(run, parts, program)
    before, own = kept_inventory(run, parts), calls(parts.journal, run.id)
    accounted = account_for(before, after, own)
    keep_left_behind(run, parts, {id: after[id] for id in accounted.own & after.keys()})
    if "reverts" in run.papers:
        missed = (*missed, *settle_reverted(run, parts, after, accounted.own))
    else:
        parts.expectations.settle(run.request.target, accounted.own, after, f"run {run.id}")
    strange = accounted.strange
    if strange:
        # What other runs did meanwhile is theirs, and leases saw to it that it is not ours as well.
        beside = changes_since(parts.journal, run.created)
        others = (call for call in beside if call.principal.target == run.request.target)
        strange = account_for(before, after, (*own, *others)).strange
    parts.record(run, "confirmed", unmet=list(missed), collateral=list(strange))
    for sentence in strange:
        parts.progress.say(f"not accounted for by this run: {sentence}")
    if not missed:
        learnt = remember.confirmed(run, meant, results, strange, parts)
        return parts.runs.conclude(run.id, learnt, status=Status.SUCCEEDED, collateral=list(strange))
    differs = OutcomeDiffers(f"done, but not as expected: {'; '.join(missed)}; skywright undo {run.id}")
    return parts.runs.note(run.id, status=Status.FAILED, error=str(differs), collateral=list(strange))


def _kept_results(run: Run, parts: Parts) -> dict[str, Value]:
    text = parts.runs.kept(run.id, _RESULTS)
    if text is None:
        raise Unavailable(f"the results of run {run.id} were not kept")
    return json.loads(text)
