"""Cutting a request of several parts. Owns where one thing to do ends and the next begins."""

from collections.abc import Sequence

from skywright.brains.builtin.library import ACTIONS
from skywright.brains.builtin.words.facts import Facts
from skywright.brains.builtin.words.tokens import Token
from skywright.brains.builtin.words.vocabulary import words

_VERBS = ACTIONS | {"show", "alarm"}
_THEY, _ARE = frozenset({"they", "these", "those", "it"}), frozenset({"are", "is", "were", "was"})
_MARKED = frozenset({"tagged", "labelled", "labeled", "marked", "called", "named"})


def split(facts: Facts) -> list[Sequence[Token]]:
    """The tokens of each part: a new one begins at a full stop, or at a verb after `and`, `then` or a
    comma, but not within brackets."""
    starts = {mark.first for mark in facts.marks if mark.concepts & _VERBS}
    parts: list[list[Token]] = [[]]
    depth = 0
    for place, token in enumerate(facts.tokens):
        depth = max(0, depth + (token.word == "(") - (token.word == ")"))
        if token.kind == "mark" and token.word == ".":
            parts.append([])
            continue
        if (
            not depth
            and place in starts
            and place
            and parts[-1]
            and facts.tokens[place - 1].word in words("joins")
            and not _is_relative(facts.tokens, place - 1)
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
    while part and part[-1].word in words("joins") and not part[-1].fixed:
        part = part[:-1]
    while part and part[0].word in words("joins") and not part[0].fixed:
        part = part[1:]
    return part
