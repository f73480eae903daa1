"""Whether what a step needs is there when it is needed: not ended before, not missing, not still in use."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from skywright.clouds.aws import kinds
from skywright.clouds.aws.effect_names import effect
from skywright.clouds.aws.future.answers import MADE, made
from skywright.clouds.aws.future.applying import destroyed
from skywright.clouds.aws.future.forwarding import leads
from skywright.clouds.aws.future.world import (
    BALANCER,
    DISK,
    GATEWAY,
    GROUP,
    IMAGE,
    MACHINE,
    NAT,
    ROUTES,
    SCALED,
    SNAPSHOT,
    SUBNET,
    TARGETS,
    VPC,
    Thing,
    World,
    groups_of,
    ids,
    listed,
    named,
)
from skywright.clouds.aws.resources import touched
from skywright.clouds.future import Breach, Planned
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

_FOR_ITS_END: Final = re.compile(r"\w+_(deleted|terminated|not_exists)")
"""Waits that end well once something is gone. Source: the names of botocore's waiters."""


def breaches(world: World, step: Planned) -> Iterator[Breach]:
    """What a step needs and is not there, before it is done."""
    yield from _ended(world, step)
    yield from _missing(world, step)
    for id in destroyed(step):
        yield from (Breach("lifetimes", step.key, says) for says in _in_use(world, id))


def waits(world: World, step: Planned) -> Iterator[Breach]:
    """Why a wait would never end."""
    for id in dict.fromkeys(texts(step.arguments)):
        why = _never(world, step, id)
        if why:
            yield Breach("lifetimes", step.key, f"it waits for {named(id)}, which never comes to that: {why}")


def _never(world: World, step: Planned, id: str) -> str:
    """Why a thing never comes to what a wait waits for; empty: it may."""
    if _FOR_ITS_END.fullmatch(step.operation.name):
        return "nothing ends it" if id in world.things else ""
    if id in world.gone:
        return f"step {world.gone[id]} ended it"
    thing = world.things.get(id)
    wanted = _IN_STATE.get(str(step.operation))
    if thing is not None and thing.type == MACHINE and wanted:
        state = thing.properties.get("State")
        now = state.get("Name") if isinstance(state, Mapping) else None
        return f"it is {now} by then" if isinstance(now, str) and now not in wanted else ""
    if thing is not None and thing.type == DISK and str(step.operation) == "ec2:volume_available":
        return "it is attached by then" if thing.get("attached") else ""
    if thing is not None and thing.type == DISK and str(step.operation) == "ec2:volume_in_use":
        return "nothing attaches it" if thing.step and not thing.get("attached") else ""
    return ""


def _ended(world: World, step: Planned) -> Iterator[Breach]:
    does = effect(step.operation)
    # To take out what has ended is allowed, and asking after it may be the point.
    if not world.gone or does in (Effect.READ, Effect.DETACH):
        return
    # What it makes anew under the same name is there again.
    fresh = made(step.operation, step.key, step.arguments)
    for id in sorted({text for text in texts(step.arguments) if text in world.gone} - {*fresh}):
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
    if thing.properties.get("DisableApiTermination") is True:
        yield f"{named(id)} is protected from being terminated (DisableApiTermination)"
    within = next(_USERS.get(thing.type, _nobody)(world, thing), None)
    if within is not None:
        yield f"{named(id)} is still needed by {named(within.id)}"


def _nobody(world: World, thing: Thing) -> Iterator[Thing]:
    yield from ()


def _in_network(world: World, network: Thing) -> Iterator[Thing]:
    for type in (SUBNET, MACHINE):
        yield from (each for each in world.all(type) if each.get("VpcId") == network.id)
    for gateway in world.all(GATEWAY):
        attached = listed(gateway.properties.get("Attachments"))
        yield from (gateway for each in attached if each.get("VpcId") == network.id)
    # Those that come with a network go with it; which of those that were there do is not told apart here.
    for type in (GROUP, ROUTES):
        later = (each for each in world.all(type) if each.id.startswith(MADE))
        yield from (each for each in later if each.get("VpcId") == network.id)


def _in_subnet(world: World, subnet: Thing) -> Iterator[Thing]:
    for type in (MACHINE, NAT):
        yield from (each for each in world.all(type) if each.get("SubnetId") == subnet.id)
    yield from (each for each in world.all(BALANCER) if subnet.id in ids(each.properties.get("Subnets")))


def _behind_group(world: World, group: Thing) -> Iterator[Thing]:
    yield from (each for each in world.all(MACHINE) if group.id in groups_of(each.properties))
    yield from (
        each for each in world.all(BALANCER) if group.id in ids(each.properties.get("SecurityGroups"))
    )
    for other in world.all(GROUP):
        rules = world.rules.get(other.id, ()) if other.id != group.id else ()
        yield from (other for rule in rules if rule.source == "group" and rule.where == group.id)


def _imaged(world: World, snapshot: Thing) -> Iterator[Thing]:
    for image in world.all(IMAGE):
        if snapshot.id in texts(image.properties.get("BlockDeviceMappings")):
            yield image


def _scaled_by(world: World, configuration: Thing) -> Iterator[Thing]:
    groups = world.all(SCALED)
    yield from (each for each in groups if each.get("LaunchConfigurationName") == configuration.id)


def _with_disk(world: World, disk: Thing) -> Iterator[Thing]:
    for machine in world.all(MACHINE):
        yield from (machine for id, _ in world.disks_of(machine) if id == disk.id)


def _led_to(world: World, targets: Thing) -> Iterator[Thing]:
    yield from (each for each, group in leads(world) if group == targets.id)


def _attached_to(world: World, gateway: Thing) -> Iterator[Thing]:
    for each in listed(gateway.properties.get("Attachments")):
        yield from (network for network in world.all(VPC) if network.id == each.get("VpcId"))


def _routed_by(world: World, table: Thing) -> Iterator[Thing]:
    if not table.properties.get("perhaps_free"):
        for each in listed(table.properties.get("Associations")):
            yield from (subnet for subnet in world.all(SUBNET) if subnet.id == each.get("SubnetId"))


_USERS: Final[Mapping[str, Callable[[World, Thing], Iterator[Thing]]]] = {
    VPC: _in_network,
    SUBNET: _in_subnet,
    GROUP: _behind_group,
    DISK: _with_disk,
    SNAPSHOT: _imaged,
    "autoscaling:launch-configuration": _scaled_by,
    TARGETS: _led_to,
    GATEWAY: _attached_to,
    ROUTES: _routed_by,
}
"""By kind, what the cloud wants gone first (`DependencyViolation`, `ResourceInUse` in its references)."""
