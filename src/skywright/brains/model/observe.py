"""What an expert is shown of the target: the slice of its state that concerns the request, in few lines.

Owns which resources concern a request and how one is written in a line. Looks through the caller that it is
given and changes nothing.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from skywright.brains.base import Context
from skywright.errors import CloudFailed
from skywright.model.operation import Operation
from skywright.model.resource import Inventory, Resource

_MOST_LINES = 40
_LONGEST_LINE = 260
_SHOWN = (
    *(
        "State",
        "InstanceType",
        "InstanceLifecycle",
        "VolumeType",
        "Size",
        "Encrypted",
        "CidrBlock",
        "IsDefault",
    ),
    *("AvailabilityZone", "PublicIpAddress", "PrivateIpAddress", "PublicIp", "GroupName", "DefaultForAz"),
    *("DNSName", "Scheme", "Protocol", "Port", "Type", "DesiredCapacity", "MinSize", "MaxSize", "Engine"),
)
_CALLED = {
    "instance": ("vm", "vms", "machine", "server", "box", "host", "instance"),
    "volume": ("disk", "volume", "storage", "drive"),
    "vpc": ("network", "vpc"),
    "security-group": ("firewall", "port", "security", "group", "ssh", "http"),
    "loadbalancer": ("balancer", "loadbalancer", "lb", "alb", "elb"),
    "targetgroup": ("balancer", "target"),
    "address": ("elastic", "ip", "address"),
    "snapshot": ("snapshot", "backup"),
    "image": ("image", "ami"),
}
_MAKING = re.compile(
    r"\b(?:create|launch|start|run|provision|deploy|spin|make|add|need|set ?up|bring)\b", re.I
)
_IMAGES = (
    ("Amazon Linux", "al2023-ami-2*"),
    ("Amazon Linux 2", "amzn2-ami-hvm-*"),
    ("Ubuntu", "ubuntu/images/hvm-ssd/*"),
)


def look(words: str, context: Context) -> Inventory:
    """The target's resources in the regions that the request is about.

    Raises:
        CloudFailed: They cannot be looked at.
    """
    return context.cloud.read_inventory(context.look, regions(words, context))


def regions(words: str, context: Context) -> list[str]:
    """The target's own and those that are named."""
    return list(
        dict.fromkeys([context.region, *sorted(one for one in context.cloud.regions if one in words)])
    )


def described(words: str, inventory: Inventory, context: Context, most_letters: int = 12_000) -> str:
    """The account in lines, what concerns the request first, until there is no more room."""
    lines: list[str] = []
    for resource in _concerning(words, inventory):
        line = _line(resource)
        most_letters -= len(line)
        if most_letters < 0:
            break
        lines.append(line)
    if len(inventory) > len(lines):
        lines.append(f"(and {len(inventory) - len(lines)} more, which the request does not seem to concern)")
    if not inventory:
        lines = ["(nothing that is known of)"]
    if _MAKING.search(words):
        lines += list(_images(context, regions(words, context)))
    return "\n".join(lines)


def named(words: str, inventory: Inventory) -> frozenset[str]:
    """The ids of resources that the words name, by id or by name."""
    return frozenset(
        id
        for id, one in inventory.items()
        if _says(words, id) or (len(one.name) > 1 and _says(words, one.name))
    )


def beside(ids: Iterable[str], inventory: Inventory) -> frozenset[str]:
    """What these need, and what needs them."""
    known = frozenset(ids)
    needed = {other for id in known & inventory.keys() for other in inventory[id].depends_on}
    return frozenset(needed | {id for id, one in inventory.items() if known.intersection(one.depends_on)})


def _says(words: str, text: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(text)}(?![\w-])", words, re.I) is not None


def _concerning(words: str, inventory: Inventory) -> list[Resource]:
    spoken = {word.rstrip("s") for word in re.findall(r"[a-z]+", words.lower())}
    meant = named(words, inventory)
    near = beside(meant, inventory)

    def rank(resource: Resource) -> int:
        kind = resource.type.partition(":")[2]
        called = {word.rstrip("s") for word in (*_CALLED.get(kind, ()), *kind.split("-"))}
        default = resource.properties.get("IsDefault") or resource.properties.get("DefaultForAz")
        return (
            8 * (resource.id in meant)
            + 4 * (resource.id in near)
            + 3 * bool(called & spoken)
            + bool(default)
            + (kind in ("instance", "volume", "loadbalancer"))
        )

    return sorted(inventory.values(), key=lambda one: (-rank(one), one.type, one.id))[:_MOST_LINES]


def _line(resource: Resource) -> str:
    parts = [resource.type, resource.id]
    if resource.name:
        parts.append(f"Name={resource.name}")
    parts += [f"{name}={value}" for name, value in _facts(resource.properties)]
    tags = [tag for tag in _tags(resource.properties) if tag.get("Key") != "Name"]
    parts += [f"{json.dumps(tag.get('Key'))}: {json.dumps(tag.get('Value'))}" for tag in tags]
    if resource.depends_on:
        parts.append("needs " + ",".join(resource.depends_on[:6]))
    parts.append(resource.region)
    line = " ".join(part.replace("\n", " ") for part in parts)
    return line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE] + "…"


def _facts(properties: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in _SHOWN:
        value = properties.get(name)
        if isinstance(value, Mapping):
            value = value.get("Name") or value.get("Code")
        if isinstance(value, (str, int, float)) and value != "":
            yield name, value
    zone = properties.get("Placement")
    if isinstance(zone, Mapping) and zone.get("AvailabilityZone"):
        yield "AvailabilityZone", zone["AvailabilityZone"]


def _tags(properties: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    tags = properties.get("Tags")
    return [tag for tag in tags if isinstance(tag, Mapping)][:6] if isinstance(tags, list) else []


def _images(context: Context, where: Sequence[str]) -> Iterator[str]:
    """An image of each usual family: what machines are made of is the one thing that cannot be guessed."""
    for region in where:
        for family, pattern in _IMAGES:
            filters = [{"Name": "name", "Values": [pattern]}, {"Name": "architecture", "Values": ["x86_64"]}]
            try:
                found: Any = context.look.call(
                    Operation("ec2", "DescribeImages"), {"Filters": filters}, region
                )
            except CloudFailed:
                return
            newest = max(found.get("Images", ()), key=lambda one: str(one.get("CreationDate")), default=None)
            if newest is not None:
                yield f"an image to make machines of: {newest['ImageId']} ({family}) {region}"
