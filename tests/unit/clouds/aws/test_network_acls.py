"""Strangers at a port of a machine whose subnet stands behind a network ACL that was there before."""

from typing import Any

import pytest

from skywright.clouds.aws.cloud import aws
from skywright.clouds.future import Planned
from skywright.model.operation import Operation
from skywright.model.resource import Resource

REGION = "eu-west-1"
EVERYBODY, EVERYBODY_6 = {"CidrBlock": "0.0.0.0/0"}, {"Ipv6CidrBlock": "::/0"}
SSH = {"From": 22, "To": 22}


def thing(id: str, type: str, **properties: Any) -> Resource:
    return Resource(id, f"ec2:{type}", REGION, properties=properties)


def breaches(entries: list[dict[str, Any]], *more: Planned) -> list[str]:
    """What opening SSH to everybody breaches behind an ACL, and further steps."""
    acl = thing(
        "acl-1",
        "network-acl",
        VpcId="vpc-1",
        IsDefault=False,
        Entries=entries,
        Associations=[{"NetworkAclAssociationId": "aclassoc-1", "SubnetId": "subnet-1"}],
    )
    there = [
        thing("vpc-1", "vpc"),
        thing("subnet-1", "subnet", VpcId="vpc-1", MapPublicIpOnLaunch=True),
        thing("igw-1", "internet-gateway", Attachments=[{"VpcId": "vpc-1"}]),
        thing(
            "rtb-1",
            "route-table",
            VpcId="vpc-1",
            Routes=[{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"}],
            Associations=[{"SubnetId": "subnet-1"}],
        ),
        thing("sg-1", "security-group", VpcId="vpc-1", IpPermissions=[]),
        thing(
            "i-1",
            "instance",
            SubnetId="subnet-1",
            PublicIpAddress="192.0.2.1",
            SecurityGroups=[{"GroupId": "sg-1"}],
            State={"Name": "running"},
        ),
        acl,
    ]
    make = aws().future
    assert make is not None
    future = make({resource.id: resource for resource in there})
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    future.step(planned("open", "AuthorizeSecurityGroupIngress", GroupId="sg-1", IpPermissions=[rule]))
    for step in more:
        future.step(step)
    return [breach.step for breach in future.end()[0] if breach.invariant == "reach"]


def planned(key: str, name: str, **arguments: Any) -> Planned:
    return Planned(key, Operation("ec2", name), arguments, REGION)


def entry(number: int, action: str, where: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"RuleNumber": number, "RuleAction": action, "Egress": False, "Protocol": "-1", **where, **more}


ALLOW = entry(200, "allow", EVERYBODY)


@pytest.mark.parametrize(
    ("entries", "open"),
    [
        ([ALLOW], True),
        ([], False),
        ([entry(100, "deny", EVERYBODY, Protocol="6", PortRange=SSH), ALLOW], False),
        ([entry(300, "deny", EVERYBODY, Protocol="6", PortRange=SSH), ALLOW], True),
        ([entry(100, "deny", EVERYBODY, Protocol="17", PortRange=SSH), ALLOW], True),
        ([entry(100, "deny", EVERYBODY_6), ALLOW], True),
        ([entry(100, "deny", EVERYBODY), entry(200, "allow", EVERYBODY_6)], True),
        ([entry(100, "deny", {"CidrBlock": "10.0.0.0/8"}), ALLOW], True),
        ([entry(100, "allow", {"CidrBlock": "10.0.0.0/8"})], False),
        ([entry(100, "allow", {"CidrBlock": "128.0.0.0/1"})], True),
        ([entry(100, "deny", EVERYBODY, Egress=True), ALLOW], True),
    ],
)
def test_what_an_acl_that_was_there_lets_in(entries: list[dict[str, Any]], open: bool) -> None:
    assert breaches(entries) == (["open"] if open else [])


def test_a_subnet_that_leaves_an_acl_which_closed_it_lies_open() -> None:
    other = planned("leave", "ReplaceNetworkAclAssociation", AssociationId="aclassoc-1", NetworkAclId="acl-2")
    assert breaches([], other) == ["open"]


def test_a_closed_acl_that_is_opened_lets_strangers_in() -> None:
    let = planned("let", "CreateNetworkAclEntry", NetworkAclId="acl-1", **entry(100, "allow", EVERYBODY))
    assert breaches([], let) != []
