"""What only shows when one has looked: protection by tags, ranges that add up, a session that runs wild."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.unit.gate.conftest import World, moto, world  # noqa: F401

from skywright.clouds.aws.facts import facts
from skywright.gate.forward import Forwarder
from skywright.gate.traffic import Lost
from skywright.guard.budget import Writes
from skywright.guard.policies import Policies
from skywright.guard.privileges import Privileges
from skywright.model.operation import Operation
from skywright.model.program import Program, Step
from skywright.model.verdict import Decision

DECIDERS = (Privileges.load(), Policies.load(), Writes(3))
INGRESS = Operation("ec2", "AuthorizeSecurityGroupIngress")


@pytest.fixture
def guarded(world: World) -> World:  # noqa: F811
    world.deciders = DECIDERS
    world.restart()
    return world


def volume(world: World, *tags: dict[str, str]) -> str:  # noqa: F811
    specification = [{"ResourceType": "volume", "Tags": list(tags)}] if tags else []
    made = world.behind("ec2").create_volume(
        Size=8, AvailabilityZone="eu-west-1a", TagSpecifications=specification
    )
    return made["VolumeId"]


@pytest.mark.parametrize("key", ["protected", "Protected"])
def test_what_is_tagged_protected_is_not_destroyed(guarded: World, key: str) -> None:
    kept, other = volume(guarded, {"Key": key, "Value": "True"}), volume(guarded)
    ec2 = guarded.client(guarded.mint(), "ec2")
    with pytest.raises(ClientError, match=r"destroy\.protected"):
        ec2.delete_volume(VolumeId=kept)
    ec2.delete_volume(VolumeId=other)
    assert guarded.behind("ec2").describe_volumes(VolumeIds=[kept])["Volumes"]


def test_nor_by_a_program_that_was_agreed_to(guarded: World) -> None:
    kept = volume(guarded, {"Key": "protected", "Value": "true"})
    step = Step("gone", Operation("ec2", "DeleteVolume"), arguments={"VolumeId": kept})
    program = Program("p", (step,), region="eu-west-1")
    ec2 = guarded.client(guarded.mint("perform", "p", program), "ec2")
    with pytest.raises(ClientError, match=r"destroy\.protected"):
        ec2.delete_volume(VolumeId=kept)
    assert guarded.behind("ec2").describe_volumes(VolumeIds=[kept])["Volumes"]


def test_nor_beside_something_that_is_not_there(guarded: World) -> None:
    """What keeps the cloud from describing one thing keeps it from describing all that are asked for."""
    behind = guarded.behind("ec2")
    network = behind.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    tags = [{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "protected", "Value": "true"}]}]
    kept = behind.create_vpc_endpoint(
        VpcId=network, ServiceName="com.amazonaws.eu-west-1.s3", TagSpecifications=tags
    )["VpcEndpoint"]["VpcEndpointId"]
    ec2 = guarded.client(guarded.mint(), "ec2")
    for other in ("vpce-0123456789abcdef0", "none"):
        with pytest.raises(ClientError, match=r"destroy\.protected|cannot be told"):
            ec2.delete_vpc_endpoints(VpcEndpointIds=[kept, other])
    assert behind.describe_vpc_endpoints(VpcEndpointIds=[kept])["VpcEndpoints"][0]["State"] == "available"


def test_nor_when_the_cloud_does_not_say_what_it_is(guarded: World, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = volume(guarded, {"Key": "protected", "Value": "true"})

    async def busy(*_: object) -> None:
        raise Lost("the cloud is asked too often", sent=False)

    monkeypatch.setattr(Forwarder, "look", busy)
    ec2 = guarded.client(guarded.mint(), "ec2", retries={"max_attempts": 0})
    with pytest.raises(ClientError, match="cannot be told"):
        ec2.delete_volume(VolumeId=kept)
    assert guarded.behind("ec2").describe_volumes(VolumeIds=[kept])["Volumes"]


def test_a_session_makes_only_so_many_changes(guarded: World) -> None:
    ec2 = guarded.client(guarded.mint(), "ec2")
    for number in range(3):
        ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")
    with pytest.raises(ClientError, match=r"budget\.writes"):
        ec2.create_vpc(CidrBlock="10.9.0.0/16")
    ec2.describe_vpcs()
    guarded.client(guarded.mint(), "ec2").create_vpc(CidrBlock="10.9.0.0/16")


def test_what_a_person_is_asked_about_may_be_tried_in_a_copy(world: World) -> None:  # noqa: F811
    world.rules.denied["CreateVpc"] = Decision.ESCALATE
    world.deciders = (world.rules, type(world.rules)())
    world.restart()
    world.client(world.mint("explore"), "ec2").create_vpc(CidrBlock="10.0.0.0/16")
    with pytest.raises(ClientError, match="a person's approval is needed"):
        world.client(world.mint("guest"), "ec2").create_vpc(CidrBlock="10.0.0.0/16")


def ranges(*cidrs: str, member: str = "IpRanges", port: int = 22) -> dict[str, Any]:
    name = "CidrIp" if member == "IpRanges" else "CidrIpv6"
    permission = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, member: [{name: c} for c in cidrs]}
    return {"GroupId": "sg-1", "IpPermissions": [permission]}


def public(arguments: dict[str, Any], before: Any = None) -> set[Any]:
    return {exposure["public"] for exposure in facts(INGRESS, arguments, before)["exposes"]}


@pytest.mark.parametrize(
    "arguments",
    [
        ranges(*(f"{16 * n}.0.0.0/4" for n in range(16))),
        ranges(*(f"52.{n}.0.0/16" for n in range(256))),
        ranges("52.0.0.0/16", "60.0.0.0/24"),
        ranges(*(f"52.0.{n}.0/24" for n in range(256)), "60.0.0.1/32"),
        ranges("2a00::/32", "2b00::/32", member="Ipv6Ranges"),
        ranges("2000::/3", member="Ipv6Ranges"),
        ranges(*(f"{n % 80 + 11}.{n // 80}.0.1/32" for n in range(600))),
    ],
)
def test_narrow_ranges_add_up(arguments: dict[str, Any]) -> None:
    assert False not in public(arguments)


def test_ranges_add_up_over_calls(guarded: World) -> None:
    ec2 = guarded.client(guarded.mint(), "ec2")
    group = guarded.behind("ec2").create_security_group(GroupName="g", Description="d")["GroupId"]
    ec2.authorize_security_group_ingress(**ranges("52.0.0.0/16") | {"GroupId": group})
    ec2.authorize_security_group_ingress(**ranges("53.0.0.0/16", port=8022) | {"GroupId": group})
    with pytest.raises(ClientError, match=r"network\.public-ssh"):
        ec2.authorize_security_group_ingress(**ranges("53.0.0.0/16") | {"GroupId": group})
    guarded.behind("ec2").delete_security_group(GroupId=group)


def test_a_few_offices_are_not_the_public() -> None:
    assert public(ranges("198.51.100.0/24", "203.0.113.7/32", "10.0.0.0/8", "192.168.0.0/16")) == {False}
    wide = {"SecurityGroups": [ranges("0.0.0.0/0")]}
    assert public(ranges("198.51.100.0/24"), wide) == {False}
