"""What `skywright state leases` and `skywright state serialisable` say and do."""

from pathlib import Path

import pytest
from tests.user import User

from skywright.model.lease import Claim, Mode
from skywright.state.database import open_database
from skywright.state.home import Home
from skywright.state.leases import Leases


@pytest.fixture
def user(tmp_path: Path) -> User:
    """Somebody in whose home one run holds a disk and another waits for it."""
    home = Home.locate({"SKYWRIGHT_HOME": str(tmp_path)}).prepare()
    database = open_database(home.database)
    leases = Leases(database)
    leases.take(Claim("gym:default", "r-1", "grow it", {"vol-1": Mode.WRITE, "i-1": Mode.READ}))
    leases.take(Claim("gym:default", "r-2", "shrink it", {"vol-1": Mode.WRITE}))
    with database.begin() as connection:
        # However slow this machine is.
        connection.exec_driver_sql("UPDATE leases SET until = until + 1000")
        connection.exec_driver_sql("UPDATE leases_awaited SET seen = seen + 1000")
    database.dispose()
    return User(tmp_path)


def test_who_holds_and_who_waits_is_said(user: User) -> None:
    told = user.run("state", "leases").out
    assert "vol-1: run r-1 changes it since" in told
    assert "i-1: run r-1 relies on it since" in told
    assert "number 1 (grow it)" in told
    assert "run r-2 waits since" in told
    assert "gym: 2 leases" in told
    rows = user.run("state", "leases", "--json").json
    assert [(row["id"], row["mode"], row["run"], row["fence"], row["for"]) for row in rows["leases"]] == [
        ("i-1", "read", "r-1", 1, "grow it"),
        ("vol-1", "write", "r-1", 1, "grow it"),
    ]
    assert [(row["run"], row["wanted"]) for row in rows["waiting"]] == [("r-2", {"vol-1": "write"})]


@pytest.mark.parametrize(("named", "left"), [("vol-1", ["i-1"]), ("r-1", [])])
def test_a_person_breaks_one_and_that_is_on_record(user: User, named: str, left: list[str]) -> None:
    said = user.run("state", "leases", "--break", named, "--json")
    assert "vol-1" in [row["id"] for row in said.json["broken"]]
    assert [row["id"] for row in said.json["leases"]] == left
    (record,) = user.run("journal", "--run", "r-1", "--json").json["records"]
    assert (record["kind"], record["body"]["asked"]) == ("lease.broken", named)
    assert user.run("journal", "verify").status == 0


def test_what_nobody_holds_cannot_be_broken(user: User) -> None:
    said = user.run("state", "leases", "--break", "vol-9")
    assert (said.status, said.in_one_sentence()) == (2, True)
    assert user.run("state", "leases", "--target", "nowhere").status == 2


def test_a_database_of_leases_that_is_none_is_told(user: User) -> None:
    said = user.run("state", "leases", SKYWRIGHT_LEASES="mysql://somewhere/leases")
    assert (said.status, said.in_one_sentence()) == (2, True)


def test_where_nothing_was_done_nothing_is_wrong(user: User) -> None:
    assert user.run("state", "serialisable").out == "gym: 0 changes by 0 runs: serialisable\n"
