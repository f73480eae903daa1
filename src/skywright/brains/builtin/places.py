"""Regions by API name, city or country. Owns the words for places; which regions exist is told by the
cloud."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from rapidfuzz import process
from rapidfuzz.distance import OSA

from skywright.brains.builtin.tokens import Token

_RAW: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parent / "vocabulary" / "places.yaml").read_text("utf-8")
)
_WIDE: dict[str, list[str]] = _RAW.pop("ask")  # type: ignore[assignment]
_NAMES: dict[tuple[str, ...], str] = {
    tuple(re.sub(r"[-.]", " ", name).split()): region for region, names in _RAW.items() for name in names
}
_ASK: dict[tuple[str, ...], tuple[str, ...]] = {
    tuple(name.split()): tuple(choices) for name, choices in _WIDE.items()
}
_SIDES = "north|south|east|west|central|northeast|northwest|southeast|southwest"
_SPOKEN = re.compile(rf"^(us|eu|ap|sa|ca|me|af|il|mx)[ -]?({_SIDES})[ -]?(\d)([a-f]?)$")
_BEFORE = frozenset(
    {
        "in",
        "at",
        "to",
        "near",
        "into",
        "within",
        "region",
        "from",
        "for",
        "around",
        "inside",
        "across",
        "of",
        "over",
    }
)
_NEVER = frozenset({("gb",), ("columbus",), ("columbus",), ("portland",), ("uk",)})


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


def place_words() -> frozenset[str]:
    """Every single word that is part of a place's name, so that none is taken for a typing error."""
    return frozenset(word for phrase in (*_NAMES, *_ASK) for word in phrase)


def places(tokens: Sequence[Token], regions: Collection[str]) -> list[Place]:
    """Every place that the text names, in order."""
    found: list[Place] = []
    at = 0
    while at < len(tokens):
        place = _place(tokens, at, regions)
        if place is None:
            at += 1
            continue
        found.append(place)
        at = place.last
    return found


def _place(tokens: Sequence[Token], at: int, regions: Collection[str]) -> Place | None:
    token = tokens[at]
    if token.fixed:
        return None
    placed = _is_placed(tokens, at)
    for length in (4, 3, 2, 1):
        words = tuple(
            part for item in tokens[at : at + length] for part in item.word.split(" ") if not item.fixed
        )
        if (
            at + length > len(tokens)
            or not words
            or any(item.kind == "mark" for item in tokens[at : at + length])
        ):
            continue
        joined = " ".join(words)
        spoken = _SPOKEN.match(joined)
        if spoken:
            region = f"{spoken[1]}-{spoken[2]}-{spoken[3]}"
            return _checked(joined, region, spoken[4], (at, at + length, placed), regions)
        bare = tuple(word for word in re.sub(r"[-.]", " ", joined).split())
        if length == 1 and token.kind not in ("word", "name"):
            continue
        if bare in _NAMES and (placed or length > 1 or bare not in _NEVER):
            return _checked(joined, _NAMES[bare], "", (at, at + length, placed), regions)
        if bare in _ASK:
            return Place(joined, "", at, at + length, "", _ASK[bare], placed)
    if token.kind == "place":
        match = re.match(r"^(.*?\d)([a-z]?)$", token.word)
        region, letter = (match[1], match[2]) if match else (token.word, "")
        return _checked(token.word, region, letter, (at, at + 1, placed), regions)
    return None


def _is_placed(tokens: Sequence[Token], at: int) -> bool:
    before = [token.word for token in tokens[max(0, at - 2) : at]]
    after = tokens[at + 1].word if at + 1 < len(tokens) else ""
    return bool(
        before and (before[-1] in _BEFORE or (before[-1] in {"the", ":", "("} and before[0] in _BEFORE))
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
