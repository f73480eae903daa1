"""What `skywright gym fault`, `clock` and `bill` say, and what is wrong with what cannot be."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.user import Cloud, User

from skywright.cli.periods import seconds_of
from skywright.errors import Usage


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    home: Path = tmp_path_factory.mktemp("home")
    someone = User(home)
    yield someone
    someone.run("gym", "down")


def test_the_kinds_with_their_fields(user: User) -> None:
    known = user.run("gym", "fault", "--kinds", "--json").json["kinds"]
    fields = {kind["kind"]: {field["name"] for field in kind["fields"]} for kind in known}
    assert {"operation", "probability", "seed", "times", "after_seconds"} <= fields["throttle"]
    assert fields["zone-outage"] == {"zone", "after_seconds", "for_seconds"}
    said = user.run("gym", "fault", "--kinds").out
    assert (
        "\nthrottle\n  A call is refused" in said and "    code (text, required): the error's code\n" in said
    )


def test_a_fault_is_set_listed_and_mended(user: User) -> None:
    body = {"kind": "server-error", "service": "ec2", "probability": 0.5, "seed": 3}
    assert user.run("gym", "fault", json.dumps(body)).out == "fault-1\n"
    (told,) = user.run("gym", "fault", "--list", "--json").json["faults"]
    assert body.items() <= told.items() and told["times"] is None
    assert user.run("gym", "fault", "--clear").out == "1 faults mended\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ['{"kind": "throttle", "rate": 2}'],
            "a fault of kind throttle has no 'rate'; it has rate_per_second",
        ),
        (['{"kind": "slow", "operation": "ec2:*"}'], "a fault of kind slow needs 'seconds'"),
        (
            ['{"kind": "stale-reads", "seconds": 3', "--kinds"],
            "give a fault as JSON, or --list, or --clear, or",
        ),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(user: User, words: list[str], sentence: str) -> None:
    said = user.run("gym", "fault", *words)
    assert said.status == 2 and sentence in said.err and said.err.count("\n") == 1


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


@pytest.mark.slow
def test_a_disk_is_there_for_two_days_that_pass_at_once(user: User) -> None:
    stopped = user.run("gym", "clock", "--pause", "--json").json
    assert stopped["speed"] == 0
    account = user.run("gym", "status", "--json").json["accounts"][0]["aws"]
    ec2 = Cloud("default", account).client("ec2")
    disk = ec2.create_volume(Size=100, VolumeType="gp2", AvailabilityZone="us-east-1a")["VolumeId"]
    said = user.run("gym", "clock", "--advance", "2d").out
    assert said.endswith("; time stands still; durations: quick\n")
    said = user.run("gym", "bill", "--by", "resource").out.splitlines()
    assert said[0].endswith(f"  {disk}") and len(said) == 3
    # Two days of a month of 28 to 31.
    assert 10 * 2 / 31 - 1e-6 <= float(said[1].split()[0]) <= 10 * 2 / 28 + 1e-6


def test_the_spot_market_is_set_from_the_next_hour_on(user: User) -> None:
    said = user.run("gym", "spot", "--seed", "3", "--volatility", "0.4").out
    assert said.startswith("seed 3, volatility 0.4, 0 reclaims a month from ") and said.endswith(":00:00Z\n")


@pytest.mark.slow
def test_a_wrong_clock_and_a_wrong_bill(user: User) -> None:
    for wrong, sentence in (
        (("clock", "--speed", "1e9"), "from 0 to 3600"),
        (("spot", "--volatility", "3"), "from 0 to 2"),
        (("spot", "--interrupt", "i-0"), "there is no running spot machine 'i-0'"),
        (("bill", "--by", "colour"), "--by is service, usage_type, resource or region"),
    ):
        refused = user.run("gym", *wrong)
        assert refused.status == 2 and refused.in_one_sentence() and sentence in refused.err
