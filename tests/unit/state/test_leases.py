"""Leases as they are kept: who gets one, who waits, what lapses, and that no number comes twice.

The same on SQLite and, where its programs are on the machine, on PostgreSQL. The clock is a table's row.
"""

import socket
from dataclasses import dataclass
from functools import partial

import pytest
import sqlalchemy as sa

from skywright.errors import Unavailable, Usage
from skywright.model.lease import Blocked, Claim, Granted, Lease, Mode
from skywright.state.database import open_shared
from skywright.state.leases import GRACE_SECONDS, LASTING_SECONDS, Leases

R, W = Mode.READ, Mode.WRITE
LAPSED = LASTING_SECONDS + 1


@dataclass
class Store:
    """Leases whose clock a test moves."""

    leases: Leases
    database: sa.Engine

    def pass_(self, seconds: float) -> None:
        with self.database.begin() as connection:
            connection.execute(sa.text("UPDATE clock SET at = at + :more"), {"more": seconds})

    def take(self, holder: str, ticket: int = 0, **wanted: Mode) -> Granted | Blocked | Lease:
        return self.leases.take(Claim("gym:a", holder, f"for {holder}", wanted), ticket)

    def given(self, holder: str, ticket: int = 0, **wanted: Mode) -> Granted:
        found = self.take(holder, ticket, **wanted)
        assert isinstance(found, Granted), found
        return found

    def refused(self, holder: str, ticket: int = 0, **wanted: Mode) -> Blocked:
        found = self.take(holder, ticket, **wanted)
        assert isinstance(found, Blocked), found
        return found

    def good(self, holder: str, *resources: str) -> dict[str, int]:
        return dict(self.leases.good("gym:a", holder, resources)[0])


@pytest.fixture
def store(database: sa.Engine) -> Store:
    with database.begin() as connection:
        connection.execute(sa.text("CREATE TABLE clock (at DOUBLE PRECISION)"))
        connection.execute(sa.text("INSERT INTO clock VALUES (1000)"))
    return Store(Leases(database, "(SELECT at FROM clock)"), database)


def test_many_read_and_one_writes(store: Store) -> None:
    store.given("a", x=R, y=W)
    store.given("b", x=R)
    store.refused("c", x=W)
    store.refused("c", y=R)
    assert "run a changes it since 1970-01-01 00:16:40 UTC (for a): y" in store.refused("d", y=W).says


def test_what_appears_is_his_who_made_it_unless_another_was_quicker(store: Store) -> None:
    def appear(holder: str, resource: str) -> Granted | Blocked | Lease:
        return store.leases.appear(Claim("gym:a", holder, "", {resource: W}))

    first, second = appear("a", "x"), appear("a", "y")
    assert isinstance(first, Granted) and isinstance(second, Granted)
    assert store.good("a", "x", "y") == {"x": first.fence, "y": second.fence}
    assert store.given("b", z=W).fence > second.fence > first.fence
    assert isinstance(appear("a", "z"), Blocked)


def test_all_or_nothing(store: Store) -> None:
    store.given("a", y=W)
    store.refused("b", x=W, y=W, z=W)
    assert [lease.holder for lease in store.leases.held("gym:a")[0]] == ["a"]


def test_numbers_grow_whatever_happens(store: Store) -> None:
    first = store.given("a", x=W).fence
    store.leases.release("gym:a", "a")
    second = store.given("b", x=W).fence
    store.leases.break_("gym:a", "b")
    third = store.given("c", x=W, y=R).fence
    assert first < second < third
    assert store.given("c", x=W).fence > third


def test_who_was_there_first_goes_first(store: Store) -> None:
    store.given("a", x=W)
    first = store.refused("b", x=W, y=W)
    store.leases.release("gym:a", "a")
    later = store.refused("c", y=W)
    assert "run b was there before and waits" in later.says
    store.given("b", first.ticket, x=W, y=W)
    store.leases.release("gym:a", "b")
    store.given("c", later.ticket, y=W)


def test_who_went_away_is_waited_for_no_more(store: Store) -> None:
    store.given("a", x=W)
    store.refused("b", x=W, y=W)
    store.pass_(6)
    store.given("c", y=W)


def test_who_holds_some_does_not_queue_and_a_circle_is_told(store: Store) -> None:
    store.given("a", x=W)
    store.given("b", y=W)
    waits = store.refused("a", y=W)
    assert not waits.hopeless
    assert store.refused("b", x=W).hopeless
    store.leases.release("gym:a", "b")
    store.given("a", waits.ticket, y=W)


def test_what_is_renewed_lasts_and_what_is_not_lapses(store: Store) -> None:
    fence = store.given("a", x=W).fence
    store.pass_(LASTING_SECONDS - 1)
    assert store.leases.renew("gym:a", "a", fence) == {"x"}
    store.pass_(LASTING_SECONDS - 1)
    assert store.good("a", "x") == {"x": fence}
    store.pass_(2)
    assert store.good("a", "x") == {}
    assert store.leases.renew("gym:a", "a", fence) == frozenset()
    store.refused("b", x=W)
    store.pass_(GRACE_SECONDS)
    store.given("b", x=W)


def test_who_was_overtaken_is_told_when_he_comes_back(store: Store) -> None:
    store.given("a", x=W, y=R)
    store.pass_(LAPSED + GRACE_SECONDS)
    store.given("b", y=W)
    store.leases.release("gym:a", "b")
    store.given("a", x=W)
    lost = store.take("a", x=W, y=R)
    assert isinstance(lost, Lease)
    assert (lost.resource, lost.lost_to) == ("y", "run b")
    store.leases.release("gym:a", "a")
    store.given("a", x=W, y=R)


def test_another_process_of_the_same_run_shuts_out_the_first(store: Store) -> None:
    old = store.given("a", x=W).fence
    new = store.given("a", x=W).fence
    assert store.leases.renew("gym:a", "a", old) == frozenset()
    assert store.good("a", "x") == {"x": new}


@pytest.mark.parametrize("named", ["x", "a"])
def test_broken_is_lost_at_once(store: Store, named: str) -> None:
    store.given("a", x=W)
    assert [lease.resource for lease in store.leases.break_("gym:a", named)] == ["x"]
    good, lost = store.leases.good("gym:a", "a", ["x"])
    assert not good
    assert "a person" in lost["x"]
    store.given("b", x=W)
    assert isinstance(store.take("a", x=W), Lease)
    assert store.leases.break_("gym:a", "nobody") == ()


def test_what_others_may_have_written_since_a_moment_is_told(store: Store) -> None:
    def since(number: int) -> dict[str, str]:
        return dict(store.leases.written_since("gym:a", ["x", "y", "z"], number, "me"))

    before = store.leases.number("gym:a")
    store.given("a", x=W, y=R)
    store.given("me", z=W)
    assert since(before) == {}
    store.leases.release("gym:a", "a")
    store.leases.release("gym:a", "me")
    assert since(before) == {"x": "a"}
    now = store.leases.number("gym:a")
    assert since(now) == {}
    store.given("b", y=W)
    store.leases.break_("gym:a", "y")
    assert since(now) == {"y": "b"}


@pytest.mark.parametrize("mode", [R, W])
def test_whoever_takes_what_lapsed_knows_who_may_have_written_it(store: Store, mode: Mode) -> None:
    store.given("a", x=W)
    store.pass_(LAPSED + GRACE_SECONDS)
    before = store.leases.number("gym:a")
    store.given("me", x=mode)
    assert store.leases.written_since("gym:a", ["x"], before, "me") == {"x": "a"}
    now = store.leases.number("gym:a")
    store.leases.release("gym:a", "me")
    store.given("other", x=R)
    assert store.leases.written_since("gym:a", ["x"], now, "me") == {}
    assert isinstance(store.take("a", x=W), Lease)


def test_who_has_a_lease_to_write_a_thing_or_let_it_lapse_may_have_changed_it_too(store: Store) -> None:
    mine = store.given("a", x=W, y=W, z=W).fence
    contested = partial(store.leases.contested, "gym:a", ["x", "y", "z"], mine, "a")
    assert contested() == {}
    store.pass_(LAPSED + GRACE_SECONDS)
    store.given("b", x=W, y=R)
    assert contested() == {"x": "b"}
    store.pass_(LAPSED)
    assert contested() == {"x": "b"}
    store.leases.release("gym:a", "b")
    store.leases.release("gym:a", "a")
    assert contested() == {"x": "b"}


def test_what_is_held_and_awaited_can_be_seen(store: Store) -> None:
    store.given("a", x=W)
    store.refused("b", x=R)
    leases, waiting = store.leases.held("gym:a")
    assert [(one.resource, one.holder, one.mode, one.purpose) for one in leases] == [("x", "a", W, "for a")]
    assert [(one.holder, dict(one.wanted)) for one in waiting] == [("b", {"x": R})]
    store.pass_(LAPSED + GRACE_SECONDS)
    assert store.leases.held("gym:a") == ((), ())


def test_the_databases_own_clock(database: sa.Engine) -> None:
    own = Leases(database)
    own.take(Claim("r", "a", "", {"x": W}))
    assert own.good("r", "a", ["x"])[0] == {"x": 1}
    assert len(own.held("r")[0]) == 1


@pytest.mark.parametrize("url", ["nonsense", "mysql://somewhere/leases"])
def test_what_is_no_database_is_told(url: str) -> None:
    with pytest.raises(Usage, match="postgresql"):
        open_shared(url)


def test_a_database_that_cannot_be_had_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    database = open_shared(f"postgresql://x@127.0.0.1:{port}/leases")
    with pytest.raises(Unavailable, match=f"127.0.0.1:{port}/leases cannot be had"):
        Leases(database)
