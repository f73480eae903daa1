"""What is known of targets: what a look saw, what it could not see, and what was there at a moment before."""

import pytest
from sqlalchemy import Engine

from skywright.model.resource import Resource, Survey, Unread
from skywright.state.inventories import Inventories


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def known(database: Engine, clock: Clock) -> Inventories:
    return Inventories(database, clock)


def disk(id: str, size: int = 8, region: str = "eu-west-1") -> Resource:
    return Resource(id, "ec2:volume", region, ("i-1",), "skywright", f"{id}-name", {"Size": size})


def seen(*resources: Resource, covered: tuple[str, ...] = ("eu-west-1",), **more: object) -> Survey:
    where = frozenset(("ec2:volume", region) for region in covered)
    return Survey({one.id: one for one in resources}, where, **more)  # type: ignore[arg-type]


def test_a_look_says_what_is_otherwise_than_it_was_known(known: Inventories) -> None:
    first = known.renew("t", seen(disk("a"), disk("b"), disk("c")))
    assert (first.new, first.changed, first.gone) == (("a", "b", "c"), (), ())
    second = known.renew("t", seen(disk("a"), disk("b", 9), disk("d")))
    assert (second.new, second.changed, second.gone) == (("d",), ("b",), ("c",))
    assert known.at("t") == {one.id: one for one in (disk("a"), disk("b", 9), disk("d"))}


def test_nothing_is_new_where_nothing_has_changed(known: Inventories) -> None:
    known.renew("t", seen(disk("a")))
    again = known.renew("t", seen(disk("a")))
    assert not (again.new or again.changed or again.gone)
    assert len(known.forms("t", "a")) == 1


def test_what_could_not_be_seen_stays_as_it_was_known(known: Inventories) -> None:
    known.renew("t", seen(disk("a"), disk("f", region="us-east-1"), covered=("eu-west-1", "us-east-1")))
    unread = (Unread(("ec2:volume",), "us-east-1", "AccessDenied"),)
    assert known.renew("t", seen(disk("a"), unread=unread)).gone == ()
    assert set(known.at("t")) == {"a", "f"}
    look = known.look("t")
    assert look is not None and look.unread == unread


def test_what_is_read_for_all_regions_at_once_is_gone_wherever_it_was(known: Inventories) -> None:
    known.renew("t", seen(disk("a", region="ap-south-1"), covered=("",)))
    assert known.renew("t", seen(covered=("",))).gone == ("a",)


def test_any_moment_before_can_be_asked_for(known: Inventories, clock: Clock) -> None:
    known.renew("t", seen(disk("a"), disk("b")))
    clock.now = 2000.0
    known.renew("t", seen(disk("a", 9)))
    clock.now = 3000.0
    known.renew("t", seen(disk("a", 9), disk("b", 5)))
    assert known.at("t", 999.0) == {}
    assert known.at("t", 1500.0) == {"a": disk("a"), "b": disk("b")}
    assert known.at("t", 2000.0) == {"a": disk("a", 9)}
    assert known.at("t", 9999.0) == {"a": disk("a", 9), "b": disk("b", 5)}
    assert known.forms("t", "b") == [(1000.0, 2000.0, disk("b")), (3000.0, None, disk("b", 5))]
    assert known.look("t", 999.0) is None


def test_targets_are_kept_apart_and_can_be_forgotten(known: Inventories) -> None:
    known.renew("t", seen(disk("a")))
    known.renew("other", seen(disk("a", 9)))
    known.forget("t")
    assert known.at("t") == {} and known.look("t") is None
    assert known.at("other") == {"a": disk("a", 9)}
