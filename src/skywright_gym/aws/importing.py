"""A twin of a real account: its described resources made again in a world, under their own ids.

Owns the order in which that is done; how each kind is made is in `imports`. Everything is asked for by the
AWS API itself where it can be, so that what is made behaves like what anybody else makes. What is described
but not made is told, never passed over.

Shape taken: region -> `service:Operation` -> that operation's result as botocore parses it (timestamps
as text or left out), all pages merged: `{"eu-west-1": {"ec2:DescribeVpcs": {"Vpcs": [...]}, ...}}`. Of
operations that are asked once for each of several things, all rows are together, and each bears the argument
by which it was asked for (`TargetGroupArn` in DescribeTargetHealth, `ListenerArn` in DescribeRules).
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from skywright_gym.aws.imports import balancers, machines, network
from skywright_gym.aws.imports.hand import Hand, Outcome, Row, install
from skywright_gym.physics import quotas
from skywright_gym.world import World, inside

__all__ = ["Described", "Outcome", "install", "run"]

Described = Mapping[str, Mapping[str, Mapping[str, Any]]]


class _Kind(NamedTuple):
    """What is made of an operation's rows; an empty `kind` is not counted, being part of something else."""

    operation: str
    member: str
    key: str
    kind: str
    make: Callable[[Hand, Row], None]


# In an order in which everything comes after what it refers to.
_KINDS = (
    _Kind("ec2:DescribeVpcs", "Vpcs", "VpcId", "vpc", network.vpc),
    _Kind("ec2:DescribeSubnets", "Subnets", "SubnetId", "subnet", network.subnet),
    _Kind("ec2:DescribeSecurityGroups", "SecurityGroups", "GroupId", "group", network.group),
    _Kind("ec2:DescribeSecurityGroups", "SecurityGroups", "GroupId", "", network.rules),
    _Kind(
        "ec2:DescribeInternetGateways", "InternetGateways", "InternetGatewayId", "gateway", network.gateway
    ),
    _Kind("ec2:DescribeAddresses", "Addresses", "AllocationId", "allocation", network.address),
    _Kind("ec2:DescribeNatGateways", "NatGateways", "NatGatewayId", "natgateway", network.nat_gateway),
    _Kind("ec2:DescribeRouteTables", "RouteTables", "RouteTableId", "routetable", network.route_table),
    _Kind("ec2:DescribeKeyPairs", "KeyPairs", "KeyName", "keypair", machines.key_pair),
    _Kind("ec2:DescribeSnapshots", "Snapshots", "SnapshotId", "snapshot", machines.snapshot),
    _Kind("ec2:DescribeImages", "Images", "ImageId", "image", machines.image),
    _Kind("ec2:DescribeInstances", "Instances", "InstanceId", "instance", machines.instance),
    _Kind("ec2:DescribeVolumes", "Volumes", "VolumeId", "volume", machines.volume),
    _Kind("ec2:DescribeNetworkInterfaces", "NetworkInterfaces", "NetworkInterfaceId", "", network.interface),
    _Kind("ec2:DescribeAddresses", "Addresses", "AllocationId", "", network.association),
    _Kind(
        "elbv2:DescribeTargetGroups", "TargetGroups", "TargetGroupArn", "targetgroup", balancers.target_group
    ),
    _Kind(
        "elbv2:DescribeLoadBalancers",
        "LoadBalancers",
        "LoadBalancerArn",
        "loadbalancer",
        balancers.load_balancer,
    ),
    _Kind("elbv2:DescribeListeners", "Listeners", "ListenerArn", "listener", balancers.listener),
    _Kind("elbv2:DescribeRules", "Rules", "RuleArn", "", balancers.listener_rule),
    _Kind(
        "elbv2:DescribeTargetHealth", "TargetHealthDescriptions", "TargetGroupArn", "target", balancers.target
    ),
    _Kind("cloudwatch:DescribeAlarms", "MetricAlarms", "AlarmName", "alarm", balancers.alarm),
)

# Read along with the others, by these.
_READ_ALONG = {"ec2:DescribeSpotInstanceRequests", "elbv2:DescribeTags"}


def run(world: World, described: Described) -> Outcome:
    """Make what is described; where networks are described, in place of those that there are."""
    outcome = Outcome()
    with inside(world), _at_once(world):
        for region, answers in described.items():
            _region(Hand(world, region, answers, outcome))
    return outcome


@contextmanager
def _at_once(world: World) -> Generator[None]:
    """What is imported has been there for long: nothing of it is pending. Its quotas are not known."""
    scale = world.extras.get("duration_scale", 1.0)
    world.extras["duration_scale"] = 0.0
    quotas.change(world, {"enforced": False})
    try:
        yield
    finally:
        world.extras["duration_scale"] = scale


def _region(hand: Hand) -> None:
    known = {kind.operation: kind.member for kind in _KINDS}
    for operation, answer in hand.answers.items():
        if operation == "ec2:DescribeInstances" and "Reservations" in answer:
            continue
        if operation not in _READ_ALONG and known.get(operation) not in answer:
            hand.leave_out(operation, "the gym cannot import this")
    networks = ("vpcs", "subnets", "groups", "route_tables", "network_acls", "internet_gateways")
    for held in networks if "ec2:DescribeVpcs" in hand.answers else ():
        getattr(hand.ec2, held).clear()
    for kind in _KINDS:
        for row in _rows(hand, kind):
            hand.make(kind.kind, str(row.get(kind.key, "?")), row, kind.make)


def _rows(hand: Hand, kind: _Kind) -> list[dict[str, Any]]:
    if kind.member != "Instances":
        return hand.rows(kind.operation, kind.member)
    reservations = hand.rows(kind.operation, "Reservations")
    return [row for reservation in reservations for row in reservation.get("Instances", [])]
