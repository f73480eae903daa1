"""How values are said in the plain request: names in quotation marks, and each thing at most once."""

import re
from collections.abc import Sequence

from skywright.brains.builtin.rewording.reader import Values
from skywright.brains.builtin.words.tokens import ANY_TYPE

TYPE = re.compile(ANY_TYPE, re.I)


def place(said: Values) -> str:
    """` in` the zone or place; empty if none was said.

    Raises:
        ValueError: There are several.
    """
    zones, places = at_most_one(said, "zone"), said.all("place")
    if zones:
        return f" in {zones[0]}"
    if len(places) > 1:
        raise ValueError(places)
    return f" in {places[0]}" if places else ""


def listed(names: Sequence[str]) -> str:
    """`"a", "b" and "c"`."""
    *most, last = [quoted(one) for one in names]
    return f"{', '.join(most)} and {last}" if most else last


def quoted(given: str) -> str:
    """It in quotation marks, so that it is nothing but a name.

    Raises:
        ValueError: It can't stand in them.
    """
    if '"' in given or "\n" in given:
        raise ValueError(given)
    return f'"{given}"'


def at_most_one(said: Values, label: str) -> list[str]:
    """The value, once however often it was said.

    Raises:
        ValueError: There are several.
    """
    found = {value.lower(): value for value in said.all(label)}
    if len(found) > 1:
        raise ValueError(found)
    return list(found.values())


def bare(port: str) -> str:
    """The number or name of the port alone."""
    return re.sub(r"^(?:port|tcp|:)\s*", "", port, flags=re.I)


def listening(said: Values) -> str:
    """Where a load balancer listens, and where it forwards to."""
    port = "".join(f" listening on port {bare(port)}" for port in at_most_one(said, "lb_port"))
    inner = "".join(f" forwarding to port {bare(port)}" for port in at_most_one(said, "target_port"))
    return f"{port}{' and' if port and inner else ''}{inner}"


def named(said: Values, label: str) -> str:
    """` named "a"`; empty if no name was said.

    Raises:
        ValueError: There are several.
    """
    return "".join(f" named {quoted(one)}" for one in at_most_one(said, label))


def tags(said: Values) -> list[tuple[str, str]]:
    """Each key with its value.

    Raises:
        ValueError: There are not as many of the one as of the other.
    """
    pairs = zip(said.said.get("tag_key", ()), said.said.get("tag_value", ()), strict=True)
    return list(dict.fromkeys(pairs))
