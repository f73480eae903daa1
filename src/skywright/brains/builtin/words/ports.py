"""Ports: where traffic comes in, where it goes on to, and ports without a direction.

Owns the rules by which the words near a number make it a port.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from skywright.brains.builtin.words.facts import Facts
from skywright.brains.builtin.words.quantities import Quantity
from skywright.brains.builtin.words.vocabulary import pattern, table

_NO_PROTOCOL = r"(?! ?server| ?\d| ?host| ?tier| ?box| ?node| ?machine| ?vm| ?app| ?instance| ?key| ?front)"
"""`an http server` says what a machine is for, not which port."""

_NO_PORTS = frozenset({"type", "place", "cidr", "path", "device"})
"""Tokens whose digits are no ports."""


def with_ports(facts: Facts, numbers: Sequence[Quantity]) -> Facts:
    """The facts with their ports, and which of them are outside and inside."""
    text = _text(facts, numbers)
    outside, inside = _directed(facts, text)
    found = [
        int(port) for group in pattern("port_lists").findall(text) for port in re.findall(r"\d{1,5}", group)
    ]
    listens = pattern("listens").search(text)
    if listens and outside is None and (int(listens[1]) != inside or text.count(listens[1]) > 1):
        outside = int(listens[1])
    others = {port for port in found if 0 < port < 65536} - {outside, inside}
    if facts.concepts & {"lb", "balance"} and len(others) == 1 and (outside is None) != (inside is None):
        other = others.pop()  # `backends, port 5000, one balancer in front on port 80`
        outside, inside = (other, inside) if outside is None else (outside, other)
    if pattern("same_port").search(text):
        outside, inside = outside or inside, inside or outside
    found += [int(part) for span in pattern("port_span").findall(facts.spoken) for part in span]
    if pattern("web_ports").search(text):
        found += [80, 443]
    found += [value for value in (outside, inside) if value is not None]
    found += [port for word, port in table("protocols").items() if _protocol(word).search(text)]
    unique = tuple(dict.fromkeys(port for port in found if 0 < port < 65536))
    return replace(facts, ports=unique, outside=outside, inside=inside)


def _text(facts: Facts, numbers: Sequence[Quantity]) -> str:
    """The words, without the numbers that count something else, so that none of these is taken for a port."""
    other = {place for number in numbers if number.unit for place in range(number.first, number.last)}
    other |= {at for at, token in enumerate(facts.tokens) if token.kind in _NO_PORTS}
    plain = {
        number.first: f"{number.value:g}" for number in numbers if not number.unit and number.value >= 20
    }
    return " ".join("§" if at in other else plain.get(at, word) for at, word in enumerate(facts.plain))


def _directed(facts: Facts, text: str) -> tuple[int | None, int | None]:
    """Ports with a direction: `80 -> 8080`, `from 80 to 8080`, `forwards to 8080`, `the app runs on 3000`."""
    outside = inside = None
    for token in facts.tokens:
        if token.kind == "mapping":
            outside, inside = (int(part) for part in re.findall(r"\d+", token.word))
    if sides := pattern("outside_inside").search(text):
        return int(sides[1]), int(sides[2])
    if sides := pattern("inside_outside").search(text):
        return int(sides[2]), int(sides[1])
    there = pattern("from_port_to_port").search(text)
    if there is None and facts.concepts & {"lb", "balance"}:
        there = pattern("passed_on").search(text)
    if there:
        outside, inside = int(there[1]), int(there[2])
    for name in ("outside_colon", "inside_colon", "outside_is", "inside_is", "outside_after", "inside_after"):
        match = pattern(name).search(text)
        if match and name.startswith("outside"):
            outside = int(match[1])
        elif match:
            inside = int(match[1])
    for name in ("sent_on", "listens_behind"):
        match = pattern(name).search(text)
        if inside is None and match and not _of_balancer(text, match):
            inside = int(match[1])
    if (
        inside is None
        and facts.concepts & {"lb", "balance"}
        and (there := pattern("on_targets").search(text))
    ):
        inside = int(there[1])
    return outside, inside


def _of_balancer(text: str, match: re.Match[str]) -> bool:
    """Whether it is the load balancer that listens there: `to a load balancer that listens on 8080`."""
    before = re.search(r"\b(?:balancer|alb|nlb|elb|lb),? ?$", text[: match.start()])
    which = match.group().startswith(("that", "which", "listen"))
    return bool(before and which) or bool(
        re.search(r"\b(?:balancer|alb|nlb|elb|lb)\b[^.;]{0,20}$", match.group())
    )


@lru_cache(maxsize=64)
def _protocol(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{word})\b{_NO_PROTOCOL}")
