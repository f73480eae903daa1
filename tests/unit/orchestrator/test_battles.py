"""What a battle's file tells: whose fault a failure was, and what is no such file."""

import math
from typing import Any

import pytest

from skywright.errors import Malformed
from skywright.model.result import Result
from skywright.orchestrator.battles import cells_of, results_of


def row(**changed: Any) -> dict[str, Any]:
    trial = {
        "brain": "builtin", "modality": "sdk", "stage": "repair", "task": "t", "prompt": "p",
        "status": "succeeded", "cause": "", "success": True, "seconds": 4, "steps": 1.0, "llm_usd": None,
    }  # fmt: skip
    return {**trial, **changed}


def read(*rows: dict[str, Any]) -> tuple[Result, ...]:
    return results_of({"trials": list(rows)}, "out.json")


WRONG = {"success": False, "cause": "wrong outcome"}


def test_where_another_modality_came_through_the_failure_is_the_modalitys() -> None:
    found = read(row(), row(modality="web", **WRONG))
    assert [one.fault for one in found] == ["", "modality"]


def test_where_none_came_through_it_is_the_brains() -> None:
    found = read(row(**WRONG), row(modality="web", **WRONG))
    assert [one.fault for one in found] == ["brain", "brain"]


def test_of_one_modality_alone_who_began_to_act_and_broke_off_is_at_fault() -> None:
    (acted,) = read(row(status="rolled_back", **WRONG))
    (asked,) = read(row(status="needs_input", steps=0, success=False, cause="asked"))
    (wrong,) = read(row(**WRONG))
    assert (acted.fault, asked.fault, wrong.fault) == ("modality", "brain", "brain")


def test_who_is_no_brain_of_ours_and_what_was_nobodys_fault_do_not_count() -> None:
    others = [row(brain=name) for name in ("bare:x", "script:cheat", "command:./a {prompt}", "program")]
    assert read(*others, row(success=False, cause="infrastructure")) == ()


def test_stages_become_kinds() -> None:
    found = read(*(row(stage=stage) for stage in ("provisioning", "diagnosis", "monitoring", "cost")))
    assert [one.kind for one in found] == ["provisioning", "monitoring", "monitoring", "update"]


def test_sums_leave_the_brains_failures_out_of_what_a_modality_takes() -> None:
    (cell,) = cells_of(
        [Result("b", "sdk", "update", "", "brain", 100.0), Result("b", "sdk", "update", "", "", 10.0, 2)]
    )
    assert (cell.trials, cell.by_brain, cell.seconds, cell.steps, cell.waited) == (2, 1, 10.0, 2, 110.0)


@pytest.mark.parametrize(
    "told",
    [
        None, [], {}, {"trials": {}}, {"trials": [1]}, {"trials": [{}]},
        {"trials": [row(success="yes")]}, {"trials": [row(seconds=math.nan)]}, {"trials": [row(brain=None)]},
        {"trials": [row(seconds=-1.0)]}, {"trials": [row(seconds=10**400)]}, {"trials": [row(steps=-3)]},
    ],
)  # fmt: skip
def test_what_is_no_battles_file_is_told_in_a_sentence(told: object) -> None:
    with pytest.raises(Malformed, match=r"out\.json: "):
        results_of(told, "out.json")
