"""What a step does to an account in thought. Owns the operations that mean more than their names say.

Whatever is not in the table is made and ended as its effect and its nouns say. Source of the meanings: the
API references of Amazon EC2 and Elastic Load Balancing.
"""

from collections.abc import Mapping
from typing import Any, Final

from skywright.clouds.aws import kinds
from skywright.clouds.aws.effect_names import effect
from skywright.clouds.aws.future import answers, networks
from skywright.clouds.aws.future.networks import Handler
from skywright.clouds.aws.future.world import (
    BALANCER,
    DISK,
    GROUP,
    LISTENER,
    MACHINE,
    RULE,
    SCALED,
    TARGETS,
    Thing,
    World,
    ids,
    listed,
)
from skywright.clouds.aws.nouns import noun_of
from skywright.clouds.aws.resources import touched
from skywright.clouds.aws.rules import given_rules
from skywright.clouds.future import Planned
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
    if effect(step.operation) is not Effect.DESTROY:
        return []
    kind = kinds.of_noun(step.operation.service, noun_of(step.operation))
    if kind is None:
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
                _end(world, listener.id, step)
    if thing is not None and thing.type == LISTENER:
        for rule in world.all(RULE):
            if rule.get("ListenerArn") == id:
                world.end(rule.id, step)
    world.end(id, step)


def _start(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    for id in fresh:
        world.things[id].properties["State"] = {"Name": "running"}


def _state(name: str) -> Handler:
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


def _machine(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    machine = world.find(step.arguments.get("InstanceId"), MACHINE)
    groups = step.arguments.get("Groups")
    kept = step.arguments.get("DisableApiTermination")
    if machine is not None and isinstance(kept, Mapping):
        machine.properties["DisableApiTermination"], machine.step = kept.get("Value"), step.key
    if machine is not None:
        for mapping in listed(step.arguments.get("BlockDeviceMappings")):
            _kept_or_not(world, machine, mapping)
    if machine is not None and groups:
        machine.properties["SecurityGroupIds"], machine.step = ids(groups), step.key
        machine.properties.pop("SecurityGroups", None)
        machine.properties.pop("NetworkInterfaces", None)


def _kept_or_not(world: World, machine: Thing, mapping: Mapping[str, Any]) -> None:
    """Whether the disk at a device ends with its machine is set anew."""
    device, said = mapping.get("DeviceName"), mapping.get("Ebs")
    ends = said.get("DeleteOnTermination") if isinstance(said, Mapping) else None
    if not isinstance(ends, bool):
        return
    for disk in world.all(DISK):
        if disk.get("attached") == machine.id and disk.get("device") == device:
            disk.properties["ends"] = ends
    machine.properties["BlockDeviceMappings"] = [
        {**each, "Ebs": {**each["Ebs"], "DeleteOnTermination": ends}}
        if each.get("DeviceName") == device and isinstance(each.get("Ebs"), Mapping)
        else each
        for each in listed(machine.properties.get("BlockDeviceMappings"))
    ]


def _scaled(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    group = world.find(step.arguments.get("AutoScalingGroupName"), SCALED)
    if group is not None:
        group.properties |= step.arguments
        group.step = step.key


def _addressed(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    machine = world.find(step.arguments.get("InstanceId"), MACHINE)
    if machine is not None:
        machine.properties["PublicIpAddress"], machine.step = "an address", step.key


def _attached(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    disk = world.find(step.arguments.get("VolumeId"), DISK)
    if disk is not None:
        disk.properties["attached"] = step.arguments.get("InstanceId")
        disk.properties["device"], disk.properties["ends"] = step.arguments.get("Device"), False


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
    by = fresh[0] if fresh else step.key
    for disk in ids(step.arguments.get("VolumeId")):
        world.copy(disk, by)
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
        for disk, _ in world.disks_of(machine):
            if devices.get(disk) not in excluded:
                world.copy(disk, by)


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


def _led_elsewhere(world: World, step: Planned, fresh: tuple[str, ...]) -> None:
    arguments = step.arguments
    changed = world.find(arguments.get("ListenerArn"), LISTENER) or world.find(arguments.get("RuleArn"), RULE)
    if changed is not None:
        changed.properties |= arguments
        changed.step = step.key


_HANDLERS: Final[Mapping[str, Handler]] = {
    "ec2:RunInstances": _start,
    "ec2:StartInstances": _state("running"),
    "ec2:StopInstances": _state("stopped"),
    "ec2:ModifyInstanceAttribute": _machine,
    "ec2:AssociateAddress": _addressed,
    "ec2:CreateSecurityGroup": _group,
    "ec2:AuthorizeSecurityGroupIngress": _opened,
    "ec2:RevokeSecurityGroupIngress": _closed,
    **networks.HANDLERS,
    "ec2:AttachVolume": _attached,
    "ec2:DetachVolume": _detached,
    "ec2:CreateSnapshot": _copied,
    "ec2:CreateSnapshots": _copied,
    "ec2:CreateImage": _copied,
    "autoscaling:UpdateAutoScalingGroup": _scaled,
    "autoscaling:SetDesiredCapacity": _scaled,
    "elbv2:RegisterTargets": _registered,
    "elbv2:DeregisterTargets": _deregistered,
    "elbv2:ModifyListener": _led_elsewhere,
    "elbv2:ModifyRule": _led_elsewhere,
}
