"""What is seen of a text: its words, their neighbours, their letters and their concepts.

Names, places, sizes and numbers are seen as what they are and not as which, so that `attach 100 GB to
web-1` and `attach 20 GB to mail-7` look alike.
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from skywright.brains.builtin.words.lexicon import Lexicon
from skywright.brains.builtin.words.mending import mend
from skywright.brains.builtin.words.places import places
from skywright.brains.builtin.words.quantities import quantities
from skywright.brains.builtin.words.tokens import Token, clean, tokenise

_AS_THEY_ARE = frozenset({"type", "cidr", "mapping", "pair", "device", "arn", "id", "place"})
_LISTED = frozenset({"§name", "§place", "§id", "§pair"})
_GRAMS = (4, 5)
_SHARE: Mapping[str, float] = {"word": 1.0, "next": 0.7, "near": 0.5, "part": 0.4, "means": 1.0}
"""How much a trait of each kind counts before all is scaled to length 1."""


def traits(text: str, lexicon: Lexicon, names: Collection[str] = ()) -> dict[str, float]:
    """The traits of a text and their shares; the squares of the shares add up to 1.

    Args:
        names: of what exists, so that a machine called `mail` is seen as a name.
    """
    tokens = mend(tokenise(clean(text)), names, lexicon)
    seen = _seen(tokens, {name.lower() for name in names})
    found: dict[str, float] = {}

    def add(kind: str, what: str) -> None:
        found[f"{kind} {what}"] = _SHARE[kind]

    for one, other in pairwise(["^", *seen, "$"]):
        add("next", f"{one} {other}")
    for one, other in zip(seen, seen[2:], strict=False):
        add("near", f"{one} {other}")
    for word in seen:
        add("word", word)
        for gram in _grams(word):
            add("part", gram)
    for mark in lexicon.marks(tokens):
        for concept in mark.concepts:
            add("means", concept)
    length = sum(share * share for share in found.values()) ** 0.5
    return {trait: share / length for trait, share in found.items()}


def _grams(word: str) -> Sequence[str]:
    if word.startswith("§") or len(word) < _GRAMS[0]:
        return ()
    padded = f"<{word}>"
    return [padded[at : at + size] for size in _GRAMS for at in range(len(padded) - size + 1)]


def _seen(tokens: Sequence[Token], names: Collection[str]) -> list[str]:
    """The words, with names, places and numbers by kind, and lists of one kind as one."""
    kinds = {at: "§place" for place in places(tokens, ()) for at in range(place.first, place.last)}
    for quantity in quantities(tokens):
        kinds[quantity.first] = f"§{quantity.unit or 'number'}"
        kinds.update(dict.fromkeys(range(quantity.first + 1, quantity.last), ""))
    seen: list[str] = []
    for at, token in enumerate(tokens):
        for word in kinds.get(at, _word(token, names)).split():
            if word in _LISTED and word in seen[-2:] and seen[-1] in {word, ",", "and", "&"}:
                seen = seen if seen[-1] == word else seen[:-1]
            else:
                seen.append(word)
    return [word for word in seen if word not in {",", "'", '"'}]


def _word(token: Token, names: Collection[str]) -> str:
    if token.kind in _AS_THEY_ARE:
        return f"§{token.kind}"
    if token.fixed or token.kind in {"name", "quoted"} or token.word in names:
        return "§name"
    return "§number" if token.kind == "number" else token.word
