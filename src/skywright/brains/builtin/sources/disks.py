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


def _attached(filling: Filling) -> list[Row]:
    """The attached disks that could be meant: those named, or the machine's, narrowed by root, size and
    device."""
    named = named_disks(filling, filling.region)
    if named:
        return named
    machine = filling.machine
    facts = filling.facts
    rows = [row for row in filling.world.volumes(filling.region) if str(row["VolumeId"]) in machine.disks]
    if facts.device:
        return [
            row
            for row in rows
            if str(machine.disks[str(row["VolumeId"])]["DeviceName"]).endswith(
                facts.device.removeprefix("/dev/")
            )
        ]
    return rows


def _only(filling: Filling, rows: list[Row], why: str) -> Row:
    if not rows:
        raise Cannot(why)
    if len(rows) > 1:
        raise Ask("disk", "Which disk?", tuple(str(row["VolumeId"]) for row in rows))
    return rows[0]


def _place(row: Row) -> Row:
    attachments = row.get("Attachments") or []
    if not attachments:
        raise Cannot(f"{row['VolumeId']} is not attached to anything")
    return attachments[0]


def _is_system(filling: Filling, row: Row) -> bool:
    holders = {machine.id: machine for machine in filling.world.machines(filling.region)}
    for place in row.get("Attachments") or []:
        machine = holders.get(str(place["InstanceId"]))
        if machine is not None and place["Device"] == machine.root_device:
            return True
    return False


def _detachable(filling: Filling) -> Row:
    named = named_disks(filling, filling.region)
    rows = named or [row for row in _attached(filling) if not _is_system(filling, row)]
    sizes = [disk.size_gb for disk in filling.facts.disks]
    narrowed = [row for row in rows if row["Size"] in sizes] or rows
    row = _only(filling, narrowed, "the machine has no data disk")
    if _is_system(filling, row) and filling.world:
        holder = _place(row)["InstanceId"]
        running = {
            machine.id for machine in filling.world.machines(filling.region) if machine.state != "stopped"
        }
        if holder in running:
            raise Cannot(f"{row['VolumeId']} is the disk that {holder} runs from; stop the machine first")
    return row


def attached_disk(filling: Filling, options: Mapping[str, Any]) -> Value:
    row = _detachable(filling)
    _place(row)
    return str(row["VolumeId"])


def attached_to(filling: Filling, options: Mapping[str, Any]) -> Value:
    return str(_place(_detachable(filling))["InstanceId"])


def attached_at(filling: Filling, options: Mapping[str, Any]) -> Value:
    return str(_place(_detachable(filling))["Device"])


def _growing(filling: Filling) -> Row:
    """The disk to be changed: named; the root disk if that is said or it is the only one; the only data
    disk."""
    rows = _attached(filling)
    system = [row for row in rows if _is_system(filling, row)]
    data = [row for row in rows if row not in system]
    text = filling.facts.words
    if "root_disk" in filling.concepts:
        rows = system
    elif re.search(r"\b(?:data|second|additional|extra) (?:disk|volume|drive)", text):
        rows = data
    elif len(filling.facts.disks) > 1 and [
        row for row in rows if row["Size"] == filling.facts.disks[0].size_gb
    ]:
        rows = [row for row in rows if row["Size"] == filling.facts.disks[0].size_gb]
    return _only(filling, rows, "the machine has no such disk")


def disk_to_grow(filling: Filling, options: Mapping[str, Any]) -> Value:
    return str(_growing(filling)["VolumeId"])


def grown_size(filling: Filling, options: Mapping[str, Any]) -> Value:
    """The new size: as said, by so much more, or so many times.

    Raises:
        Cannot: It would be smaller.
    """
    now = int(_growing(filling)["Size"])
    facts = filling.facts
    sizes = [disk.size_gb for disk in facts.disks]
    if facts.factor:
        new = round(now * facts.factor)
    elif sizes:
        by = re.search(
            (
                r"\badd\b|\bplus\b|\bby (?:a |an |another |about )?\d+|\d+ ?(?:\w+ )?(?:more|extra|"
                r"additional|bigger|larger)\b|\b(?:another|additional|extra|more)\b"
            ),
            facts.words,
        )
        new = now + sizes[-1] if by else sizes[-1]
    elif facts.disk_type and facts.disk_type != _growing(filling)["VolumeType"]:
        return now
    else:
        return disk_size(filling, options)
    if new < now:
        raise Cannot(
            f"the disk has {now} GB and a disk can't be made smaller than it is; make "
            f"a new one of {new} GB and copy"
        )
    return new


def changed_kind(filling: Filling, options: Mapping[str, Any]) -> Value:
    return (
        filling.facts.disk_type
        if re.search(r"\b(?:gp2|gp3|io1|io2|st1|sc1)\b", filling.facts.spoken)
        else None
    )


def free_disk(filling: Filling, options: Mapping[str, Any]) -> Value:
    """An unattached disk: named, or the only one."""
    named = named_disks(filling, filling.region)
    if not named and filling.named_here():
        named = [row for row in _attached(filling) if not _is_system(filling, row)]
    rows = named or [row for row in filling.world.volumes(filling.region) if not row.get("Attachments")]
    row = _only(filling, rows, "there is no disk that is not attached")
    if row.get("Attachments"):
        raise Cannot(
            f"{row['VolumeId']} is attached to {row['Attachments'][0]['InstanceId']}; detach it first"
        )
    return str(row["VolumeId"])


def snapshot_disks(filling: Filling, options: Mapping[str, Any]) -> Value:
    """The disks named, or all of the machines' disks; only the root disk, or only the others, if that is
    said."""
    named = named_disks(filling, filling.region)
    if named:
        return [str(row["VolumeId"]) for row in named]
    found: list[Value] = []
    for machine in filling.machines:
        disks = list(machine.disks)
        if "root_disk" in filling.concepts:
            disks = [id for id in disks if id not in machine.data_disks]
        elif re.search(r"\bdata (?:disk|volume|drive)", filling.facts.words):
            disks = machine.data_disks
        found += disks
    if not found:
        raise Cannot("the machine has no such disk")
    return found


def snapshot_count(filling: Filling, options: Mapping[str, Any]) -> Value:
    disks: Any = filling.values.get("disks")
    return len(disks) if disks else None


def snapshot_names(filling: Filling, options: Mapping[str, Any]) -> Value:
    disks: Any = filling.values.get("disks") or []
    stem = filling.facts.names[0] if filling.facts.names else "snapshot"
    holders = {
        id: machine.label for machine in filling.world.machines(filling.region) for id in machine.disks
    }
    if filling.facts.names and len(disks) == 1:
        return [stem]
    return [f"{holders.get(str(id), str(id))}-{stem}" for id in disks]
