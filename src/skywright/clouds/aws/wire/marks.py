"""Marking what a call makes, so that it can be found again, and finding it. Owns two small tables.

The API models say that an operation takes tags, not which type of resource the tag is for, nor
which read finds it again. Source: the EC2 and Elastic Load Balancing API references.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from skywright.clouds.aws import models
from skywright.model.operation import Operation
from skywright.model.values import Arguments, Value

TAG: Final = "skywright:run"

_EC2: Final[Mapping[str, tuple[str, str, str]]] = {
    # operation: the type that its tags are for, the read that finds it, where it is in that read's result
    "AllocateAddress": ("elastic-ip", "DescribeAddresses", "Addresses"),
    "CopyImage": ("image", "DescribeImages", "Images"),
    "CopySnapshot": ("snapshot", "DescribeSnapshots", "Snapshots"),
    "CreateDhcpOptions": ("dhcp-options", "DescribeDhcpOptions", "DhcpOptions"),
    "CreateImage": ("image", "DescribeImages", "Images"),
    "CreateInternetGateway": ("internet-gateway", "DescribeInternetGateways", "InternetGateways"),
    "CreateKeyPair": ("key-pair", "DescribeKeyPairs", "KeyPairs"),
    "CreateLaunchTemplate": ("launch-template", "DescribeLaunchTemplates", "LaunchTemplates"),
    "CreateNatGateway": ("natgateway", "DescribeNatGateways", "NatGateways"),
    "CreateNetworkAcl": ("network-acl", "DescribeNetworkAcls", "NetworkAcls"),
    "CreateNetworkInterface": ("network-interface", "DescribeNetworkInterfaces", "NetworkInterfaces"),
    "CreatePlacementGroup": ("placement-group", "DescribePlacementGroups", "PlacementGroups"),
    "CreateRouteTable": ("route-table", "DescribeRouteTables", "RouteTables"),
    "CreateSecurityGroup": ("security-group", "DescribeSecurityGroups", "SecurityGroups"),
    "CreateSnapshot": ("snapshot", "DescribeSnapshots", "Snapshots"),
    "CreateSubnet": ("subnet", "DescribeSubnets", "Subnets"),
    "CreateVolume": ("volume", "DescribeVolumes", "Volumes"),
    "CreateVpc": ("vpc", "DescribeVpcs", "Vpcs"),
    "CreateVpcEndpoint": ("vpc-endpoint", "DescribeVpcEndpoints", "VpcEndpoints"),
    "CreateVpcPeeringConnection": (
        "vpc-peering-connection",
        "DescribeVpcPeeringConnections",
        "VpcPeeringConnections",
    ),
    "ImportKeyPair": ("key-pair", "DescribeKeyPairs", "KeyPairs"),
    "RequestSpotInstances": (
        "spot-instances-request",
        "DescribeSpotInstanceRequests",
        "SpotInstanceRequests",
    ),
    "RunInstances": ("instance", "DescribeInstances", "Reservations"),
}

_NAMED: Final[Mapping[str, tuple[str, str, str, str]]] = {
    # operation: the argument that is its natural key, the read, the read's argument, where it is
    "elbv2:CreateLoadBalancer": ("Name", "DescribeLoadBalancers", "Names", "LoadBalancers"),
    "elbv2:CreateTargetGroup": ("Name", "DescribeTargetGroups", "Names", "TargetGroups"),
    "elbv2:CreateListener": ("LoadBalancerArn", "DescribeListeners", "LoadBalancerArn", "Listeners"),
    "elb:CreateLoadBalancer": (
        "LoadBalancerName",
        "DescribeLoadBalancers",
        "LoadBalancerNames",
        "LoadBalancerDescriptions",
    ),
    "iam:CreateRole": ("RoleName", "GetRole", "RoleName", "Role"),
    "iam:CreateUser": ("UserName", "GetUser", "UserName", "User"),
    "iam:CreateGroup": ("GroupName", "GetGroup", "GroupName", "Group"),
    "iam:CreateInstanceProfile": (
        "InstanceProfileName",
        "GetInstanceProfile",
        "InstanceProfileName",
        "InstanceProfile",
    ),
    "autoscaling:CreateAutoScalingGroup": (
        "AutoScalingGroupName",
        "DescribeAutoScalingGroups",
        "AutoScalingGroupNames",
        "AutoScalingGroups",
    ),
    "dynamodb:CreateTable": ("TableName", "DescribeTable", "TableName", "Table"),
    "s3:CreateBucket": ("Bucket", "HeadBucket", "Bucket", ""),
}

_TAGS_ARE_FREE: Final = frozenset({"elbv2", "rds", "dynamodb"})
"""Services that take a list of Key and Value with what they make, and any key that is not `aws:`."""


@dataclass(frozen=True, slots=True)
class Recall:
    """A read that tells whether something was made.

    Attributes:
        member: where in its result the thing is; empty: that there is an answer at all is enough.
        tag: the value of the tag that the thing bears; empty: it is known by its natural key.
    """

    operation: Operation
    arguments: Arguments
    member: str
    tag: str = ""


def mark(operation: Operation, arguments: Arguments, text: str) -> Arguments:
    """The arguments with a tag on what the operation makes; unchanged if it takes none."""
    if operation.service == "ec2":
        row = _EC2.get(operation.name)
        return arguments if row is None else _tag_specification(operation, arguments, row[0], text)
    model = models.operation_model(operation)
    shape: Any = None if model is None else model.input_shape
    if shape is None or operation.service not in _TAGS_ARE_FREE or not operation.name.startswith("Create"):
        return arguments
    tags = shape.members.get("Tags")
    if tags is None or tags.type_name != "list" or set(tags.member.members) != {"Key", "Value"}:
        return arguments
    # Outside EC2 a tag's value may not hold brackets.
    plain = text.replace("[", ".").replace("]", "")
    return {**arguments, "Tags": [*_list(arguments.get("Tags")), {"Key": TAG, "Value": plain}]}


def _tag_specification(operation: Operation, arguments: Arguments, kind: str, text: str) -> Arguments:
    model = models.operation_model(operation)
    shape: Any = None if model is None else model.input_shape
    if shape is None or "TagSpecifications" not in shape.members:
        return arguments
    tag: Value = {"Key": TAG, "Value": text}
    rows = _list(arguments.get("TagSpecifications"))
    changed: list[Value] = []
    done = False
    for row in rows:
        if not done and isinstance(row, Mapping) and row.get("ResourceType") == kind:
            row = {**row, "Tags": [*_list(row.get("Tags")), tag]}
            done = True
        changed.append(row)
    if not done:
        changed.append({"ResourceType": kind, "Tags": [tag]})
    return {**arguments, "TagSpecifications": changed}


def recall(operation: Operation, arguments: Arguments, text: str) -> Recall | None:
    """The read that finds what a call made: by its tag, or else by its natural key; None: there is none."""
    row = _EC2.get(operation.name) if operation.service == "ec2" else None
    if row is not None:
        _, read, member = row
        found = models.operation_model(Operation("ec2", read))
        shape: Any = None if found is None else found.input_shape
        name = "Filters" if shape is not None and "Filters" in shape.members else "Filter"
        # A filter's value is a pattern: brackets mean themselves to AWS, but not to everything like it.
        pattern = text.replace("[", "?").replace("]", "?")
        given: dict[str, Value] = {name: [{"Name": f"tag:{TAG}", "Values": [pattern]}]}
        return Recall(Operation("ec2", read), given, member, text)
    named = _NAMED.get(str(operation))
    if named is None or named[0] not in arguments:
        return None
    key, read, argument, member = named
    value = arguments[key]
    return Recall(
        Operation(operation.service, read),
        {argument: [value] if argument.endswith("Names") else value},
        member,
    )


def recollect(operation: Operation, arguments: Arguments, read: Recall, result: Value) -> Value:
    """The result that the call would have given, made of what the read found; None if it found nothing."""
    if not isinstance(result, Mapping):
        return None
    if not read.member:
        return {}
    found = result.get(read.member)
    items = [found] if isinstance(found, Mapping) else _list(found)
    if read.tag:
        items = [item for item in items if _bears(item, read.tag)]
    else:
        # A listener's natural key is not in one argument.
        items = [item for item in items if _agrees(item, arguments)]
    if not items or not isinstance(items[0], Mapping):
        return None
    model, source = models.operation_model(operation), models.operation_model(read.operation)
    output: Any = None if model is None else model.output_shape
    reads: Any = None if source is None else source.output_shape
    there: Any = None if reads is None else reads.members[read.member]
    if output is None or there is None:
        return {}
    item_shape = there.member.name if there.type_name == "list" else there.name
    first, made = items[0], dict[str, Value]()
    for name, shape in output.members.items():
        if name == read.member and shape.type_name == "list":
            made[name] = items
        elif shape.type_name == "structure" and (shape.name == item_shape or name == read.member):
            made[name] = first
        elif name in first:
            made[name] = first[name]
    return made


def _bears(value: Value, tag: str) -> bool:
    if isinstance(value, Mapping):
        if value.get("Key") == TAG and value.get("Value") == tag:
            return True
        return any(_bears(inner, tag) for inner in value.values())
    return any(_bears(inner, tag) for inner in _list(value))


def _agrees(item: Value, arguments: Arguments) -> bool:
    if not isinstance(item, Mapping):
        return False
    return all(
        item[name] == arguments[name]
        for name in ("Port", "Protocol")
        if {name} <= item.keys() & arguments.keys()
    )


def _list(value: Value) -> list[Value]:
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else []
