"""Whether what a step needs is there when it is needed: not ended before, not missing, not still in use."""

from collections.abc import Iterator, Mapping
from typing import Final

from skywright.clouds.aws import kinds
from skywright.clouds.aws.effect_names import effect
from skywright.clouds.aws.future.applying import destroyed
from skywright.clouds.aws.future.world import (
    DISK,
    GATEWAY,
    GROUP,
    LISTENER,
    MACHINE,
    SUBNET,
    VPC,
    World,
    groups_of,
    ids,
    named,
)
from skywright.clouds.aws.resources import touched
from skywright.clouds.base import Breach, Planned
from skywright.model.operation import Effect
from skywright.model.values import texts

_READ_WHOLE: Final = frozenset({MACHINE, DISK, SUBNET, VPC, GROUP, GATEWAY})
"""Kinds of which an inventory holds every one: what is not in it is not there."""

_IN_STATE: Final[Mapping[str, tuple[str, ...]]] = {
    "ec2:instance_running": ("pending", "running"),
    "ec2:instance_status_ok": ("pending", "running"),
    "ec2:system_status_ok": ("pending", "running"),
    "ec2:instance_stopped": ("stopping", "stopped"),
}
"""Waits for machines, and the states from which they end well. Source: botocore's waiters for Amazon EC2."""


def breaches(world: World, step: Planned) -> Iterator[Breach]:
    """What a step needs and is not there, before it is done."""
    yield from _ended(world, step)
    yield from _missing(world, step)
    for id in destroyed(step):
        yield from (Breach("lifetimes", step.key, says) for says in _in_use(world, id))


def waits(world: World, step: Planned) -> Iterator[Breach]:
    """Why a wait would never end."""
    for id in ids(step.arguments.get("InstanceIds")):
        machine = world.find(id, MACHINE)
        wanted = _IN_STATE.get(str(step.operation))
        if id in world.gone and wanted:
            yield Breach("lifetimes", step.key, _waits_for(id, f"step {world.gone[id]} ended it"))
        elif machine is not None and str(step.operation) == "ec2:instance_terminated":
            yield Breach("lifetimes", step.key, _waits_for(id, "nothing ends it"))
        elif machine is not None and wanted:
            state = machine.properties.get("State")
            now = state.get("Name") if isinstance(state, Mapping) else None
            if isinstance(now, str) and now not in wanted:
                yield Breach("lifetimes", step.key, _waits_for(id, f"it is {now} by then"))
    if str(step.operation) == "ec2:volume_available":
        for id in ids(step.arguments.get("VolumeIds")):
            if id in world.gone:
                yield Breach("lifetimes", step.key, _waits_for(id, f"step {world.gone[id]} ended it"))


def _waits_for(id: str, why: str) -> str:
    return f"it waits for {named(id)}, which never comes to that: {why}"


def _ended(world: World, step: Planned) -> Iterator[Breach]:
    does = effect(step.operation)
    # To take out what has ended is allowed, and asking after it may be the point.
    if not world.gone or does in (Effect.READ, Effect.DETACH):
        return
    for id in sorted({text for text in texts(step.arguments) if text in world.gone}):
        says = f"it needs {named(id)}, which step {world.gone[id]} ended"
        yield Breach("lifetimes", step.key, says)


def _missing(world: World, step: Planned) -> Iterator[Breach]:
    if not world.looked:
        return
    needed = [*touched(step.operation, step.arguments)]
    needed += [(id, SUBNET) for id in ids(step.arguments.get("SubnetId"))]
    for id, type in dict.fromkeys(needed):
        kind = kinds.kinds().get(type)
        whole = type in _READ_WHOLE and kind is not None and id.startswith(kind.prefix)
        if whole and id not in world.things and id not in world.gone:
            yield Breach("freshness", step.key, f"it names {id}, which is not there")


def _in_use(world: World, id: str) -> Iterator[str]:
    """Why the cloud would refuse to end it: what still stands in it or on it."""
    thing = world.things.get(id)
    if thing is None:
        return
    match thing.type:
        case "ec2:vpc":
            inside = [
                each for type in (SUBNET, MACHINE) for each in world.all(type) if each.get("VpcId") == id
            ]
        case "ec2:subnet":
            inside = [each for each in world.all(MACHINE) if each.get("SubnetId") == id]
        case "ec2:security-group":
            inside = [each for each in world.all(MACHINE) if id in groups_of(each.properties)]
        case "ec2:volume":
            inside = [
                each for each in world.all(MACHINE) if any(id == disk for disk, _ in world.disks_of(each))
            ]
        case "elbv2:targetgroup":
            inside = [
                each for each in world.all(LISTENER) if id in texts(each.properties.get("DefaultActions"))
            ]
        case _:
            inside = []
    if inside:
        yield f"{named(id)} is still needed by {named(inside[0].id)}"
