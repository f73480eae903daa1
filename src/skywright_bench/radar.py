"""The paper's Figure 2 with figures that are measured: five axes for each modality, each from 0 to 1.

Owns what the axes are; see docs/battle.md. Knows no drawing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from skywright_bench.trial import Fought

CLOUDS = ("aws", "azure")
"""The clouds that there are to be managed, whether a battle was fought over them or not."""
AXES = ("abstraction", "interoperability", "observability", "success", "efficiency")


@dataclass(frozen=True, slots=True)
class Shape:
    """One modality (of one brain) on the five axes; None where a battle does not tell."""

    name: str
    values: tuple[float | None, ...]


def shapes(fought: Sequence[Fought]) -> list[Shape]:
    """A shape for each modality and brain, in the order of the trials."""
    groups: dict[str, list[Fought]] = {}
    for one in fought:
        groups.setdefault(f"{one.modality} {one.brain}", []).append(one)
    abstraction = {name: _calls_a_step(some) for name, some in groups.items()}
    steps = {name: _mean_steps(some) for name, some in groups.items()}
    most = max((value for value in abstraction.values() if value), default=None)
    fewest = min((value for value in steps.values() if value), default=None)
    return [
        Shape(
            name,
            (
                _share(abstraction[name], most),
                len({one.cloud for one in some if one.success}) / len(CLOUDS),
                _traced(some),
                sum(one.success for one in some) / len(some),
                _share(fewest, steps[name]),
            ),
        )
        for name, some in groups.items()
    ]


def _won(some: Sequence[Fought]) -> list[Fought]:
    return [one for one in some if one.success and one.steps]


def _mean_steps(some: Sequence[Fought]) -> float | None:
    steps = [one.steps or 0 for one in _won(some)]
    return sum(steps) / len(steps) if steps else None


def _calls_a_step(some: Sequence[Fought]) -> float | None:
    """How many of the cloud's operations one action of the agent stands for."""
    told = [one for one in _won(some) if one.calls is not None]
    steps = sum(one.steps or 0 for one in told)
    return sum(one.calls or 0 for one in told) / steps if steps else None


def _traced(some: Sequence[Fought]) -> float | None:
    """The share of the trials whose every call is in a journal under a run that can be asked for."""
    told = [one for one in some if one.status not in ("timed out", "crashed")]
    return sum(bool(one.run) for one in told) / len(some) if some else None


def _share(part: float | None, whole: float | None) -> float | None:
    return part / whole if part and whole else None
