"""What a step does to networks in thought: their ranges, routes, gateways and access control lists.

Source of the meanings: the API reference of Amazon EC2.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from skywright.clouds.aws.future.world import ACL, GATEWAY, ROUTES, SUBNET, VPC, World, listed
from skywright.clouds.future import Planned

Handler = Callable[[World, Planned, tuple[str, ...]], None]
"""What a step does to a world; it is told the ids of what the step made."""

_ASSOCIATION: Final = "RouteTableAssociationId"


def _table(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    for id in fresh:
        world.things[id].properties |= {"Routes": [], "Associations": []}


def _routed(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    table = world.find(step.arguments.get("RouteTableId"), ROUTES)
    where = step.arguments.get("GatewayId")
    if table is None:
        # Which one is only known later; it may be the one of every subnet.
        for gateway in [found] if (found := world.find(where, GATEWAY)) else []:
            gateway.properties["routed"], gateway.step = True, step.key
        return
    kept = [each for each in listed(table.properties.get("Routes")) if goal(each) != goal(step.arguments)]
    table.properties["Routes"] = [*kept, dict(step.arguments)]
    table.step = step.key


def _unrouted(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    table = world.find(step.arguments.get("RouteTableId"), ROUTES)
    if table is not None:
        routes = listed(table.properties.get("Routes"))
        table.properties["Routes"] = [each for each in routes if goal(each) != goal(step.arguments)]


def goal(route: Mapping[str, Any]) -> tuple[Any, Any]:
    """Where a route leads to: the ranges that tell it from the others of its table."""
    return route.get("DestinationCidrBlock"), route.get("DestinationIpv6CidrBlock")


def _associated(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    table = world.find(step.arguments.get("RouteTableId"), ROUTES)
    if table is not None:
        associations = listed(table.properties.get("Associations"))
        association = {"SubnetId": step.arguments.get("SubnetId"), _ASSOCIATION: _answered(step)}
        table.properties["Associations"] = [*associations, association]
        table.step = step.key


def _widened(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    network = world.find(step.arguments.get("VpcId"), VPC)
    if network is not None and isinstance(step.arguments.get("CidrBlock"), str):
        there = listed(network.properties.get("CidrBlockAssociationSet"))
        network.properties["CidrBlockAssociationSet"] = [*there, {"CidrBlock": step.arguments["CidrBlock"]}]
        network.step = step.key


def _dissociated(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    for table in world.all(ROUTES):
        there = listed(table.properties.get("Associations"))
        kept = [each for each in there if each.get(_ASSOCIATION) != step.arguments.get("AssociationId")]
        if len(kept) != len(there):
            table.properties["Associations"], table.step = kept, step.key
            return
    for table in world.all(ROUTES):
        # Which one is only known later; any may be free of its subnets now.
        table.properties["perhaps_free"] = True


def _answered(step: Planned) -> str:
    """How a later step refers to the association that this one makes."""
    return f"${{{step.key}.AssociationId}}"


def _gateway(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    gateway = world.find(step.arguments.get("InternetGatewayId"), GATEWAY)
    if gateway is not None:
        attached = step.operation.name == "AttachInternetGateway"
        gateway.properties["Attachments"] = [{"VpcId": step.arguments.get("VpcId")}] if attached else []
        gateway.step = step.key


def _subnet(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    subnet = world.find(step.arguments.get("SubnetId"), SUBNET)
    public = step.arguments.get("MapPublicIpOnLaunch")
    if subnet is not None and isinstance(public, Mapping):
        subnet.properties["MapPublicIpOnLaunch"] = public.get("Value")
        subnet.step = step.key


def _filtered(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    acl = world.find(step.arguments.get("NetworkAclId"), ACL)
    if acl is not None:
        number = (step.arguments.get("RuleNumber"), step.arguments.get("Egress", False))
        entries = listed(acl.properties.get("Entries"))
        kept = [each for each in entries if (each.get("RuleNumber"), each.get("Egress", False)) != number]
        added = [] if step.operation.name.startswith("Delete") else [dict(step.arguments)]
        acl.properties["Entries"], acl.step = [*kept, *added], step.key


def _guarded(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    """A subnet is put behind another ACL; behind one that is not known, if that is what is named."""
    for acl in world.all(ACL):
        for association in listed(acl.properties.get("Associations")):
            if association.get("NetworkAclAssociationId") == step.arguments.get("AssociationId"):
                kept = [each for each in listed(acl.properties["Associations"]) if each is not association]
                acl.properties["Associations"], acl.step = kept, step.key
                other = world.find(step.arguments.get("NetworkAclId"), ACL)
                if other is not None:
                    there = listed(other.properties.get("Associations"))
                    other.properties["Associations"] = [*there, {"SubnetId": association.get("SubnetId")}]
                    other.step = step.key
                return


HANDLERS: Final[Mapping[str, Handler]] = {
    "ec2:CreateRouteTable": _table,
    "ec2:CreateRoute": _routed,
    "ec2:ReplaceRoute": _routed,
    "ec2:DeleteRoute": _unrouted,
    "ec2:AssociateRouteTable": _associated,
    "ec2:DisassociateRouteTable": _dissociated,
    "ec2:AttachInternetGateway": _gateway,
    "ec2:DetachInternetGateway": _gateway,
    "ec2:AssociateVpcCidrBlock": _widened,
    "ec2:ModifySubnetAttribute": _subnet,
    "ec2:CreateNetworkAclEntry": _filtered,
    "ec2:ReplaceNetworkAclEntry": _filtered,
    "ec2:DeleteNetworkAclEntry": _filtered,
    "ec2:ReplaceNetworkAclAssociation": _guarded,
}
