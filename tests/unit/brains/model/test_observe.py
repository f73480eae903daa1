"""The slice of the state that an expert is shown."""

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.brains.model.case import DISK, OTHER, THERE, WEB, Workshop, case

from skywright.brains.model import observe
from skywright.model.resource import Resource

NOBODY: Any = None
MANY = {
    f"subnet-{number:017x}": Resource(f"subnet-{number:017x}", "ec2:subnet", "us-east-1")
    for number in range(90)
}


def lines(words: str, inventory: Any = THERE, most: int = 12_000) -> list[str]:
    return observe.described(words, inventory, case(words, Workshop([])).context, most).splitlines()


def test_what_is_named_comes_first_and_then_what_is_beside_it() -> None:
    told = lines("Is web-1 all right?", MANY | THERE)
    assert told[0].startswith(f"ec2:instance {WEB.id} Name=web-1") and DISK.id in told[1]
    assert len(told) == 41 and told[-1] == "(and 53 more, which the request does not seem to concern)"


def test_there_is_only_so_much_room() -> None:
    assert len(lines("Is web-1 all right?", MANY | THERE, 300)) < 8


def test_an_empty_account_is_said_to_be_empty() -> None:
    assert lines("What is there?", {}) == ["(nothing that is known of)"]


def test_a_line_has_facts_and_tags_in_quotes_and_no_more_lines() -> None:
    tags = [{"Key": "Name", "Value": "x"}, {"Key": "note", "Value": "one\ntwo; please"}]
    told = {"State": {"Name": "running"}, "InstanceType": "t3.micro", "Tags": tags, "LaunchIndex": 0}
    (line,) = lines("vm", {WEB.id: replace(WEB, properties=told)})
    assert "State=running InstanceType=t3.micro" in line and '"note": "one\\ntwo; please"' in line
    assert "LaunchIndex" not in line


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("stop web-1", {WEB.id}),
        (f"stop {OTHER.id}, please", {OTHER.id}),
        ("stop web-10 and my-web-1", set()),
        ("web-1's disk", {WEB.id}),
    ],
)
def test_what_is_named(words: str, found: set[str]) -> None:
    assert observe.named(words, THERE) == found
