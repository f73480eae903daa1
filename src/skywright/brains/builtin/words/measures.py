"""Sizes: cores and memory of machines, gigabytes of disks, types by API name and sizes in words.

Owns the rules by which the words near a number of gigabytes tell what it is of.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from skywright.brains.builtin.words.facts import Disk, Facts
from skywright.brains.builtin.words.quantities import Quantity
from skywright.brains.builtin.words.vocabulary import file, table, words

_ENDING = frozenset({"with", "and", "on", "in", "to", "for", "at", "from", "behind", "having", "of", "per"})


def with_sizes(facts: Facts, numbers: Sequence[Quantity]) -> Facts:
    """Cores and memory of a machine, sizes of disks, machine types and sizes in words."""
    cores = memory = None
    disks: list[Disk] = []
    loose: list[Quantity] = []
    disk_places = [mark.first for mark in facts.marks if mark.concepts & {"disk", "root_disk", "snapshots"}]
    for number in numbers:
        if number.unit == "core":
            cores = number.value
        elif number.unit == "gb":
            role = _role(facts, number, disk_places)
            if role == "memory":
                memory = number.value
            elif role:
                disks.append(Disk(max(1, round(number.value)), role == "root", number.first))
            else:
                loose.append(number)
    for number in loose:
        small = number.value in (0.5, 1, 2, 4, 8, 16, 32, 64) and not disk_places
        if memory is None and ((cores is not None and not disks) or small):
            memory = number.value
        else:
            disks.append(Disk(max(1, round(number.value)), False, number.first))
    text = facts.words
    types = tuple(token.word for token in facts.tokens if token.kind == "type")
    size = next(
        (
            word
            for word in file("words")["size_words"]
            if re.search(rf"(?<!as )(?<!twice )\b{word}\b(?! as| enough)", text)
        ),
        "",
    )
    kinds = {
        match.start(): value
        for word, value in table("disk_types").items()
        for match in re.finditer(rf"\b{word}\b", facts.spoken)
    }
    kind = kinds[max(kinds)] if kinds else ""  # `from gp2 to gp3`: the last is what is wanted
    facts = replace(facts, disk_count=_disk_count(facts, numbers, disk_places))
    return replace(
        facts,
        cores=cores,
        memory_gb=memory,
        disks=_once(facts, disks),
        types=types,
        size_word=size,
        disk_type=kind,
    )


def _once(facts: Facts, disks: Sequence[Disk]) -> tuple[Disk, ...]:
    """`we ordered 50 GB …, so attach a 50 GB volume`: one disk whose size is said twice is no two."""
    nouns = [mark.words for mark in facts.marks if "disk" in mark.concepts]
    again = len(disks) == 2 and disks[0].size_gb == disks[1].size_gb and not any(disk.root for disk in disks)
    single = len(nouns) == 1 and not nouns[0].endswith("s")
    joined = again and "and" in facts.near(disks[0].place, disks[1].place)
    return tuple(disks[1:] if again and single and not joined else disks)


def _disk_count(facts: Facts, numbers: Sequence[Quantity], disk_places: Sequence[int]) -> int | None:
    """`2 extra 25 GB volumes`, `three disks of 15 GB`: a number of disks, none of machines between."""
    sized = {at for number in numbers if number.unit for at in range(number.first, number.last)}
    for number in numbers:
        if number.unit not in ("", "times") or not 2 <= number.value <= 20:
            continue
        for place in range(number.last, min(number.last + 6, len(facts.tokens))):
            if place in disk_places:
                return int(number.value)
            word = facts.tokens[place]
            if place not in sized and (word.kind != "word" or word.word in _ENDING):
                break
            if any("vm" in mark.concepts and mark.first <= place < mark.last for mark in facts.marks):
                break
    return None


def _role(facts: Facts, number: Quantity, disk_places: Sequence[int]) -> str:
    """What a number of gigabytes is of: `memory`, `root`, `disk`, or nothing that can be told."""
    after = facts.near(number.last, number.last + 4)
    if "," in after:
        after = after[: after.index(",")]
    before = facts.near(number.first - 4, number.first)
    if words("memory") & set(after[:3]) and not {"disk", "volume"} & set(after[:2]):
        return "memory"
    later = [place for place in disk_places if number.last <= place <= number.last + 5]
    if later and "and" not in facts.near(number.last, later[0]):
        return "root" if _is_root(facts, later[0]) else "disk"
    if words("memory") & set(before[-3:]):
        return "memory"
    earlier = [place for place in disk_places if number.first - 8 <= place < number.first]
    if earlier:
        return "root" if _is_root(facts, earlier[-1]) else "disk"
    nouns = {"vm", "machine", "box", "server", "instance", "node", "host"}
    return "memory" if nouns & set(after[:2]) else ""


def _is_root(facts: Facts, place: int) -> bool:
    return any("root_disk" in mark.concepts for mark in facts.marks if mark.first <= place < mark.last)
