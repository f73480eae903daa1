"""What is believed of each brain and modality, from results. Pure.

Whether a request succeeds hangs on two things, which are believed apart: that the brain finds the right
program, and that the modality carries it out. So a brain's mistakes, which are alike in every modality, do
not make one modality look better than another.
"""

import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from skywright.model.result import BATTLE, OWN, SHIPPED, Cell

_SHIPPED: Final = Path(__file__).with_name("priors.json")

_MOST: Final = {OWN: float("inf"), BATTLE: 40.0, SHIPPED: 30.0}
_LEAST_SHIPPED = 5.0
"""For how many results a source counts at most; what ships, for one less with each of a user's own."""
_ALIKE, _MOST_ALIKE = 0.25, 6.0
"""What a result of another size counts, and all of them together at most. Assumptions, as are those above."""

_BRAIN_PRIOR = (1.0, 2.0)
"""A brain of which nothing is known has to earn it."""
_MODALITY_PRIOR = (1.0, 1.0)
_SECONDS = 60.0
"""What is expected where nothing is known."""


@dataclass(frozen=True, slots=True)
class Belief:
    """A Beta distribution of success, and what an attempt takes on average.

    Attributes:
        good, bad: its parameters.
        went, trials: how many results stand behind it, and how many of them went well.
    """

    good: float
    bad: float
    seconds: float
    usd: float
    went: int
    trials: int

    @property
    def mean(self) -> float:
        return self.good / (self.good + self.bad)

    def draw(self, chance: random.Random) -> float:
        """How good it is if chance has it so, as likely as is believed."""
        return chance.betavariate(self.good, self.bad)


class Table:
    """Results, cell by cell."""

    def __init__(self, cells: Iterable[Cell]) -> None:
        self._cells = tuple(cells)

    def brain(self, name: str, kind: str, size: str) -> Belief:
        """Whether that brain finds the right program; an empty kind: of whatever kind it is."""
        found = [cell for cell in self._cells if cell.brain == name and kind in ("", cell.kind)]
        good, bad, *counted = _counted(found, size, _BRAIN_PRIOR, lambda cell: cell.by_brain)
        return Belief(good, bad, *_means(found, lambda cell: (cell.trials, cell.waited)), *counted)

    def modality(self, name: str, brain: str, kind: str, size: str) -> Belief:
        """Whether that modality carries a program out, whichever brain found it."""
        found = [cell for cell in self._cells if cell.modality == name and kind in ("", cell.kind)]
        good, bad, *counted = _counted(found, size, _MODALITY_PRIOR, lambda cell: cell.by_modality)
        its = [cell for cell in found if cell.brain == brain] or found
        seconds, _ = _means(its, lambda cell: (cell.trials - cell.by_brain, cell.seconds))
        return Belief(good, bad, seconds, 0.0, *counted)


def _counted(
    cells: Sequence[Cell], size: str, prior: tuple[float, float], failed: Callable[[Cell], int]
) -> tuple[float, float, int, int]:
    """Good and bad results on top of the prior; how many went well, and how many there are.

    Those of a source, and those of another size, count for less than they are. A size that nobody counted may
    be any.
    """
    (good, bad), well, trials = prior, 0, 0
    own = sum(cell.trials for cell in cells if cell.source == OWN)
    for source, most in _MOST.items():
        for alike in (True, False):
            some = [cell for cell in cells if cell.source == source and (cell.size in ("", size)) is alike]
            went = sum(cell.trials - cell.by_brain - cell.by_modality for cell in some)
            did_not = sum(failed(cell) for cell in some)
            total = went + did_not
            if not total:
                continue
            if source == SHIPPED:
                most = max(_LEAST_SHIPPED, most - own)
            counts = min(total, most) if alike else min(total * _ALIKE, most, _MOST_ALIKE)
            good, bad = good + went * counts / total, bad + did_not * counts / total
            well, trials = well + went, trials + total
    return good, bad, well, trials


def _means(cells: Sequence[Cell], of: Callable[[Cell], tuple[int, float]]) -> tuple[float, float]:
    """Seconds and USD of one attempt; by a user's own results alone, where there are some."""
    own = [cell for cell in cells if cell.source == OWN]
    counted = [of(cell) for cell in own or cells]
    attempts = sum(number for number, _ in counted)
    if not attempts:
        return _SECONDS, 0.0
    usd = sum(cell.usd for cell in own or cells)
    return sum(seconds for _, seconds in counted) / attempts, usd / attempts


@cache
def shipped() -> tuple[Cell, ...]:
    """What ships with Skywright, out of battles that the file names."""
    told = json.loads(_SHIPPED.read_text(encoding="utf-8"))
    return tuple(Cell(SHIPPED, **row) for row in told["cells"])
