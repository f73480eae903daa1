"""What is seen of each piece of a request: itself, its neighbours, and what stands left and right of it.

A piece's meaning comes from the vocabulary, so that what was learnt of `server` holds for `box`.
"""

import re
from collections.abc import Collection, Sequence

from skywright.brains.builtin.rewording.pieces import Piece
from skywright.brains.builtin.words.lexicon import Lexicon
from skywright.brains.builtin.words.mending import without_error
from skywright.brains.builtin.words.places import place_words
from skywright.brains.builtin.words.quantities import is_number, is_unit
from skywright.brains.builtin.words.tokens import TYPE

_TYPE = re.compile(TYPE)
_REGION = re.compile(r"(?:us|eu|ap|sa|ca|me|af|il|mx|cn)-(?:gov-)?[a-z]+-?\d[a-f]?")
_DISK = re.compile(r"gp[23]|io[12]|st1|sc1|standard|magnetic|ssd|hdd")
_NO_PLACES = frozenset({"the", "new", "of", "and", "in"})
"""Words that are part of a place's name and say nothing by themselves."""
_REACH = 10
"""How far to the left and right the next word with a meaning is looked for."""
_WINDOW = 3
_ENDS = frozenset(".;!?\n")


def looks(found: Sequence[Piece], lexicon: Lexicon, names: Collection[str], topic: str) -> list[list[str]]:
    """The traits of each piece.

    Args:
        names: of machines that exist, in small letters.
        topic: what the whole is about; every trait of a kind is seen with it, too.
    """
    kinds = [kind_of(piece, lexicon, names) for piece in found]
    words = [without_errors(piece.word, lexicon) for piece in found]
    means = [meaning(word, lexicon) for word in words]
    return [
        [*_traits(at, found, words, kinds, means), f"t={topic}", f"t={topic}|{kinds[at]}"]
        for at in range(len(found))
    ]


def _traits(
    at: int, found: Sequence[Piece], words: Sequence[str], kinds: Sequence[str], means: Sequence[str]
) -> list[str]:
    piece = found[at]
    traits = [
        f"w={words[at]}",
        f"k={kinds[at]}",
        f"m={means[at]}",
        f"p={piece.word[:3]}",
        f"s={piece.word[-3:]}",
        f"shape={_shape(piece.text)}",
    ]
    if at + 1 < len(found) and found[at + 1].first > piece.last:
        traits.append("gap")
    for off in (*range(-_WINDOW, 0), *range(1, _WINDOW + 1)):
        where = at + off
        if 0 <= where < len(found):
            traits += [f"w{off}={words[where]}", f"k{off}={kinds[where]}", f"m{off}={means[where]}"]
        else:
            traits.append(f"edge{off}")
    for off in (-2, -1, 0, 1):
        one, other = at + off, at + off + 1
        if one >= 0 and other < len(found):
            traits.append(f"w{off}w={words[one]}|{words[other]}")
            traits.append(f"m{off}m={_core(one, words, kinds, means)}|{_core(other, words, kinds, means)}")
    left = _next(range(at - 1, max(-1, at - _REACH), -1), words, means)
    right = _next(range(at + 1, min(len(found), at + _REACH)), words, means)
    for side in (f"left={left}", f"right={right}"):
        traits += [side, f"k={kinds[at]}|{side}"]
    return traits


def _core(at: int, words: Sequence[str], kinds: Sequence[str], means: Sequence[str]) -> str:
    return means[at] or (words[at] if kinds[at] in {"common", "mark"} else kinds[at])


def _next(places: range, words: Sequence[str], means: Sequence[str]) -> str:
    """The nearest meaning in one direction, within the sentence."""
    for at in places:
        if words[at] in _ENDS:
            return "end"
        if means[at]:
            return means[at]
    return ""


def kind_of(piece: Piece, lexicon: Lexicon, names: Collection[str]) -> str:
    """What kind of word it is, by its form and the vocabulary; `known` where it names a machine."""
    word = piece.word
    if word in names:
        return "known"
    if _TYPE.fullmatch(word):
        return "type"
    if _REGION.fullmatch(word):
        return "region"
    if _DISK.fullmatch(word):
        return "disktype"
    if word.isdigit():
        return f"digits{min(len(word), 5)}"
    if is_number(word):
        return "number"
    if is_unit(word):
        return "unit"
    if not word[0].isalnum():
        return "mark"
    if word in place_words() and word not in _NO_PLACES:
        return "place"
    if any(letter.isdigit() for letter in word) or "-" in word or "_" in word or "." in word:
        return "name"
    if word in lexicon.known:
        return "common"
    return "strange"


def meaning(word: str, lexicon: Lexicon) -> str:
    """The concepts of one word; empty if it has none."""
    return "+".join(sorted(lexicon.phrases.get((word,), ())))


def _shape(text: str) -> str:
    plain = re.sub(r"[a-z]", "a", re.sub(r"[A-Z]", "A", re.sub(r"\d", "0", text)))
    return re.sub(r"(.)\1+", r"\1", plain)


def without_errors(word: str, lexicon: Lexicon) -> str:
    """The word with its typing error mended; digits are all alike."""
    return without_error(word, False, lexicon) if word.isalpha() else re.sub(r"\d", "0", word)
