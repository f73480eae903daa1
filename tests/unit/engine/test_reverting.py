"""Drift settled by a word, and a way back, which is gone only as long as it is wanted."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from skywright.engine.drift import ADOPTED, IGNORED, adopt, ignore
from skywright.engine.reverting import insist_on_meant, reverting
from skywright.errors import Refused
from skywright.model.resource import Resource
from skywright.model.run import Request, Status
from skywright.model.target import Target
from skywright.state.drift import CHANGED, MISSING, UNMANAGED, Difference
from skywright.state.expectations import Expected
from skywright.state.runs import Run

DISK = Resource("vol-1", "ec2:volume", "us-east-1", properties={"Size": 8})


def house(meant: tuple[Resource, ...] = (), there: tuple[Resource, ...] = ()) -> Any:
    expected = {one.id: Expected(one, 1.0, "first seen") for one in meant}
    return SimpleNamespace(
        expectations=SimpleNamespace(of=lambda target: expected),
        inventories=SimpleNamespace(at=lambda target: {one.id: one for one in there}),
        shelves=SimpleNamespace(fetch=lambda folder: None),
    )


CLOUD: Any = SimpleNamespace(name="aws", retracing=SimpleNamespace(returns=lambda departures, there: ()))


def test_what_is_settled_by_a_word_is_on_record_before_it_holds(tmp_path: Path) -> None:
    done: list[Any] = []
    parts: Any = house((), (DISK,))
    parts.modalities, parts.kept = {}, tmp_path
    parts.journal = SimpleNamespace(append=lambda kind, body: done.append((kind, body)))
    parts.expectations.settle = parts.expectations.ignore = lambda *_: done.append("settled")
    one, here = Difference(DISK, UNMANAGED, "", None, "vol-1", 0.0), Target("t", "gym", "t")
    row = {"target": "t", "differences": [{"id": "vol-1", "kind": UNMANAGED, "field": ""}]}
    adopt(parts, here, [one])
    ignore(parts, here, [one], "a test")
    assert done == [
        (ADOPTED, {**row, "reason": ""}),
        "settled",
        (IGNORED, {**row, "reason": "a test"}),
        "settled",
    ]


def way_back(kind: str, parts: Any) -> Any:
    return reverting(parts, Target("t", "gym", "t"), (Difference(DISK, kind, "", None, None, 0.0),), CLOUD)


@pytest.mark.parametrize(
    ("kind", "meant", "there"),
    [
        (MISSING, (), ()),
        (UNMANAGED, (), ()),
        (UNMANAGED, (DISK,), (DISK,)),
        (CHANGED, (DISK,), ()),
    ],
)
def test_what_somebody_settled_in_the_meantime_is_told(kind: str, meant: Any, there: Any) -> None:
    with pytest.raises(Refused, match="vol-1 is no more what it was"):
        way_back(kind, house(meant, there))


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        (UNMANAGED, (), (DISK,)),
        (MISSING, (DISK,), ()),
        (CHANGED, (DISK,), (Resource("vol-1", "ec2:volume", "us-east-1", properties={"Size": 9}),)),
    ],
)
def test_what_is_meant_otherwise_by_now_is_not_taken_back(kind: str, before: Any, after: Any) -> None:
    there = () if kind == MISSING else (DISK,)
    papers = way_back(kind, house(before, there)).papers()
    run = Run("r-1", 0.0, Status.RUNNING, "survey", Request("w", "t"), papers)
    insist_on_meant(run, house(before, there))
    with pytest.raises(Refused, match="vol-1 is not meant to be"):
        insist_on_meant(run, house(after, there))
