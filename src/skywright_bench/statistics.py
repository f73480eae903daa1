"""What trials come to, cell by cell. Pure."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from skywright_bench.task import STAGES
from skywright_bench.trial import Fought

_Z = 1.959964
"""Of the normal distribution, for 95 %."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The trials of one modality and brain on one stage (or one task) of one cloud.

    Attributes:
        success: the share that succeeded.
        low, high: its Wilson interval at 95 %.
        mean_steps: over those that succeeded, as the paper counts; None if none did, or none counted.
        llm_usd: over all trials; None if the price of one is not known.
        tokens_in, tokens_out: read and written by models, over all trials that tell it; None if none does.
        of_paper: whether all were the paper's tasks, so that its own figures may stand beside.
    """

    cloud: str
    modality: str
    brain: str
    stage: str
    trials: int
    success: float
    low: float
    high: float
    mean_steps: float | None
    mean_seconds: float
    llm_usd: float | None
    of_paper: bool = True
    tokens_in: int | None = None
    tokens_out: int | None = None

    def row(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "cloud": self.cloud,
            "modality": self.modality,
            "brain": self.brain,
            "stage": self.stage,
            "trials": self.trials,
            "success": self.success,
            "interval": [self.low, self.high],
            "mean_steps": self.mean_steps,
            "mean_seconds": self.mean_seconds,
            "llm_usd": self.llm_usd,
            "tokens_in": self.tokens_in,
            "tokens_out": self.tokens_out,
        }


def by_stage(fought: Sequence[Fought]) -> list[Cell]:
    """A cell for each cloud, modality, brain and stage, in the order of the trials."""
    return _cells(fought, lambda one: one.stage)


def by_task(fought: Sequence[Fought]) -> list[Cell]:
    """The same for each task; `stage` is the task's name."""
    return _cells(fought, lambda one: one.task)


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """The interval in which the true rate lies, at 95 %.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927).
    """
    if trials == 0:
        return 0.0, 1.0
    share, z = successes / trials, _Z
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    spread = z / (1 + z * z / trials) * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials**2))
    low = 0.0 if successes == 0 else middle - spread
    return low, 1.0 if successes == trials else middle + spread


def best(cells: Sequence[Cell]) -> set[Cell]:
    """The best of the cells that share cloud and stage: by success, then by steps, as the paper ranks."""
    found: set[Cell] = set()
    for cloud, stage in {(cell.cloud, cell.stage) for cell in cells}:
        rivals = [cell for cell in cells if (cell.cloud, cell.stage) == (cloud, stage) and cell.success > 0]
        if rivals:
            first = max(_rank(cell) for cell in rivals)
            found |= {cell for cell in rivals if _rank(cell) == first}
    return found


def _rank(cell: Cell) -> tuple[float, float]:
    return cell.success, -(math.inf if cell.mean_steps is None else cell.mean_steps)


def _cells(fought: Sequence[Fought], of: Callable[[Fought], str]) -> list[Cell]:
    groups: dict[tuple[str, str, str, str], list[Fought]] = {}
    for one in fought:
        groups.setdefault((one.cloud, one.modality, one.brain, of(one)), []).append(one)
    order = {stage: place for place, stage in enumerate(STAGES)}
    cells = [_cell(*key, some) for key, some in groups.items()]
    return sorted(cells, key=lambda cell: order.get(cell.stage, len(order)))


def _cell(cloud: str, modality: str, brain: str, stage: str, some: Sequence[Fought]) -> Cell:
    won = [one for one in some if one.success]
    steps = [one.steps for one in won if one.steps is not None]
    low, high = wilson(len(won), len(some))
    return Cell(
        cloud,
        modality,
        brain,
        stage,
        len(some),
        len(won) / len(some),
        low,
        high,
        sum(steps) / len(steps) if steps else None,
        sum(one.seconds for one in some) / len(some),
        None if any(one.llm_usd is None for one in some) else sum(one.llm_usd or 0 for one in some),
        all(one.set == "paper" for one in some),
        _sum(one.tokens_in for one in some),
        _sum(one.tokens_out for one in some),
    )


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
