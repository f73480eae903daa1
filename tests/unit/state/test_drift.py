"""What is otherwise than it is meant to be: found field by field, and only where somebody looked."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Engine

from skywright.model.resource import Resource, Survey
from skywright.state.drift import compare
from skywright.state.expectations import Expectations, Expected, Ignored, spelt

WHERE = frozenset({("vm", "eu-west-1")})


def machine(id: str = "i-1", managed_by: str = "", **properties: Any) -> Resource:
    return Resource(id, "vm", "eu-west-1", managed_by=managed_by, properties=properties)


def meant(*resources: Resource) -> Mapping[str, Expected]:
    return {one.id: Expected(one, 5.0, "run r-1") for one in resources}


def survey(*resources: Resource) -> Survey:
    return Survey({one.id: one for one in resources}, WHERE)


def told(expected: Mapping[str, Expected], seen: Survey) -> list[tuple[str, str, str, Any, Any]]:
    return [(d.id, d.kind, d.field, d.expected, d.actual) for d in compare(expected, seen, {}, 0.0)]


def test_each_field_that_is_otherwise_is_told_by_its_path() -> None:
    tags = [{"Key": "Name", "Value": "web"}, {"Key": "team", "Value": "a"}]
    other = [{"Key": "team", "Value": "b"}, {"Key": "Name", "Value": "web"}, {"Key": "new", "Value": ""}]
    before = machine(State={"Name": "running"}, Type="small", Tags=tags, Same=[1], Ports=[80])
    after = machine(State={"Name": "stopped"}, Type="small", Tags=other, Same=[1], Ports=[80, 22], More=1)
    assert told(meant(before), survey(after)) == [
        ("i-1", "changed", "More", None, 1),
        ("i-1", "changed", "Ports", [80], [80, 22]),
        ("i-1", "changed", "State.Name", "running", "stopped"),
        ("i-1", "changed", "Tags.new", None, ""),
        ("i-1", "changed", "Tags.team", "a", "b"),
    ]


@pytest.mark.parametrize(
    ("was", "now", "differs"),
    [
        ({"State": "pending"}, {"State": "completed"}, []),
        ({"State": {"Code": "provisioning"}}, {"State": {"Code": "active"}}, []),
        ({"State": {"Code": 0, "Name": "pending"}}, {"State": {"Code": 16, "Name": "running"}}, []),
        ({"State": {"Code": 16, "Name": "running"}}, {"State": {"Code": 0, "Name": "pending"}}, []),
        ({"Attachments": [{"State": "attaching"}]}, {"Attachments": [{"State": "attached"}]}, []),
        ({"State": "creating"}, {"State": "in-use"}, ["State"]),
        ({"State": "pending", "Size": 8}, {"State": "available", "Size": 9}, ["Size"]),
        ({"State": "pending"}, {}, ["State"]),
        (
            {"Attachments": [{"State": "attaching", "To": "i-1"}]},
            {"Attachments": [{"State": "attached", "To": "i-2"}]},
            ["Attachments"],
        ),
        (
            {"State": {"Code": 0, "Name": "pending"}},
            {"State": {"Code": 80, "Name": "stopped"}},
            ["State.Code", "State.Name"],
        ),
        (
            {"Tags": [{"Key": "State", "Value": "pending"}]},
            {"Tags": [{"Key": "State", "Value": "completed"}]},
            ["Tags.State"],
        ),
    ],
)
def test_what_becomes_so_by_itself_is_no_difference_and_hides_none(
    was: dict[str, Any], now: dict[str, Any], differs: list[str]
) -> None:
    found = told(meant(machine(**was)), survey(machine(**now)))
    assert [field for _, _, field, _, _ in found] == differs


def test_tags_that_are_there_twice_or_not_of_their_form_are_compared_whole() -> None:
    odd = [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]
    assert told(meant(machine(Tags=odd)), survey(machine(Tags=odd[:1]))) == [
        ("i-1", "changed", "Tags", odd, odd[:1])
    ]


def test_what_is_gone_and_what_is_new_is_told() -> None:
    assert told(meant(machine("i-1")), survey(machine("i-2"))) == [
        ("i-1", "missing", "", "i-1", None),
        ("i-2", "unmanaged", "", None, "i-2"),
    ]


def test_what_was_ending_when_it_was_first_seen_may_go_with_what_hung_on_it() -> None:
    ending = machine("i-1", State={"Code": 32, "Name": "shutting-down"})
    disk, other = machine("vol-1", Attachments=[{"InstanceId": "i-1"}]), machine("vol-2")
    free = machine("vol-1", Attachments=[], Size=9)
    assert told(meant(ending, disk), survey()) == []
    assert [id for id, *_ in told(meant(ending, disk, other), survey())] == ["vol-2"]
    assert [field for _, _, field, *_ in told(meant(ending, disk), survey(free))] == ["Size"]
    assert [id for id, *_ in told(meant(ending, disk), survey(ending))] == ["vol-1"]


def test_what_nobody_looked_at_is_not_gone() -> None:
    elsewhere = Resource("i-9", "vm", "us-east-1")
    assert told(meant(elsewhere), survey()) == []


def test_what_another_tool_makes_by_itself_is_no_difference() -> None:
    assert told({}, survey(machine(managed_by="autoscaling"), machine("i-2", "terraform:x"))) == []
    assert len(told({}, survey(machine(managed_by="skywright")))) == 1


def test_what_is_ignored_is_ignored_as_long_as_it_is_what_it_was() -> None:
    ignored = {("i-1", "Type"): Ignored("i-1", "Type", spelt("large"), "a test of Tom's")}
    for actual, reason in (("large", "a test of Tom's"), ("huge", "")):
        (one,) = compare(meant(machine(Type="small")), survey(machine(Type=actual)), ignored, 0.0)
        assert one.ignored == reason


@pytest.fixture
def expectations(database: Engine) -> Expectations:
    return Expectations(database, lambda: 7.0)


def test_what_is_found_where_nobody_looked_before_is_expected_and_nothing_later_is(
    expectations: Expectations,
) -> None:
    expectations.welcome("t", survey(machine(Type="small")))
    expectations.welcome("t", survey(machine(Type="large"), machine("i-2")))
    assert expectations.of("t") == {"i-1": Expected(machine(Type="small"), 7.0, "first seen")}
    wider = Survey({"i-3": Resource("i-3", "vm", "us-east-1")}, WHERE | {("vm", "us-east-1")})
    expectations.welcome("t", wider)
    assert set(expectations.of("t")) == {"i-1", "i-3"}


def test_what_a_run_left_is_expected_and_what_it_took_away_is_not(expectations: Expectations) -> None:
    expectations.welcome("t", survey(machine("i-1"), machine("i-2")))
    expectations.settle("t", ("i-1", "i-2"), {"i-1": machine(Type="large")}, "run r-1")
    assert expectations.of("t") == {"i-1": Expected(machine(Type="large"), 7.0, "run r-1")}


def test_what_is_said_to_be_ignored_is_kept(expectations: Expectations) -> None:
    first, second = Ignored("i-1", "Type", "1", "a"), Ignored("i-1", "Type", "2", "b")
    expectations.ignore("t", [first])
    expectations.ignore("t", [second])
    assert expectations.ignored("t") == {("i-1", "Type"): second}
    assert expectations.ignored("other") == {}


def test_what_a_service_made_for_itself_is_its_own_affair() -> None:
    theirs = machine("i-2", "aws-service")
    assert told(meant(theirs), survey()) == [] and told({}, survey(theirs)) == []


def test_what_came_back_under_another_name_is_meant_wherever_it_is_named_now(
    expectations: Expectations,
) -> None:
    user, record = machine("i-1", Disk="vol-1", Type="small"), machine("i-2", MadeFrom="vol-1")
    expectations.welcome("t", survey(user, record))
    there = {"i-1": machine("i-1", Disk="vol-2", Type="large"), "i-2": record}
    expectations.rename("t", {"vol-1": "vol-2"}, there)
    found = {id: one.resource for id, one in expectations.of("t").items()}
    # What still names the old one, as a record of what was, goes on to.
    assert found == {"i-1": machine("i-1", Disk="vol-2", Type="small"), "i-2": record}


def test_what_is_expected_of_a_target_is_forgotten_with_it(expectations: Expectations) -> None:
    for target in ("t", "other"):
        expectations.welcome(target, survey(machine()))
        expectations.ignore(target, [Ignored("i-1", "Type", "1", "a")])
    expectations.forget("t")
    assert not expectations.of("t") and not expectations.ignored("t")
    assert expectations.of("other") and expectations.ignored("other")
    expectations.welcome("t", survey(machine("i-9")))
    assert set(expectations.of("t")) == {"i-9"}
