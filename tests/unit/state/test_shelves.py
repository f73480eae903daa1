"""Folders that machines have in common: who borrows one finds what the last has left, wherever that was."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests import postgres

from skywright.errors import Corrupt, Unavailable
from skywright.state import shelves
from skywright.state.database import open_shared
from skywright.state.shelves import Shelves

pytestmark = postgres.needed

FOLDER = "prod/iac/eu-west-1"


@pytest.fixture
def database(postgres_server: str) -> Iterator[sa.Engine]:
    engine = open_shared(postgres.empty(postgres_server))
    yield engine
    engine.dispose()


def put(root: Path, shelf: Shelves, **files: str) -> None:
    with shelf.borrowed(root / FOLDER):
        for name, text in files.items():
            (root / FOLDER / name).write_text(text)


def texts(root: Path) -> dict[str, str]:
    return {
        path.name: path.read_text()
        for path in (root / FOLDER).iterdir()
        if path.is_file() and path.name not in (".shelf", "lock")
    }


@pytest.fixture
def machines(database: sa.Engine, tmp_path: Path) -> tuple[tuple[Path, Shelves], tuple[Path, Shelves]]:
    one, other = tmp_path / "one", tmp_path / "other"
    return (one, Shelves(database, one)), (other, Shelves(database, other))


def test_what_one_left_another_finds(machines: tuple[tuple[Path, Shelves], ...]) -> None:
    (here, ours), (there, theirs) = machines
    put(here, ours, main="1", state="1")
    (here / FOLDER / ".terraform").mkdir()
    put(there, theirs, state="2")
    assert texts(there) == {"main": "1", "state": "2"}
    with theirs.borrowed(there / FOLDER):
        (there / FOLDER / "main").unlink()
    ours.fetch(here / "prod")
    assert texts(here) == {"state": "2"}
    assert (here / FOLDER / ".terraform").is_dir()


def test_who_fails_leaves_what_he_did_and_who_dies_what_was_there(
    machines: tuple[tuple[Path, Shelves], ...],
) -> None:
    (here, ours), (there, theirs) = machines
    with pytest.raises(ZeroDivisionError), ours.borrowed(here / FOLDER):
        (here / FOLDER / "state").write_text("half")
        raise ZeroDivisionError
    theirs.fetch(there / "prod" / "iac")
    assert texts(there) == {"state": "half"}
    # As if a process had died here in the midst of it: nothing was kept, and it is gone on with here ...
    (here / FOLDER / "state").write_text("more")
    ours.fetch(here / "prod")
    assert texts(here) == {"state": "more"}
    # ... unless another has gone on with it meanwhile.
    put(there, theirs, state="theirs")
    ours.fetch(here / "prod")
    assert texts(here) == {"state": "theirs"}


def test_two_are_never_in_one(
    machines: tuple[tuple[Path, Shelves], ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    (here, ours), (there, theirs) = machines
    monkeypatch.setattr(shelves, "_PATIENCE_SECONDS", 0.0)
    with ours.borrowed(here / FOLDER):
        (here / FOLDER / "state").write_text("mine")
        ours.fetch(here / "prod")
        assert texts(here) == {"state": "mine"}
        with (
            pytest.raises(Unavailable, match=f"another run is at work in {FOLDER}"),
            theirs.borrowed(there / FOLDER),
        ):
            pass
    put(there, theirs)
    assert texts(there) == {"state": "mine"}


def test_what_was_made_on_one_machine_alone_is_not_overwritten(
    machines: tuple[tuple[Path, Shelves], ...],
) -> None:
    (here, ours), (there, theirs) = machines
    (there / FOLDER).mkdir(parents=True)
    (there / FOLDER / "state").write_text("old")
    put(here, ours, state="new")
    theirs.fetch(there / "prod")
    with pytest.raises(Corrupt, match="on this machine alone"), theirs.borrowed(there / FOLDER):
        pass
    assert texts(there) == {"state": "old"}


def test_a_machine_that_shares_nothing_has_nothing_to_do(tmp_path: Path) -> None:
    shelf = Shelves(sa.create_engine(f"sqlite:///{tmp_path}/s.db"), tmp_path)
    with shelf.borrowed(tmp_path / FOLDER):
        shelf.fetch(tmp_path / FOLDER)
    assert not (tmp_path / FOLDER).exists()
