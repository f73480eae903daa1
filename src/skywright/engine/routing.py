"""How much there is to a run's program, and what follows from it for who does it how.

Owns what the orchestrator is told of a run, and what of its decisions goes into the run's papers.
"""

from skywright.engine.parts import Parts
from skywright.guard.evidence import Evidence
from skywright.model.advice import Concern
from skywright.model.program import Program
from skywright.model.resource import Inventory
from skywright.orchestrator.complexity import Complexity, measure
from skywright.state.runs import Run


def measured(
    run: Run, parts: Parts, program: Program, evidence: Evidence, inventory: Inventory
) -> Complexity:
    """How much there is to the program; what the brain assumed is counted once, before rules add theirs."""
    before = run.papers.get("complexity")
    said: list[tuple[str, str]] = run.papers.get("advisories", [])
    assumed = sum(concern == Concern.ASSUMPTION.value for concern, _ in said)
    unresolved = int(before["unresolved"]) if before else assumed
    return measure(program, evidence, parts.cloud(run).effects, inventory, unresolved)
