"""What a process remembers of its leases: renewed while it lives, and never taken for better than they
are.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from skywright.errors import Refused
from skywright.model.lease import Claim, Mode
from skywright.state.database import open_database
from skywright.state.holding import Holding
from skywright.state.leases import GRACE_SECONDS, LASTING_SECONDS, Leases

X = {"x": Mode.WRITE}


@dataclass
class World:
    """A store whose clock a test moves, and holders with clocks that are years apart."""

    database: sa.Engine
    noted: list[str] = field(default_factory=list)
    now: float = 0.0

    def __post_init__(self) -> None:
        self.leases = Leases(self.database, "(SELECT at FROM clock)")

    def pass_(self, seconds: float) -> None:
        self.now += seconds
        with self.database.begin() as connection:
            connection.execute(sa.text("UPDATE clock SET at = at + :more"), {"more": seconds})

    def holding(self, run: str, offset: float = 0.0, read_at: int | None = None) -> Holding:
        return Holding(
            self.leases,
            Claim("gym:a", run, "", {}),
            lambda kind, _body, _run: self.noted.append(kind),
            lambda: self.now + offset,
            read_at,
        )


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    database = open_database(tmp_path / "leases.db")
    with database.begin() as connection:
        connection.execute(sa.text("CREATE TABLE clock (at DOUBLE PRECISION)"))
        connection.execute(sa.text("INSERT INTO clock VALUES (5000)"))
    yield World(database)
    database.dispose()


def may_write(held: Holding) -> bool:
    try:
        held.insist(X)
        held.in_time(X)
    except Refused as refused:
        assert refused.rule == "lease-lost"
        return False
    return True


def test_whatever_time_it_is_for_whom(world: World) -> None:
    one, other = world.holding("a", offset=1e9), world.holding("b", offset=-1e9)
    assert one.try_take(X) is None
    assert other.try_take(X) is not None
    assert may_write(one)
    world.pass_(LASTING_SECONDS + GRACE_SECONDS)
    assert other.try_take(X) is None
    assert may_write(other)
    assert not may_write(one)


def test_renewed_it_lasts(world: World) -> None:
    held = world.holding("a")
    assert held.try_take(X) is None
    for _ in range(5):
        world.pass_(LASTING_SECONDS - 1)
        held.renew()
        assert may_write(held)
    assert not held.over
    assert world.noted == ["lease.taken"]


def test_who_renews_too_late_gets_nothing_by_it(world: World) -> None:
    held = world.holding("a")
    assert held.try_take(X) is None
    world.pass_(LASTING_SECONDS)
    held.renew()
    assert held.over
    assert held.lacks(X) == {}
    assert not may_write(held)


def test_a_guest_takes_anew_what_lapsed_if_nobody_has_had_it(world: World) -> None:
    held, other = world.holding("g", read_at=0), world.holding("a")
    assert held.try_take(X) is None
    world.pass_(LASTING_SECONDS + GRACE_SECONDS)
    held.renew()
    assert held.lacks(X) == X
    assert held.try_take(X) is None
    assert may_write(held)
    world.pass_(LASTING_SECONDS + GRACE_SECONDS)
    assert other.try_take(X) is None
    held.renew()
    with pytest.raises(Refused, match="went to run a"):
        held.try_take(X)


def test_a_guest_gives_back_what_it_has_long_not_changed_and_a_run_does_not(world: World) -> None:
    guest, run = world.holding("g", read_at=0), world.holding("a")
    assert guest.try_take({"x": Mode.WRITE, "y": Mode.WRITE}) is None
    assert run.try_take({"z": Mode.WRITE}) is None
    for _ in range(25):
        world.pass_(LASTING_SECONDS - 1)
        guest.renew()
        run.renew()
        assert may_write(guest)
    assert [one.resource for one in world.leases.held("gym:a")[0]] == ["x", "z"]
    assert guest.lacks({"y": Mode.WRITE})


def test_a_guest_gives_back_what_no_change_came_of_and_no_other_of_its_changes_needs(world: World) -> None:
    guest = world.holding("g", read_at=0)
    for _ in range(2):
        guest.rely(X)
    assert guest.try_take(X) is None
    assert not guest.done(X, sent=False)
    assert guest.lacks(X) == {}
    assert guest.done(X, sent=False)
    assert guest.lacks(X) == X
    assert guest.try_take(X) is None
    guest.give_back()
    assert may_write(guest)
    guest.rely(X)
    assert guest.done(X, sent=False)
    guest.give_back()
    assert not may_write(guest)
    other = world.holding("h", read_at=0)
    assert other.try_take(X) is None


def test_who_comes_while_something_is_given_back_takes_it_anew(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest = world.holding("g", read_at=0)
    guest.rely(X)
    assert guest.try_take(X) is None and guest.done(X, sent=False)
    good, lacked = world.leases.good, list[object]()

    def meanwhile(*asked: Any) -> Any:
        guest.rely(X)
        lacked.append(guest.lacks(X))
        return good(*asked)

    with monkeypatch.context() as patched:
        patched.setattr(world.leases, "good", meanwhile)
        guest.give_back()
    assert lacked == [X]
    assert guest.lacks(X) == X and guest.try_take(X) is None and may_write(guest)

    assert guest.done(X, sent=False)
    guest.rely(X)
    guest.give_back()  # another came to need it before it was begun: it goes on being held
    assert [one.resource for one in world.leases.held("gym:a")[0]] == ["x"]


def test_what_a_guest_has_changed_and_what_a_run_holds_is_kept(world: World) -> None:
    guest, run = world.holding("g", read_at=0), world.holding("r")
    y = {"y": Mode.WRITE}
    for held, wanted, sent in ((guest, X, True), (guest, X, False), (run, y, False)):
        held.rely(wanted)
        assert held.try_take(wanted) is None
        assert not held.done(wanted, sent=sent)
    assert guest.lacks(X) == run.lacks(y) == {}
