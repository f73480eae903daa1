"""Puts the answers to former questions where their values would have stood, had they been said at once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from skywright.brains.builtin.rewording.beyond import ONLY
from skywright.brains.builtin.targets import ALL, named_in, namesakes
from skywright.brains.builtin.words.facts import Facts
from skywright.brains.builtin.words.lexicon import Lexicon
from skywright.brains.builtin.words.mending import mend
from skywright.brains.builtin.words.reader import read
from skywright.brains.builtin.words.sense import Sense
from skywright.brains.builtin.words.tokens import Token, clean, tokenise
from skywright.brains.builtin.world import World

_AS_SAID: Mapping[str, str] = {
    "disk_size": "a disk of {} gb",
    "count": "{} machines",
    "port": "port {}",
    "percent": "{} percent",
    "name": 'named "{}"',
    "names": "named {}",
    "tags": "tag {}",
    "device": "device {}",
    "type": "type {}",
    "cidr": "from {}",
}

_THINGS = ("vm", "disk", "load_balancer", "target_group", "bucket")
_ID = re.compile(r"(?:i|vol)-[0-9a-f]{8,17}")
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "name": ("names", "mentions"),
    "names": ("names", "mentions"),
    "disk_size": ("disks",),
    "count": ("count",),
    "port": ("ports",),
    "percent": ("percent",),
    "tags": ("tags",),
    "device": ("device",),
    "type": ("types", "cores", "memory_gb"),
    "cidr": ("cidrs",),
}
"""What the answer to a question may say."""
_ANY = ("mentions", "ids")
_ELSEWHERE = frozenset({"region", "intent", ONLY})
"""What is heeded where it was asked."""


def with_answers(meant: Sense, world: World, lexicon: Lexicon) -> Sense:
    """What was said together with what was answered; an answer stands in place of what it corrects.

    An answer gives a value for what was asked and no other, whatever else stands in it.
    """
    facts, context = meant.facts, world.context
    for id, answer in context.answers.items():
        text = answer.strip()
        if id in _ELSEWHERE or not text:
            continue
        said = _AS_SAID.get(id, "{}")
        bare = text.replace(".", "", 1).isdigit() or id not in ("disk_size", "count", "percent")
        tokens = mend(tokenise(clean(said.format(text) if bare else text)), [text], lexicon)
        if id in _THINGS and text != ALL:
            tokens = [_token(each) for each in _things(text)]
        told = id == "vm" and (text == ALL or _tells_apart(facts, _things(text), world))
        facts = _merged(facts, read(tokens, lexicon, context.cloud.regions), id, told)
    return replace(meant, facts=facts)


def _token(name: str) -> Token:
    kind = "id" if _ID.fullmatch(name) else "quoted"
    return Token(name, name.lower(), kind, 0, len(name), True)


def _things(text: str) -> list[str]:
    """Several identifiers, or the one name that it is."""
    parts = [part for part in re.split(r"[\s,]+|\band\b", text) if part]
    return parts if len(parts) > 1 and all(_ID.fullmatch(part) for part in parts) else [text]


def _tells_apart(said: Facts, answers: Sequence[str], world: World) -> bool:
    """Whether an answer only says which of several machines of one name is meant, that was said already."""
    if not all(_ID.fullmatch(answer) for answer in answers):
        return False
    for region in world.everywhere():
        machines = world.machines(region)
        meant = [machine for machine in machines if machine.id in answers]
        if meant:
            return all(
                len(namesakes(each, machines)) > 1 and named_in(said, namesakes(each, machines))
                for each in meant
            )
    return False


def _merged(said: Facts, answered: Facts, id: str, told_apart: bool) -> Facts:
    tokens = said.tokens
    if id == "vm" and not told_apart:
        tokens = tuple(token for token in tokens if token.kind != "name" or token.text in said.names)
    marks = (*said.marks, *answered.marks) if id == "vm" else said.marks
    changed = replace(said, tokens=(*tokens, *answered.tokens), marks=marks)
    fields = _FIELDS.get(id, _ANY)
    given = {name: getattr(answered, name) for name in fields if getattr(answered, name)}
    if "types" in given:
        given |= {"cores": None, "memory_gb": None}
    return replace(changed, **given)
