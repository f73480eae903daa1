"""A user at a terminal: `skywright` as a process, in a state folder of its own, with a gym of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.user import User


@pytest.fixture(scope="session")
def user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    """One user for the whole session; `user.account()` gives each test an empty account of its own."""
    someone = User(tmp_path_factory.mktemp("home"))
    yield someone
    someone.run("gym", "down")


@pytest.fixture
def empty_home(tmp_path: Path) -> Iterator[User]:
    """A user who has never run anything."""
    someone = User(tmp_path / "home")
    yield someone
    someone.run("gym", "down")
