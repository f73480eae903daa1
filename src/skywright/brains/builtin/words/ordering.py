"""Whether words order a change, and now: unless they clearly do, nothing is changed.

Owns what takes an order away: that it is forbidden, meant for another time, only to be learnt about, or
merely told. What a single clause does is told by `clauses`. Must not know recipes, nor look at any cloud.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from skywright.brains.builtin.words.clauses import FILE, judged, marked, plain
from skywright.brains.builtin.words.lexicon import Lexicon
from skywright.brains.builtin.words.tokens import Token
from skywright.brains.builtin.words.vocabulary import pattern, words

_CUT = re.compile(r"[,;:]|\bbut\b")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a request stands as an order.

    Attributes:
        refusal: why it orders no change; empty if it does.
        later: the words for another time at which it is to be done.
    """

    refusal: str = ""
    later: str = ""


def learns(sentence: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether it asks how a change is made: `give me instructions for creating a machine`."""
    text = marked(sentence, lexicon)
    text = pattern("occasion", FILE).sub(" ", text)
    found = pattern("learns", FILE).search(text)
    return found is not None and not pattern("ordered_first", FILE).search(text[: found.start()])


def standing(sentences: Sequence[Sequence[Token]], lexicon: Lexicon) -> Standing:
    """How what is asked for stands as an order to change something."""
    kinds = {kind for sentence in sentences for _, kind in judged(sentence, lexicon)}
    later = next(filter(None, (_later(sentence, lexicon) for sentence in sentences)), "")
    if not kinds or "orders" in kinds:
        return Standing(later=later)
    if kinds & {"forbids", "negates"}:
        return Standing("That says what is not to be done, so nothing was done.", later)
    return Standing("That tells something and orders nothing, so nothing was done.", later)


def orders(sentence: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether a clause of it asks for something to be done."""
    return any(kind == "orders" for _, kind in judged(sentence, lexicon))


def _later(sentence: Sequence[Token], lexicon: Lexicon) -> str:
    """The words for another time, if they stand at the head or right after the order they belong to."""
    text = plain(marked(sentence, lexicon))
    if pattern("at_once").search(text):
        return ""
    for found in pattern("later", FILE).finditer(text):
        before = text[: found.start()]
        at = before.rfind("^")
        verb = text[at + 1 :].split(" ", 1)[0] if at >= 0 else ""
        tells = verb.endswith("s") and not verb.endswith("ss")  # `the office opens on Thursday`
        others_do = at >= 0 and pattern("others_do", FILE).search(before[:at])
        if at >= 0 and not (others_do or tells) and not pattern("apart", FILE).search(before[at:]):
            return found[0]
        if "^" not in before and "^" in text[found.end() :] and _leads(_CUT.split(before)[-1]):
            return found[0]
    return ""


def _leads(before: str) -> bool:
    """Whether what stands before says nothing yet: the time is what the sentence begins with."""
    return all(
        word in words("polite") or not word[0].isalpha() or word in words("hedges") for word in before.split()
    )
