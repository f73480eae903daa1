"""The plain request that the values of a muddled one come to.

One way of saying each thing, which the rules are sure to read. A value is told in its own words; a name in
quotation marks, so that it is nothing but a name.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from skywright.brains.builtin.rewording.reader import Values
from skywright.brains.builtin.words.quantities import number_of
from skywright.brains.builtin.words.tokens import ANY_TYPE

MAKING = frozenset({"create-machines", "machines-behind-a-load-balancer"})
"""Intents whose machines are still to be made."""
_TYPE = re.compile(ANY_TYPE, re.I)
_RANGE = re.compile(r"\[|\]|\.\.|\bto\b|\s|\d-\d", re.I)

_HARDLY, _SURELY = 0.1, 0.7
"""A name less likely than this is none if it was not found at first; one more likely can't be left out."""


def retell(intent: str, said: Values) -> str:
    """The request in plain words; empty where it can't be told from the values what is meant."""
    writer = _WRITERS.get(intent)
    try:
        return writer(said) if writer is not None else ""
    except ValueError:  # as many values as there should be are not there
        return ""


def _create(said: Values) -> str:
    return f"Create {_machines(said, 0 if said.several else 1)}{_place(said)}{_with(said)}."


def _behind(said: Values) -> str:
    named = "".join(f" named {_name(name)}" for name in _at_most_one(said, "lb_name"))
    port = "".join(f" listening on port {_bare(port)}" for port in _at_most_one(said, "lb_port"))
    inner = "".join(f" forwarding to port {_bare(port)}" for port in _at_most_one(said, "target_port"))
    both = f"{port}{' and' if port and inner else ''}{inner}"
    return f"Create {_machines(said, 0)} behind a new load balancer{named}{both}{_place(said)}{_with(said)}."


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
        return f"{noun} with names beginning with {_name(prefixes[0])}"
    return f"{noun} named {_listed(names)}" if names else noun


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


def _place(said: Values) -> str:
    zones, places = _at_most_one(said, "zone"), said.all("place")
    if zones:
        return f" in {zones[0]}"
    if len(places) > 1:
        raise ValueError(places)
    return f" in {places[0]}" if places else ""


def _with(said: Values) -> str:
    told = ""
    for size in _at_most_one(said, "size"):
        told += f", of type {size}" if _TYPE.fullmatch(size) else f", size: {size}"
    told += "".join(f", with a root disk of {size}" for size in _at_most_one(said, "gb"))
    keys, held = said.said.get("tag_key", ()), said.said.get("tag_value", ())
    pairs = list(dict.fromkeys(zip(keys, held, strict=True)))
    return told + "".join(f', tagged {key}="{value}"' for key, value in pairs)


def _attach(said: Values) -> str:
    [machine], [size] = said.all("vm"), said.all("gb")
    kind = "".join(f" {kind}" for kind in _at_most_one(said, "disk_type"))
    count = "".join(f"{count} " for count in _at_most_one(said, "count"))
    return f"Attach {count or 'a '}new {size}{kind} disk{'s' if count else ''} to {_name(machine)}."


def _resize(said: Values) -> str:
    [size] = said.all("size")
    return f"Change the size of {_some(said)} to {size}."


def _health(said: Values) -> str:
    return f"Are there any AWS incidents or maintenance{_place(said)} now?"


def _of_machines(text: str) -> Callable[[Values], str]:
    return lambda said: text.format(_some(said))


def _some(said: Values) -> str:
    if not (names := said.all("vm")):
        raise ValueError(names)
    return _listed(names)


def _listed(names: Sequence[str]) -> str:
    *most, last = [_name(name) for name in names]
    return f"{', '.join(most)} and {last}" if most else last


def _name(name: str) -> str:
    if '"' in name or "\n" in name:
        raise ValueError(name)
    return f'"{name}"'


def _at_most_one(said: Values, label: str) -> list[str]:
    """The value, once however often it was said.

    Raises:
        ValueError: There are several.
    """
    found = {value.lower(): value for value in said.all(label)}
    if len(found) > 1:
        raise ValueError(found)
    return list(found.values())


def _bare(port: str) -> str:
    return re.sub(r"^(?:port|tcp|:)\s*", "", port, flags=re.I)


_WRITERS: Mapping[str, Callable[[Values], str]] = {
    "create-machines": _create,
    "machines-behind-a-load-balancer": _behind,
    "attach-a-disk": _attach,
    "turn-on-detailed-monitoring": _of_machines("Turn on detailed monitoring for {}."),
    "standard-to-spot": _of_machines("Turn {} into a spot machine."),
    "state-of-machines": _of_machines("What is the state of {}?"),
    "addresses-of-machines": _of_machines("What is the public address of {}?"),
    "disks-of-machines": _of_machines("Which disks do {} have?"),
    "dependency-graph": _of_machines("What does {} depend on?"),
    "service-health": _health,
    "start-machines": _of_machines("Start {}."),
    "restart-machines": _of_machines("Restart {}."),
    "change-the-size-of-machines": _resize,
}
"""What is told again, by intent; what takes something away, or stops it, is not."""
