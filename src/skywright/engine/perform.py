"""The stages that act: perform, roll back, confirm.

Performing may be cut off anywhere and begun again: the session is bound to the program, and
the gate answers what is done already from its record (docs/architecture.md, Bound sessions).
"""

import json
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from skywright.engine.account import outcome_of, unaccounted
from skywright.engine.evidence import changes_anything
from skywright.engine.look import keep_inventory, kept_inventory, look_at, reader
from skywright.engine.parts import Parts, principal
from skywright.engine.undo import way_back_of
from skywright.errors import CloudFailed, OutcomeDiffers, Unavailable
from skywright.guard.stuck import Attempts
from skywright.journal.calls import calls
from skywright.modalities.base import Attempt, Workplace
from skywright.model.program import Program
from skywright.model.run import Status
from skywright.model.target import Credential
from skywright.program.interpret import answer, unmet
from skywright.program.text import load
from skywright.state.runs import Run

_SESSION_SECONDS = 4 * 3600.0
_PAUSE_SECONDS = 2.0
_STALE_SECONDS = 60.0
_REFUSED_CODE = "SkywrightRefused"
"""The error code of the gate's refusals, as it comes back in an attempt's error."""


def survey(run: Run, parts: Parts) -> Run:
    """The inventory as it is before anything is done, kept so that it can be compared with afterwards.

    The proof has just looked; only after a long wait for approval is it worth looking again.
    """
    program = _program(run)
    if "surveyed" not in run.papers and changes_anything(program, parts.cloud(run)):
        stale = parts.clock() - float(run.papers.get("proven_at", 0.0)) > _STALE_SECONDS
        if stale:
            keep_inventory(run, parts, look_at(run, parts, program))
    return parts.runs.note(run.id, surveyed=True)


def perform(run: Run, parts: Parts) -> Run:
    """Emit the program in its modality and run it under the gate until it is done or it is no use.

    A failure is noted, not raised: what was done before it has to be taken back next.
    """
    try:
        return _attempts(run, parts)
    except (CloudFailed, Unavailable) as error:
        parts.record(run, "attempt", modality=str(run.papers["modality"]), ok=False, error=str(error))
        return parts.runs.note(run.id, error=str(error))


def _attempts(run: Run, parts: Parts) -> Run:
    program = _program(run)
    modality = parts.modalities[str(run.papers["modality"])]
    upstream = parts.accounts.reach(parts.target(run))
    folder = parts.runs.folder(run.id)
    attempts = Attempts(limit=parts.retries + 1)
    with bound_session(run, parts, program, run.id) as credential:
        workplace = Workplace(
            parts.gate.endpoint,
            credential,
            program.region or upstream.region,
            folder,
            parts.progress.say,
            _seconds_left(run, parts),
        )
        while True:
            parts.gate.begin_again(credential)
            attempt = modality.perform(program, workplace)
            (folder / f"attempt-{attempts.made + 1}.txt").write_text(
                f"{attempt.artefact}\n\n{attempt.output}"
            )
            parts.record(run, "attempt", modality=modality.name, ok=attempt.ok, error=attempt.error)
            advice = attempts.observe(attempt.ok, attempt.error)
            run = parts.runs.note(run.id, steps=int(run.papers.get("steps", 0)) + attempt.steps)
            if attempt.ok:
                results = parts.gate.results(credential)
                (folder / "results.json").write_text(json.dumps(results))
                return parts.runs.note(run.id, answer=answer(program, results), performed=True)
            if not advice.again:
                parts.progress.say(f"{attempt.error}; {advice.why}")
                return parts.runs.note(run.id, error=attempt.error or "the attempt failed without a word")
            parts.progress.say(f"{attempt.error}; trying again: {advice.why}")
            parts.pause(_PAUSE_SECONDS)


@contextmanager
def bound_session(run: Run, parts: Parts, program: Program, name: str) -> Generator[Credential]:
    """A session that lets this program through and nothing else."""
    who = replace(principal(run, "perform", str(run.papers["modality"])), run=name)
    upstream = parts.accounts.reach(parts.target(run))
    credential = parts.gate.mint(who, upstream, lifetime_seconds=_SESSION_SECONDS, program=program)
    try:
        yield credential
    finally:
        parts.gate.revoke(credential)


def roll_back(run: Run, parts: Parts) -> Run:
    """After a failure: take back what was done, so far as it can be."""
    if run.papers.get("performed"):
        return run
    error = str(run.papers.get("error", ""))
    way_back = way_back_of(calls(parts.journal, run.id), parts.cloud(run), f"rollback of {run.id}")
    left = [*way_back.lost, *(f"whether {operation} happened" for operation in way_back.in_doubt)]
    if way_back.program.steps:
        parts.progress.say(f"taking back {len(way_back.program.steps)} steps")
        attempt = _carry_back(run, parts, way_back.program)
        if not attempt.ok:
            left.append(attempt.error)
    refused = Status.REFUSED if _REFUSED_CODE in error else Status.FAILED
    if left:
        rest = f"{error}; not taken back, a person must look: {'; '.join(left)}"
        return parts.runs.note(run.id, status=Status.FAILED, error=rest)
    if not way_back.program.steps or refused is Status.REFUSED:
        return parts.runs.note(run.id, status=refused)
    return parts.runs.note(run.id, status=Status.ROLLED_BACK)


def _carry_back(run: Run, parts: Parts, program: Program) -> Attempt:
    # A name of its own, so that undo never takes a rollback for a part of the run.
    with bound_session(run, parts, program, f"{run.id}-rollback") as credential:
        folder = parts.runs.folder(run.id) / "rollback"
        folder.mkdir(exist_ok=True, mode=0o700)
        workplace = Workplace(parts.gate.endpoint, credential, program.region, folder, parts.progress.say)
        return parts.modalities["sdk"].perform(program, workplace)


def confirm(run: Run, parts: Parts) -> Run:
    """Expectations and collateral, read from the live cloud."""
    program, cloud = _program(run), parts.cloud(run)
    trace = calls(parts.journal, run.id)
    papers: dict[str, Any] = {"outcome": outcome_of(trace, cloud)}
    if changes_anything(program, cloud):
        with ExitStack() as sessions:
            look = reader(run, parts, parts.accounts.reach(parts.target(run)), sessions)
            results = json.loads((parts.runs.folder(run.id) / "results.json").read_text())
            missed = unmet(program, look, results)
        after = look_at(run, parts, program)
        papers["collateral"] = list(unaccounted(kept_inventory(run, parts), after, trace))
        parts.record(run, "confirmed", unmet=list(missed), collateral=papers["collateral"])
        for strange in papers["collateral"]:
            parts.progress.say(f"not accounted for by this run: {strange}")
        if missed:
            differs = OutcomeDiffers(
                f"done, but not as expected: {'; '.join(missed)}; skywright undo {run.id}"
            )
            return parts.runs.note(run.id, status=Status.FAILED, error=str(differs), **papers)
    return parts.runs.note(run.id, status=Status.SUCCEEDED, **papers)


def _seconds_left(run: Run, parts: Parts) -> float:
    """Until the deadline, which counts from the run's start; an hour where there is none."""
    if run.request.deadline_seconds is None:
        return 3600.0
    left = run.created + run.request.deadline_seconds - parts.clock()
    if left <= 0:
        raise Unavailable(f"the deadline of {run.request.deadline_seconds:g} s has passed; nothing was done")
    return left


def _program(run: Run) -> Program:
    return load(str(run.papers["program"]))
