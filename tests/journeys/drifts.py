"""Kinds of drift, as outside tools make them: each with what has to be told of it.

Those of one list do not get in each other's way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.journeys.furnished import ANYWHERE, INSIDE, REGION, SOON, Hands, permission, tags, watch

from skywright.state.drift import CHANGED, MISSING, UNMANAGED


@dataclass(frozen=True)
class Kind:
    """One kind of drift: how it is made, and what has to be told of it.

    Attributes:
        makes: gives the id of what it made, or of nothing.
        of: what it is about, by its name in the account; empty: what was made.
        field: what of it is told to be otherwise; empty: all of it is gone, or new.
        lost: what is said not to come back, if it does not.
        traced: whether the cloud's trail has who did it.
    """

    name: str
    makes: Callable[[Hands], Any]
    of: str = ""
    field: str = ""
    expected: Any = ...
    actual: Any = ...
    lost: str = ""
    traced: bool = True

    @property
    def kind(self) -> str:
        """How it has to be called."""
        if not self.of:
            return UNMANAGED
        return CHANGED if self.field else MISSING


def retag(hands: Hands) -> None:
    hands.ec2.create_tags(Resources=[hands.ids["vm"]], Tags=tags(team="blue", env="test"))
    hands.ec2.delete_tags(Resources=[hands.ids["vm"]], Tags=[{"Key": "owner"}])


def resize(hands: Hands) -> None:
    """As people do it in a console: stop, change, and forget to start again."""
    ec2, vm = hands.ec2, hands.ids["vm"]
    ec2.stop_instances(InstanceIds=[vm])
    ec2.get_waiter("instance_stopped").wait(InstanceIds=[vm], WaiterConfig=SOON)
    ec2.modify_instance_attribute(InstanceId=vm, InstanceType={"Value": "t3.large"})


def part_disk(hands: Hands) -> None:
    hands.ec2.detach_volume(VolumeId=hands.ids["data"])
    hands.ec2.get_waiter("volume_available").wait(VolumeIds=[hands.ids["data"]], WaiterConfig=SOON)


def terminate(hands: Hands) -> None:
    hands.ec2.terminate_instances(InstanceIds=[hands.ids["vm"]])
    hands.ec2.get_waiter("instance_terminated").wait(InstanceIds=[hands.ids["vm"]], WaiterConfig=SOON)


def launch(hands: Hands) -> str:
    made = hands.ec2.run_instances(
        ImageId=hands.ids["image"],
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        SubnetId=hands.ids["subnet_b"],
    )["Instances"][0]["InstanceId"]
    hands.ec2.get_waiter("instance_running").wait(InstanceIds=[made], WaiterConfig=SOON)
    return made


def second_stack(hands: Hands) -> str:
    """What a second Terraform leaves: a network with things in it that need each other."""
    ec2 = hands.ec2
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="theirs", Description="theirs", VpcId=vpc)["GroupId"]
    ec2.create_network_interface(SubnetId=subnet, Groups=[group])
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    return vpc


CHANGES = (
    Kind("a tag is added", retag, "vm", "Tags.team", None, "blue"),
    Kind("a tag is changed", lambda _: None, "vm", "Tags.env", "prod", "test"),
    Kind("a tag is taken", lambda _: None, "vm", "Tags.owner", "ann", None),
    Kind(
        "a machine is put into another group",
        lambda at: at.ec2.modify_instance_attribute(
            InstanceId=at.ids["vm"], Groups=[at.ids["web"], at.ids["spare"]]
        ),
        "vm",
        "SecurityGroups",
    ),
    Kind(
        "a machine is watched closely",
        lambda at: at.ec2.monitor_instances(InstanceIds=[at.ids["vm"]]),
        "vm",
        "Monitoring.State",
        "disabled",
    ),
    Kind(
        "a machine may route",
        lambda at: at.ec2.modify_instance_attribute(
            InstanceId=at.ids["vm"], SourceDestCheck={"Value": False}
        ),
        "vm",
        "SourceDestCheck",
        True,
        False,
    ),
    Kind(
        "a port is opened to everybody",
        lambda at: at.ec2.authorize_security_group_ingress(
            GroupId=at.ids["web"], IpPermissions=permission(22, ANYWHERE)
        ),
        "web",
        "IpPermissions",
    ),
    Kind(
        "a port is closed",
        lambda at: at.ec2.revoke_security_group_ingress(
            GroupId=at.ids["spare"], IpPermissions=permission(443, INSIDE)
        ),
        "spare",
        "IpPermissions",
        ...,
        [],
    ),
    Kind(
        "nothing may go out any more",
        lambda at: at.ec2.revoke_security_group_egress(
            GroupId=at.ids["empty"], IpPermissions=[{"IpProtocol": "-1", "IpRanges": [ANYWHERE]}]
        ),
        "empty",
        "IpPermissionsEgress",
        ...,
        [],
    ),
    Kind(
        "a route is added",
        lambda at: at.ec2.create_route(
            RouteTableId=at.ids["table"], DestinationCidrBlock="10.99.0.0/16", GatewayId=at.ids["gateway"]
        ),
        "table",
        "Routes",
    ),
    Kind(
        "machines in a subnet get public addresses",
        lambda at: at.ec2.modify_subnet_attribute(
            SubnetId=at.ids["subnet_b"], MapPublicIpOnLaunch={"Value": True}
        ),
        "subnet_b",
        "MapPublicIpOnLaunch",
        False,
        True,
    ),
    Kind(
        "a health check asks for another page",
        lambda at: at.elbv2.modify_target_group(TargetGroupArn=at.ids["group"], HealthCheckPath="/no"),
        "group",
        "HealthCheckPath",
        "/ok",
        "/no",
    ),
    Kind(
        "a machine is taken from behind a balancer",
        lambda at: at.elbv2.deregister_targets(
            TargetGroupArn=at.ids["group"], Targets=[{"Id": at.ids["vm"]}]
        ),
        "group",
        "Targets",
    ),
    Kind(
        "a listener is put on another port",
        lambda at: at.elbv2.modify_listener(ListenerArn=at.ids["listener"], Port=81),
        "listener",
        "Port",
        80,
        81,
    ),
    Kind(
        "a balancer is put into another group",
        lambda at: at.elbv2.set_security_groups(
            LoadBalancerArn=at.ids["balancer"], SecurityGroups=[at.ids["spare"]]
        ),
        "balancer",
        "SecurityGroups",
    ),
    Kind(
        "an alarm rings later",
        lambda at: watch(at.cloudwatch, "busy", 99.0),
        "alarm",
        "Threshold",
        80.0,
        99.0,
    ),
    Kind(
        "a pool may grow",
        lambda at: at.autoscaling.update_auto_scaling_group(AutoScalingGroupName="pool", MaxSize=5),
        "pool",
        "MaxSize",
        2,
        5,
    ),
    Kind("a machine is made", launch),
    Kind(
        "a disk is made",
        lambda at: at.ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=1)["VolumeId"],
    ),
    Kind(
        "an address is taken",
        lambda at: at.ec2.allocate_address(Domain="vpc")["AllocationId"],
    ),
    Kind("a second stack is put beside it", second_stack),
    Kind(
        "a listener is made",
        lambda at: at.elbv2.create_listener(
            LoadBalancerArn=at.ids["balancer"],
            Protocol="HTTP",
            Port=8080,
            DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
        )["Listeners"][0]["ListenerArn"],
    ),
)

PARTINGS = (
    Kind("a machine is made larger", resize, "vm", "InstanceType", "t3.micro", "t3.large"),
    Kind("a machine is stopped", lambda _: None, "vm", "State.Name", "running", "stopped"),
    Kind("a disk is detached", part_disk, "data", "Attachments", ..., []),
    Kind(
        "a disk is attached",
        lambda at: at.ec2.attach_volume(VolumeId=at.ids["loose"], InstanceId=at.ids["vm"], Device="/dev/sdg"),
        "loose",
        "Attachments",
        [],
    ),
    Kind(
        "an address is taken from a machine",
        lambda at: at.ec2.disassociate_address(AssociationId=at.ids["mapped"]),
        "address",
        "InstanceId",
    ),
    Kind(
        "a subnet is taken from a route table",
        lambda at: at.ec2.disassociate_route_table(AssociationId=at.ids["joint"]),
        "table",
        "Associations",
        ...,
        [],
    ),
    Kind(
        "a route is taken",
        lambda at: at.ec2.delete_route(RouteTableId=at.ids["table"], DestinationCidrBlock="0.0.0.0/0"),
        "table",
        "Routes",
    ),
    Kind(
        "a gateway is taken from a network",
        lambda at: at.ec2.detach_internet_gateway(InternetGatewayId=at.ids["gate"], VpcId=at.ids["yard"]),
        "gate",
        "Attachments",
        ...,
        [],
    ),
)

ENDINGS = (
    Kind("a machine is ended", terminate, "vm", lost="without what was on the disks"),
    Kind(
        "a disk is deleted",
        lambda at: at.ec2.delete_volume(VolumeId=at.ids["old"]),
        "old",
        lost="without what is on it",
    ),
    Kind(
        "a group is deleted",
        lambda at: at.ec2.delete_security_group(GroupId=at.ids["empty"]),
        "empty",
    ),
    Kind(
        "an interface is deleted",
        lambda at: at.ec2.delete_network_interface(NetworkInterfaceId=at.ids["interface"]),
        "interface",
    ),
    Kind(
        "a balancer is deleted",
        lambda at: at.elbv2.delete_load_balancer(LoadBalancerArn=at.ids["balancer"]),
        "balancer",
        lost="another address",
    ),
    Kind("a listener goes with it", lambda _: None, "listener", traced=False),
    Kind("an alarm is deleted", lambda at: at.cloudwatch.delete_alarms(AlarmNames=["busy"]), "alarm"),
    Kind(
        "an address is given back",
        lambda at: at.ec2.release_address(AllocationId=at.ids["reserve"]),
        "reserve",
        lost="the address goes back to the pool",
    ),
    Kind(
        "a snapshot is deleted",
        lambda at: at.ec2.delete_snapshot(SnapshotId=at.ids["snapshot"]),
        "snapshot",
        lost="a deleted snapshot does not come back",
    ),
)
GONE_FOR_GOOD = ("reserve", "snapshot")
