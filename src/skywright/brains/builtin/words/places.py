"""Regions by API name, city or country. Owns the words for places; which regions exist is told by the
cloud."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from skywright.brains.builtin.words.tokens import Token
from skywright.brains.builtin.words.vocabulary import file, words

_SIDES = "north|south|east|west|central|northeast|northwest|southeast|southwest"
_SPOKEN = re.compile(rf"^(us|eu|ap|sa|ca|me|af|il|mx)[ -]?({_SIDES})[ -]?(\d)([a-f]?)$")
_LIKE_REGION = re.compile(r"^(?:us|eu|ap|sa|ca|me|af|il|mx|cn|uk)-(?:gov-)?[a-z]{2,10}-?\d{1,2}[a-f]?$")
_NEVER = frozenset({("gb",), ("columbus",), ("portland",), ("uk",)})
"""Words that are a place only after `in` and the like."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place as it was said.

    Attributes:
        region: the region's API name; empty if it has to be asked for.
        zone: the zone's API name, if one was said.
        choices: what could be meant, nearest first, where `region` is empty.
        placed: whether a word such as `in` stood before it.
    """

    said: str
    region: str
    first: int
    last: int
    zone: str = ""
    choices: tuple[str, ...] = ()
    placed: bool = False


@lru_cache(maxsize=1)
def _names() -> Mapping[tuple[str, ...], str]:
    """The region of each place by the words of its name."""
    return {
        tuple(re.sub(r"[-.]", " ", name).split()): region
        for region, names in file("places").items()
        if region != "ask"
        for name in names
    }


@lru_cache(maxsize=1)
def _wide() -> Mapping[tuple[str, ...], tuple[str, ...]]:
    """The regions that may be meant by a place too wide to choose for the user."""
    return {tuple(name.split()): tuple(choices) for name, choices in file("places")["ask"].items()}


def place_words() -> frozenset[str]:
    """Every single word that is part of a place's name, so that none is taken for a typing error."""
    return frozenset(word for phrase in (*_names(), *_wide()) for word in phrase)


def places(tokens: Sequence[Token], regions: Collection[str]) -> list[Place]:
    """Every place that the text names, in order."""
    found: list[Place] = []
    at = 0
    while at < len(tokens):
        place = _place(tokens, at, regions)
        if place is None:
            at += 1
            continue
        before = found[-1] if found else None
        if before is not None and all(
            token.word in {",", "and", "&", "or"} for token in tokens[before.last : at]
        ):
            place = replace(place, placed=place.placed or before.placed)  # `in Paris, London and Rome`
        found.append(place)
        at = place.last
    return found


def _place(tokens: Sequence[Token], at: int, regions: Collection[str]) -> Place | None:
    token = tokens[at]
    if token.fixed:
        return None
    placed = _is_placed(tokens, at)
    for length in (4, 3, 2, 1):
        said = tuple(
            part for item in tokens[at : at + length] for part in item.word.split(" ") if not item.fixed
        )
        if (
            at + length > len(tokens)
            or not said
            or any(item.kind == "mark" for item in tokens[at : at + length])
        ):
            continue
        joined = " ".join(said)
        spoken = _SPOKEN.match(joined)
        if spoken:
            region = f"{spoken[1]}-{spoken[2]}-{spoken[3]}"
            return _checked(joined, region, spoken[4], (at, at + length, placed), regions)
        bare = tuple(word for word in re.sub(r"[-.]", " ", joined).split())
        if length == 1 and token.kind not in ("word", "name"):
            continue
        if bare in _names() and (placed or length > 1 or bare not in _NEVER):
            return _checked(joined, _names()[bare], "", (at, at + length, placed), regions)
        if bare in _wide():
            return Place(joined, "", at, at + length, "", _wide()[bare], placed)
    if placed and token.kind == "name" and _LIKE_REGION.match(token.word):
        return Place(token.word, "", at, at + 1, "", nearest(token.word, regions), placed)
    if token.kind == "place":
        match = re.match(r"^(.*?\d)([a-z]?)$", token.word)
        region, letter = (match[1], match[2]) if match else (token.word, "")
        return _checked(token.word, region, letter, (at, at + 1, placed), regions)
    return None


def _is_placed(tokens: Sequence[Token], at: int) -> bool:
    before = [token.word for token in tokens[max(0, at - 2) : at]]
    after = tokens[at + 1].word if at + 1 < len(tokens) else ""
    leads = words("before_place")
    return bool(
        before and (before[-1] in leads or (before[-1] in {"the", ":", "("} and before[0] in leads))
    ) or after in {"region", "datacenter", "datacentre"}


def _checked(
    said: str, region: str, letter: str, at: tuple[int, int, bool], regions: Collection[str]
) -> Place:
    if not regions or region in regions:
        return Place(said, region, at[0], at[1], region + letter if letter else "", (), at[2])
    return Place(said, "", at[0], at[1], "", nearest(region, regions), at[2])


def nearest(said: str, regions: Collection[str]) -> tuple[str, ...]:
    """The regions whose names are most like what was said, the most like first."""
    return tuple(str(hit[0]) for hit in process.extract(said, sorted(regions), scorer=OSA.distance, limit=3))
