"""How likely it is that a message asks for anything at all, learnt from what people labelled.

Seen are the words in their order, up to three in a row, and by meaning where the vocabulary gives one;
names, places and numbers by kind. A question's words are told from a statement's.
"""

from collections.abc import Collection, Sequence
from itertools import pairwise
from pathlib import Path

from skywright.brains.builtin.intents import model
from skywright.brains.builtin.rewording.looks import kind_of, meaning, without_errors
from skywright.brains.builtin.rewording.pieces import Piece, pieces
from skywright.brains.builtin.words.lexicon import Lexicon

WEIGHTS = Path(__file__).parent / "ordered.txt"
ASKED, NOTHING = "something", "nothing"
_LONGEST = 3
_OPENING = 4
_ENDS = frozenset(".!?;\n")
_KINDS = frozenset({"type", "region", "place"})


def asks_for(text: str, lexicon: Lexicon, names: Collection[str] = ()) -> float:
    """The probability that something is to be done or told now."""
    return model.load(WEIGHTS).of(traits(text, lexicon, names))[ASKED]


def traits(text: str, lexicon: Lexicon, names: Collection[str]) -> dict[str, float]:
    """What is seen of a message; the squares of the shares add up to 1.

    Args:
        names: of machines, existing or to be made, as far as they are known.
    """
    found = seen(spoken(text, lexicon, names), lexicon)
    share = len(found) ** -0.5 if found else 0.0
    return dict.fromkeys(found, share)


def seen(sentences: Sequence[Sequence[str]], lexicon: Lexicon) -> set[str]:
    """The traits of the words that are spoken in each sentence."""
    found: set[str] = set()
    words = [word for sentence in sentences for word in sentence]
    for sentence in sentences:
        mood = "?" if "?" in sentence else "."
        said = ["^", *sentence, "$"]
        means = [meant(word, lexicon) for word in said]
        for kind, row in (("w", said), ("m", means)):
            for length in range(1, _LONGEST + 1):
                found |= {f"{kind} {' '.join(row[at : at + length])}" for at in range(len(row) - length + 1)}
        found |= {f"{mood} {' '.join(means[:length])}" for length in range(2, _OPENING + 1)}
        found |= {f"{mood} {word}" for word in sentence}
    found |= {f"s {one} {other}" for one, other in zip(words, words[2:], strict=False)}
    return found


def spoken(text: str, lexicon: Lexicon, names: Collection[str]) -> list[list[str]]:
    """The words of each sentence as they are seen: names, places and numbers by kind."""
    return _sentences(_words(pieces(text), lexicon, {name.lower() for name in names}))


def meant(word: str, lexicon: Lexicon) -> str:
    """A word by its meaning, if the vocabulary gives it one."""
    return meaning(word, lexicon) or word


def _sentences(words: Sequence[str]) -> list[list[str]]:
    said: list[list[str]] = [[]]
    for word in words:
        said[-1].append(word)
        if word in _ENDS:
            said.append([])
    return [sentence for sentence in said if sentence]


def _words(found: Sequence[Piece], lexicon: Lexicon, names: Collection[str]) -> list[str]:
    """The words; names, places and numbers by kind, several names one after the other as one."""
    said = [_word(piece, lexicon, names) for piece in found]
    return [word for before, word in pairwise(["", *said]) if not (word == before == "§name")]


def _word(piece: Piece, lexicon: Lexicon, names: Collection[str]) -> str:
    kind = kind_of(piece, lexicon, names)
    if kind in {"known", "name"} or (kind == "strange" and not piece.word.isalpha()):
        return "§name"
    if kind in _KINDS:
        return f"§{kind}"
    return "§number" if kind.startswith("digits") else without_errors(piece.word, lexicon)
