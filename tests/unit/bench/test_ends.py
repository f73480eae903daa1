"""Rows of a task, held against accounts made up of a few rows."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from skywright_bench.oracles import ends, form, told
from skywright_bench.oracles.closely import PROPERTIES
from skywright_bench.oracles.conditions import World
from skywright_bench.oracles.state import State


def disk(id: str, **properties: Any) -> tuple[tuple[str, str], Mapping[str, Any]]:
    usual = {"id": id, "name": "", "tags": {}, "region": "us-east-1", "size": 8, "type": "gp3", "vm": ""}
    return ("disk", id), {**usual, **properties}


def vm(id: str, **properties: Any) -> tuple[tuple[str, str], Mapping[str, Any]]:
    usual = {"id": id, "name": id, "tags": {}, "region": "us-east-1", "state": "running", "checks": "ok"}
    return ("vm", id), {**usual, **properties}


BEFORE: State = dict([vm("web"), disk("a", name="data", vm="web"), disk("b", size=20, tags={"keep": "no"})])


def state(*changed: tuple[tuple[str, str], Mapping[str, Any]], gone: str = "") -> State:
    return {key: row for key, row in {**BEFORE, **dict(changed)}.items() if key[1] != gone}


def found(rows: list[dict[str, Any]], after: State, **params: Any) -> list[str]:
    wanted, mistakes = form.wanted(rows, None)
    assert mistakes == []
    return ends.problems(wanted.ends, ends.Books(BEFORE, after, params))


GROWN = disk("b", size=40, tags={"keep": "no"})


@pytest.mark.parametrize(
    ("row", "after"),
    [
        ({"changes": "disk", "where": {"size": 20}, "to": {"size": 40}}, state(GROWN)),
        ({"changes": "disk", "where": {"size": {"least": 20}}, "to": {"size": "${gb}"}}, state(GROWN)),
        ({"changes": "disk", "where": {"id": "b"}, "to": {"size": "${unsaid?}"}}, state(GROWN)),
        (
            {"changes": "disk", "where": {"tags.keep": "no"}, "to": {"tags.keep": None}},
            state(disk("b", size=20)),
        ),
        ({"goes": "disk", "where": {"vm": {"the": "vm web"}}}, state(gone="a")),
        ({"comes": "disk", "with": {"size": {"most": 9}}}, state(disk("c"))),
        ({"may_change": "disk", "where": {"id": "b"}, "also": ["size"]}, state(GROWN)),
        ({"may_change": "disk", "where": {"id": "b"}, "also": ["tags"]}, state(disk("b", size=20))),
        ({"may_come": "disk", "where": {"size": 8}}, state(disk("c"))),
        ({"may_go": "disk", "where": {"name": {"like": "da*"}}}, state(gone="a")),
        ({"now": "vm", "is": {"state": {"one_of": ["running"]}}}, state()),
        ({"now": "vm", "is": {"checks": {"not": "ok"}}}, state(vm("web", checks="impaired"))),
        ({"now": "disk", "where": {"size": 99}, "count": 0}, state()),
    ],
)
def test_what_was_meant_passes(row: dict[str, Any], after: State) -> None:
    assert found([row], after, gb=40) == []


@pytest.mark.parametrize(
    ("row", "after", "why"),
    [
        ({"changes": "disk", "where": {"size": 20}, "to": {"size": 40}}, state(), "size is 20, not 40"),
        (
            {"changes": "disk", "where": {"size": 99}, "to": {"size": 1}},
            state(),
            "0 disk where size is 99, not some",
        ),
        ({"changes": "disk", "where": {}, "to": {"type": "gp3"}, "count": 3}, state(), "2 disk, not 3"),
        ({"changes": "disk", "where": {"id": "b"}, "to": {"size": 40}}, state(gone="b"), "disk b is gone"),
        (
            {"changes": "disk", "where": {"id": "b"}, "to": {"size": 40}},
            state(disk("b", size=40)),
            "not asked for: disk b .*tags.keep",
        ),
        ({"goes": "disk", "where": {"id": "b"}}, state(), "disk b is still there"),
        ({"goes": "disk", "where": {"id": "b"}}, state(gone="a"), "not asked for: disk data gone"),
        ({"comes": "disk", "with": {"size": 9}}, state(disk("c")), "0 new disk .*size is 8, not 9"),
        ({"comes": "disk", "with": {"size": 8}}, state(disk("c"), disk("d")), "2 new disk"),
        ({"now": "vm", "is": {"state": "stopped"}}, state(), "state is 'running'"),
        ({"now": "vm", "where": {"name": {"the": "vm nobody"}}}, state(), "0 vm"),
        ({"may_change": "disk", "also": ["type"]}, state(GROWN), "not asked for: disk b"),
        ({"may_come": "disk", "where": {"size": 9}}, state(disk("c")), "not asked for: new disk c"),
    ],
)
def test_anything_else_does_not(row: dict[str, Any], after: State, why: str) -> None:
    problems = found([row], after)
    assert any(re.search(why, problem) for problem in problems), problems


def test_a_name_that_two_things_have_stands_for_neither() -> None:
    world = World(state(vm("other", name="web", region="eu-west-1")), {})
    assert world.id("vm web") == ""
    assert world.id("vm web in eu-west-1") == "other"


def test_a_param_that_the_prompt_lacks_is_named() -> None:
    with pytest.raises(LookupError, match="no param 'gb'"):
        found([{"goes": "disk", "where": {"size": "${gb}"}}], state())


def answered(row: dict[str, Any], answer: Any) -> list[str]:
    wanted, mistakes = form.wanted(None, [row])
    assert mistakes == []
    return told.problems(wanted.tells, answer, World(BEFORE, {}))


SIZES = {"key": "disks", "of": "disk", "tell": {"size_gb": "size"}}
LARGEST = {"key": "disks", "of": "disk", "greatest": "size"}
ON = {"key": "disks", "of": "disk", "where": {"vm": "web"}, "tell": {"vm": "vm"}}
NUMBER = {"key": "count", "counts": "disk"}
PLACES = {"key": "zones", "is": ["us-east-1a"]}


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        (SIZES, {"disks": [{"id": "b", "size_gb": "20 GB"}, {"name": "data", "size_gb": 8.0}]}),
        (SIZES, {"volumes": [{"id": "a", "size_gb": 8}, {"id": "b", "size_gb": 20}]}),
        (LARGEST, {"disks": ["b"]}),
        (LARGEST, {"disks": {"id": "b", "colour": "blue"}}),
        (ON, {"disks": [{"id": "a", "vm": "web"}]}),
        (NUMBER, {"count": 2}),
        (NUMBER, {"count": "2"}),
        (PLACES, {"zones": [{"id": "use1-az1", "name": "US-East-1a"}]}),
        (PLACES, {"zone": "us-east-1a"}),
    ],
)
def test_a_right_answer_passes_however_it_is_told(row: dict[str, Any], answer: Any) -> None:
    assert answered(row, answer) == []


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        (SIZES, None),
        (SIZES, "two disks"),
        (SIZES, {}),
        (SIZES, {"disks": [{"id": "a", "size_gb": 8}]}),
        (SIZES, {"disks": [{"id": "a", "size_gb": 8}, {"id": "b", "size_gb": 21}]}),
        (SIZES, {"disks": [{"id": "a", "size_gb": 8}, {"id": "b"}]}),
        (SIZES, {"disks": ["a", "b"]}),
        (LARGEST, {"disks": ["a", "b"]}),
        (LARGEST, {"disks": ["c"]}),
        (LARGEST, {"vms": ["web"], "lbs": ["b"]}),
        (ON, {"disks": [{"id": "a", "vm": ""}]}),
        (NUMBER, {"count": 3}),
        (NUMBER, {"count": ["a", "b"]}),
        (NUMBER, {"count": None}),
        (PLACES, {"zones": ["us-east-1a", "us-east-1b"]}),
        (PLACES, {"zones": []}),
        (PLACES, {"zones": [{}]}),
    ],
)
def test_a_wrong_answer_does_not(row: dict[str, Any], answer: Any) -> None:
    assert answered(row, answer)


def test_every_kind_can_be_told_by_its_identifier_name_tags_and_region() -> None:
    assert all({"id", "name", "tags", "region"} <= known for known in PROPERTIES.values())
