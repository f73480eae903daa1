"""How likely it is that a request asks for more, or for something else, than the plan made of it does.

Learnt from what people asked who knew what the library can do and wanted something near it: with one more
condition (`every hour`, `one in each zone`), of another thing (`peer the two networks`), or inside a machine
(`restart nginx on web-1`). Seen are the words and, beside what is planned, each of them again: `nginx` is
nothing to a name, and much to a restart. Then it is asked whether that is all, with the word that speaks most
against it.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from skywright.brains.builtin import library
from skywright.brains.builtin.asked import names_of
from skywright.brains.builtin.intents import model
from skywright.brains.builtin.library import Recipe
from skywright.brains.builtin.refusals import Unable
from skywright.brains.builtin.rewording import ordered
from skywright.brains.builtin.rewording.pieces import pieces
from skywright.brains.builtin.words import vocabulary
from skywright.brains.builtin.words.lexicon import Lexicon
from skywright.brains.builtin.words.quantities import is_number, is_unit
from skywright.brains.builtin.words.tokens import clean, tokenise
from skywright.brains.builtin.world import World
from skywright.model.advice import Plan, Question, Unclear, Understanding

WEIGHTS = Path(__file__).parent / "beyond.txt"
MET, BEYOND = "met", "beyond"
ONLY, _YES = "only", "yes"
"""The question whether a plan is all that is meant."""
_TAKING, _CHANGING, _MAKING, _TELLING = 0.6, 0.75, 0.92, 0.95
"""What more likely asks for something else takes nothing away, changes or makes nothing before that is
confirmed, and is not answered: the less a mistake costs, the surer it has to be that there is one."""
_PARTS = re.compile(r"[\W\d_]+")
_LONG = 3
"""So many words in a row, and a mark before them, are not looked at."""
_MOST = 40
"""Of more words than these none is named: each costs a look at the whole."""


def kept_within(understood: Understanding, words: str, lexicon: Lexicon, world: World) -> Understanding:
    """The same; a question or a plain no if the request likely asks for what the plan does not do."""
    if not isinstance(understood, Plan):
        return understood
    recipes = library.recipes_of(understood.program)
    intents, names = [recipe.intent for recipe in recipes], names_of(world, words)
    left = unexplained(words, recipes, lexicon, names) if recipes else ()
    least = min(map(_least, recipes), default=1.0)
    # Most orders are so plain that what was learnt need not even be read.
    if not left or asks_more(words, intents, lexicon, names) < least:
        return understood
    answer = world.context.answers.get(ONLY, "").strip().lower()
    if answer == _YES:
        return understood
    means = tuple(recipe.means for recipe in recipes)
    word = _telling(words, left, lambda text: asks_more(text, intents, lexicon, names))
    if least < _TELLING and not answer:
        about = f" '{word}' may say more." if word else ""
        text = f"{understood.summary}: is that all that is meant?{about}"
        return Unclear((Question(ONLY, text, (_YES, "no")),), means[0])
    about = f", as '{word}' says" if word else ""
    return Unable(f"I can {means[0]}, but this asks for something else, or for more{about}.", means)


def _least(recipe: Recipe) -> float:
    if not recipe.changes:
        return _TELLING
    return _TAKING if recipe.takes else _MAKING if recipe.where == "new" else _CHANGING


def asks_more(words: str, intents: Sequence[str], lexicon: Lexicon, names: Collection[str] = ()) -> float:
    """The probability that none of what is planned is all that is asked for.

    Args:
        intents: what the parts of the plan are called.
    """
    learnt = model.load(WEIGHTS)
    return min(learnt.of(traits(words, intent, lexicon, names))[BEYOND] for intent in intents)


def unexplained(
    words: str, recipes: Sequence[Recipe], lexicon: Lexicon, names: Collection[str]
) -> frozenset[str]:
    """The words that neither are values nor stand for what the recipes do, in small letters.

    What is so short and plain that there is none is hard to tell from its like by what was learnt.
    """
    tokens = tokenise(clean(words))
    known = {part for name in names for part in (name.lower(), *_PARTS.split(name.lower()))}
    known |= {part for recipe in recipes for slot in recipe.slots for part in slot.split("_")}
    meant = {concept for recipe in recipes for concept in recipe.knows}
    held = {
        at for mark in lexicon.marks(tokens) if mark.concepts & meant for at in range(mark.first, mark.last)
    }
    counted = {at + 1 for at, token in enumerate(tokens) if is_number(token.word)}
    return frozenset(
        token.word
        for at, token in enumerate(tokens)
        if token.kind == "word"
        and not (at in held or _is_plain(token.word, known) or (at in counted and is_unit(token.word)))
    )


def _is_plain(word: str, names: Collection[str]) -> bool:
    said = word in names or word in vocabulary.words("empty") or word in vocabulary.words("roles")
    return said or is_number(word)


def traits(text: str, intent: str, lexicon: Lexicon, names: Collection[str]) -> dict[str, float]:
    """What is seen of a request beside what is planned; the squares of the shares add up to 1."""
    sentences = ordered.spoken(text, lexicon, names)
    found = {seen for seen in ordered.seen(sentences, lexicon) if seen.count(" ") < _LONG}
    found |= {f"{intent} {seen}" for seen in _beside(sentences, lexicon)}
    return dict.fromkeys(found, len(found) ** -0.5 if found else 0.0)


def _beside(sentences: Sequence[Sequence[str]], lexicon: Lexicon) -> Iterator[str]:
    """Each word by its meaning, and each two that follow each other."""
    for sentence in sentences:
        means = ["^", *(ordered.meant(word, lexicon) for word in sentence), "$"]
        yield from means
        yield from (f"{one} {other}" for one, other in pairwise(means))


def _telling(words: str, left: Collection[str], likely: Callable[[str], float]) -> str:
    """The one of these words without which it would be least likely; empty if there are too many."""
    found = [piece for piece in pieces(words) if piece.word in left]
    if not found or len(found) > _MOST:
        return ""
    without = {likely(words[: piece.first] + words[piece.last :]): piece for piece in found}
    least = without[min(without)]
    return words[least.first : least.last]
