"""Values for disks that exist: which one, and what is to become of it."""

import re
from collections.abc import Mapping
from typing import Any

from skywright.brains.builtin.asking import Ask, Cannot
from skywright.brains.builtin.filling import Filling
from skywright.brains.builtin.sources.disks import disk_size, named_disks, which_disk
from skywright.brains.builtin.words.quantities import figures
from skywright.brains.builtin.words.vocabulary import pattern
from skywright.brains.builtin.world import Row
from skywright.model.values import Value

_ALSO_ROOT = re.compile(
    r"\b(?:incl\w*\W{0,3}|also |with )(?:the |its )?(?:root|boot|system)"
    r"|\b(?:root|boot|system)\b[^.;]{0,12}\b(?:included|too|as well)\b"
)
"""`every disk, root included`."""


def _attached(filling: Filling) -> list[Row]:
    """The attached disks that could be meant: those named, or the machine's, narrowed by root, size and
    device."""
    named = named_disks(filling, filling.region)
    if named and not filling.alone:
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
        raise which_disk(filling, rows)
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
        by = pattern("grows_by").search(figures(facts.tokens))
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
        if "root_disk" in filling.concepts and not _ALSO_ROOT.search(filling.facts.words):
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


def description(filling: Filling, options: Mapping[str, Any]) -> Value:
    """What was said to be the description, or that it was asked for."""
    facts = filling.facts
    for before, token in zip(facts.tokens, facts.tokens[1:], strict=False):
        if before.word in ("description", "comment", "note", "saying") and token.kind in (
            "quoted",
            "name",
            "word",
        ):
            return token.text
    return "Taken by request"


def moved_disk(filling: Filling, options: Mapping[str, Any]) -> Value:
    """The attached data disk that is to go to another machine: named, or the only one of its holder."""
    named = [row for row in named_disks(filling, filling.region) if row.get("Attachments")]
    holders = filling.named_here()
    rows = named or [
        row
        for machine in holders[:1]
        for row in filling.world.volumes(filling.region)
        if str(row["VolumeId"]) in machine.data_disks
    ]
    row = _only(filling, rows, "there is no data disk to be moved")
    if _is_system(filling, row):
        raise Cannot(f"{row['VolumeId']} is the disk that a machine starts from")
    return str(row["VolumeId"])


def moved_from(filling: Filling, options: Mapping[str, Any]) -> Value:
    return next(
        str(row["Attachments"][0]["InstanceId"])
        for row in filling.world.volumes(filling.region)
        if row["VolumeId"] == filling.values["disk"]
    )


def moved_to(filling: Filling, options: Mapping[str, Any]) -> Value:
    """The other machine that was named."""
    holder = filling.values["holder"]
    others = [machine for machine in filling.named_here() if machine.id != holder]
    if len(others) != 1:
        raise Ask("vm", "To which machine should the disk go?")
    zone = next(
        row["AvailabilityZone"]
        for row in filling.world.volumes(filling.region)
        if row["VolumeId"] == filling.values["disk"]
    )
    if others[0].zone != zone:
        raise Cannot(
            f"the disk is in {zone} and {others[0].label} in {others[0].zone}: a disk can't cross zones"
        )
    return others[0].id


def moved_device(filling: Filling, options: Mapping[str, Any]) -> Value:
    machine = next((m for m in filling.world.machines(filling.region) if m.id == filling.values["vm"]), None)
    if machine is None:
        raise Cannot("the words do not say which machine it should go to")
    used = {str(disk["DeviceName"])[-1:] for disk in machine.disks.values()}
    return next(f"/dev/sd{letter}" for letter in "fghijklmnopqrstuvwxyz" if letter not in used)
