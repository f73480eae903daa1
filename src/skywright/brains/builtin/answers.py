"""Puts the answers to former questions where their values would have stood, had they been said at once."""

from collections.abc import Mapping
from dataclasses import replace

from skywright.brains.base import Context
from skywright.brains.builtin.words.facts import Facts
from skywright.brains.builtin.words.lexicon import Lexicon
from skywright.brains.builtin.words.mending import mend
from skywright.brains.builtin.words.reader import read
from skywright.brains.builtin.words.sense import Sense
from skywright.brains.builtin.words.tokens import Token, clean, tokenise

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


def with_answers(meant: Sense, context: Context, lexicon: Lexicon) -> Sense:
    """What was said together with what was answered; an answer stands in place of what it corrects."""
    facts = meant.facts
    for id, answer in context.answers.items():
        text = answer.strip()
        if id in ("region", "intent") or not text:
            continue
        said = _AS_SAID.get(id, "{}")
        bare = text.replace(".", "", 1).isdigit() or id not in ("disk_size", "count", "percent")
        tokens = mend(tokenise(clean(said.format(text) if bare else text)), [text], lexicon)
        if id in ("vm", "disk", "load_balancer", "target_group"):
            tokens = (
                [Token(text, text.lower(), "quoted", 0, len(text), True)] if text != "all of them" else tokens
            )
        facts = _merged(facts, read(tokens, lexicon, context.cloud.regions), id)
    return replace(meant, facts=facts)


def _merged(said: Facts, answered: Facts, id: str) -> Facts:
    tokens = said.tokens
    if id == "vm":
        tokens = tuple(token for token in tokens if token.kind != "name" or token.text in said.names)
    marks = (*said.marks, *answered.marks) if id == "vm" else said.marks
    changed = replace(said, tokens=(*tokens, *answered.tokens), marks=marks)
    fields = (
        "count",
        "names",
        "mentions",
        "ids",
        "types",
        "cores",
        "memory_gb",
        "disks",
        "disk_type",
        "ports",
        "cidrs",
        "tags",
        "percent",
        "device",
    )
    given = {name: getattr(answered, name) for name in fields if getattr(answered, name)}
    if "types" in given:
        given |= {"cores": None, "memory_gb": None}
    return replace(changed, **given)
