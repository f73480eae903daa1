"""Numbers and what they count. Owns number words and units; knows nothing of what a cloud is.

A disk's "GB" is a GiB to the cloud, and a TB 1024 of them: nobody who says "a 100 GB disk" means 93.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from rapidfuzz import process
from rapidfuzz.distance import OSA

from skywright.brains.builtin.words.tokens import Token, tokenise
from skywright.brains.builtin.words.vocabulary import file

Unit = Literal["", "gb", "core", "percent", "minute", "hour", "iops", "times", "mbps"]

_NOT_NUMBERS_AFTER = frozenset(
    {"the", "that", "this", "which", "each", "no", "any", "every", "another", "right", "same"}
)
_MEASURES = frozenset({"hour", "terabyte", "gigabyte", "gig", "gb", "tb", "tebibyte", "gibibyte"})
"""What one of is said with `a`: `a terabyte`, `for an hour`."""
_MORE = frozenset({"more", "extra", "additional", "further", "whole", "full", "other", "new"})
_EQUALS = frozenset({"is", "are", "=", ":", "should", "be", "equals"})
_OF_UNIT = frozenset({"of", "in", "(", "size", ";", ",", "."})
"""What stands before a unit that comes before its number."""
_ROMAN: Mapping[str, int] = {"II": 2, "III": 3, "IV": 4, "VI": 6, "VII": 7, "VIII": 8}
_NOT_NUMBERS_BEFORE = frozenset(
    {"of", "that", "with", "called", "named", "which", "whose", "by", "minute", "day"}
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number at tokens first to before last, and what it counts; `unit` is empty if it stands alone."""

    value: float
    unit: Unit
    first: int
    last: int
    vague: bool = False


@dataclass(frozen=True, slots=True)
class _Tables:
    words: Mapping[str, int]
    scales: Mapping[str, int]
    phrases: Mapping[tuple[str, ...], float]
    vague: frozenset[str]
    units: Mapping[str, tuple[Unit, float]]
    multiples: Mapping[str, int]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    raw = file("numbers")
    return _Tables(
        raw["words"],
        raw["scales"],
        {tuple(phrase.split()): value for phrase, value in raw["phrases"].items()},
        frozenset(raw["vague"]),
        {word: (unit, factor) for unit, words in raw["units"].items() for word, factor in words.items()},
        raw["multiples"],
    )


def quantities(tokens: Sequence[Token]) -> list[Quantity]:
    """Every quantity of the text in order, in words or digits."""
    found: list[Quantity] = []
    at = 0
    while at < len(tokens):
        quantity = _phrase(tokens, at) or _multiple(tokens, at) or _number(tokens, at)
        if quantity is None:
            at += 1
            continue
        found.append(_with_unit(tokens, quantity))
        at = found[-1].last
    return _with_shared_unit(tokens, found)


def figures(tokens: Sequence[Token]) -> str:
    """The words with `#` for every quantity, in words or digits."""
    held = {
        at: quantity.first == at
        for quantity in quantities(tokens)
        for at in range(quantity.first, quantity.last)
    }
    said = [
        "#" if held.get(at) else _plain(token) or "§" for at, token in enumerate(tokens) if held.get(at, True)
    ]
    return " ".join(said)


def _with_shared_unit(tokens: Sequence[Token], found: list[Quantity]) -> list[Quantity]:
    """`20, 40 and 80 GB`: the unit of the last is that of the others."""
    shared = list(found)
    for at in range(len(found) - 2, -1, -1):
        one, other = shared[at], shared[at + 1]
        between = [token.word for token in tokens[one.last : other.first]]
        if other.unit == "gb" and not one.unit and between and set(between) <= {",", "and", "&", "/", "+"}:
            factor = _tables().units.get(_plain(tokens[other.last - 1]), ("gb", 1.0))[1]
            shared[at] = replace(one, value=one.value * factor, unit="gb")
    return shared


def _plain(token: Token) -> str:
    return "" if token.fixed else token.word


def _phrase(tokens: Sequence[Token], at: int) -> Quantity | None:
    tables = _tables()
    for length in (4, 3, 2, 1):
        words = tuple(_plain(token) for token in tokens[at : at + length])
        if len(words) == length and words in tables.phrases:
            if (
                words in {("couple",), ("few",), ("pair",)}
                and at
                and tokens[at - 1].word in {"the", "last", "past"}
            ):
                return None
            if words[-1] in tables.scales:  # `a hundred and fifty`
                return _scaled(tokens, Quantity(1, "", at, at + length - 1))
            vague = " ".join(words) in tables.vague
            return Quantity(tables.phrases[words], "", at, at + length, vague)
    return None


def _multiple(tokens: Sequence[Token], at: int) -> Quantity | None:
    """`quad-core`, `dual core`."""
    multiples = _tables().multiples
    head, _, tail = _plain(tokens[at]).replace(" ", "-").partition("-")
    if head in multiples and tail in {"core", "cores"}:
        return Quantity(multiples[head], "core", at, at + 1)
    following = _plain(tokens[at + 1]) if at + 1 < len(tokens) else ""
    if head in multiples and following in {"core", "cores"} and not tail:
        return Quantity(multiples[head], "core", at, at + 2)
    return None


def _number(tokens: Sequence[Token], at: int) -> Quantity | None:
    token = tokens[at]
    if token.fixed:
        return None
    if token.kind == "number":
        return _scaled(tokens, Quantity(float(token.word), "", at, at + 1))
    if token.word in {"a", "an"} and at + 1 < len(tokens) and _plain(tokens[at + 1]) in _MEASURES:
        return Quantity(1, "", at, at + 1)
    if token.word in _tables().scales and token.kind == "word":  # `another hundred and fifty`
        return _scaled(tokens, Quantity(1, "", at, at))
    value = _word_value(token.word) or _ROMAN.get(token.text)
    if value is None or token.kind != "word":
        return None
    before = tokens[at - 1].word if at else ""
    after = tokens[at + 1].word if at + 1 < len(tokens) else ""
    if value == 1 and (before in _NOT_NUMBERS_AFTER or after in _NOT_NUMBERS_BEFORE):
        return None
    quantity = Quantity(value, "", at, at + 1)
    if 20 <= value < 100 and at + 1 < len(tokens):
        small = _word_value(after)
        if small is not None and 0 < small < 10:
            quantity = replace(quantity, value=value + small, last=at + 2)
    return _scaled(tokens, quantity)


def number_of(text: str) -> int:
    """The number that some words say: `3`, `half a dozen`, `a single`.

    Raises:
        ValueError: They say none.
    """
    found = quantities(tokenise(text)) or quantities(tokenise(_mended(text)))
    if not found and re.search(r"\bsingle\b|\bjust the one\b|\bsolo\b", text, re.I):
        return 1
    if len(found) != 1 or found[0].value != int(found[0].value):
        raise ValueError(text)
    return int(found[0].value)


def _mended(text: str) -> str:
    """`threee`: the number that a mistyped word is nearest to."""
    nearest = process.extractOne(text.lower(), number_words(), scorer=OSA.distance, score_cutoff=1)
    return str(nearest[0]) if nearest else text


def is_number(word: str) -> bool:
    """Whether a word is a number."""
    return _word_value(word) is not None or (word,) in _tables().phrases


def is_unit(word: str) -> bool:
    """Whether a word says what a number before it is of, such as `gb`."""
    return word in _tables().units


@lru_cache(maxsize=1)
def number_words() -> tuple[str, ...]:
    """The words for numbers that are long enough to be recognised with a typing error in them."""
    return tuple(word for word in (*_tables().words, *_tables().scales) if len(word) > 3)


def _word_value(word: str) -> int | None:
    numbers = _tables().words
    if word in numbers:
        return numbers[word]
    tens, _, ones = word.replace(" ", "-").partition("-")
    if tens in numbers and ones in numbers and numbers[tens] >= 20:
        return numbers[tens] + numbers[ones]
    return None


def _scaled(tokens: Sequence[Token], quantity: Quantity) -> Quantity:
    """`two hundred and fifty`, `10 thousand`, `5k`."""
    last, value = quantity.last, quantity.value
    while last < len(tokens) and (
        scale := _tables().scales.get(_plain(tokens[last]), 0) or (1000 if tokens[last].word == "k" else 0)
    ):
        value, last = value * scale, last + 1
        tail = last + 1 if last < len(tokens) and tokens[last].word == "and" else last
        if tail < len(tokens) and (small := _word_value(_plain(tokens[tail]))) and small < scale:
            value, last = value + small, tail + 1
    return replace(quantity, value=value, last=last)


def _unit_before(tokens: Sequence[Token], at: int) -> tuple[Unit, float] | None:
    """The unit and factor in `size in GB: 80` and `the number of gigabytes is eighty`."""
    unit_at = at - 1
    while unit_at > 0 and tokens[unit_at].word in _EQUALS:
        unit_at -= 1
    if not 0 < unit_at < at - 1 or tokens[unit_at - 1].word not in _OF_UNIT:
        return None
    return _tables().units.get(_plain(tokens[unit_at]))


def _with_unit(tokens: Sequence[Token], quantity: Quantity) -> Quantity:
    if not quantity.unit and (before := _unit_before(tokens, quantity.first)):
        return replace(quantity, value=quantity.value * before[1], unit=before[0])
    if quantity.unit or quantity.last >= len(tokens):
        return quantity
    last = quantity.last
    if tokens[last].word == "-" and tokens[last].start == tokens[last - 1].end and last + 1 < len(tokens):
        last += 1
    if tokens[last].word in _MORE and last + 1 < len(tokens) and _plain(tokens[last + 1]) in _tables().units:
        last += 1  # `5 more gigabytes`
    unit = _tables().units.get(_plain(tokens[last]))
    if unit is None:
        return quantity
    return replace(quantity, value=quantity.value * unit[1], unit=unit[0], last=last + 1)
