"""What `skywright gym clock` takes and says, and the periods that people type."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.user import User

from skywright.cli.periods import seconds_of
from skywright.errors import Usage


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [("90", 90), ("90s", 90), ("1h30m", 5400), ("0.5d", 43200), (" 2 D ", 172800), ("1w", 604800)],
)
def test_periods(typed: str, seconds: float) -> None:
    assert seconds_of(typed) == seconds


@pytest.mark.parametrize("typed", ["", "h", "-1h", "1h30", "1y", "1e3", "one hour", "٣h"])
def test_what_is_no_period(typed: str) -> None:
    with pytest.raises(Usage, match="is no period"):
        seconds_of(typed)


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    home: Path = tmp_path_factory.mktemp("home")
    someone = User(home)
    yield someone
    someone.run("gym", "down")


def test_the_clock_is_stopped_put_on_and_shown(user: User) -> None:
    stopped = user.run("gym", "clock", "--pause", "--json").json
    assert stopped["speed"] == 0
    told = user.run("gym", "clock", "--advance", "1h30m", "--json").json
    assert told["epoch_seconds"] == stopped["epoch_seconds"] + 5400
    said = user.run("gym", "clock").out
    assert said == f"{told['now']}; time stands still; durations: quick\n"
    refused = user.run("gym", "clock", "--speed", "1e9")
    assert refused.status == 2 and refused.in_one_sentence() and "from 0 to 3600" in refused.err
