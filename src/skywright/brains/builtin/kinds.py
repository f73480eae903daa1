"""What is said of machines that nobody named: their state, type, tags, and what they are for.

Knows no target: which machines there are is handed in.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from skywright.brains.builtin.words.facts import Facts
from skywright.brains.builtin.words.tokens import Token
from skywright.brains.builtin.words.vocabulary import words
from skywright.brains.builtin.world import Machine

_STATES = {
    "stopped": "stopped",
    "running": "running",
    "off": "stopped",
    "idle": "running",
    "halted": "stopped",
    "started": "running",
}
_MACHINES = re.compile(r"(?:vm|machine|server|box|instance|node|host|computer|one)(?:e?s)?$")


def of_kind(facts: Facts, machines: Sequence[Machine]) -> list[Machine]:
    """Those that fit what is said of them: state, type, tags, and words that are part of their names."""
    fitting = list(machines)
    text = facts.words
    for word, state in _STATES.items():
        if re.search(
            (
                rf"\b(?:the|all|every|my|any|our)? ?\b{word} (?:vms?|machines?|servers?|box(?:es)"
                rf"?|instances?|nodes?|ones?|hosts?)\b"
            ),
            text,
        ):
            fitting = [machine for machine in fitting if machine.state == state]
    if re.search(r"\b(?:tagged|tag|label|labelled|labeled|where|whose)\b", text):
        for key, value in facts.tags.items():
            tagged = [machine for machine in fitting if machine.tags.get(key, "").lower() == value.lower()]
            fitting = tagged if tagged or "tagged" in text or "where" in text else fitting
    for kind in facts.types:
        if re.search(
            rf"{re.escape(kind)}s? (?:vms?|machines?|servers?|box(?:es)?|instances?|nodes?|ones?|hosts?)\b",
            text,
        ):
            fitting = [machine for machine in fitting if machine.type == kind]
    kinds = kind_words(facts, fitting)
    return [machine for machine in fitting if _is_kind(machine, kinds)] if kinds else fitting


def kind_words(facts: Facts, machines: Sequence[Machine]) -> set[str]:
    """Words such as `web` in `the web servers` that some of the machines' names or tags have, if not all."""
    found: set[str] = set()
    for token in facts.tokens:
        for word in _candidates(token):
            if any(_is_kind(machine, {word}) for machine in machines):
                found.add(word)
    return found


def _candidates(token: Token) -> list[str]:
    if token.fixed or token.kind not in ("word", "name") or len(token.word) < 2:
        return []
    plain = token.text.lower()
    aliases = {
        "webserver": "web",
        "webservers": "web",
        "database": "db",
        "databases": "db",
        "frontend": "front",
        "application": "app",
    }
    both = dict.fromkeys([plain, aliases.get(plain, plain)])
    return [word for word in both if word not in words("no_kind")]


def _is_kind(machine: Machine, kinds: set[str]) -> bool:
    return bool(machine.kinds & kinds)


def roles_said(facts: Facts) -> list[set[str]]:
    """What machines are said to be for, each in all its ways: `web` in `all web machines`."""
    said = [
        set(_candidates(before)) for before, after in pairwise(facts.tokens) if _MACHINES.match(after.word)
    ]
    return [ways for ways in said if ways & words("roles")]


def is_for(machine: Machine, ways: set[str]) -> bool:
    """Whether its name or tags say that it is for that, in full or in short: `dev`, `development`."""
    return any(
        kind.startswith(way) or (len(kind) > 1 and way.startswith(kind))
        for kind in machine.kinds
        for way in ways
    )
