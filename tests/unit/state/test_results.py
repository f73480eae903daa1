"""Results are kept once, and summed as battles' are."""

from pathlib import Path

from skywright.model.result import OWN, Result
from skywright.orchestrator.battles import cells_of
from skywright.state.database import open_database
from skywright.state.results import Results

SOME = (
    Result("builtin", "sdk", "update", "simple", "", 4.0, 1.0),
    Result("builtin", "sdk", "update", "simple", "brain", 2.0, 0.0),
    Result("builtin", "web", "update", "simple", "modality", 9.0, 5.0),
    Result("ollama:m", "sdk", "update", "moderate", "", 9.0, 3.0, 0.25),
)


def test_the_sums_are_those_of_battles(tmp_path: Path) -> None:
    results = Results(open_database(tmp_path / "skywright.db"))
    assert results.add(OWN, "r-1", SOME) == len(SOME)
    assert results.cells() == cells_of(SOME, OWN)


def test_the_same_run_is_counted_once(tmp_path: Path) -> None:
    results = Results(open_database(tmp_path / "skywright.db"))
    assert (results.add(OWN, "r-1", SOME), results.add(OWN, "r-1", SOME)) == (4, 0)
    assert results.add(OWN, "r-2", SOME[:1]) == 1
    assert results.forget() == 5
    assert results.cells() == ()
