"""Cutting a request of several parts. Owns where one thing to do ends and the next begins."""

from collections.abc import Sequence

from skywright.brains.builtin.library import ACTIONS
from skywright.brains.builtin.words.facts import Facts
from skywright.brains.builtin.words.tokens import Token
from skywright.brains.builtin.words.vocabulary import words

_VERBS = ACTIONS | {"show", "alarm"}


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
    kept = [_trimmed(part) for part in parts]
    return [part for part in kept if part]


def _is_relative(tokens: Sequence[Token], at: int) -> bool:
    """`it's web-2 that needs it`: the `that` only says more of what stands before it."""
    return tokens[at].word == "that" and at > 0 and tokens[at - 1].kind in ("name", "id", "quoted")


def _trimmed(part: list[Token]) -> list[Token]:
    while part and part[-1].word in words("joins") and not part[-1].fixed:
        part = part[:-1]
    while part and part[0].word in words("joins") and not part[0].fixed:
        part = part[1:]
    return part
