"""A program carried out in thought: what the cloud would refuse, and what is lost on the way."""

from collections.abc import Mapping
from typing import Any

import pytest

from skywright.clouds.aws.future.future import Future
from skywright.clouds.future import Planned
from skywright.model.operation import Operation
from skywright.model.resource import Resource

REGION = "eu-west-1"
MACHINE = Resource(
    "i-1", "ec2:instance", REGION, properties={"InstanceId": "i-1", "State": {"Name": "running"}}
)
DISK = Resource("vol-1", "ec2:volume", REGION, properties={"VolumeId": "vol-1"})


def says(*steps: tuple[str, Mapping[str, Any]], there: tuple[Resource, ...] = ()) -> list[str]:
    """What is breached by steps, called `0`, `1` and so on."""
    future = Future({resource.id: resource for resource in there})
    for number, (operation, arguments) in enumerate(steps):
        future.step(Planned(str(number), Operation.parse(operation), arguments, REGION, False))
    return [breach.says for breach in future.end()[0]]


BUCKET = {"Bucket": "acme"}
ON = {**BUCKET, "VersioningConfiguration": {"Status": "Enabled"}}
ENTRY = {"NetworkAclId": "step:0", "RuleNumber": 9, "Protocol": "6", "RuleAction": "allow", "Egress": False}
ROUTE = {"RouteTableId": "step:0", "DestinationCidrBlock": "10.1.0.0/16", "GatewayId": "igw-1"}


def opened(protocol: str, first: int, last: int) -> list[tuple[str, Mapping[str, Any]]]:
    rule = {"IpProtocol": protocol, "FromPort": first, "ToPort": last, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    return [("ec2:AuthorizeSecurityGroupIngress", {"GroupId": "sg-1", "IpPermissions": [rule]})]


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([("s3:CreateBucket", BUCKET), ("s3:CreateBucket", BUCKET)], "which step 0 has made already"),
        ([("s3:PutBucketVersioning", ON), ("s3:CreateBucket", BUCKET)], "which step 0 needs before that"),
        ([("s3:DeleteBucket", BUCKET), ("s3:CreateBucket", BUCKET)], ""),
        ([("s3:CreateBucket", BUCKET), ("s3:PutBucketVersioning", ON)], ""),
        (
            [("ec2:CreateNetworkAcl", {"VpcId": "vpc-1"})] + [("ec2:CreateNetworkAclEntry", ENTRY)] * 2,
            "an entry of number 9 in that direction already",
        ),
        (
            [
                ("ec2:CreateNetworkAcl", {"VpcId": "vpc-1"}),
                ("ec2:CreateNetworkAclEntry", ENTRY),
                ("ec2:CreateNetworkAclEntry", {**ENTRY, "Egress": True}),
            ],
            "",
        ),
        (
            [("ec2:CreateRouteTable", {"VpcId": "vpc-1"})] + [("ec2:CreateRoute", ROUTE)] * 2,
            "a route to 10.1.0.0/16 already",
        ),
        (opened("tcp", 443, 80), "443 to 80, ends before it begins"),
        (opened("icmp", 8, -1), ""),
        (
            [
                ("route53:CreateHostedZone", {"Name": "a.example", "CallerReference": "x"}),
                ("route53:DeleteHostedZone", {"Id": "${0.HostedZone.Id}"}),
                ("route53:ChangeResourceRecordSets", {"HostedZoneId": "${0.HostedZone.Id}"}),
            ],
            "which step 1 ended",
        ),
    ],
)  # fmt: skip
def test_what_the_cloud_would_refuse(steps: list[tuple[str, Mapping[str, Any]]], said: str) -> None:
    found = says(*steps)
    assert any(said in each for each in found) if said else found == []


@pytest.mark.parametrize(("ends", "lost"), [(True, True), (False, False)])
def test_a_disk_that_is_set_to_end_with_its_machine_is_lost_with_it(ends: bool, lost: bool) -> None:
    mapping = {"DeviceName": "/dev/sdf", "Ebs": {"DeleteOnTermination": ends}}
    found = says(
        ("ec2:AttachVolume", {"VolumeId": "vol-1", "InstanceId": "i-1", "Device": "/dev/sdf"}),
        ("ec2:ModifyInstanceAttribute", {"InstanceId": "i-1", "BlockDeviceMappings": [mapping]}),
        ("ec2:TerminateInstances", {"InstanceIds": ["i-1"]}),
        there=(MACHINE, DISK),
    )
    assert any("destroys vol-1" in each for each in found) is lost


def member(id: str, key: str, **tags: str) -> Resource:
    """A machine that a group or a fleet called `web` holds."""
    rows = [{"Key": each, "Value": value} for each, value in {key: "web", **tags}.items()]
    return Resource(id, "ec2:instance", REGION, properties={"InstanceId": id, "Tags": rows})


IN_GROUP, IN_FLEET = "aws:autoscaling:groupName", "aws:ec2:fleet-id"
SPARED = [{"InstanceId": "i-1", "ProtectedFromScaleIn": True}]


@pytest.mark.parametrize(
    ("operation", "arguments", "key", "held", "refused"),
    [
        ("autoscaling:SetDesiredCapacity", {"DesiredCapacity": 1}, IN_GROUP, [], True),
        ("autoscaling:SetDesiredCapacity", {"DesiredCapacity": "${n}"}, IN_GROUP, [], True),
        ("autoscaling:SetDesiredCapacity", {"DesiredCapacity": 2}, IN_GROUP, [], False),
        ("autoscaling:SetDesiredCapacity", {"DesiredCapacity": 1}, IN_GROUP, SPARED, False),
        ("autoscaling:UpdateAutoScalingGroup", {"MinSize": 0, "MaxSize": 1}, IN_GROUP, [], True),
        ("autoscaling:UpdateAutoScalingGroup", {"HealthCheckType": "ELB"}, IN_GROUP, [], False),
        ("autoscaling:DeleteAutoScalingGroup", {"ForceDelete": True}, IN_GROUP, SPARED, True),
        ("ec2:ModifyFleet", {"TargetCapacitySpecification": {"TotalTargetCapacity": 1}}, IN_FLEET, [], True),
        (
            "ec2:ModifyFleet",
            {
                "TargetCapacitySpecification": {"TotalTargetCapacity": 1},
                "ExcessCapacityTerminationPolicy": "no-termination",
            },
            IN_FLEET,
            [],
            False,
        ),
        ("ec2:DeleteFleets", {"TerminateInstances": True}, IN_FLEET, [], True),
        ("ec2:DeleteFleets", {"TerminateInstances": False}, IN_FLEET, [], False),
    ],
)
def test_a_protected_machine_is_not_ended_by_what_holds_it(
    operation: str, arguments: Mapping[str, Any], key: str, held: list[Any], refused: bool
) -> None:
    named = {
        "ec2:ModifyFleet": {"FleetId": "web"},
        "ec2:DeleteFleets": {"FleetIds": ["web"]},
    }.get(operation, {"AutoScalingGroupName": "web"})
    group = Resource("web", "autoscaling:group", REGION, properties={"DesiredCapacity": 2, "Instances": held})
    there = (group, member("i-1", key, protected="true"), member("i-2", key))
    said = says((operation, {**named, **arguments}), there=there)
    assert [each for each in said if "i-1" in each and "protected" in each] == (
        ["it may end i-1, a machine of web that is tagged protected=true"] if refused else []
    )
