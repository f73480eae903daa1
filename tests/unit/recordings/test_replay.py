"""A recorded session answers again, to any client, as it did."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.unit.recordings.conftest import client, exchange, recording

from skywright.clouds.aws.wire.wire import Wire
from skywright.clouds.calling import Catalogue
from skywright.recordings.form import Exchange
from skywright.recordings.replay import Replay, Script


@pytest.fixture
def served(catalogue: Catalogue) -> Iterator[Callable[..., str]]:
    """`served(exchange, …)`: an address where they are served."""
    open_: list[Replay] = []

    def serve(*exchanges: Exchange) -> str:
        open_.append(Replay(Script(recording(*exchanges), catalogue, Wire())))
        return open_[-1].endpoint

    yield serve
    for replay in open_:
        replay.close()


def machine(state: str) -> dict[str, Any]:
    return {"Reservations": [{"Instances": [{"InstanceId": "i-1", "State": {"Name": state}}]}]}


ASKED = {"InstanceIds": ["i-1"]}


def state(ec2: Any) -> str:
    return ec2.describe_instances(InstanceIds=["i-1"])["Reservations"][0]["Instances"][0]["State"]["Name"]


def test_reads_are_answered_in_order_and_at_the_end_as_the_last_time(served: Any) -> None:
    ec2 = client(
        "ec2",
        served(
            exchange("ec2:DescribeInstances", ASKED, machine("pending")),
            exchange("ec2:DescribeInstances", ASKED, machine("running")),
        ),
    )
    assert [state(ec2) for _ in range(4)] == ["pending", "running", "running", "running"]


def test_a_read_after_a_change_is_answered_as_after_it(served: Any) -> None:
    stopping = {"StoppingInstances": [{"InstanceId": "i-1"}]}
    ec2 = client(
        "ec2",
        served(
            exchange("ec2:DescribeInstances", ASKED, machine("running")),
            exchange("ec2:DescribeInstances", ASKED, machine("running")),
            exchange("ec2:StopInstances", ASKED, stopping),
            exchange("ec2:DescribeInstances", ASKED, machine("stopped")),
        ),
    )
    assert state(ec2) == "running"
    ec2.stop_instances(InstanceIds=["i-1"])
    assert state(ec2) == "stopped"
    with pytest.raises(ClientError, match="SkywrightNotRecorded"):
        ec2.stop_instances(InstanceIds=["i-1"])


def test_errors_are_said_again(served: Any) -> None:
    ec2 = client("ec2", served(exchange("ec2:DescribeInstances", ASKED, "InvalidInstanceID.NotFound")))
    with pytest.raises(ClientError) as error:
        state(ec2)
    assert error.value.response["Error"]["Code"] == "InvalidInstanceID.NotFound"
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_what_was_not_asked_then_is_a_clear_refusal(served: Any) -> None:
    ec2 = client("ec2", served(exchange("ec2:DescribeInstances", ASKED, machine("running"))))
    with pytest.raises(ClientError, match="ec2:DescribeVpcs with these arguments is not in the recording"):
        ec2.describe_vpcs()


def test_moments_and_tokens_are_of_the_day(served: Any) -> None:
    asked = {
        "Namespace": "AWS/EC2",
        "MetricName": "CPUUtilization",
        "StartTime": "2020-01-01T00:00:00Z",
        "EndTime": "2020-01-01T01:00:00Z",
        "Period": 300,
        "Statistics": ["Average"],
    }
    told = {
        "Label": "CPUUtilization",
        "Datapoints": [{"Timestamp": "2020-01-01T00:00:00Z", "Average": 12.5, "Unit": "Percent"}],
    }
    launched = {"Instances": [{"InstanceId": "i-1"}]}
    ran = {"ImageId": "ami-1", "MinCount": 1, "MaxCount": 1, "ClientToken": "of-that-day"}
    endpoint = served(
        exchange("cloudwatch:GetMetricStatistics", asked, told), exchange("ec2:RunInstances", ran, launched)
    )
    now = datetime(2026, 11, 28, tzinfo=UTC)
    found = client("cloudwatch", endpoint).get_metric_statistics(
        **{**asked, "StartTime": now, "EndTime": now}
    )
    assert found["Datapoints"] == [
        {"Timestamp": datetime(2020, 1, 1, tzinfo=UTC), "Average": 12.5, "Unit": "Percent"}
    ]
    made = client("ec2", endpoint).run_instances(ImageId="ami-1", MinCount=1, MaxCount=1, ClientToken="mine")
    assert made["Instances"][0]["InstanceId"] == "i-1"


def test_other_protocols_are_spoken_too(served: Any) -> None:
    endpoint = served(
        exchange("elbv2:DescribeLoadBalancers", {}, {"LoadBalancers": [{"LoadBalancerName": "front"}]}),
        exchange("ssm:GetParameter", {"Name": "/a"}, {"Parameter": {"Name": "/a", "Value": "1"}}),
        exchange("s3:ListBuckets", {}, {"Buckets": [{"Name": "things"}]}),
        exchange("s3:GetObject", {"Bucket": "things", "Key": "a"}, {"ContentLength": 3}),
    )
    assert client("elbv2", endpoint).describe_load_balancers()["LoadBalancers"] == [
        {"LoadBalancerName": "front"}
    ]
    assert client("ssm", endpoint).get_parameter(Name="/a")["Parameter"] == {"Name": "/a", "Value": "1"}
    assert client("s3", endpoint).list_buckets()["Buckets"] == [{"Name": "things"}]
    with pytest.raises(ClientError, match="was a stream"):
        client("s3", endpoint).get_object(Bucket="things", Key="a")
