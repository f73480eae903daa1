"""Cells of a battle: rates, intervals, steps, and who is best."""

from dataclasses import replace
from itertools import count
from xml.etree import ElementTree

import pytest

from skywright_bench.pictures import radar, table
from skywright_bench.radar import shapes
from skywright_bench.report import markdown
from skywright_bench.statistics import best, by_stage, by_task, wilson
from skywright_bench.trial import Fought

_numbers = count(1)


def fought(
    success: bool,
    modality: str = "cli",
    steps: float | None = 1,
    stage: str = "update",
    calls: int | None = None,
) -> Fought:
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
        run="r-1" if success else "",
        calls=calls,
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


def test_the_axes_of_the_radar() -> None:
    cli, web = shapes(
        [
            fought(True, "cli", 1, calls=8),
            fought(False, "cli", 3, calls=90),
            fought(True, "web", 4, calls=8),
            fought(True, "web", 4, calls=8),
        ]
    )
    assert cli.values == (1, 0.5, 0.5, 0.5, 1)
    assert web.values == (0.25, 0.5, 1, 1, 0.25)


def test_what_no_trial_tells_is_not_drawn_as_if_it_were_known() -> None:
    (shape,) = shapes([fought(True, steps=None)])
    assert shape.values == (None, 0.5, 1, 1, None)
    assert "abstraction –" in radar([shape])


def test_pictures_are_whole_and_tell_their_figures_in_text() -> None:
    trials = [fought(True, steps=2), fought(False), fought(True, "<web>", 9, "monitoring")]
    words = [
        "".join(ElementTree.fromstring(picture).itertext())
        for picture in (table(by_stage(trials)), radar(shapes(trials)))
    ]
    assert "0.50, 2.0 steps (0.67, 3)" in words[0] and "aws <web> builtin" in words[0]
    assert "cli builtin: abstraction –, interoperability 0.50" in words[1]


def test_the_papers_own_figures_stand_beside_its_own_tasks_alone() -> None:
    theirs = "(0.67, 3"
    paper, mixed = [fought(True)], [fought(True), replace(fought(True), set="repair")]
    by = {"version": "1", "commit": "", "seed": 0, "when": "", "machine": "", "workers": 1}
    for told in (lambda trials: markdown(trials, by), lambda trials: table(by_stage(trials))):
        assert theirs in told(paper) and theirs not in told(mixed)


def test_time_and_cost_are_told_whoever_fights() -> None:
    by = {"version": "1", "commit": "", "seed": 0, "when": "", "machine": "", "workers": 1}
    read = replace(fought(True, "sdk"), tokens_in=300, tokens_out=30, llm_usd=None)
    told = markdown([fought(True), fought(False), read], by)
    assert "| aws cli builtin | update | 2.0 | 0.5000 | – | – |" in told
    assert "| aws sdk builtin | update | 2.0 | not known | 300 | 30 |" in told
