"""What `skywright gym fault` says: the kinds there are, and what is wrong with one that cannot be set."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.user import User


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
