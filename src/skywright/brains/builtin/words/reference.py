"""What a sentence refers back to: `web-1 acts up. Reboot it.`

Owns what is kept of sentences that ask for nothing themselves, since another means it.
"""

import re
from collections.abc import Collection, Sequence

from skywright.brains.builtin.words.concepts import ACTIONS, SPOKEN_OF, THINGS
from skywright.brains.builtin.words.lexicon import Lexicon
from skywright.brains.builtin.words.places import places
from skywright.brains.builtin.words.quantities import quantities
from skywright.brains.builtin.words.tokens import Token, spoken
from skywright.brains.builtin.words.vocabulary import pattern

_WHOLE = frozenset({"vm", "all", "bucket"})
_PARTS = _WHOLE | {"disk", "root_disk", "lb", "spot"}


def with_targets(
    kept: list[list[Token]], told: list[list[Token]], names: Sequence[str], lexicon: Lexicon
) -> list[list[Token]]:
    """`web-1 acts up. Reboot it.`: where the sentences that ask name nothing, those before that name
    something; and `in Canada … there`: the place."""
    known = {name.lower() for name in names}
    told_which = any(named(sentence, known, lexicon) for sentence in kept)
    if told_which and not _goes_back(kept, told, known, lexicon):
        wanted = [sentence for sentence in told if sentence in kept]
    else:
        said = {concept for sentence in kept for mark in lexicon.marks(sentence) for concept in mark.concepts}
        acts = bool(said & (ACTIONS | SPOKEN_OF | {"status", "running", "question"}))
        wanted = [
            s
            if s in kept or not acts
            else _things(s, known, lexicon, not said & (THINGS | {"address", "running"}))
            for s in told
            if s in kept or any(token.kind == "name" or token.text.lower() in known for token in s)
        ]
    if re.search(
        r"\bthere\b(?! is| are)|\b(?:the|that|this) region\b",
        " . ".join(spoken(sentence) for sentence in kept),
    ):
        said = [s for s in told if s not in wanted and places(s, ())]
        wanted += [[t for place in places(s, ()) for t in s[place.first : place.last]] for s in said]
    return _with_kind(wanted, told, lexicon)


def _goes_back(
    kept: list[list[Token]], told: list[list[Token]], known: Collection[str], lexicon: Lexicon
) -> bool:
    """`every machine must have it; web-1 lacks it. Switch it on.`: whether `it` is what was named before."""
    if any(has_name(sentence, known) for sentence in kept):
        return False
    back = [s for s in kept if re.search(r"\b(?:it|that one|this one)\b", spoken(s))]
    apart = [s for s in back if not any(mark.concepts & {"vm", "all"} for mark in lexicon.marks(s))]
    return bool(apart) and any(has_name(sentence, known) for sentence in told)


def has_name(sentence: Sequence[Token], known: Collection[str]) -> bool:
    return any(
        token.kind in ("id", "name")
        or (token.kind == "quoted" and " " not in token.text)
        or token.text.lower() in known
        for token in sentence
    )


def _with_kind(wanted: list[list[Token]], told: list[list[Token]], lexicon: Lexicon) -> list[list[Token]]:
    """`spot is cheaper. Make web-1 one of that kind`: with the kind that was spoken of before."""
    if any(mark.concepts & {"spot"} for sentence in wanted for mark in lexicon.marks(sentence)):
        return wanted
    kinds = [
        sentence[mark.first]
        for sentence in told
        if sentence not in wanted
        for mark in lexicon.marks(sentence)
        if mark.words == "spot"
    ]
    if not kinds:
        return wanted
    refers = pattern("refers_to_kind")
    return [[*s, kinds[0]] if refers.search(spoken(s)) else s for s in wanted]


def _things(sentence: list[Token], known: set[str], lexicon: Lexicon, parts: bool) -> list[Token]:
    """Only what a sentence names.

    Args:
        parts: whether what belongs to a machine is still to be told: `its disk is full. Make it larger`.
    """
    left = _PARTS if parts else _WHOLE
    things = [mark for mark in lexicon.marks(sentence) if mark.concepts & left]
    held = {at for mark in things for at in range(mark.first, mark.last)}
    held |= {at for number in quantities(sentence) for at in range(number.first, number.last)}
    return [
        token
        for at, token in enumerate(sentence)
        if at in held
        or token.kind in ("name", "id", "quoted")
        or token.text.lower() in known
        or token.word in {",", "and", "&", "both", "the"}
    ]


def named(sentence: list[Token], known: set[str], lexicon: Lexicon) -> bool:
    """Whether it says by itself which machines it is about: not only `it`, or `that server`."""
    if has_name(sentence, known):
        return True
    text = spoken(sentence)
    if pattern("refers_back").search(text):
        return False
    return any("vm" in mark.concepts for mark in lexicon.marks(sentence))
