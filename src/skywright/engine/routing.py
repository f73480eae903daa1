"""How much there is to a run's program, and what follows from it for how it is performed.

Owns what the orchestrator is told of a run, and what of its decisions goes into the run's papers: a pick is
made once, and whoever goes on with the run goes on with that.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from skywright.engine.evidence import gather
from skywright.engine.parts import Parts
from skywright.engine.place import seconds_left
from skywright.errors import Corrupt, Refused, SkywrightError
from skywright.guard.evidence import Evidence
from skywright.modalities.base import held_by
from skywright.model.advice import Advisory, Concern
from skywright.model.program import Program
from skywright.model.resource import Inventory
from skywright.model.result import OWN, Result
from skywright.model.run import Status
from skywright.orchestrator import route
from skywright.orchestrator.brains import BUILTIN
from skywright.orchestrator.complexity import Complexity, measure
from skywright.orchestrator.route import Choice, Option, Situation
from skywright.orchestrator.table import Table, shipped
from skywright.state.runs import Run

_AUTO = "auto"
_ENDED = (Status.SUCCEEDED, Status.FAILED, Status.ROLLED_BACK)
"""What tells something of brain and modality; a refusal is the rules' doing, a cancellation a person's."""
_BRAINS = ("understand", "prove")
"""Stages that no modality has a part in; a faithful one has none in the rehearsal either."""


def measured(
    run: Run,
    parts: Parts,
    program: Program,
    evidence: Evidence,
    inventory: Inventory,
    advisories: Sequence[Advisory] = (),
) -> Complexity:
    """How much there is to the program; what the brain assumed is counted once, before rules add theirs.

    Args:
        advisories: the brain's, of a plan that is not in the run's papers yet.
    """
    before = run.papers.get("complexity")
    said: list[tuple[str, str]] = run.papers.get("advisories", [])
    concerns = [*(concern for concern, _ in said), *(one.concern.value for one in advisories)]
    unresolved = int(before["unresolved"]) if before else concerns.count(Concern.ASSUMPTION.value)
    return measure(program, evidence, parts.cloud(run).effects, inventory, unresolved)


def with_modality(run: Run, parts: Parts, draft: Program) -> Run:
    """The run with the modality that its draft is performed in, which is picked if it has none.

    Raises:
        NotFound, Unavailable: There is none such, or none that can.
    """
    if run.papers.get("modality"):
        return run
    counted: Complexity | None = None
    options = [Option(name) for name in parts.modalities]
    if run.request.modality == _AUTO:
        evidence = gather(run, draft, parts.cloud(run), "sdk", {})
        counted = measured(run, parts, draft, evidence, {})
        options = list(_options(run, parts, draft, evidence))
    situation = Situation(
        counted.kind if counted else "", counted.size if counted else "", seconds_to_go(run, parts)
    )
    choice = route.modality(
        run.request.modality, options, situation, run.brain, table(parts), chance(run, "modality")
    )
    return _noted(run, parts, choice, situation)


def ruled_out(run: Run, parts: Parts, why: SkywrightError) -> Run:
    """The run without its modality, if that was picked and is at fault for what went wrong in the copy.

    Raises:
        SkywrightError: What went wrong, where another modality would not help.
    """
    modality = str(run.papers["modality"])
    faithful = parts.modalities[modality].faithful
    if run.request.modality != _AUTO or faithful or isinstance(why, Refused | Corrupt):
        raise why
    parts.progress.say(f"not by {modality}: {why}")
    out = [*run.papers.get("ruled_out", []), modality]
    return parts.runs.note(run.id, modality="", ruled_out=out)


def table(parts: Parts) -> Table:
    """What ships, and what came of this home's runs and battles."""
    return Table((*shipped(), *parts.results.cells()))


def note_result(run: Run, parts: Parts) -> None:
    """Write down what a run that has ended tells of its brain and modality; an undo tells nothing."""
    papers = run.papers
    if run.status not in _ENDED or papers.get("undoes") or run.request.brain == "guest":
        return
    routed: dict[str, Any] = papers.get("complexity") or papers.get("routed") or {}
    kind, size = str(routed.get("kind", "")), str(routed.get("size", ""))
    # What was given, or remembered, no brain thought out.
    brain = "" if papers.get("as_written") or papers.get("recalled") else run.brain
    rows = [Result(brain, out, kind, size, "modality") for out in papers.get("ruled_out", [])]
    rows += [Result(out, "", kind, size, "brain") for out in papers.get("brains_out", [])]
    modality = str(papers.get("modality", ""))
    fault = "" if run.status is Status.SUCCEEDED else "modality"
    hand = parts.modalities.get(modality)
    rehearsed = run.stage == "explore" and (hand is None or hand.faithful)
    if fault and (run.stage in _BRAINS or rehearsed):
        fault = "brain"
    took, spent = float(papers.get("took", 0.0)), papers.get("spent", {})
    usd, steps = float(spent.get("usd", 0.0)), float(papers.get("steps", 0))
    if rows and brain == BUILTIN:
        rows[-1], usd = replace(rows[-1], usd=usd), 0.0  # `builtin` spends nothing
    parts.results.add(OWN, run.id, [*rows, Result(brain, modality, kind, size, fault, took, steps, usd)])


def _options(run: Run, parts: Parts, draft: Program, evidence: Evidence) -> Iterator[Option]:
    """Every modality, with what stands in its way and what it manages of what is changed."""
    out = run.papers.get("ruled_out", [])
    touched = {
        id
        for _, proposal in evidence.changes()
        for id, _ in parts.cloud(run).effects.touched(proposal.operation, proposal.arguments)
    }
    parts.shelves.fetch(parts.kept / run.request.target)
    for name, modality in parts.modalities.items():
        held = held_by(modality, parts.kept / run.request.target / name) if touched else {}
        keeps = ", ".join(sorted(touched & held.keys()))
        if name in out:
            obstacle = "it failed in the copy"
        elif run.papers.get("as_written") and not modality.faithful:
            obstacle = "the program is performed as it is written"
        else:
            # What a modality keeps, only its own workspace can tell whether it can change.
            obstacle = "" if keeps else modality.obstacle(draft)
        yield Option(name, obstacle, modality.faithful, keeps)


def _noted(run: Run, parts: Parts, choice: Choice, situation: Situation) -> Run:
    """The pick, in the run's papers and in the journal, and told if it was one."""
    if run.request.modality == _AUTO:
        parts.progress.say(f"modality {choice.why}")
    parts.record(run, "routed", what="modality", **choice.to_json())
    routed = {"kind": situation.kind, "size": situation.size}
    return parts.runs.note(run.id, modality=choice.name, modality_why=choice.why, routed=routed)


def chance(run: Run, what: str) -> random.Random:
    """The same for the same run, whoever carries it on."""
    return random.Random(f"{run.id} {what}")


def seconds_to_go(run: Run, parts: Parts) -> float | None:
    """Until the deadline; None if there is none."""
    return seconds_left(run, parts) if run.request.deadline_seconds is not None else None
