"""Clauses: where one ends and the next begins, and whether one orders, forbids, negates or only tells.

The words that decide it are data (`vocabulary/ordering.yaml`): patterns over one clause, in which every
name is `§` and what means a change is preceded by `^`. Must not know recipes, nor look at any cloud.
"""

from collections.abc import Sequence

from skywright.brains.builtin.words.concepts import ACTIONS
from skywright.brains.builtin.words.lexicon import Lexicon
from skywright.brains.builtin.words.tokens import Token
from skywright.brains.builtin.words.vocabulary import pattern, words

FILE = "ordering"
_ENDS = frozenset({",", ";", ":", "(", ")", "but", "please", "pls", "so", "then", "therefore", "hence"})
"""Where a clause ends; the words among these belong to the next one."""
_NAMES = frozenset({"name", "id", "quoted", "arn"})


def judged(sentence: Sequence[Token], lexicon: Lexicon) -> list[tuple[list[Token], str]]:
    """Each clause, and whether it `forbids`, `negates`, `orders` or (empty) only tells something."""
    found: list[tuple[list[Token], str]] = []
    before = ""
    for clause in clauses(sentence):
        text = plain(marked(clause, lexicon))
        if before == "forbids" and "^" not in text:
            kind = before  # `avoid restarting web-1, web-2 and db-1`
        else:
            kind = next((name for name in ("forbids", "negates") if pattern(name, FILE).search(text)), "")
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
    if pattern("asks_for", FILE).search(text):
        return True
    facts = pattern("relative", FILE).sub("", text) if head in words("fresh") | lexicon.nouns else text
    return not pattern("finite", FILE).search(facts)


def _may_be_verb(said: Sequence[Token], lexicon: Lexicon) -> bool:
    """`Isolate web-1`, `alarm me`: a word that is neither a thing nor the subject of a statement."""
    if len(said) > 1 and said[1].word in {"me", "us"}:
        return True
    if said[0].word in words("subjects") or said[0].word in lexicon.nouns or said[0].fixed:
        return False
    return not pattern("finite", FILE).match(said[1].word if len(said) > 1 else "")


def plain(text: str) -> str:
    return pattern("harmless", FILE).sub(" ", text)


def marked(tokens: Sequence[Token], lexicon: Lexicon) -> str:
    """The words as text, with `^` before what means a change and `§` for every name."""
    changing = {mark.first for mark in lexicon.marks(list(tokens)) if mark.concepts & ACTIONS}
    return " ".join(
        ("^" if place in changing else "") + ("§" if token.fixed or token.kind in _NAMES else token.word)
        for place, token in enumerate(tokens)
    )
