"""Values for disks: size, kind, which one, and the device name that is free."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from skywright.brains.builtin.asking import Ask, Cannot
from skywright.brains.builtin.filling import Filling
from skywright.brains.builtin.sources.names import behind
from skywright.brains.builtin.world import Machine, Row, tags
from skywright.model.values import Value

_LEAST = {"st1": 125, "sc1": 125, "io1": 4, "io2": 4}
_MOST = {"gp2": 16384, "gp3": 65536, "io1": 16384, "io2": 65536, "st1": 16384, "sc1": 16384, "standard": 1024}
"""GiB, from the EC2 user guide's table of volume types."""


_PLAIN = re.compile(
    r"\b(?:not?|without|never|\w+n't)(?: \w+){0,4} encrypt(?:ed|ion)\b"
    r"|\bencrypt(?:ed|ion)(?: \w+){0,2} (?:not|never|\w+n't|unnecessary|off|disabled)\b"
)
"""`encryption is not needed`."""


def disk_type(filling: Filling, options: Mapping[str, Any]) -> Value:
    return filling.facts.disk_type or "gp3"


def disk_size(filling: Filling, options: Mapping[str, Any]) -> Value:
    """The size that was said.

    Raises:
        Ask: None was, or the kind of disk can't have it.
    """
    sizes = [disk.size_gb for disk in filling.facts.disks]
    if not sizes:
        bare = [
            int(token.word)
            for token in filling.facts.tokens
            if token.kind == "number" and float(token.word).is_integer()
        ]
        if len(bare) != 1 or filling.facts.count == bare[0]:
            raise Ask("disk_size", "How large should the disk be, in GB?")
        sizes = bare
    return _possible(filling, sizes[-1])


def _possible(filling: Filling, size: int) -> int:
    kind = filling.facts.disk_type or "gp3"
    least, most = _LEAST.get(kind, 1), _MOST[kind]
    if not least <= size <= most:
        raise Ask(
            "disk_size",
            f"A {kind} disk has between {least} and {most} GB, not {size}. How large should it be?",
        )
    return size


def iops(filling: Filling, options: Mapping[str, Any]) -> Value:
    """What was said, or what the smallest of the disks may have, where the kind must be told."""
    kind = filling.facts.disk_type or "gp3"
    if filling.facts.iops or kind not in ("io1", "io2"):
        return filling.facts.iops
    sizes: Any = filling.values.get("sizes") or [filling.values.get("size") or _LEAST[kind]]
    return max(100, min(3000, 50 * min(int(size) for size in sizes)))


def existing_disk(filling: Filling, options: Mapping[str, Any]) -> Value:
    """The id of an unattached disk that was named, to be attached; None if one is to be made."""
    rows = named_disks(filling, filling.region)
    if not rows:
        return None
    if len(rows) > 1:
        raise which_disk(filling, rows)
    row = rows[0]
    if row.get("Attachments"):
        raise Cannot(
            f"{row['VolumeId']} is attached to {row['Attachments'][0]['InstanceId']} already; detach it first"
        )
    if row["AvailabilityZone"] != filling.machine.zone:
        raise Cannot(
            f"{row['VolumeId']} is in {row['AvailabilityZone']} and {filling.machine.label} "
            f"in {filling.machine.zone}: a disk can't cross zones"
        )
    return str(row["VolumeId"])


def named_disks(filling: Filling, region: str) -> list[Row]:
    ids = [id for id in filling.facts.ids if id.startswith("vol-")]
    spoken = {
        token.text.lower() for token in filling.facts.tokens if token.kind in ("name", "quoted", "word")
    }
    volumes = filling.world.volumes(region)
    missing = [id for id in ids if id not in {row["VolumeId"] for row in volumes}]
    if missing:
        raise Cannot(f"there is no disk {missing[0]} in {region}")
    machines = {machine.name.lower() for machine in filling.world.machines(region)}
    told = {tags(row).get("Name", "").lower() for row in volumes if row["VolumeId"] in ids}
    return [
        row
        for row in volumes
        if row["VolumeId"] in ids or tags(row).get("Name", "\0").lower() in spoken - machines - told
    ]


def which_disk(filling: Filling, rows: Sequence[Row]) -> Ask:
    """The question which of some disks is meant; each with what tells it from the others."""
    names = {machine.id: machine.label for machine in filling.world.machines(filling.region)}
    details = tuple(_detail(row, names) for row in rows)
    return Ask("disk", "Which disk?", tuple(str(row["VolumeId"]) for row in rows), details)


def _detail(row: Row, machines: Mapping[str, str]) -> str:
    held = [
        f"{place.get('Device', '')} of {machines.get(str(place['InstanceId']), place['InstanceId'])}"
        for place in row.get("Attachments") or []
    ]
    size = f"{row.get('Size', '?')} GB {row.get('VolumeType', '')}".strip()
    said = (tags(row).get("Name", ""), size, str(row.get("State", "")), *held, str(row["AvailabilityZone"]))
    return ", ".join(each for each in said if each)


def places(filling: Filling, options: Mapping[str, Any]) -> Value:
    """Where disks go: for each machine and each of its disks the machine, its zone, a free device, a size and
    a name; the size is None for a disk that exists."""
    sizes: list[int | None] = [None] if filling.values.get("disk") else list(_sizes(filling))
    found: list[Value] = []
    for machine in filling.machines:
        for number, (size, device) in enumerate(
            zip(sizes, _devices(filling, machine, len(sizes)), strict=True)
        ):
            found.append(
                {
                    "key": f"{len(found) + 1}",
                    "vm": machine.id,
                    "zone": machine.zone,
                    "device": device,
                    "size": size,
                    "name": _disk_name(filling, machine, len(found), number, len(sizes)),
                }
            )
    return found


def column(filling: Filling, options: Mapping[str, Any]) -> Value:
    """One property of all places, such as their sizes; None where there is none."""
    rows: Any = filling.values.get("places") or []
    values = [row[str(options["of"])] for row in rows]
    return values if None not in values else None


def number_of(filling: Filling, options: Mapping[str, Any]) -> Value:
    rows: Any = filling.values.get("places") or []
    return len(rows)


def _sizes(filling: Filling) -> list[int]:
    """Of each new disk that a machine gets.

    Raises:
        Ask: The number of sizes is not that of disks, or one is not possible.
    """
    sizes = filling.facts.data_sizes
    number = filling.facts.disk_count
    if number and len(sizes) > 1 and len(sizes) != number:
        raise Ask("disk_size", f"There are {len(sizes)} sizes for {number} disks. How large should they be?")
    if len(sizes) > 1:
        return [_possible(filling, size) for size in sizes]
    return [int(str(disk_size(filling, {})))] * (number or 1)


def _devices(filling: Filling, machine: Machine, number: int) -> list[str]:
    """The next device names that are free there."""
    taken = {str(disk["DeviceName"]) for disk in machine.disks.values()}
    said = filling.facts.device
    if said and number == 1:
        said = said if said.startswith("/dev/") else f"/dev/{said}"
        if said in taken:
            raise Ask(
                "device",
                f"{machine.label} has something at {said} already. Which device name should it be?",
            )
        return [said]
    used = {device[-1:] for device in taken if re.search(r"d[a-z]$", device)}
    free = [letter for letter in "fghijklmnopqrstuvwxyz" if letter not in used]
    if len(free) < number:
        raise Cannot(f"{machine.label} has no device name left")
    return [f"/dev/sd{letter}" for letter in free[:number]]


def _disk_name(filling: Filling, machine: Machine, at: int, number: int, each: int) -> str:
    """What was given, or the machine's name and `data`."""
    given = list(filling.facts.names)
    machines = filling.machines
    if len(given) == len(machines) * each and not {other.name for other in machines} & set(given):
        return given[at]
    return f"{machine.label}-data" + (f"-{number + 1}" if each > 1 else "")


def is_new(filling: Filling, options: Mapping[str, Any]) -> Value:
    return filling.values.get("disk") is None


def zone(filling: Filling, options: Mapping[str, Any]) -> Value:
    """The zone that was said, or the region's first."""
    said = [place.zone for place in filling.facts.places if place.zone]
    rows = filling.world.rows("ec2:DescribeAvailabilityZones", "AvailabilityZones", filling.region)
    return said[0] if said else min(str(row["ZoneName"]) for row in rows)


def new_names(filling: Filling, options: Mapping[str, Any]) -> list[str]:
    """The names that were given, or the unknown word behind that for a disk: `a new volume archive`."""
    return list(filling.facts.names) or behind(filling, "disk")


def all_sizes(filling: Filling, options: Mapping[str, Any]) -> Value:
    """Of disks that are to be attached to nothing: one each."""
    return list(_sizes(filling))


def all_names(filling: Filling, options: Mapping[str, Any]) -> Value:
    sizes: Any = filling.values.get("sizes") or [None]
    given = new_names(filling, options)
    if len(given) == len(sizes):
        return given
    stem = given[0] if given else "disk"
    return [f"{stem}-{number}" if len(sizes) > 1 else stem for number in range(1, len(sizes) + 1)]


def how_many(filling: Filling, options: Mapping[str, Any]) -> Value:
    sizes: Any = filling.values.get("sizes")
    return len(sizes) if sizes else None


def encrypted(filling: Filling, options: Mapping[str, Any]) -> Value:
    """Whether new disks are to be encrypted; a disk that exists stays as it was made."""
    said = re.search(r"\bencrypt(?:ed|ion)\b", filling.facts.words)
    spared = re.search(r"\bencrypt(?:ed|ion)\b", filling.spared_words) or _PLAIN.search(filling.facts.words)
    if said and not spared and filling.values.get("disk"):
        raise Cannot("a disk that exists can't be encrypted afterwards")
    return True if said and not spared else None


def secret(filling: Filling, options: Mapping[str, Any]) -> Value:
    """How the summary says that disks are encrypted."""
    return str(options["says"]) if encrypted(filling, options) else None
