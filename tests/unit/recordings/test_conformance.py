"""A conformance run finds what an account answers otherwise. What is served again plays the gym here."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.unit.recordings.conftest import exchange, recording

from skywright.clouds.aws.wire.wire import Wire
from skywright.clouds.calling import Catalogue
from skywright.model.target import Credential, Upstream
from skywright.recordings.conformance import Judged, Place, Verdict, conform, told
from skywright.recordings.form import Exchange
from skywright.recordings.replay import Replay, Script

Run = Callable[[list[Exchange], list[Exchange]], list[Judged]]


@pytest.fixture
def passed() -> list[float]:
    """How much time was put on in the account that is asked."""
    return []


@pytest.fixture
def run(catalogue: Catalogue, passed: list[float]) -> Run:
    """`run(recorded, ours)`: the first held against an account that answers as the second says."""

    def judge(recorded: list[Exchange], ours: list[Exchange]) -> list[Judged]:
        key = Credential("AKIAIOSFODNN7EXAMPLE", "any")
        with Replay(Script(recording(*ours), catalogue, Wire())) as served:
            place = Place(
                Upstream(key, served.endpoint, "eu-west-1"), "2" * 12, passed.append, lambda: 1_790_000_000.0
            )
            return list(conform(recording(*recorded), place, catalogue, Wire(), {}))

    return judge


def made(number: str) -> dict[str, Any]:
    return {"Vpc": {"VpcId": f"vpc-{number * 8}", "CidrBlock": "10.0.0.0/16"}}


def machine(number: str, state: str) -> dict[str, Any]:
    return {"Reservations": [{"Instances": [{"InstanceId": f"i-{number * 8}", "State": {"Name": state}}]}]}


ASKED = {"CidrBlock": "10.0.0.0/16"}


def test_what_was_made_is_sent_on_under_its_own_name(run: Run) -> None:
    judged = run(
        [
            exchange("ec2:CreateVpc", ASKED, made("1")),
            exchange("ec2:DeleteVpc", {"VpcId": "vpc-11111111"}, {}),
        ],
        [
            exchange("ec2:CreateVpc", ASKED, made("2")),
            exchange("ec2:DeleteVpc", {"VpcId": "vpc-22222222"}, {}),
        ],
    )
    assert [one.verdict for one in judged] == [Verdict.SAME, Verdict.SAME]


def test_each_way_to_differ_is_told(run: Run) -> None:
    other = {"Vpc": {"VpcId": "vpc-22222222", "CidrBlock": "10.0.0.0/24"}}
    judged = run(
        [
            exchange("ec2:CreateVpc", ASKED, made("1")),
            exchange("ec2:DeleteVpc", {"VpcId": "vpc-9"}, "InvalidVpcID.NotFound"),
            exchange("ec2:DescribeSubnets", {}, {}),
            exchange("ec2:DescribeHosts", {}, {}),
            exchange("ec2:DescribeRouteTables", {}, "Blocked"),
        ],
        [
            exchange("ec2:CreateVpc", ASKED, other),
            exchange("ec2:DeleteVpc", {"VpcId": "vpc-9"}, "DependencyViolation"),
            exchange("ec2:DescribeSubnets", {}, "RequestLimitExceeded"),
            exchange("ec2:DescribeHosts", {}, "UnsupportedOperation"),
            exchange("ec2:DescribeRouteTables", {}, "Blocked"),
        ],
    )
    assert [one.verdict for one in judged] == [
        Verdict.DIFFERS,
        Verdict.ERROR_DIFFERS,
        Verdict.ERROR_DIFFERS,
        Verdict.NOT_IMPLEMENTED,
        Verdict.SAME,
    ]
    report = told(recording(), judged)
    assert (report["same"], report["differs"], report["error_differs"], report["not_implemented"]) == (
        1,
        1,
        2,
        1,
    )
    first, second, *_ = report["differences"]
    assert first == {
        "request": 1,
        "operation": "ec2:CreateVpc",
        "verdict": "differs",
        "path": "Vpc.CidrBlock",
        "expected": "10.0.0.0/16",
        "got": "10.0.0.0/24",
    }
    assert second["expected"] == "InvalidVpcID.NotFound" and second["got"].startswith("DependencyViolation")


def test_of_what_was_waited_for_the_end_counts(run: Run, passed: list[float]) -> None:
    polled = [("1", 0.0, "pending"), ("1", 15.0, "pending"), ("1", 30.0, "running")]
    asked = {"InstanceIds": ["i-11111111"]}
    recorded = [exchange("ec2:DescribeInstances", asked, machine(n, s), at) for n, at, s in polled]
    ours = [exchange("ec2:DescribeInstances", asked, machine("1", s)) for s in ("pending", "running")]
    judged = run(recorded, ours)
    assert [(one.number, one.verdict) for one in judged] == [(3, Verdict.SAME)]
    assert passed == [5.0]


def test_time_passes_as_it_did(run: Run, passed: list[float]) -> None:
    both = [exchange("ec2:DescribeVpcs", {}, {}, 100.0), exchange("ec2:DescribeHosts", {}, {}, 700.0)]
    run(both, both)
    assert passed == [600.0]


def test_streams_are_left_out(run: Run) -> None:
    asked = exchange("s3:GetObject", {"Bucket": "things", "Key": "a"}, {"ContentLength": 3})
    assert [one.verdict for one in run([asked], [])] == [Verdict.LEFT_OUT]
