"""Values for disks: size, kind, which one, and the device name that is free."""

import re
from collections.abc import Mapping
from typing import Any

from skywright.brains.builtin.asking import Ask, Cannot
from skywright.brains.builtin.filling import Filling
from skywright.brains.builtin.world import Row, tags
from skywright.model.values import Value

_LEAST = {"st1": 125, "sc1": 125, "io1": 4, "io2": 4}
_MOST = {"gp2": 16384, "gp3": 65536, "io1": 16384, "io2": 65536, "st1": 16384, "sc1": 16384, "standard": 1024}
"""GiB, from the EC2 user guide's table of volume types."""


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
    kind = filling.facts.disk_type or "gp3"
    size = sizes[-1]
    least, most = _LEAST.get(kind, 1), _MOST[kind]
    if not least <= size <= most:
        raise Ask(
            "disk_size",
            f"A {kind} disk has between {least} and {most} GB, not {size}. How large should it be?",
        )
    return size


def iops(filling: Filling, options: Mapping[str, Any]) -> Value:
    kind = filling.facts.disk_type or "gp3"
    return filling.facts.iops or (3000 if kind in ("io1", "io2") else None)


def existing_disk(filling: Filling, options: Mapping[str, Any]) -> Value:
    """The id of an unattached disk that was named, to be attached; None if one is to be made."""
    rows = named_disks(filling, filling.region)
    if not rows:
        return None
    if len(rows) > 1:
        raise Ask("disk", "Which disk?", tuple(str(row["VolumeId"]) for row in rows))
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
    return [
        row
        for row in volumes
        if row["VolumeId"] in ids or tags(row).get("Name", "\0").lower() in spoken - machines
    ]


def devices(filling: Filling, options: Mapping[str, Any]) -> Value:
    """For each machine the next device name that is free there."""
    found: list[Value] = []
    for machine in filling.machines:
        used = {
            str(disk["DeviceName"])[-1:]
            for disk in machine.disks.values()
            if re.search(r"d[a-z]$", str(disk["DeviceName"]))
        }
        used |= {str(disk["DeviceName"]) for disk in machine.disks.values()}
        said = filling.facts.device
        if said:
            said = said if said.startswith("/dev/") else f"/dev/{said}"
            if said in used:
                raise Ask(
                    "device",
                    f"{machine.label} has something at {said} already. Which device name should it be?",
                )
            found.append(said)
            continue
        free = [letter for letter in "fghijklmnopqrstuvwxyz" if letter not in used]
        if not free:
            raise Cannot(f"{machine.label} has no device name left")
        found.append(f"/dev/sd{free[0]}")
    return found


def disk_names(filling: Filling, options: Mapping[str, Any]) -> Value:
    """A name for each new disk: what was given, or its machine's name and `data`."""
    given = list(filling.facts.names)
    machines = filling.machines
    if len(given) == len(machines) and not {machine.name for machine in machines} & set(given):
        return given
    return [f"{machine.label}-data" for machine in machines]


def is_new(filling: Filling, options: Mapping[str, Any]) -> Value:
    return filling.values.get("disk") is None


def new_size(filling: Filling, options: Mapping[str, Any]) -> Value:
    return disk_size(filling, options) if filling.values.get("new") else None


def zone(filling: Filling, options: Mapping[str, Any]) -> Value:
    """The zone that was said, or the region's first."""
    said = [place.zone for place in filling.facts.places if place.zone]
    rows = filling.world.rows("ec2:DescribeAvailabilityZones", "AvailabilityZones", filling.region)
    return said[0] if said else min(str(row["ZoneName"]) for row in rows)


def new_name(filling: Filling, options: Mapping[str, Any]) -> Value:
    return filling.facts.names[0] if filling.facts.names else "disk"


def encrypted(filling: Filling, options: Mapping[str, Any]) -> Value:
    said = re.search(r"\b(?:encrypted|encryption)\b", filling.facts.words)
    spared = re.search(r"\b(?:encrypted|encryption)\b", filling.spared_words)
    return True if said and not spared else None
