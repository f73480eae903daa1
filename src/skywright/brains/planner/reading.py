"""Orders out of words, strictly: each clause begins with a verb of the list, or nothing is read at all.

Owns where a word, a name and an order begin and end. Looks at no cloud and knows no operation.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

from skywright.model import yaml_text

_TOKEN: Final = re.compile(
    r"\"(?P<double>[^\"]+)\"|'(?P<single>[^']+)'(?!\w)|`(?P<back>[^`]+)`"
    r"|(?P<number>\d+(?:\.\d+)?)(?=[\s,;.]|$)(?!\.\d)"
    r"|(?P<word>[A-Za-z](?:[A-Za-z]|'(?=[a-z]))*)(?=[\s,;]|[.:](?:\s|$)|$)"
    r"|(?P<mark>[,;]|[.:](?=\s|$))"
    r"|(?P<name>[^\s,;\"]*[^\s,;.:\"?!])"
    r"|(?P<other>\S)"
)

Kind = Literal["word", "name", "number", "mark", "quoted"]


@dataclass(frozen=True, slots=True)
class Word:
    """One word of an order. What is quoted, and what is no plain word, is a name and nothing else."""

    text: str
    kind: Kind

    @property
    def plain(self) -> str:
        """The word in lower case; empty for what can only be a name."""
        return self.text.lower() if self.kind in ("word", "mark") else ""


@dataclass(frozen=True, slots=True)
class Order:
    """One thing to do: a verb of the list, and what follows it."""

    verb: str
    words: tuple[Word, ...]

    def refers(self) -> bool:
        """Whether it refers to something as `it`."""
        return any(word.plain in data("refers") for word in self.words)

    def said(self) -> str:
        """Its plain words: what it is about, without names."""
        return " ".join((self.verb, *(word.text for word in self.words if word.kind == "word")))


def orders(text: str) -> tuple[Order, ...]:
    """The orders of a request in their order; empty if it is not made of orders alone."""
    text = _without_politeness(" ".join(text.replace("’", "'").split()))
    if not text or text.endswith("?"):
        return ()
    words = _words(text)
    if words is None:
        return ()
    found: list[list[Word]] = [[]]
    for number, word in enumerate(words):
        if word.plain in verbs() and _begins(words, number):
            while found[-1] and found[-1][-1].plain in data("joins"):
                found[-1].pop()
            found.append([])
        found[-1].append(word)
    read = [_order(clause) for clause in found if clause]
    return tuple(one for one in read if one is not None) if None not in read else ()


@cache
def verbs() -> Mapping[str, tuple[str, ...]]:
    """The verbs of operations by the verb of an order."""
    return {verb: tuple(names.split()) for verb, names in _data()["verbs"].items()}


@cache
def data(name: str) -> frozenset[str]:
    """A list of words."""
    return frozenset(_data()[name].split())


def _order(clause: Sequence[Word]) -> Order | None:
    while clause and clause[-1].kind == "mark":
        clause = clause[:-1]
    if len(clause) < 2 or clause[0].plain not in verbs():
        return None
    if any(
        word.plain in data("never_names") - data("refers") and word.plain not in _UNITS for word in clause
    ):
        return None
    return Order(clause[0].plain, tuple(clause[1:]))


_UNITS: Final = frozenset({"hours", "minutes", "seconds", "days", "hour", "minute", "second", "day"})
"""These make no order one for later as long as a number and a setting go with them, which is seen to where
values find their places."""


def _begins(words: Sequence[Word], number: int) -> bool:
    return number == 0 or words[number - 1].plain in data("joins")


def _words(text: str) -> list[Word] | None:
    """The words; None where there is something that is neither word nor name."""
    found: list[Word] = []
    for match in _TOKEN.finditer(text):
        kind, said = str(match.lastgroup), match[match.lastgroup or 0]
        if kind == "other":
            return None
        kinds: dict[str, Kind] = {"word": "word", "name": "name", "number": "number", "mark": "mark"}
        found.append(Word(said, kinds.get(kind, "quoted")))
    return found


def _without_politeness(text: str) -> str:
    before, after = (
        re.sub(r"\s*\n?\s*\|\s*", "|", _data()[name]).strip() for name in ("polite", "afterwards")
    )
    asks = re.match(r"(?:can|could|would|will) you\b", text, re.IGNORECASE)
    text = text.removesuffix("?") if asks else text
    text = re.sub(rf"^(?:(?:{before})[,\s]+)+", "", text, flags=re.IGNORECASE)
    text = re.sub(rf"(?:[,\s]+(?:{after}))+\s*[.!]*$", "", text.rstrip(" .!"), flags=re.IGNORECASE)
    return text.strip(" .!")


@cache
def _data() -> Mapping[str, Any]:
    text = files("skywright.brains.planner").joinpath("words.yaml").read_text(encoding="utf-8")
    return yaml_text.load(text)
