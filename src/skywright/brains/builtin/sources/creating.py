"""Values for machines that are to be made: how many, their names, image, size, disks and place."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from skywright.brains.builtin.asking import Ask, Cannot
from skywright.brains.builtin.filling import Filling
from skywright.brains.builtin.sources.names import bare_names
from skywright.brains.builtin.sources.sizes import chosen_type
from skywright.brains.builtin.words.vocabulary import pattern
from skywright.brains.builtin.world import Row, filters
from skywright.model.values import Value

MOST_MACHINES = 50
_SYSTEMS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "ubuntu": ("099720109477", ("ubuntu/images/hvm-ssd*/ubuntu-*-amd64-server-*",)),
    "debian": ("136693071363", ("debian-*-amd64-*",)),
    "windows": ("amazon", ("Windows_Server-*-English-Full-Base-*",)),
    "rhel": ("309956199498", ("RHEL-*_HVM-*",)),
    "red hat": ("309956199498", ("RHEL-*_HVM-*",)),
    "redhat": ("309956199498", ("RHEL-*_HVM-*",)),
    "suse": ("amazon", ("suse-sles-*-hvm-ssd-*",)),
}
"""Owners and name patterns of the publishers' own images, as their documentation gives them."""


def count(filling: Filling, options: Mapping[str, Any]) -> Value:
    """How many machines; one if nothing is said."""
    facts = filling.facts
    number = facts.count
    if number is None:
        number = (
            len(facts.names)
            or len(bare_names(filling))
            or (2 if re.search(r"\bboth\b", facts.words) else int(options.get("default", 1)))
        )
        if (
            not facts.names
            and not facts.vague_count
            and re.search(
                (
                    r"\b(?:some|several|many|bunch of|multiple|a number of|lots of) (?:\w+ )"
                    r"?(?:vms|machines|servers|boxes|instances|nodes)\b"
                ),
                facts.words,
            )
        ):
            raise Ask("count", "How many machines?")
    if number <= 0:
        raise Ask("count", f"{number} machines is nothing to do. How many should it be?")
    if number > MOST_MACHINES:
        raise Cannot(
            f"{number} machines are more than the {MOST_MACHINES} that I make at once; ask for fewer"
        )
    if facts.vague_count:
        filling.assume(f"'A few' is taken as {number}.")
    return number


def image(filling: Filling, options: Mapping[str, Any]) -> Value:
    """The newest image of the wanted system that fits the machine type's processor; Amazon Linux if none
    is said."""
    ids = [id for id in filling.facts.ids if id.startswith("ami-")]
    if ids:
        return ids[0]
    rows = (
        filling.world.rows("ec2:DescribeImages", "Images", filling.region, {"Owners": ["self"]})
        if filling.facts.mentions
        else []
    )
    for row in rows:
        if row.get("Name") in filling.facts.mentions:
            return str(row["ImageId"])
    text = filling.facts.words
    for word, (owner, patterns) in _SYSTEMS.items():
        if re.search(rf"\b{word}\b", text):
            rows = _images(filling, owner, patterns, "x86_64")
            if not rows:
                raise Cannot(f"the cloud lists no {word} image in {filling.region}")
            return _newest(rows)
    architecture = chosen_type(filling).architecture
    for named in ("al2023-ami-2023.*", "amzn2-ami-hvm-*", "amzn2-ami-*"):
        rows = _images(filling, "amazon", (named,), architecture)
        if rows:
            return _newest(rows)
    raise Cannot(
        f"the cloud lists no Amazon Linux image in {filling.region}; name an image by its id (ami-…)"
    )


def _images(filling: Filling, owner: str, patterns: Sequence[str], architecture: str) -> list[Row]:
    wanted = {"Owners": [owner], **filters(name=list(patterns), architecture=architecture, state="available")}
    return filling.world.rows("ec2:DescribeImages", "Images", filling.region, wanted)


def _newest(rows: Sequence[Row]) -> str:
    """By the version in the name where dates are equal, as they are for images that a sandbox ships."""
    best = max(
        rows,
        key=lambda row: (
            str(row.get("CreationDate", ""))[:10],
            _version(str(row.get("Name", ""))),
            str(row.get("Name")),
        ),
    )
    return str(best["ImageId"])


def _version(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", name))


def instance_type(filling: Filling, options: Mapping[str, Any]) -> Value:
    return chosen_type(filling).name


def root_disk(filling: Filling, options: Mapping[str, Any]) -> Value:
    """The size of the disk that each machine starts from, if one was said."""
    facts = filling.facts
    roots = [disk for disk in facts.disks if disk.root]
    if roots:
        return roots[0].size_gb
    if len(facts.disks) == 1 and not _is_extra(filling):
        filling.assume(
            f"The {facts.disks[0].size_gb} GB disk is the one that the machine starts "
            f"from; say 'additional' for another."
        )
        return facts.disks[0].size_gb
    return None


def _is_extra(filling: Filling) -> bool:
    return (
        bool(filling.facts.disk_count)
        or bool(
            filling.concepts & {"attach"} - {"create"}
            and re.search(r"\b(?:attach\w*|mount\w*|plug\w*|hook\w*|connect\w*)\b", filling.facts.words)
        )
        or bool(
            re.search(
                (
                    r"\b(?:additional|extra|second|data|another|separate|secondary|more) (?:\S+ "
                    r"){0,4}?(?:disks?|volumes?|drives?|storage|ebs|ssds?)\b"
                ),
                filling.facts.words,
            )
        )
    )


def root_device(filling: Filling, options: Mapping[str, Any]) -> Value:
    """The name of the image's root device, where the disk's size is to be changed."""
    if filling.values.get("root_gb") is None:
        return None
    rows = filling.world.rows(
        "ec2:DescribeImages", "Images", filling.region, {"ImageIds": [str(filling.values["image"])]}
    )
    return str(rows[0].get("RootDeviceName") or "/dev/xvda") if rows else "/dev/xvda"


def data_disks(filling: Filling, options: Mapping[str, Any]) -> Value:
    """Block device mappings of further disks, and of the root disk if its size was said."""
    facts = filling.facts
    mappings: list[dict[str, Any]] = []
    kind = facts.disk_type or "gp3"
    if filling.values.get("root_gb") is not None:
        mappings.append(
            {
                "DeviceName": filling.values["root_device"],
                "Ebs": _ebs(int(str(filling.values["root_gb"])), kind, facts.iops, True),
            }
        )
    extra = facts.data_sizes if _is_extra(filling) or len(facts.disks) > 1 else []
    for letter, size in zip("fghijklmnop", extra, strict=False):
        mappings.append({"DeviceName": f"/dev/sd{letter}", "Ebs": _ebs(size, kind, facts.iops, True)})
    if filling.values.get("encrypted"):
        if not mappings:
            raise Ask("disk_size", "How large should the encrypted disk be, in GB?")
        for mapping in mappings:
            mapping["Ebs"] |= {"Encrypted": True}
    return [*mappings] or None


def _ebs(size: int, kind: str, iops: int | None, ends: bool) -> dict[str, Value]:
    row: dict[str, Value] = {"VolumeSize": size, "VolumeType": kind, "DeleteOnTermination": ends}
    if kind in ("io1", "io2") or (iops and kind == "gp3"):
        row["Iops"] = iops or 3000
    return row


def extra_tags(filling: Filling, options: Mapping[str, Any]) -> Value:
    """Tags that were said, beside the name."""
    return [{"Key": key, "Value": value} for key, value in filling.facts.tags.items()] or None


def spot(filling: Filling, options: Mapping[str, Any]) -> Value:
    return True if "spot" in filling.concepts else None


def monitored(filling: Filling, options: Mapping[str, Any]) -> Value:
    return True if "monitoring" in filling.concepts else None


def hidden(filling: Filling, options: Mapping[str, Any]) -> Value:
    """Whether the machines are to have no public address."""
    said = f"{filling.facts.words} . {filling.spared_words}"
    return bool(pattern("no_address").search(said)) or None
