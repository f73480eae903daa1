"""Results are kept once, and summed as battles' are."""

from sqlalchemy import Engine

from skywright.model.result import BATTLE, OWN, Result
from skywright.orchestrator.battles import cells_of
from skywright.state.results import NEWEST, Results

SOME = (
    Result("builtin", "sdk", "update", "simple", "", 4.0, 1.0),
    Result("builtin", "sdk", "update", "simple", "brain", 2.0, 0.0),
    Result("builtin", "web", "update", "simple", "modality", 9.0, 5.0),
    Result("ollama:m", "sdk", "update", "moderate", "", 9.0, 3.0, 0.25),
)


def test_the_sums_are_those_of_battles(database: Engine) -> None:
    results = Results(database)
    assert results.add(OWN, "r-1", SOME) == len(SOME)
    assert results.cells() == cells_of(SOME, OWN)


def test_the_same_run_is_counted_once(database: Engine) -> None:
    results = Results(database)
    assert (results.add(OWN, "r-1", SOME), results.add(OWN, "r-1", SOME)) == (4, 0)
    assert results.add(OWN, "r-2", SOME[:1]) == 1
    assert results.forget() == 5
    assert results.cells() == ()


def test_of_a_users_own_runs_the_newest_count_and_of_a_battle_all(database: Engine) -> None:
    results = Results(database)
    good, bad = (Result("builtin", "sdk", "update", "simple", fault) for fault in ("", "modality"))
    for number in range(3 * NEWEST):
        results.add(OWN, f"r-{number}", [bad if number >= 2 * NEWEST + 5 else good])
    results.add(BATTLE, "b", [good] * 3 * NEWEST)
    battle, own = results.cells()
    assert (own.trials, own.by_modality) == (NEWEST, NEWEST - 5)
    assert (battle.trials, battle.by_modality) == (3 * NEWEST, 0)
