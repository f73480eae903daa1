"""What the cloud's own trail tells of a change, and what of its answer is not there."""

import json
from typing import Any

import pytest

from skywright.clouds.aws.trail import CloudTrail
from skywright.clouds.restoring import Deed
from skywright.model.operation import Operation
from skywright.model.values import Arguments

EVENT = {
    "EventName": "StopInstances",
    "EventSource": "ec2.amazonaws.com",
    "EventTime": "2026-05-01T12:00:00+00:00",
    "Username": "ann",
    "ReadOnly": "false",
    "CloudTrailEvent": json.dumps({"userAgent": "aws-cli/2.15.0 Python/3.11"}),
}


class History:
    """Answers with these events, and keeps what it was asked."""

    def __init__(self, *events: dict[str, Any]) -> None:
        self.events = events
        self.asked: list[tuple[Operation, Arguments, str]] = []

    def call(self, operation: Operation, arguments: Arguments, region: str) -> dict[str, Any]:
        self.asked.append((operation, arguments, region))
        return {"Events": list(self.events)}


def test_the_last_change_is_told_with_who_and_what_with() -> None:
    history = History({**EVENT, "ReadOnly": "true"}, EVENT, {**EVENT, "EventName": "StartInstances"})
    deed = CloudTrail().last(history, "i-1", "eu-west-1", 1_700_000_000.0)
    assert deed == Deed("ec2:StopInstances", "ann", 1_777_636_800.0, "aws-cli/2.15.0")
    ((operation, asked, region),) = history.asked
    assert (str(operation), region, asked["StartTime"]) == (
        "cloudtrail:LookupEvents",
        "eu-west-1",
        "2023-11-14T22:13:20Z",
    )


def test_nothing_on_record_is_nothing_and_not_a_guess() -> None:
    assert CloudTrail().last(History(), "i-1", "eu-west-1", 0.0) is None


@pytest.mark.parametrize("record", ["", "no JSON", "[]", "{}"])
def test_a_record_that_says_nothing_is_no_stumbling_block(record: str) -> None:
    event = {"EventName": "X", "EventSource": "ec2.amazonaws.com", "CloudTrailEvent": record}
    assert CloudTrail().last(History(event), "i-1", "", 0.0) == Deed("ec2:X", "somebody unnamed", 0.0)
