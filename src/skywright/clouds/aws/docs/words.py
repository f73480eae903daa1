"""Words as the index keeps them: names taken apart, endings taken off, and what people say instead.

Owns the reduction and the rewriting; the vocabulary is `data/docs.yaml`. Knows no operation.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any, Final

from skywright.clouds.aws import tables

_PARTS: Final = re.compile(r"IPv[46]|[A-Z]+s?(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+")
_ENDINGS: Final = ("ings", "ing", "ions", "ion", "ed", "es", "s", "e")
_SHORTEST: Final = 3


def terms(text: str) -> list[str]:
    """The stems of what is said, names taken apart (`DBInstance`: db, instanc), without idle words."""
    idle = _idle()
    return [stem(word) for part in _PARTS.findall(text) if (word := part.lower()) not in idle]


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """A word without its ending, so that `creates`, `creating` and `creation` are one."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST and not word.endswith("ss"):
            word = word.removesuffix(ending)
            break
    return word[:-1] + "i" if word.endswith("y") and len(word) > _SHORTEST else word


def instead(said: Iterable[str]) -> dict[str, str]:
    """What the API may say instead of these stems, each with the stem that it stands for."""
    known = _instead()
    there = frozenset(said)
    return {other: term for term in there for other in known.get(term, ()) if other not in there}


@cache
def nicknames() -> Mapping[str, frozenset[str]]:
    """The words that name a service, by service, besides its own names in the models."""
    rows: Mapping[str, str] = _data()["services"]
    return {service: frozenset(words.split()) for service, words in rows.items()}


@cache
def _idle() -> frozenset[str]:
    return frozenset(_data()["idle"].split())


@cache
def _instead() -> Mapping[str, tuple[str, ...]]:
    rows: Mapping[str, str] = _data()["says_instead"]
    return {stem(word): tuple(map(stem, others.split())) for word, others in rows.items()}


@cache
def _data() -> Mapping[str, Any]:
    return tables.read("docs")
