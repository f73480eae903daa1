"""An account in thought: its things, which can be made, changed and ended. Knows no operation."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from skywright.clouds.aws.future.answers import MADE
from skywright.clouds.aws.rules import Rule, rules_of_group
from skywright.model.resource import Inventory
from skywright.model.values import Value

MACHINE: Final = "ec2:instance"
DISK: Final = "ec2:volume"
GROUP: Final = "ec2:security-group"
SUBNET: Final = "ec2:subnet"
VPC: Final = "ec2:vpc"
PEERING: Final = "ec2:vpc-peering-connection"
SNAPSHOT: Final = "ec2:snapshot"
IMAGE: Final = "ec2:image"
ROUTES: Final = "ec2:route-table"
ACL: Final = "ec2:network-acl"
GATEWAY: Final = "ec2:internet-gateway"
NAT: Final = "ec2:nat-gateway"
BALANCER: Final = "elbv2:loadbalancer"
SCALED: Final = "autoscaling:group"
LISTENER: Final = "elbv2:listener"
RULE: Final = "elbv2:rule"
TARGETS: Final = "elbv2:targetgroup"


@dataclass(slots=True)
class Thing:
    """One thing in the account, as far as it is known.

    Attributes:
        properties: as the cloud describes it, or as it was asked for; changed in place, so they are its own.
        step: the last step that made or changed it; empty: none did.
    """

    id: str
    type: str
    region: str
    properties: dict[str, Any]
    step: str = ""

    def get(self, name: str) -> str:
        """A property that is a text; empty if it is not there, or is none."""
        value = self.properties.get(name)
        return value if isinstance(value, str) else ""


@dataclass(slots=True)
class World:
    """All things, by their ids.

    Attributes:
        looked: whether the things are an account's; else nothing is known of what was there before.
        gone: by id, the step that ended it.
        copied: by disk, the snapshots and images that hold a copy of it.
        rules: what each group lets in, by its id.
        order: the place of each step that was carried out.
        needed: by id of what was not there when a step first named it, that step.
    """

    looked: bool
    things: dict[str, Thing] = field(default_factory=dict[str, Thing])
    by_type: dict[str, dict[str, Thing]] = field(default_factory=dict[str, dict[str, Thing]])
    gone: dict[str, str] = field(default_factory=dict[str, str])
    copied: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    rules: dict[str, list[Rule]] = field(default_factory=dict[str, list[Rule]])
    order: dict[str, int] = field(default_factory=dict[str, int])
    needed: dict[str, str] = field(default_factory=dict[str, str])

    @staticmethod
    def of(inventory: Inventory) -> "World":
        world = World(bool(inventory))
        for resource in inventory.values():
            world.put(Thing(resource.id, resource.type, resource.region, dict(resource.properties)))
            if resource.type == GROUP:
                world.rules[resource.id] = list(rules_of_group(resource.properties, egress=False))
            if resource.type == SNAPSHOT:
                world.copy(str(resource.properties.get("VolumeId")), resource.id)
        return world

    def put(self, thing: Thing) -> None:
        self.things[thing.id] = thing
        self.by_type.setdefault(thing.type, {})[thing.id] = thing

    def copy(self, disk: str, by: str) -> None:
        """A snapshot or an image holds a copy of the disk."""
        self.copied.setdefault(disk, set()).add(by)

    def end(self, id: str, step: str) -> None:
        """The thing is gone from that step on."""
        thing = self.things.pop(id, None)
        if thing is None or thing.type == SNAPSHOT:
            for copies in self.copied.values():
                copies.discard(id)
        if thing is not None:
            self.by_type[thing.type].pop(id, None)
        self.gone[id] = step

    def all(self, type: str) -> Iterable[Thing]:
        return tuple(self.by_type.get(type, {}).values())

    def last(self, things: Iterable[Thing | None]) -> str:
        """The last step that made or changed one of the things; without any, the last step of all."""
        steps = [thing.step for thing in things if thing is not None and thing.step]
        return max(steps or [*self.order][-1:], key=lambda step: self.order.get(step, -1), default="")

    def find(self, id: Any, type: str) -> Thing | None:
        return self.by_type.get(type, {}).get(id) if isinstance(id, str) else None

    def disks_of(self, machine: Thing) -> Iterator[tuple[str, bool]]:
        """(id, whether it ends with the machine) of each disk that is attached to it."""
        for mapping in listed(machine.properties.get("BlockDeviceMappings")):
            disk = mapping.get("Ebs")
            if isinstance(disk, Mapping) and isinstance(disk.get("VolumeId"), str):
                yield disk["VolumeId"], disk.get("DeleteOnTermination") is not False
        for disk in self.all(DISK):
            if disk.properties.get("attached") == machine.id:
                yield disk.id, disk.properties.get("ends") is True


def named(id: str) -> str:
    """How a thing is called in a sentence."""
    return f"what step {id.removeprefix(MADE)} makes" if id.startswith(MADE) else id


def listed(value: Any) -> list[Mapping[str, Any]]:
    """The objects in a list; none if it is no list."""
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, (list, tuple)) else []


def ids(value: Value) -> list[str]:
    """The texts of a list, or one text alone."""
    if isinstance(value, str):
        return [value]
    return [each for each in value if isinstance(each, str)] if isinstance(value, (list, tuple)) else []


def groups_of(properties: Mapping[str, Any]) -> list[str]:
    """The security groups of a machine, described or asked for."""
    found = [*ids(properties.get("SecurityGroupIds"))]
    found += [str(each.get("GroupId")) for each in listed(properties.get("SecurityGroups"))]
    for interface in listed(properties.get("NetworkInterfaces")):
        groups = interface.get("Groups")
        found += ids(groups) + [str(each.get("GroupId")) for each in listed(groups)]
    return list(dict.fromkeys(found))
