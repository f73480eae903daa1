"""How many machines a text speaks of. Owns the rules by which a number counts them, and nothing else."""

from collections.abc import Sequence

from skywright.brains.builtin.words.facts import Facts
from skywright.brains.builtin.words.quantities import Quantity

_PIECES = frozenset({"pieces", "piece", "pcs", "units", "copies", "items"})


def count(facts: Facts, numbers: Sequence[Quantity]) -> tuple[int | None, bool]:
    """How many machines: a number before the word for one, or after it as in `VMs x3` and `vms: 3`."""
    nouns = [mark for mark in facts.marks if "vm" in mark.concepts]
    for number in numbers:
        if not number.unit and _mends(facts.near(number.first - 4, number.first)):
            return int(number.value), False
    barriers = {",", ".", ";", "with", "and", "on", "in", "to", "for", "at", "from", "behind"}
    for number in numbers:
        if number.unit not in ("", "times") or number.value != int(number.value):
            continue
        if facts.near(number.first - 1, number.first) in (["port"], ["ports"], ["tcp"], ["udp"]):
            continue
        for noun in nouns:
            gap = facts.near(number.last, noun.first)
            if any(number.last <= other.first < noun.first for other in numbers):
                continue  # another number is nearer to the noun
            if (
                0 <= noun.first - number.last <= 6
                and not barriers & set(gap)
                and noun.first >= number.last
                and not _other(facts, number.last, noun.first)
            ):
                return int(number.value), number.vague
    taken = {port for port in (*facts.ports, facts.outside, facts.inside) if port}
    for number in numbers:
        if number.unit not in ("", "times") or (not number.unit and number.value in taken):
            continue
        before, after = (
            facts.near(number.first - 3, number.first),
            facts.near(number.last, number.last + 2),
        )
        if (
            before[-1:] == ["x"]
            or number.unit == "times"
            or after[:2] in (["of", "them"], ["of", "those"], ["of", "these"])
            or (nouns and after[:1] and after[0] in _PIECES)
            or "ones" in facts.near(number.last, number.last + 3)
        ):
            return int(number.value), number.vague
        if (
            number.value < 1000
            and any(noun.last in (number.first, number.first - 1) for noun in nouns)
            and before[-1:]
            in (
                [":"],
                ["="],
                ["x"],
                ["("],
            )
        ):
            return int(number.value), number.vague
        if _types(facts, number.last, barriers):
            return int(number.value), number.vague
        if {"fleet", "cluster", "group", "set", "number", "total", "count", "quantity", "qty"} & set(before):
            return int(number.value), number.vague
    return None, False


def _mends(before: list[str]) -> bool:
    """`a handful of servers - well, three`: whether a number is said to correct one before it."""
    said = [word for word in before if word not in {",", "-", "("}]
    return (said[-1:] == ["well"] and len(said) > 1) or said[-2:] in (
        ["make", "that"],
        ["make", "it"],
        ["make", "them"],
        ["i", "mean"],
    )


def _types(facts: Facts, first: int, barriers: set[str]) -> bool:
    """`3 t3.micro`, `three cheap spot t3.micros`: whether a machine's type is what is counted."""
    for token in facts.tokens[first : first + 4]:
        if token.kind == "type":
            return True
        if token.word in barriers or token.kind not in ("word", "name"):
            return False
    return False


def _other(facts: Facts, first: int, last: int) -> bool:
    """Whether something else that can be counted stands between."""
    things = {"disk", "lb", "network", "port", "snapshots", "images", "address", "zone"}
    return any(
        mark.concepts & things and not mark.concepts & {"vm"}
        for mark in facts.marks
        if first <= mark.first < last
    )
