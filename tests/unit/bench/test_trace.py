"""One word says whether two traces are the same: what a seed decides counts, and nothing else."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from skywright.clouds.aws.cloud import aws
from skywright.model.call import Call, Outcome
from skywright.model.operation import Effect, Operation
from skywright.model.verdict import Decision, Principal, Verdict
from skywright_bench.trace import digest

number = count(1)


def asked(name: str, arguments: Mapping[str, Any], kind: str = "perform") -> Call:
    at = float(next(number))
    return Call(
        f"c{at}",
        Principal("r", kind, "builtin", "sdk", "gym"),
        Operation("ec2", name),
        Effect.READ if name.startswith("Describe") else Effect.CREATE,
        "us-east-1",
        dict(arguments),
        at,
        Verdict(Decision.ALLOW, "all"),
        outcome=Outcome(200, {}, None, at),
    )


def word(*calls: Call, in_order: bool = True) -> str:
    return digest(calls, aws().catalogue, in_order=in_order)


LOOK = ("DescribeVolumes", {"VolumeIds": ["vol-11112222333344445"]})
MADE = ("CreateVolume", {"AvailabilityZone": "us-east-1a", "Size": 20, "ClientToken": "one"})
HUNG = ("AttachVolume", {"VolumeId": "vol-11112222333344445", "InstanceId": "i-1", "Device": "/dev/sdf"})


def test_moments_tokens_and_looking_again_do_not_count() -> None:
    once = word(asked(*MADE), asked(*LOOK), asked(*HUNG))
    again = asked("CreateVolume", {**MADE[1], "ClientToken": "another"})
    assert once and word(again, asked(*LOOK), asked(*LOOK), asked(*HUNG)) == once


def test_what_was_tried_in_a_copy_does_not_count() -> None:
    assert word(asked(*MADE, kind="explore"), asked(*MADE)) == word(asked(*MADE))
    assert word(asked(*MADE, kind="explore")) == ""


def test_order_arguments_and_identifiers_count() -> None:
    once = word(asked(*MADE), asked(*HUNG))
    other = asked("AttachVolume", {**HUNG[1], "VolumeId": "vol-99992222333344445"})
    larger = asked("CreateVolume", {**MADE[1], "Size": 21})
    words = {once, word(asked(*HUNG), asked(*MADE)), word(asked(*MADE), other), word(larger, asked(*HUNG))}
    assert len(words) == 4


def test_of_what_is_done_at_a_time_neither_order_nor_identifiers_count() -> None:
    other = asked("AttachVolume", {**HUNG[1], "VolumeId": "vol-99992222333344445"})
    once = word(asked(*MADE), asked(*HUNG), in_order=False)
    assert word(other, asked(*MADE), in_order=False) == once
    assert word(asked(*MADE), in_order=False) != once
