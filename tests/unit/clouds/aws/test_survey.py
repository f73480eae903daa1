"""Whole accounts read by somebody who may not see all of them; what things cost as they stand there."""

from typing import Any

import pytest

from skywright.clouds.aws.inventory import Surveying, read_inventory
from skywright.clouds.aws.standing import usd_month
from skywright.errors import CloudFailed
from skywright.model.operation import Operation
from skywright.model.resource import Resource

DISK = {"VolumeId": "vol-1", "Size": 8}
BALANCER = {"LoadBalancerArn": "arn:lb", "VpcId": "vpc-1"}
ANSWERS: dict[str, dict[str, Any]] = {
    "ec2:DescribeVolumes": {"Volumes": [DISK]},
    "elbv2:DescribeLoadBalancers": {"LoadBalancers": [BALANCER]},
    "elbv2:DescribeListeners": {"Listeners": [{"ListenerArn": "arn:listener", "LoadBalancerArn": "arn:lb"}]},
    "s3:ListBuckets": {"Buckets": [{"Name": "b", "BucketRegion": "ap-south-1"}]},
}


class Account:
    """Says yes to all reads but those of some."""

    def __init__(self, *forbidden: tuple[str, str]) -> None:
        self._forbidden = forbidden

    def call(self, operation: Operation, arguments: object, region: str) -> dict[str, Any]:
        if (str(operation), region) in self._forbidden:
            raise CloudFailed(str(operation), "UnauthorizedOperation", "You may not.")
        return ANSWERS.get(str(operation), {})


def test_what_may_not_be_read_is_told_and_the_rest_is_there() -> None:
    account = Account(("ec2:DescribeVolumes", "us-east-1"), ("s3:ListBuckets", "eu-west-1"))
    survey = Surveying().survey(account, ["eu-west-1", "us-east-1"])
    assert set(survey.resources) >= {"vol-1", "arn:lb", "arn:listener"}
    told = {(one.types[0], one.region): (one.optional, "You may not." in one.why) for one in survey.unread}
    assert told == {("ec2:volume", "us-east-1"): (False, True), ("s3:bucket", ""): (True, True)}
    assert survey.covers(Resource("x", "ec2:volume", "eu-west-1"))
    assert not survey.covers(Resource("x", "ec2:volume", "us-east-1"))
    assert survey.covers(Resource("x", "elbv2:listener", "us-east-1"))
    assert not survey.covers(Resource("x", "s3:bucket", "ap-south-1"))
    with pytest.raises(CloudFailed):
        read_inventory(account, ["us-east-1"])


def test_things_behind_one_that_cannot_be_read_are_not_taken_for_gone() -> None:
    survey = Surveying().survey(Account(("elbv2:DescribeListeners", "eu-west-1")), ["eu-west-1"])
    assert not survey.covers(Resource("x", "elbv2:listener", "eu-west-1"))


@pytest.mark.parametrize(
    ("type", "its", "usd"),
    [
        ("ec2:instance", {"InstanceType": "t3.micro", "State": {"Name": "running"}}, 7.59),
        ("ec2:instance", {"InstanceType": "t3.micro", "State": {"Name": "stopped"}}, 0.0),
        ("ec2:volume", {"VolumeType": "gp3", "Size": 100, "Iops": 3000, "Throughput": 125}, 8.0),
        ("elbv2:loadbalancer", {"Type": "application", "Scheme": "internal"}, 16.43),
        ("ec2:elastic-ip", {}, 3.65),
        ("cloudwatch:alarm", {"Period": 300}, 0.1),
        ("ec2:vpc", {}, 0.0),
    ],
)
def test_what_stands_there_costs_what_the_book_says(type: str, its: dict[str, Any], usd: float) -> None:
    assert usd_month(Resource("x", type, "us-east-1", properties=its)) == pytest.approx(usd, abs=0.01)
