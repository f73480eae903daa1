"""How the documentation's examples are read, which of them need a resource, and what their shape is."""

from typing import Any

import botocore.session
import pytest
from bench.breadth import prior, shapes
from bench.breadth.examples import of_page
from bench.breadth.parsing import Call

PAGE = """
**To make a thing**

It makes one. ::

    aws ec2 create-thing \\
        --name "my thing" --size 3

Output::

    {
        "Things": [
            {"Id": "t-1", "Size": 3,},
            ...
        ]
    }

**To make it elsewhere**

Command::

  aws ec2 create-thing --region eu-west-1
  aws ec2 create-thing --dry-run
"""


def test_a_page_is_taken_apart() -> None:
    first, second, third = of_page("ec2", "create-thing", PAGE)
    assert first.words == ("aws", "ec2", "create-thing", "--name", "my thing", "--size", "3")
    assert first.output == {"Things": [{"Id": "t-1", "Size": 3}]}
    assert (second.line, third.line) == (
        "aws ec2 create-thing --region eu-west-1",
        "aws ec2 create-thing --dry-run",
    )
    assert second.output is None and third.output is None


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "referred"),
    [
        ("ec2", "DescribeInstances", {"InstanceIds": ["i-1234567890abcdef0"]}, True),
        ("ec2", "DescribeInstances", {"Filters": [{"Name": "vpc-id", "Values": ["vpc-12345678"]}]}, False),
        ("ec2", "DescribeKeyPairs", {"KeyNames": ["my-key-pair"]}, True),
        ("ec2", "CreateKeyPair", {"KeyName": "my-key-pair"}, False),
        ("ec2", "CreateTags", {"Resources": ["ami-78a54011"], "Tags": [{"Key": "a", "Value": "b"}]}, True),
        ("ec2", "CreateVolume", {"AvailabilityZone": "us-east-1a", "Size": 80}, False),
        ("ec2", "DescribeSnapshots", {"OwnerIds": ["012345678910"]}, False),
        ("ec2", "CreateCustomerGateway", {"PublicIp": "12.1.2.3"}, False),
        ("ec2", "ReleaseAddress", {}, True),
        ("ec2", "ModifyHosts", {"HostIds": ["h-06c2f189b4EXAMPLE"]}, True),
        ("elbv2", "CreateLoadBalancer", {"Name": "lb", "Subnets": ["subnet-b7d581c0"]}, True),
        ("elbv2", "DescribeLoadBalancers", {"Names": ["lb"]}, True),
        ("autoscaling", "CreateAutoScalingGroup", {"AutoScalingGroupName": "my-asg"}, False),
        ("autoscaling", "CreateAutoScalingGroup", {"LaunchConfigurationName": "my-lc"}, True),
        ("autoscaling", "DescribeAutoScalingGroups", {"PaginationConfig": {"StartingToken": "Z3M"}}, True),
        ("cloudwatch", "GetMetricStatistics", {"MetricName": "CPUUtilization"}, False),
    ],
)
def test_which_calls_need_a_resource(
    service: str, operation: str, parameters: dict[str, object], referred: bool
) -> None:
    found = prior.reference(Call(service, operation, parameters, "us-east-1"))
    assert (found is not None) is referred, found


VOLUMES = {
    "Volumes": [{"VolumeId": "vol-1", "Size": 8, "Tags": []}, {"VolumeId": "vol-2", "Size": 9, "Iops": 3}]
}


@pytest.fixture(scope="module")
def volumes() -> Any:
    """The model's shape of what DescribeVolumes answers."""
    model = botocore.session.get_session().get_service_model("ec2")
    return model.operation_model("DescribeVolumes").output_shape


@pytest.mark.parametrize(
    ("documented", "answer", "lacking"),
    [
        (VOLUMES, {"Volumes": [{"VolumeId": "vol-3", "Size": 1}]}, []),
        (VOLUMES, {"Volumes": [{"VolumeId": "vol-3"}, {"VolumeId": "vol-4"}]}, ["Volumes[].Size"]),
        (VOLUMES, {"Volumes": []}, []),
        (VOLUMES, {}, ["Volumes"]),
        ({"Volumes": [], "NextToken": "x", "Retired": 1}, {}, []),
        (None, {}, []),
    ],
)
def test_what_an_answer_lacks(
    volumes: Any, documented: object, answer: dict[str, object], lacking: list[str]
) -> None:
    assert shapes.missing(documented, answer, volumes) == lacking
