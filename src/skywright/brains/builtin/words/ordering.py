"""Whether words order a change, and now: unless they clearly do, nothing is changed.

Owns the clause that governs the verb of a change, and what in it takes the order away: that it is
forbidden, meant for another time, only to be learnt about, or merely told. Its words are data
(`vocabulary/ordering.yaml`). Must not know recipes, nor look at any cloud.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from skywright.brains.builtin.words.concepts import ACTIONS
from skywright.brains.builtin.words.lexicon import Lexicon
from skywright.brains.builtin.words.tokens import Token
from skywright.brains.builtin.words.vocabulary import pattern, words

_FILE = "ordering"
_ENDS = frozenset({",", ";", ":", "(", ")", "but", "please", "pls", "so", "then", "therefore", "hence"})
"""Where a clause ends; the words among these belong to the next one."""
_CUT = re.compile(r"[,;:]|\bbut\b")
_NAMES = frozenset({"name", "id", "quoted", "arn"})


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
    text = _marked(sentence, lexicon)
    text = pattern("occasion", _FILE).sub(" ", text)
    found = pattern("learns", _FILE).search(text)
    return found is not None and not pattern("ordered_first", _FILE).search(text[: found.start()])


def standing(sentences: Sequence[Sequence[Token]], lexicon: Lexicon) -> Standing:
    """How what is asked for stands as an order to change something."""
    kinds = {kind for sentence in sentences for _, kind in _judged(sentence, lexicon)}
    later = next(filter(None, (_later(sentence, lexicon) for sentence in sentences)), "")
    if not kinds or "orders" in kinds:
        return Standing(later=later)
    if kinds & {"forbids", "negates"}:
        return Standing("That says what is not to be done, so nothing was done.", later)
    return Standing("That tells something and orders nothing, so nothing was done.", later)


def orders(sentence: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether a clause of it asks for something to be done."""
    return any(kind == "orders" for _, kind in _judged(sentence, lexicon))


def without_forbidden(sentence: list[Token], lexicon: Lexicon) -> tuple[list[Token], list[Token]]:
    """The sentence without the clauses that forbid something beside what it orders, and those."""
    judged = _judged(sentence, lexicon)
    if not any(kind == "orders" for _, kind in judged):
        return sentence, []
    dropped = [token for clause, kind in judged if kind == "forbids" for token in clause]
    return [token for token in sentence if token not in dropped], dropped


def _judged(sentence: Sequence[Token], lexicon: Lexicon) -> list[tuple[list[Token], str]]:
    """Each clause, and whether it `forbids`, `negates`, `orders` or (empty) only tells something."""
    found: list[tuple[list[Token], str]] = []
    before = ""
    for clause in clauses(sentence):
        text = _plain(_marked(clause, lexicon))
        if before == "forbids" and "^" not in text:
            kind = before  # `avoid restarting web-1, web-2 and db-1`
        else:
            kind = next((name for name in ("forbids", "negates") if pattern(name, _FILE).search(text)), "")
            kind = kind or ("orders" if _orders(clause, text, lexicon) else "")
        found.append((clause, kind))
        before = kind
    return found


def clauses(sentence: Sequence[Token]) -> list[list[Token]]:
    """The sentence cut where one clause ends and the next begins."""
    found: list[list[Token]] = [[]]
    for token in sentence:
        ends = token.word in _ENDS and not token.fixed
        if ends:
            found.append([])
        if not ends or token.kind == "word":
            found[-1].append(token)
    return [clause for clause in found if clause]


def _orders(clause: Sequence[Token], text: str, lexicon: Lexicon) -> bool:
    """Whether a clause asks for something to be done: by its head, by what it says, or as bare facts."""
    said = [token for token in clause if token.word not in words("polite") and token.word not in _ENDS]
    if not said:
        return False
    head = said[0].word.split(" ")[0]
    if said[0].kind == "word" and (head in lexicon.verbs or _may_be_verb(said, lexicon)):
        return True
    if pattern("asks_for", _FILE).search(text):
        return True
    facts = pattern("relative", _FILE).sub("", text) if head in words("fresh") | lexicon.nouns else text
    return not pattern("finite", _FILE).search(facts)


def _may_be_verb(said: Sequence[Token], lexicon: Lexicon) -> bool:
    """`Isolate web-1`, `alarm me`: a word that is neither a thing nor the subject of a statement."""
    if len(said) > 1 and said[1].word in {"me", "us"}:
        return True
    if said[0].word in words("subjects") or said[0].word in lexicon.nouns or said[0].fixed:
        return False
    return not pattern("finite", _FILE).match(said[1].word if len(said) > 1 else "")


def _later(sentence: Sequence[Token], lexicon: Lexicon) -> str:
    """The words for another time, if they stand at the head or right after the order they belong to."""
    text = _plain(_marked(sentence, lexicon))
    if pattern("at_once").search(text):
        return ""
    for found in pattern("later", _FILE).finditer(text):
        before = text[: found.start()]
        at = before.rfind("^")
        if at >= 0 and not pattern("apart", _FILE).search(before[at:]):
            return found[0]
        if "^" not in before and "^" in text[found.end() :] and _leads(_CUT.split(before)[-1]):
            return found[0]
    return ""


def _leads(before: str) -> bool:
    """Whether what stands before says nothing yet: the time is what the sentence begins with."""
    return all(
        word in words("polite") or not word[0].isalpha() or word in words("hedges") for word in before.split()
    )


def _plain(text: str) -> str:
    return pattern("harmless", _FILE).sub(" ", text)


def _marked(tokens: Sequence[Token], lexicon: Lexicon) -> str:
    """The words as text, with `^` before what means a change and `§` for every name."""
    changing = {mark.first for mark in lexicon.marks(list(tokens)) if mark.concepts & ACTIONS}
    return " ".join(
        ("^" if place in changing else "") + ("§" if token.fixed or token.kind in _NAMES else token.word)
        for place, token in enumerate(tokens)
    )
