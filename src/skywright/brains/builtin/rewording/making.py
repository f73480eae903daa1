"""The plain request for machines that are to be made, by themselves or behind a load balancer."""

import re
from collections.abc import Sequence

from skywright.brains.builtin.rewording.reader import Values
from skywright.brains.builtin.rewording.saying import (
    TYPE,
    at_most_one,
    listed,
    listening,
    named,
    place,
    quoted,
    tags,
)
from skywright.brains.builtin.words.quantities import number_of

MAKING = frozenset({"create-machines", "machines-behind-a-load-balancer"})
"""Intents whose machines are still to be made."""
PLACED = MAKING | {"create-a-bucket", "create-a-network", "create-a-disk", "create-a-security-group"}
"""Intents of what is made where somebody says."""
_RANGE = re.compile(r"\[|\]|\.\.|\bto\b|\s|\d-\d", re.I)

_HARDLY, _SURELY = 0.1, 0.7
"""A name less likely than this is none if it was not found at first; one more likely can't be left out."""


def create(said: Values) -> str:
    """`Create 3 new machines named …`."""
    return f"Create {_machines(said, 0 if said.several else 1)}{place(said)}{_with(said)}."


def behind(said: Values) -> str:
    """The same behind a new load balancer."""
    front = f"behind a new load balancer{named(said, 'lb_name')}{listening(said)}"
    return f"Create {_machines(said, 0)} {front}{place(said)}{_with(said)}."


def _machines(said: Values, uncounted: int) -> str:
    """`3 new machines named "a", "b" and "c"`, as many as were counted or named."""
    names, prefixes, counts = said.all("vm"), said.all("prefix"), said.all("count")
    many = list(dict.fromkeys(number_of(count) for count in counts))
    if len(many) > 1:
        raise ValueError(counts)
    ranges = [name for name in names if _RANGE.search(name)]
    if ranges and (len(names) > 1 or prefixes):
        raise ValueError(names)
    count = many[0] if many else uncounted
    if ranges:
        return f"{count or ''} new machines named {ranges[0]}".strip()
    if len(prefixes) > 1 or (prefixes and names):
        raise ValueError(prefixes)
    if names and count and len(names) != count:
        names, prefixes = _as_many(count, said, names)
    count = count or len(names) or 1
    one = "1" if many else "a"  # what nobody said must not look as if it had been counted
    noun = f"{count} new machines" if count > 1 else f"{one} new machine"
    if said.named > len(said.all("lb_name")) and not (names or prefixes):
        raise ValueError(noun)
    if prefixes:
        return f"{noun} with names beginning with {quoted(prefixes[0])}"
    return f"{noun} named {listed(names)}" if names else noun


def _as_many(count: int, said: Values, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """So many names, the likeliest of all words; or what the names begin with, where there is but one.

    Raises:
        ValueError: There are too few, or one too many that surely is one.
    """
    likely = sorted(
        (name for name in said.names if said.names[name] >= _HARDLY), key=lambda name: -said.names[name]
    )
    if any(said.names[name] >= _SURELY for name in likely[count:]):
        raise ValueError(names)
    if len(likely) >= count:
        return [name for name in said.names if name in likely[:count]], []
    if len(names) == 1:
        return [], list(names)
    raise ValueError(names)


def _with(said: Values) -> str:
    told = ""
    for size in at_most_one(said, "size"):
        told += f", of type {size}" if TYPE.fullmatch(size) else f", size: {size}"
    told += "".join(f", with a root disk of {size}" for size in at_most_one(said, "gb"))
    return told + "".join(f', tagged {key}="{value}"' for key, value in tags(said))
