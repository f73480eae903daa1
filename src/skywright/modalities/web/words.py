"""What things are called, and how alike two ways to call them are. Knows no page and no task.

Labels are compared as sets of words in which one word stands for all that mean the same (`words.yaml`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from skywright.model import yaml_text

# `VMs` is the plural of an abbreviation, `InstanceId` are two words.
_WORD = re.compile(r"[A-Z]{2,}(?=s\b)|(?<=[A-Z]{2})s\b|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_FILE = Path(__file__).with_name("words.yaml")
_CONTEXT_WEIGHT = 0.7
_STRANGE_WEIGHT = 0.4


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of `words.yaml`.

    Attributes:
        stands_for: of each way to say something, in words, the one that stands for it.
        longest: of those, in words.
    """

    stands_for: dict[tuple[str, ...], str]
    longest: int
    empty: frozenset[str]
    lists: dict[str, tuple[str, ...]]


@cache
def lexicon() -> Lexicon:
    """Read once."""
    told: dict[str, Any] = yaml_text.load(_FILE.read_text(encoding="utf-8"))
    stands_for: dict[tuple[str, ...], str] = {}
    for first, *others in told.pop("same"):
        for said in (first, *others):
            stands_for.setdefault(tuple(_stem(word) for word in _split(str(said))), str(first))
    empty = frozenset(told.pop("empty"))
    lists = {name: tuple(str(word) for word in words) for name, words in told.items()}
    return Lexicon(stands_for, max(len(said) for said in stands_for), empty, lists)


@cache
def meaning(text: str) -> frozenset[str]:
    """The words of a label that mean something, each by the one that stands for it."""
    known = lexicon()
    words = [_stem(word) for word in _split(text)]
    found: list[str] = []
    at = 0
    while at < len(words):
        for length in range(min(known.longest, len(words) - at), 0, -1):
            phrase = tuple(words[at : at + length])
            if phrase in known.stands_for:
                found.append(known.stands_for[phrase])
                at += length
                break
        else:
            found.append(words[at])
            at += 1
    meant = frozenset(word for word in found if word not in known.empty)
    return meant or frozenset(found)


def likeness(label: str, phrases: Iterable[str], around: str = "") -> float:
    """How well a label says what one of the phrases says, from 0 to 1.

    Args:
        around: what the label stands under, whose words count for less.
    """
    said = meaning(label)
    if not said:
        return 0.0
    context = meaning(around) if around else frozenset[str]()
    return max((_alike(said, meaning(phrase), context) for phrase in phrases), default=0.0)


def is_one_of(label: str, phrases: Iterable[str]) -> bool:
    """Whether a label is one of the phrases, in other words at most."""
    return meaning(label) in {meaning(phrase) for phrase in phrases}


def listed(name: str) -> tuple[str, ...]:
    """A list of `words.yaml`."""
    return lexicon().lists[name]


def _alike(said: frozenset[str], wanted: frozenset[str], context: frozenset[str]) -> float:
    if not wanted or not said & (wanted | (context & wanted)):
        return 0.0
    covered = sum(1.0 if word in said else _CONTEXT_WEIGHT if word in context else 0.0 for word in wanted)
    strange = len(said - wanted) / len(said)
    return max(0.0, covered / len(wanted) - _STRANGE_WEIGHT * strange)


def _split(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text) if word != "s"]


@cache
def _stem(word: str) -> str:
    """Without the mark of the plural; a rough one is enough, as both sides are treated alike."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
