"""How API models name things, taken apart: members, nouns, and what kind of reference a member is."""

import re
from functools import lru_cache
from typing import Final, Literal

_PARTS: Final = re.compile(r"IPv[46]|[A-Z]+s?(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+")
_ENDINGS: Final = {
    "name": "name",
    "id": "id",
    "arn": "id",
    "url": "id",
    "identifier": "name",
    "count": "count",
}
_UNITS: Final = frozenset({"days", "seconds", "minutes", "hours", "day", "second", "minute", "hour"})

Kind = Literal["name", "id", "count", "unit", "plain"]
"""What a member holds: a name, an identifier that the cloud gave, a number of things, or of a unit."""


@lru_cache(maxsize=1 << 14)
def parts(name: str) -> tuple[str, ...]:
    """The words of a name, in the singular: `DBInstances` is db, instance."""
    return tuple(singular(part.lower()) for part in _PARTS.findall(name))


@lru_cache(maxsize=1 << 14)
def singular(word: str) -> str:
    """A noun in the singular, as far as its ending tells."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return (
        word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 else word
    )


def thing(member: str) -> tuple[tuple[str, ...], Kind]:
    """What a member is about, and as what: `TopicArn` is (topic) by its id; `Name` is about nothing said."""
    words = parts(member)
    if len(words) > 2 and words[-2] == "in" and words[-1] in {singular(unit) for unit in _UNITS}:
        return words[:-2], "unit"
    if words and words[-1] in _ENDINGS:
        kind = _ENDINGS[words[-1]]
        return words[:-1], "name" if kind == "name" else "id" if kind == "id" else "count"
    return words, "plain"


def unit(word: str) -> str:
    """A word for a time as members' names have it; empty if it is none."""
    return singular(word) if word in _UNITS else ""


def snake(name: str) -> str:
    """`CreateDBInstance` as a step is called."""
    return "_".join(part.lower() for part in _PARTS.findall(name))
