"""Twins are remembered with the ids in them, and know when their target is not what it was."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from skywright.clouds.restoring import Lacking
from skywright.model.resource import Resource, Survey
from skywright.state.twins import Twin, Twins, seen_in

DISK = Resource("vol-1", "ec2:volume", "eu-west-1", properties={"Size": 8})
BUCKET = Resource("logs", "s3:bucket", "eu-west-1")
COVERED = frozenset({("ec2:volume", "eu-west-1")})


def looked(*resources: Resource) -> Survey:
    return Survey({one.id: one for one in resources}, COVERED)


@pytest.fixture
def twins(database: Engine) -> Twins:
    return Twins(database)


def twin(account: str = "prod-twin", at: float = 1.0) -> Twin:
    lacking = (Lacking("key-1", "ec2:key-pair", "eu-west-1", "deploy", "its private half", whole=False),)
    ids = {"vol-1": "vol-1", "eni-1": "eni-9"}
    return Twin(account, "prod", at, ("eu-west-1",), seen_in(looked(DISK, BUCKET)), ids, lacking)


def test_what_is_kept_comes_back_and_the_newest_is_the_targets(twins: Twins) -> None:
    twins.keep(twin())
    twins.keep(twin("later", 2.0))
    assert twins.get("prod-twin") == twin() and twins.of("prod") == twin("later", 2.0)
    assert twin().renamed() == {"eni-1": "eni-9"}
    twins.forget("other")
    assert twins.of("prod") is not None and twins.of("other") is None
    twins.forget("prod")
    assert twins.of("prod") is twins.get("prod-twin") is None


def test_it_is_outdated_by_what_changed_came_or_went_where_somebody_looked() -> None:
    assert twin().outdated(looked(DISK)) == frozenset()  # the bucket was not looked for
    assert twin().outdated(looked(replace(DISK, properties={"Size": 9}))) == {"vol-1"}
    assert twin().outdated(looked()) == {"vol-1"}
    assert twin().outdated(looked(DISK, replace(DISK, id="vol-2"))) == {"vol-2"}
