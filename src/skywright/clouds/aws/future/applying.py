"""What a step does to an account in thought. Owns the operations that mean more than their names say.

Whatever is not in the table is made and ended as its effect and its nouns say. Source of the meanings: the
API references of Amazon EC2 and Elastic Load Balancing.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from skywright.clouds.aws import kinds
from skywright.clouds.aws.effect_names import effect
from skywright.clouds.aws.future import answers
from skywright.clouds.aws.future.world import (
    ACL,
    BALANCER,
    DISK,
    GATEWAY,
    GROUP,
    LISTENER,
    MACHINE,
    ROUTES,
    SUBNET,
    TARGETS,
    Thing,
    World,
    ids,
    listed,
)
from skywright.clouds.aws.nouns import noun_of
from skywright.clouds.aws.resources import touched
from skywright.clouds.aws.rules import given_rules
from skywright.clouds.base import Planned
from skywright.model.operation import Effect
from skywright.model.values import Value


def apply(world: World, step: Planned) -> Value:
    """Carry a step out in thought; what it would answer, as far as that can be told."""
    world.order[step.key] = len(world.order)
    fresh = answers.made(step.operation, step.key, step.arguments)
    kind = answers.kind_made(step.operation)
    for id in fresh:
        assert kind is not None
        world.gone.pop(id, None)
        world.put(Thing(id, kind.type, step.region, dict(step.arguments), step.key))
    if effect(step.operation) is Effect.DESTROY:
        for id in destroyed(step):
            _end(world, id, step.key)
    handler = _HANDLERS.get(str(step.operation))
    if handler is not None:
        handler(world, step, fresh)
    return answers.answer(step.operation, fresh)


def destroyed(step: Planned) -> list[str]:
    """The ids of what the step destroys."""
    kind = kinds.of_noun(step.operation.service, noun_of(step.operation))
    if kind is None or effect(step.operation) is not Effect.DESTROY:
        return []
    found = [id for id, type in touched(step.operation, step.arguments) if type == kind.type]
    if kind.alias and isinstance(step.arguments.get(kind.alias), str):
        found.append(str(step.arguments[kind.alias]))
    return found


def _end(world: World, id: str, step: str) -> None:
    thing = world.things.get(id)
    if thing is not None and thing.type == MACHINE:
        for disk, with_it in tuple(world.disks_of(thing)):
            if with_it:
                world.end(disk, step)
            elif disk in world.things:
                world.things[disk].properties["attached"] = ""
    if thing is not None and thing.type == BALANCER:
        for listener in world.all(LISTENER):
            if listener.get("LoadBalancerArn") == id:
                world.end(listener.id, step)
    world.end(id, step)


def _start(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    for id in fresh:
        world.things[id].properties["State"] = {"Name": "running"}


def _state(name: str) -> "_Handler":
    def become(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
        for id in ids(step.arguments.get("InstanceIds")):
            machine = world.find(id, MACHINE)
            if machine is not None:
                machine.properties["State"] = {"Name": name}

    return become


def _group(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    for id in fresh:
        world.rules[id] = []


def _opened(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    group = _group_named(world, step)
    if group is not None:
        world.rules.setdefault(group.id, []).extend(given_rules(step.arguments))
        group.step = step.key


def _closed(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    group = _group_named(world, step)
    if group is not None:
        closed = {rule.bare() for rule in given_rules(step.arguments)}
        left = [rule for rule in world.rules.get(group.id, []) if rule.bare() not in closed]
        world.rules[group.id] = left


def _group_named(world: World, step: Planned) -> Thing | None:
    name = step.arguments.get("GroupName")
    by_name = next((group for group in world.all(GROUP) if name and group.get("GroupName") == name), None)
    return world.find(step.arguments.get("GroupId"), GROUP) or by_name


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
    kept = [each for each in listed(table.properties.get("Routes")) if _goal(each) != _goal(step.arguments)]
    table.properties["Routes"] = [*kept, dict(step.arguments)]
    table.step = step.key


def _unrouted(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    table = world.find(step.arguments.get("RouteTableId"), ROUTES)
    if table is not None:
        routes = listed(table.properties.get("Routes"))
        table.properties["Routes"] = [each for each in routes if _goal(each) != _goal(step.arguments)]


def _goal(route: Mapping[str, Any]) -> tuple[Any, Any]:
    return route.get("DestinationCidrBlock"), route.get("DestinationIpv6CidrBlock")


def _associated(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    table = world.find(step.arguments.get("RouteTableId"), ROUTES)
    if table is not None:
        associations = listed(table.properties.get("Associations"))
        table.properties["Associations"] = [*associations, {"SubnetId": step.arguments.get("SubnetId")}]
        table.step = step.key


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


def _machine(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    machine = world.find(step.arguments.get("InstanceId"), MACHINE)
    groups = step.arguments.get("Groups")
    if machine is not None and groups:
        machine.properties["SecurityGroupIds"], machine.step = ids(groups), step.key
        machine.properties.pop("SecurityGroups", None)
        machine.properties.pop("NetworkInterfaces", None)


def _addressed(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    machine = world.find(step.arguments.get("InstanceId"), MACHINE)
    if machine is not None:
        machine.properties["PublicIpAddress"], machine.step = "an address", step.key


def _attached(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    disk = world.find(step.arguments.get("VolumeId"), DISK)
    if disk is not None:
        disk.properties["attached"] = step.arguments.get("InstanceId")


def _detached(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    disk = world.find(step.arguments.get("VolumeId"), DISK)
    if disk is not None:
        disk.properties["attached"] = ""
        disk.properties["Attachments"] = []
    for machine in world.all(MACHINE):
        mappings = listed(machine.properties.get("BlockDeviceMappings"))
        kept = [each for each in mappings if _disk(each) != step.arguments.get("VolumeId")]
        if len(kept) != len(mappings):
            machine.properties["BlockDeviceMappings"] = kept


def _disk(mapping: Mapping[str, Any]) -> Any:
    disk = mapping.get("Ebs")
    return disk.get("VolumeId") if isinstance(disk, Mapping) else None


def _copied(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    specification = step.arguments.get("InstanceSpecification")
    inner = specification.get("InstanceId") if isinstance(specification, Mapping) else None
    world.copied.update(ids(step.arguments.get("VolumeId")))
    excluded = {
        each.get("DeviceName")
        for each in listed(step.arguments.get("BlockDeviceMappings"))
        if "NoDevice" in each
    }
    for id in (step.arguments.get("InstanceId"), inner):
        machine = world.find(id, MACHINE)
        if machine is None:
            continue
        devices = {
            _disk(each): each.get("DeviceName")
            for each in listed(machine.properties.get("BlockDeviceMappings"))
        }
        world.copied.update(disk for disk, _ in world.disks_of(machine) if devices.get(disk) not in excluded)


def _registered(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    targets = world.find(step.arguments.get("TargetGroupArn"), TARGETS)
    if targets is not None:
        known = listed(targets.properties.get("Targets"))
        targets.properties["Targets"] = [*known, *listed(step.arguments.get("Targets"))]
        if not isinstance(step.arguments.get("Targets"), (list, tuple)):
            targets.properties["more"] = True
        targets.step = step.key


def _deregistered(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    targets = world.find(step.arguments.get("TargetGroupArn"), TARGETS)
    if targets is not None:
        away = {str(each.get("Id")) for each in listed(step.arguments.get("Targets"))}
        known = listed(targets.properties.get("Targets"))
        targets.properties["Targets"] = [each for each in known if str(each.get("Id")) not in away]


def _changed_listener(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    listener = world.find(step.arguments.get("ListenerArn"), LISTENER)
    if listener is not None:
        listener.properties |= step.arguments
        listener.step = step.key


_Handler = Callable[[World, Planned, tuple[str, ...]], None]

_HANDLERS: Final[Mapping[str, _Handler]] = {
    "ec2:RunInstances": _start,
    "ec2:StartInstances": _state("running"),
    "ec2:StopInstances": _state("stopped"),
    "ec2:ModifyInstanceAttribute": _machine,
    "ec2:AssociateAddress": _addressed,
    "ec2:CreateSecurityGroup": _group,
    "ec2:AuthorizeSecurityGroupIngress": _opened,
    "ec2:RevokeSecurityGroupIngress": _closed,
    "ec2:CreateRouteTable": _table,
    "ec2:CreateRoute": _routed,
    "ec2:ReplaceRoute": _routed,
    "ec2:DeleteRoute": _unrouted,
    "ec2:AssociateRouteTable": _associated,
    "ec2:AttachInternetGateway": _gateway,
    "ec2:DetachInternetGateway": _gateway,
    "ec2:ModifySubnetAttribute": _subnet,
    "ec2:CreateNetworkAclEntry": _filtered,
    "ec2:ReplaceNetworkAclEntry": _filtered,
    "ec2:DeleteNetworkAclEntry": _filtered,
    "ec2:ReplaceNetworkAclAssociation": _guarded,
    "ec2:AttachVolume": _attached,
    "ec2:DetachVolume": _detached,
    "ec2:CreateSnapshot": _copied,
    "ec2:CreateSnapshots": _copied,
    "ec2:CreateImage": _copied,
    "elbv2:RegisterTargets": _registered,
    "elbv2:DeregisterTargets": _deregistered,
    "elbv2:ModifyListener": _changed_listener,
}
