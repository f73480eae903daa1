"""Cells of a battle: rates, intervals, steps, and who is best."""

from itertools import count

import pytest

from skywright_bench.statistics import best, by_stage, by_task, wilson
from skywright_bench.trial import Fought

_numbers = count(1)


def fought(success: bool, modality: str = "cli", steps: float | None = 1, stage: str = "update") -> Fought:
    return Fought(
        trial=f"{next(_numbers)}",
        task=f"a task of {stage}",
        cloud="aws",
        modality=modality,
        brain="builtin",
        stage=stage,
        prompt="",
        success=success,
        status="succeeded",
        cause="" if success else "wrong outcome",
        why="",
        steps=steps,
        seconds=2,
        llm_usd=0.5,
        run="",
    )


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(8, 10, 0.490162, 0.943318), (0, 10, 0, 0.277533), (10, 10, 0.722467, 1), (1, 2, 0.094531, 0.905469)],
)
def test_wilson(successes: int, trials: int, low: float, high: float) -> None:
    """Against the figures of R's `binom::binom.wilson`."""
    assert wilson(successes, trials) == pytest.approx((low, high), abs=1e-5)


def test_nothing_is_known_of_no_trial() -> None:
    assert wilson(0, 0) == (0, 1)


def test_steps_are_those_of_the_trials_that_succeeded_as_the_paper_counts() -> None:
    (cell,) = by_stage([fought(True, steps=2), fought(True, steps=4), fought(False, steps=90)])
    assert (cell.trials, cell.mean_steps, cell.mean_seconds, cell.llm_usd) == (3, 3, 2, 1.5)
    assert cell.success == pytest.approx(2 / 3)


def test_an_agent_that_counts_no_steps_has_none() -> None:
    (cell,) = by_stage([fought(True, steps=None)])
    assert cell.mean_steps is None and cell.success == 1


def test_the_best_is_so_by_success_first_and_then_by_steps() -> None:
    cells = by_stage(
        [
            fought(True, "cli", 3),
            fought(True, "sdk", 2),
            fought(False, "iac", 1),
            fought(True, "web", 9, "monitoring"),
            fought(False, "sdk", 1, "monitoring"),
        ]
    )
    assert {(cell.modality, cell.stage) for cell in best(cells)} == {("sdk", "update"), ("web", "monitoring")}


def test_nobody_is_best_where_nobody_succeeded() -> None:
    assert best(by_stage([fought(False, "cli"), fought(False, "sdk")])) == set()


def test_stages_come_in_the_order_of_a_life() -> None:
    cells = by_stage([fought(True, stage=stage) for stage in ("monitoring", "update", "provisioning")])
    assert [cell.stage for cell in cells] == ["provisioning", "update", "monitoring"]
    assert len(by_task([fought(True), fought(True, stage="monitoring")])) == 2
