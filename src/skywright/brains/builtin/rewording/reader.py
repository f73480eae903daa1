"""The values that a request gives, found by a reader that was learnt.

A conditional random field over the pieces of the text (`looks`), by python-crfsuite. It knows nothing of what
is there, and interprets nothing: a value is told in the words that say it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import pycrfsuite

from skywright.brains.builtin.rewording.looks import looks
from skywright.brains.builtin.rewording.pieces import Piece, pieces
from skywright.brains.builtin.words.lexicon import Lexicon
from skywright.brains.builtin.words.quantities import is_number
from skywright.brains.builtin.words.vocabulary import pattern
from skywright.brains.builtin.words.vocabulary import words as listed

_NAMED = frozenset({"begin", "beginning", "start", "starting", "prefix", "names", "name"})
_PORTS = frozenset({"lb_port", "target_port"})
BALANCED = frozenset(
    {
        "machines-behind-a-load-balancer",
        "load-balancer-for-existing-machines",
        "new-machines-for-a-load-balancer",
    }
)
_LEAST = 0.02
"""A word less likely than this to be a machine's name is none."""
_SPARE = 0.1
"""A word less likely than this to be a value is none."""
MODEL = Path(__file__).parent / "reader.crfsuite"


@dataclass(frozen=True, slots=True)
class Values:
    """What was found, in the order of the text.

    Attributes:
        said: the words of each value, by label.
        names: how likely each word that may be one is the name of a machine.
        named: how many words such as `called` say that there are names.
        text: the request as it was typed.
        several: unless a machine is spoken of, and only one.
        odds: how likely each label and value that was found is one.
        spare: how likely each label and word is that was not found, but may be meant.
    """

    said: Mapping[str, Sequence[str]]
    names: Mapping[str, float] = field(default_factory=dict[str, float])
    several: bool = True
    named: int = 0
    text: str = ""
    odds: Mapping[tuple[str, str], float] = field(default_factory=dict[tuple[str, str], float])
    spare: Mapping[tuple[str, str], float] = field(default_factory=dict[tuple[str, str], float])

    def odds_of(self, label: str, value: str) -> float:
        """How likely the value is one of that label."""
        return self.odds.get((label, value), 1.0)

    def all(self, label: str) -> list[str]:
        """Every value of a label, each once."""
        return list(dict.fromkeys(self.said.get(label, ())))


def values(text: str, lexicon: Lexicon, names: Collection[str] = (), topic: str = "") -> Values:
    """Find them.

    Args:
        names: of machines that exist.
        topic: what the request most likely asks for.
    """
    found = pieces(text)
    if not found:
        return Values({})
    tagger = _tagger()
    tagger.set(looks(found, lexicon, {name.lower() for name in names}, topic))
    tags = tagger.tag()
    said: dict[str, list[str]] = {}
    odds: dict[tuple[str, str], float] = {}
    begins = {piece.first: at for at, piece in enumerate(found)}
    for tag, first, last in spans(found, tags):
        label, value = _of_topic(tag, topic), text[first:last]
        if not (label in _PORTS and value.isalpha() and is_number(value.lower())):  # `three` is no port
            said.setdefault(label, []).append(value)
            likely = tagger.marginal(f"B-{tag}", begins[first])
            odds[label, value] = max(odds.get((label, value), 0.0), likely)
    if topic in BALANCED and _PORTS & set(said) and not set(said) >= _PORTS:
        said |= _apart(text, found, tags, tagger)
    counted = [_spoken_of(piece.word, lexicon) for piece in found]
    named = sum(piece.word in _NAMED | listed("naming") for piece in found)
    named -= len(pattern("nameless").findall(text.lower()))
    several = "many" in counted or "one" not in counted
    spare = _spare(found, tags, topic, tagger)
    return Values(said, _names(found, tagger), several, named, text, odds, spare)


def _names(found: Sequence[Piece], tagger: Any) -> dict[str, float]:
    """How likely each word is a machine's name, in the spelling that is likeliest."""
    names: dict[str, float] = {}
    for at, piece in enumerate(found):
        alike = next((name for name in names if name.lower() == piece.word), piece.text)
        odds = tagger.marginal("B-vm", at) if piece.text[0].isalnum() else 0.0
        if odds >= max(_LEAST, names.get(alike, 0.0)):
            names.pop(alike, None)
            names[piece.text] = odds
    return names


def _spare(
    found: Sequence[Piece], tags: Sequence[str], topic: str, tagger: Any
) -> dict[tuple[str, str], float]:
    """Words that were labelled nothing but may be a value, and how likely that is."""
    labels = [tag.removeprefix("B-") for tag in tagger.labels() if tag.startswith("B-")]
    spare: dict[tuple[str, str], float] = {}
    for at, piece in enumerate(found):
        if tags[at] != "O" or not piece.text[0].isalnum() or tagger.marginal("O", at) > 1 - _SPARE:
            continue
        for label in labels:
            one, odds = (_of_topic(label, topic), piece.text), tagger.marginal(f"B-{label}", at)
            if odds >= max(_SPARE, spare.get(one, 0.0)):
                spare[one] = odds
    return spare


def _of_topic(label: str, topic: str) -> str:
    """A port is the load balancer's or its machines' only where there is one."""
    if topic in BALANCED:
        return "lb_port" if label == "port" else label
    return "port" if label in _PORTS else label


def _apart(text: str, found: Sequence[Piece], tags: Sequence[str], tagger: Any) -> dict[str, list[str]]:
    """Two ports of which one each is the load balancer's and the machines', as is likelier together."""
    begins = {piece.first: at for at, piece in enumerate(found)}
    odds = {
        text[first:last]: [tagger.marginal(f"B-{kind}", begins[first]) for kind in ("lb_port", "target_port")]
        for label, first, last in spans(found, tags)
        if label in _PORTS | {"port"}
    }
    if len(odds) != 2:
        return {}
    (one, first), (other, second) = odds.items()
    outer, inner = (one, other) if first[0] * second[1] >= first[1] * second[0] else (other, one)
    return {"lb_port": [outer], "target_port": [inner]}


def _spoken_of(word: str, lexicon: Lexicon) -> str:
    """`one` for a machine, `many` for machines, or nothing."""
    means = lexicon.phrases.get((word,), frozenset())
    plural = word.endswith("s") and bool({word[:-1], word[:-2]} & lexicon.nouns)
    if word in {"both", "each"} or ("vm" in means and plural):
        return "many"
    return "one" if "vm" in means else ""


def spans(found: Sequence[Piece], tags: Sequence[str]) -> list[tuple[str, int, int]]:
    """(label, first character, last character + 1) of what the tags mark."""
    marked: list[tuple[str, int, int]] = []
    for piece, tag in zip(found, tags, strict=True):
        begins, _, label = tag.partition("-")
        if begins == "I" and marked and marked[-1][0] == label and marked[-1][2] <= piece.first:
            marked[-1] = (label, marked[-1][1], piece.last)
        elif label:
            marked.append((label, piece.first, piece.last))
    return marked


@lru_cache(maxsize=1)
def _tagger() -> Any:
    tagger: Any = pycrfsuite.Tagger()  # pyright: ignore  # it has no types of its own
    tagger.open(str(MODEL))
    return tagger
