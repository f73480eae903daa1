"""Takes the typed things out of a text. Owns their order; must not know recipes, nor look at any cloud."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from skywright.brains.builtin.words.balancers import balancer_named
from skywright.brains.builtin.words.counting import count
from skywright.brains.builtin.words.facts import Disk, Facts
from skywright.brains.builtin.words.lexicon import Lexicon
from skywright.brains.builtin.words.measures import with_sizes
from skywright.brains.builtin.words.naming import names_of
from skywright.brains.builtin.words.places import places
from skywright.brains.builtin.words.ports import with_ports
from skywright.brains.builtin.words.quantities import Quantity, quantities
from skywright.brains.builtin.words.tagging import tags_of
from skywright.brains.builtin.words.tokens import Token


def read(tokens: Sequence[Token], lexicon: Lexicon, regions: Collection[str]) -> Facts:
    """Everything that the tokens say."""
    numbers = quantities(tokens)
    facts = Facts(tokens=tuple(tokens), places=tuple(places(tokens, regions)))
    tags = tags_of(tokens)
    balancer, theirs = balancer_named(tokens)
    names, named = names_of(tokens, tags, theirs)
    names, named = _without_place(facts, names, named)
    named |= theirs
    blind = {place for found in facts.places for place in range(found.first, found.last)} | named
    visible = [replace(token, fixed=True) if at in blind else token for at, token in enumerate(tokens)]
    facts = replace(facts, marks=tuple(lexicon.marks(visible)), names=names, tags=tags, balancer=balancer)
    facts = with_sizes(facts, numbers)
    facts = _with_growth(with_ports(facts, numbers))
    return _with_rest(facts, numbers, named)


def _without_place(facts: Facts, names: tuple[str, ...], named: set[int]) -> tuple[tuple[str, ...], set[int]]:
    """`name: heron, London`: a place behind a name is where it is to be, unless so many are to be named."""
    held = {at for place in facts.places for at in range(place.first, place.last)}
    counts = {int(number.value) for number in quantities(facts.tokens) if not number.unit}
    if len(names) < 2 or len(names) in counts or max(named, default=-1) not in held:
        return names, named
    left = {at for at in named if at not in held}
    kept = tuple(facts.tokens[at].text for at in sorted(left))
    return (kept, left) if kept == names[: len(kept)] else (names, named)


def _with_growth(facts: Facts) -> Facts:
    """`root disk: 8 -> 16`: between sizes of a disk an arrow is no way from port to port."""
    disk = facts.concepts & {"disk", "root_disk"} and not facts.concepts & {
        "lb",
        "port",
        "balance",
        "forward",
    }
    if not disk or facts.inside is None or not any(token.kind == "mapping" for token in facts.tokens):
        return facts
    return replace(
        facts,
        disks=(Disk(facts.inside, "root_disk" in facts.concepts, 0),),
        ports=(),
        inside=None,
        outside=None,
    )


def _is_enumerated(facts: Facts, number: int | None) -> bool:
    """Whether it is the names that count the machines: `one called tic, one called tac`."""
    if number is None or len(facts.names) < 2:
        return number is None and len(facts.names) > 1
    return number == 1 and sum(token.word in {"one", "1", "another"} for token in facts.tokens) > 1


def _with_rest(facts: Facts, numbers: Sequence[Quantity], named: set[int]) -> Facts:
    tokens = facts.tokens
    taken = {place for found in facts.places for place in range(found.first, found.last)} | named
    mentions = tuple(
        token.text
        for at, token in enumerate(tokens)
        if at not in taken and (token.kind in ("quoted", "name") or (token.kind == "word" and token.fixed))
    )
    number, vague = count(facts, numbers)
    percents = [number.value for number in numbers if number.unit == "percent"]
    minutes = [
        number.value * (60 if number.unit == "hour" else 1)
        for number in numbers
        if number.unit in ("minute", "hour")
    ]
    iops = [number.value for number in numbers if number.unit == "iops"]
    factor = (
        2.0
        if re.search(
            r"\b(?:twice|double\w*|doubling|2 ?x (?:the|as|larger|bigger)|two times|2 times)\b", facts.words
        )
        else None
    )
    if factor is None and re.search(r"\b(?:half (?:the|as|its)|halve\w*|halving)\b", facts.words):
        factor = 0.5
    return replace(
        facts,
        mentions=mentions,
        ids=tuple(token.text for token in tokens if token.kind in ("id", "arn")),
        count=len(facts.names) if _is_enumerated(facts, number) else number,
        vague_count=vague,
        percent=percents[0] if percents else None,
        minutes=int(minutes[0]) if minutes else None,
        iops=int(iops[0]) if iops else None,
        cidrs=tuple(token.word for token in tokens if token.kind == "cidr"),
        path=next((token.text for token in tokens if token.kind == "path"), ""),
        device=next((token.word for token in tokens if token.kind == "device"), ""),
        factor=factor,
    )
