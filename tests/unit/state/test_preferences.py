"""Preferences are kept of a user for a target."""

import pytest
from sqlalchemy import Engine

from skywright.errors import NotFound, Usage
from skywright.model.preference import Kind, Wish
from skywright.state.preferences import Preferences

TAG = Wish(Kind.TAG, "owner", "team-a")
NEVER = Wish(Kind.NEVER_REGION, "us-east-1")


def of(database: Engine, user: str) -> Preferences:
    return Preferences(database, user, lambda: 7.0)


def test_they_are_of_one_user_and_one_target(database: Engine) -> None:
    ann, bob = of(database, "ann"), of(database, "bob")
    kept = ann.add("gym", TAG, "we always tag owner=team-a")
    ann.add("prod", NEVER, "never in us-east-1")
    assert [each.wish for each in ann.all("gym")] == [TAG]
    assert [each.target for each in ann.all()] == ["gym", "prod"]
    assert bob.all() == ()
    with pytest.raises(NotFound, match="no preference"):
        bob.remove(kept.id)
    assert ann.remove(kept.id) == kept and ann.all("gym") == ()


def test_the_same_is_kept_once_and_its_like_gives_way(database: Engine) -> None:
    ann = of(database, "ann")
    first = ann.add("gym", TAG, "a")
    assert ann.add("gym", TAG, "again") == first
    other = ann.add("gym", Wish(Kind.TAG, "owner", "team-b"), "b")
    ann.add("gym", Wish(Kind.TAG, "env", "prod"), "c")
    assert [each.wish.value for each in ann.all("gym")] == ["team-b", "prod"] and other.id != first.id


def test_a_number_never_means_another(database: Engine) -> None:
    ann = of(database, "ann")
    first = ann.add("gym", TAG, "a")
    ann.remove(first.id)
    assert ann.add("gym", TAG, "a").id > first.id


def test_what_contradicts_is_declined(database: Engine) -> None:
    ann = of(database, "ann")
    ann.add("gym", NEVER, "never in us-east-1")
    with pytest.raises(Usage, match="contradicts preference 1"):
        ann.add("gym", Wish(Kind.REGION, "", "us-east-1"), "us-east-1 by default")
    ann.add("gym", Wish(Kind.NEVER_REGION, "us-west-2"), "never in us-west-2")
    assert len(ann.all("gym")) == 2


def test_a_target_that_is_removed_leaves_none(database: Engine) -> None:
    ann, bob = of(database, "ann"), of(database, "bob")
    for each in (ann, bob):
        each.add("prod", TAG, "a")
    kept = ann.add("gym", TAG, "a")
    ann.forget("prod")
    assert ann.all() == (kept,) and bob.all() == ()
