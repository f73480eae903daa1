"""How much there is to a program: what is counted, and the one figure that is made of it. Pure."""

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from skywright.clouds.base import Effects
from skywright.guard.evidence import Evidence
from skywright.model.operation import Effect, Undoability
from skywright.model.program import Program
from skywright.model.resource import Inventory
from skywright.model.result import MONITORING, PROVISIONING, UPDATE
from skywright.program.references import references

SIMPLE: Final = "simple"
MODERATE: Final = "moderate"
COMPLEX: Final = "complex"
SIZES: Final = (SIMPLE, MODERATE, COMPLEX)

_MODERATE_FROM, _COMPLEX_FROM = 6.0, 16.0
_WEIGHTS: Final[Mapping[str, float]] = {
    "resources": 1.0,
    "links": 0.5,
    "destructive": 2.0,
    "irreversible": 3.0,
    "unresolved": 2.0,
}
_ANOTHER_REGION = 2.0
_NEIGHBOUR = 0.5
"""These weights and bounds are assumptions: what each thing counts beside one resource that is made."""


@dataclass(frozen=True, slots=True)
class Complexity:
    """What a program comes to, counted.

    Attributes:
        kind: `monitoring`, `provisioning` or `update`.
        resources: things that it makes or touches.
        links: how often something flows from one of its steps to another.
        regions: in which it acts.
        destructive: steps that destroy something, or may.
        irreversible: steps that cannot be taken back whole.
        neighbours: things that hang together with what it touches.
        state: things that are in the account already, as far as somebody looked.
        unresolved: what the words left open and the brain had to assume.
    """

    kind: str = MONITORING
    resources: int = 0
    links: int = 0
    regions: int = 1
    destructive: int = 0
    irreversible: int = 0
    neighbours: int = 0
    state: int = 0
    unresolved: int = 0

    @property
    def score(self) -> float:
        """One figure; a full account makes everything a little harder, by half a point for each doubling."""
        return round(self._own + _NEIGHBOUR * self.neighbours + math.log2(1 + self.state) / 2, 1)

    @property
    def size(self) -> str:
        """`simple`, `moderate` or `complex`: of the program alone, whatever is around it."""
        return SIMPLE if self._own < _MODERATE_FROM else MODERATE if self._own < _COMPLEX_FROM else COMPLEX

    @property
    def _own(self) -> float:
        counted = sum(weight * getattr(self, name) for name, weight in _WEIGHTS.items())
        return counted + _ANOTHER_REGION * max(0, self.regions - 1)

    def to_json(self) -> dict[str, Any]:
        return {"score": self.score, "size": self.size, **asdict(self), "says": str(self)}

    def __str__(self) -> str:
        counted = (
            _many(self.resources, "resource"),
            _many(self.links, "link"),
            _many(self.regions, "region"),
            f"{self.destructive} destructive" if self.destructive else "",
            f"{self.irreversible} irreversible" if self.irreversible else "",
            f"{self.unresolved} assumed" if self.unresolved else "",
            _many(self.neighbours, "neighbour") if self.neighbours else "",
            f"{self.state} things there already" if self.state else "",
        )
        shown = ", ".join(part for part in counted if part)
        return f"complexity {self.score:g} ({self.size} {self.kind}): {shown}"


def measure(
    program: Program, evidence: Evidence, effects: Effects, inventory: Inventory, unresolved: int
) -> Complexity:
    """Count what there is to a program.

    Args:
        inventory: of the account; empty where nobody has looked yet.
        unresolved: assumptions that were made where the words say nothing.
    """
    touched = frozenset(_touched(evidence, effects))
    made = frozenset(resource.id for _, resource in evidence.left)
    # Where the future cannot be worked out, a step stands for a thing.
    changes = sum(1 for _ in evidence.changes())
    return Complexity(
        kind=_kind(evidence, touched),
        resources=len(made | touched) or changes,
        links=_flow(program),
        regions=len({proposal.region for _, proposal in evidence.proposals}) or 1,
        destructive=sum(
            proposal.effect in (Effect.DESTROY, Effect.UNKNOWN) for _, proposal in evidence.changes()
        ),
        irreversible=_irreversible(evidence),
        neighbours=_neighbours(touched, inventory),
        state=len(inventory),
        unresolved=unresolved,
    )


def _kind(evidence: Evidence, touched: Collection[str]) -> str:
    """Whether it only looks, only makes new things, or changes what is there."""
    effects = {proposal.effect for _, proposal in evidence.changes()}
    if not effects:
        return MONITORING
    return PROVISIONING if Effect.CREATE in effects and not touched else UPDATE


def _irreversible(evidence: Evidence) -> int:
    changing = {step for step, _ in evidence.changes()}
    lost = (Undoability.NONE, Undoability.LOSSY)
    return sum(step in changing and way.undoability in lost for step, way in evidence.ways_back)


def _touched(evidence: Evidence, effects: Effects) -> Iterator[str]:
    """What is there before, and is named by a change; a reference is to what the program makes itself."""
    for _, proposal in evidence.changes():
        for id, _ in effects.touched(proposal.operation, proposal.arguments):
            if "${" not in id:
                yield id


def _flow(program: Program) -> int:
    """From how many steps to how many others something flows."""
    steps = {step.id for step in program.steps}
    return len(
        {
            (reference.name, step.id)
            for step in program.steps
            for reference in references(step.arguments)
            if reference.name in steps
        }
    )


def _neighbours(touched: frozenset[str], inventory: Inventory) -> int:
    """Things that hang on what is touched, or on which it hangs, other than itself."""
    beneath = {id for one in touched if one in inventory for id in inventory[one].depends_on}
    above = {resource.id for resource in inventory.values() if not touched.isdisjoint(resource.depends_on)}
    return len((beneath | above) - touched)


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
