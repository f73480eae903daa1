"""Cutting a request of several parts. Owns where one thing to do ends and the next begins, and when a text
must not be cut at all.

A part begins after a sentence, or at a verb after `and`, `then`, a comma and the like. The library plans what
it reads of each part (`split`); what it cannot join is planned part by part in copies of the target, out of
each part's own words (`cut`).
"""

import re
from collections.abc import Collection, Sequence
from typing import Final

from skywright.brains.builtin.library import ACTIONS
from skywright.brains.builtin.words.facts import Facts
from skywright.brains.builtin.words.lexicon import load
from skywright.brains.builtin.words.reader import read
from skywright.brains.builtin.words.tokens import QUOTES, Token, tokenise
from skywright.brains.builtin.words.vocabulary import words as listed
from skywright.brains.planner.reading import verbs

_VERBS = ACTIONS | {"show", "alarm"}
_THEY, _ARE = frozenset({"they", "these", "those", "it"}), frozenset({"are", "is", "were", "was"})
_MARKED = frozenset({"tagged", "labelled", "labeled", "marked", "called", "named"})

_MOST: Final = 12
"""More parts than that are rather a text than a request."""
_ITEM: Final = re.compile(r"^[ \t]*(?:[-*•]|\(?\d{1,2}[.)])[ \t]+", re.M)
_BOUND: Final = re.compile(
    r"\b(?:if|unless|until|once|when|whenever|otherwise|else|except|instead|but|not|never|no|don'?t|without|or|"
    r"either|whether|before|after|as soon as|in case|should|would|could|maybe|perhaps|cancel that|actually|"
    r"keep|leave|spare|skip|exclud(?:e|ing)|apart from|other than|untouched|"
    r"wait|later|tomorrow)\b",
    re.I,
)
"""Words by which one part may depend on another, take it back, or put it off."""


def split(facts: Facts) -> list[Sequence[Token]]:
    """The tokens of each part: a new one begins at a full stop, or at a verb after `and`, `then` or a
    comma, but not within brackets."""
    return _parts(facts.tokens, _orders(facts), {"."})


def cut(words: str) -> tuple[str, ...]:
    """The words of each part, as they were written; one alone if it must not be cut, or there is no seam."""
    # Whatever is blanked out or translated, every word stays where it is.
    tokens = tokenise(_ITEM.sub(lambda item: " " * len(item[0]), words.translate(QUOTES)))
    unclosed = any(token.kind == "mark" and token.word in ('"', "`") for token in tokens)
    if unclosed or _BOUND.search(words):
        return (words,)
    known = {at for at, token in enumerate(tokens) if token.kind == "word" and token.word in verbs()}
    known |= _orders(read(tokens, load(), ()))
    # By itself no part could tell what its `that` only says more of.
    known = {at for at in known if at and tokens[at - 1].word != "that"}
    parts = _parts(tokens, known, {".", ";", "!"})
    if not 1 < len(parts) <= _MOST:
        return (words,)
    return tuple(words[part[0].start : part[-1].end] for part in parts)


def _orders(facts: Facts) -> set[int]:
    """Where a verb of the vocabulary stands."""
    return {mark.first for mark in facts.marks if mark.concepts & _VERBS}


def _parts(tokens: Sequence[Token], orders: Collection[int], ends: Collection[str]) -> list[Sequence[Token]]:
    """The parts of some tokens.

    Args:
        orders: where an order may begin.
        ends: the marks that end a part.
    """
    parts: list[list[Token]] = [[]]
    depth = 0
    for place, token in enumerate(tokens):
        depth = max(0, depth + (token.word == "(") - (token.word == ")"))
        if token.kind == "mark" and token.word in ends:
            parts.append([])
            continue
        if (
            not depth
            and place in orders
            and place
            and parts[-1]
            and tokens[place - 1].word in listed("joins")
            and not _is_relative(tokens, place - 1)
        ):
            parts.append([])
        parts[-1].append(token)
    kept = [trimmed for part in parts if (trimmed := _trimmed(part))]
    joined: list[list[Token]] = []
    for part in kept:
        if joined and _describes(part):
            joined[-1] += part
        else:
            joined.append(part)
    return list(joined)


def _describes(part: Sequence[Token]) -> bool:
    """`they are tagged team=x`: which ones are meant, and nothing to be done."""
    said = [token.word for token in part[:3]]
    return len(said) == 3 and said[0] in _THEY and said[1] in _ARE and said[2] in _MARKED


def _is_relative(tokens: Sequence[Token], at: int) -> bool:
    """`it's web-2 that needs it`: the `that` only says more of what stands before it."""
    return tokens[at].word == "that" and at > 0 and tokens[at - 1].kind in ("name", "id", "quoted")


def _trimmed(part: list[Token]) -> list[Token]:
    while part and part[-1].word in listed("joins") and not part[-1].fixed:
        part = part[:-1]
    while part and part[0].word in listed("joins") and not part[0].fixed:
        part = part[1:]
    return part
