"""The pick of brain and modality: who is never picked, what is learnt, and that chance is seeded."""

import random
from collections import Counter
from collections.abc import Sequence

import pytest

from skywright.errors import NotFound, Unavailable
from skywright.model.result import BATTLE, OWN, SHIPPED, Cell, Result
from skywright.orchestrator import route
from skywright.orchestrator.battles import cells_of
from skywright.orchestrator.route import Choice, Option, Situation
from skywright.orchestrator.table import Table, shipped

FAITHFUL = (Option("cli"), Option("sdk"))
ALL = (*FAITHFUL, Option("iac", faithful=False), Option("web", faithful=False))
UPDATE = Situation("update", "simple")


def cell(
    modality: str, went: int, failed: int, seconds: float = 10.0, source: str = OWN, brain: str = "builtin"
) -> Cell:
    trials = went + failed
    return Cell(
        source,
        brain,
        modality,
        "update",
        "simple",
        trials,
        0,
        failed,
        seconds * trials,
        0,
        seconds * trials,
        0,
    )


def brain_cell(name: str, went: int, failed: int, usd: float = 0.0, seconds: float = 5.0) -> Cell:
    trials = went + failed
    return Cell(
        OWN,
        name,
        "sdk",
        "update",
        "simple",
        trials,
        failed,
        0,
        seconds * went,
        0,
        seconds * trials,
        usd * trials,
    )


def picks(
    options: Sequence[Option], table: Table, situation: Situation = UPDATE, many: int = 300
) -> Counter[str]:
    return Counter(
        route.modality("auto", options, situation, "builtin", table, random.Random(seed)).name
        for seed in range(many)
    )


def test_what_cannot_do_it_is_never_picked() -> None:
    lame = (Option("sdk", obstacle="no"), Option("cli"))
    assert set(picks(lame, Table([cell("sdk", 500, 0), cell("cli", 0, 50)]))) == {"cli"}


def test_if_none_can_the_sentence_says_why() -> None:
    with pytest.raises(Unavailable, match="no modality can do this: no Chromium is here"):
        picks([Option("web", "no Chromium is here")], Table([]))


def test_no_experiments_with_other_calls_while_the_programs_own_do() -> None:
    assert set(picks(ALL, Table(shipped()))) == {"cli", "sdk"}
    assert set(picks(ALL, Table([cell("web", 500, 0, seconds=0.1)]))) <= {"cli", "sdk", "iac", "web"}
    praised = [cell("web", 500, 0, seconds=0.1), cell("sdk", 7, 3), cell("cli", 0, 10)]
    assert set(picks(ALL, Table(praised))) == {"sdk"}


def test_where_the_programs_own_calls_are_known_to_fail_others_come_in() -> None:
    found = picks(ALL, Table([cell("cli", 0, 30), cell("sdk", 0, 30), cell("iac", 20, 0)]))
    assert found["iac"] > 250


def test_what_a_modality_manages_it_changes_itself() -> None:
    kept = (*FAITHFUL, Option("iac", faithful=False, keeps="i-1"))
    choice = route.modality("auto", kept, UPDATE, "builtin", Table(shipped()), random.Random(1))
    assert choice == Choice("iac", "iac manages i-1")


def test_what_is_asked_for_is_done_and_what_there_is_not_is_told() -> None:
    assert route.modality("web", ALL, UPDATE, "builtin", Table([]), random.Random(1)).name == "web"
    with pytest.raises(NotFound, match="there is cli, iac, sdk, web"):
        route.modality("fax", ALL, UPDATE, "builtin", Table([]), random.Random(1))


def test_the_same_seed_picks_the_same() -> None:
    table = Table([cell("cli", 3, 1), cell("sdk", 3, 1)])
    once = [route.modality("auto", ALL, UPDATE, "builtin", table, random.Random(f"r-{n}")) for n in range(20)]
    again = [
        route.modality("auto", ALL, UPDATE, "builtin", table, random.Random(f"r-{n}")) for n in range(20)
    ]
    assert once == again
    assert len({choice.name for choice in once}) == 2


def test_little_known_is_tried_and_known_to_be_worse_is_not() -> None:
    found = picks(FAITHFUL, Table([cell("cli", 1, 1), cell("sdk", 8, 2)]))
    assert 20 < found["cli"] < 150
    assert picks(FAITHFUL, Table([cell("cli", 10, 90), cell("sdk", 90, 10)]))["cli"] == 0


def test_of_two_that_are_as_good_the_quicker_is_picked() -> None:
    found = picks(FAITHFUL, Table([cell("cli", 900, 0, seconds=60), cell("sdk", 900, 0, seconds=10)]))
    assert found["sdk"] == 300


def test_a_deadline_leaves_out_what_takes_too_long() -> None:
    table = Table([cell("cli", 50, 0, seconds=100), cell("sdk", 25, 15, seconds=5)])
    short = Situation("update", "simple", seconds_left=20)
    choice = route.modality("auto", FAITHFUL, short, "builtin", table, random.Random(1))
    assert choice.name == "sdk" and choice.why.endswith("too little time or money is left for cli")
    shorter = Situation("update", "simple", seconds_left=1)
    assert picks(FAITHFUL, table, shorter, 20).total() == 20  # then it is tried all the same


def test_a_users_own_results_outweigh_everybody_elses() -> None:
    theirs = cell("cli", 4000, 0, source=SHIPPED)
    found = picks(FAITHFUL, Table([theirs, cell("cli", 0, 60), cell("sdk", 60, 6)]))
    assert found["sdk"] == 300


def test_a_brain_that_is_known_is_kept_and_one_that_is_dear_is_left() -> None:
    options = (Option("builtin"), Option("ollama:new"))

    def new(good: Cell) -> int:
        table = Table([good])
        return sum(
            route.brain(options, UPDATE, table, random.Random(n)).name != "builtin" for n in range(300)
        )

    assert new(brain_cell("builtin", 40, 4)) == 0
    assert 20 < new(brain_cell("builtin", 10, 10)) < 100
    dear = Table([brain_cell("builtin", 40, 6), brain_cell("ollama:new", 60, 0, usd=0.5)])
    assert {route.brain(options, UPDATE, dear, random.Random(seed)).name for seed in range(100)} == {
        "builtin"
    }
    poor = Situation("update", "simple", usd_left=0.1)
    better = Table([brain_cell("builtin", 1, 60), brain_cell("ollama:new", 60, 0, usd=0.2)])
    assert route.brain(options, poor, better, random.Random(1)).name == "builtin"
    assert route.brain(options, UPDATE, better, random.Random(1)).name == "ollama:new"


def test_a_brains_mistakes_make_no_modality_look_worse() -> None:
    failed = [Result("builtin", "cli", "update", "simple", "brain", 3.0)] * 50
    table = Table(cells_of([*failed, Result("builtin", "cli", "update", "simple", "", 10.0)], BATTLE))
    belief = table.modality("cli", "builtin", "update", "simple")
    assert (belief.went, belief.trials, belief.seconds) == (1, 1, 10.0)
    assert table.brain("builtin", "update", "simple").mean < 0.1


def test_the_line_tells_what_was_picked_and_what_it_was_weighed_against() -> None:
    table = Table([cell("cli", 1, 1), cell("sdk", 8, 2)])
    choice = route.modality("auto", FAITHFUL, UPDATE, "builtin", table, random.Random(3))
    assert choice.why == (
        "sdk (8 of 10 alike went well, about 10 s); rather than cli (1 of 2 alike went well, about 10 s)"
    )
    assert [row["name"] for row in choice.to_json()["weighed"]] == ["cli", "sdk"]


def test_what_ships_comes_from_battles_and_says_which() -> None:
    assert {one.source for one in shipped()} == {SHIPPED}
    assert {one.modality for one in shipped()} >= {"cli", "sdk", "iac", "web"}
    assert all(one.trials >= one.by_brain + one.by_modality >= 0 for one in shipped())
