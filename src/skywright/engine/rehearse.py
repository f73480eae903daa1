"""The rehearsal: a draft carried out in the target's twin, and what the gate saw there made a program."""

import shutil
from contextlib import ExitStack
from dataclasses import replace

from skywright.clouds.calling import Caller
from skywright.engine.echo import results_of
from skywright.engine.evidence import regions_of
from skywright.engine.look import named_in
from skywright.engine.parts import Parts, principal
from skywright.engine.place import kept, workplace
from skywright.engine.twin import opened
from skywright.errors import CloudFailed, Corrupt
from skywright.modalities.base import Alone, Modality
from skywright.model.program import Program
from skywright.model.target import Credential, Upstream
from skywright.model.values import Value
from skywright.program.interpret import interpret, unmet
from skywright.program.lift import lift
from skywright.state.runs import Run

_SESSION_SECONDS = 3600.0


def rehearse(run: Run, parts: Parts, draft: Program) -> Program:
    """Carry the draft out in a twin, see that it leads to what it expects, and distil it.

    A faithful modality need not be there for it: its calls are the program's. Any other rehearses itself.

    Raises:
        CloudFailed: It did not succeed there, or not in what it expects.
        Unavailable: There is no twin to be had, or the modality's tool is missing.
    """
    cloud = parts.cloud(run)
    modality = parts.modalities[str(run.papers["modality"])]
    with ExitStack() as stack:
        twin = stack.enter_context(opened(parts, parts.target(run), regions_of(draft), named_in(draft)))
        who = principal(run, "explore", modality.name)
        session = parts.gate.session(who, twin, lifetime_seconds=_SESSION_SECONDS)
        credential = stack.enter_context(session)
        caller = parts.caller(parts.gate.endpoint, credential)
        if modality.faithful:
            say = parts.progress.say
            results = interpret(draft, caller, cloud.catalogue, parts.pause, parts.clock, say)
            trace = parts.gate.trace(credential)
        else:
            _perform(run, parts, modality, draft, credential, twin)
            trace = parts.gate.trace(credential)
            results = results_of(draft, trace, caller, cloud, parts)
        _insist(draft, caller, results)
        return lift(trace, cloud.catalogue, draft, draft.values())


def _perform(
    run: Run, parts: Parts, modality: Modality, draft: Program, credential: Credential, twin: Upstream
) -> None:
    """What the modality keeps of the target is kept of its twin, too, as long as there is one."""
    folder = parts.runs.folder(run.id) / "rehearsal"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        shutil.copytree(kept(run, parts), folder / "kept", symlinks=True)
        place = replace(
            workplace(run, parts, credential, draft.region or twin.region),
            folder=folder / "work",
            kept=folder / "kept",
            shelf=Alone(),
        )
        attempt = modality.perform(draft, place)
    except Corrupt as error:
        # A copy is what it is found in, and it is the original that has to be mended.
        raise Corrupt(str(error).replace(str(folder / "kept"), str(kept(run, parts)))) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not attempt.ok:
        raise CloudFailed("rehearsal", "RehearsalFailed", attempt.error)


def _insist(draft: Program, caller: Caller, results: dict[str, Value]) -> None:
    missed = unmet(draft, caller, results)
    if missed:
        raise CloudFailed("rehearsal", "ExpectationUnmet", "; ".join(missed))
