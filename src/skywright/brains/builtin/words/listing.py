"""Lists of names: where one can begin, what can be in it, and where it ends.

Must not know what the names are of, nor which of them exist.
"""

import re
from collections.abc import Sequence

from skywright.brains.builtin.words.tokens import Token
from skywright.brains.builtin.words.vocabulary import words

OWNERS = frozenset({"her", "him", "she", "he", "they", "his", "mine", "it", "them", "which"})
ORDINALS = frozenset({"first", "second", "third", "fourth", "fifth", "1st", "2nd", "3rd", "other", "last"})
MACHINES = frozenset(
    {
        *("vm", "vms", "machine", "machines", "server", "servers", "box", "boxes", "instance", "instances"),
        *("node", "nodes", "host", "hosts", "backends", "ones"),
    }
)


def name_list(tokens: Sequence[Token], start: int, strict: bool) -> tuple[tuple[str, ...], set[int]]:
    """The names from `start` on, and the tokens that they are made of.

    Args:
        strict: whether the first must be a name for sure, and no plain word.
    """
    names: list[str] = []
    used: set[int] = set()
    at = start
    while at < len(tokens):
        token = tokens[at]
        if not can_name(
            token, bool(strict and not names and at == start and start) and tokens[start - 1].word == "name"
        ):
            break
        names.append(token.text)
        used.add(at)
        at += 1
        if (
            at + 1 < len(tokens)
            and not _renames(tokens, start)
            and tokens[at].word in {"to", "through", "thru", "-", ".."}
            and can_name(tokens[at + 1], True)
        ):
            run = run_of(token.text, tokens[at + 1].text)
            if run:
                names[-1:] = run
                used.add(at + 1)
                at += 2
        if token.kind == "name" and at < len(tokens) and tokens[at].kind == "name":
            continue  # `names n1 n2 n3`
        joined = at
        while joined < len(tokens) and tokens[joined].word in {",", "and", "&"}:
            joined += 1
        if at < joined < len(tokens):
            joined = past_ordinal(tokens, joined)
        if joined == at or joined >= len(tokens) or not _joins(tokens, joined, token):
            break
        at = joined
    return tuple(names), used


def _renames(tokens: Sequence[Token], start: int) -> bool:
    """`rename the machine named web-1 to web-9`: then these are two names and no run of them."""
    said = {token.word for token in tokens[:start] if not token.fixed}
    return any(word.startswith("renam") for word in said) or {"change", "name"} <= said


def after_links(tokens: Sequence[Token], at: int) -> int:
    """Where a name can begin after `name`: past `of it is`, `her`, `the first one`."""
    while at < len(tokens) and not tokens[at].fixed:
        owned = at + 1 < len(tokens) and tokens[at + 1].word in OWNERS
        given = at > 1 and {tokens[at - 2].word, tokens[at - 3].word if at > 2 else ""} & {"by", "with"}
        if (
            (tokens[at].word == "of" and (owned or given))
            or tokens[at].word in words("naming_links")
            or tokens[at].word in OWNERS
        ):
            at += 1
        elif (past := past_ordinal(tokens, at)) > at:
            at = past
        elif tokens[at].word in MACHINES and at + 1 < len(tokens) and _begins_name(tokens[at + 1]):
            at += 1  # `name the machines red-1, red-2 and red-3`
        else:
            break
    return at


def _begins_name(token: Token) -> bool:
    return token.word in words("naming_links") or can_name(token, False)


def past_ordinal(tokens: Sequence[Token], at: int) -> int:
    """Past `the first one`, `the second machine`: which of several a name is for."""
    place = at + (tokens[at].word == "the")
    if place >= len(tokens) or tokens[place].word not in ORDINALS:
        return at
    place += 1
    if place < len(tokens) and tokens[place].word in {"one", "vm", "machine", "server", "box", "instance"}:
        place += 1
    while place < len(tokens) and tokens[place].word in {"is", "as", ":", "be", "should", "shall", "will"}:
        place += 1
    return place


def can_name(token: Token, strict: bool) -> bool:
    if token.kind in ("quoted", "name"):
        return True
    return token.kind in ("word", "number") and token.word not in words("no_name") and not strict


def _joins(tokens: Sequence[Token], at: int, first: Token) -> bool:
    """Whether what follows an `and` is another name, not another thing to do."""
    token = tokens[at]
    if token.kind in ("quoted", "name"):
        return True
    after = tokens[at + 1].word if at + 1 < len(tokens) else "."
    return (
        first.kind == "word"
        and token.kind == "word"
        and token.word not in words("no_name")
        and after in {",", ".", "and", "&", "in", ";", "!", "behind", "on", ")"} | words("laughter")
    )


def run_of(first: str, last: str) -> list[str]:
    """`web-1` to `web-3`, `node-a` to `node-c`; empty if it is no such run."""
    one, other = (re.match(r"^(.*[-_])([a-z])$", name) for name in (first, last))
    if one and other and one[1] == other[1] and one[2] < other[2]:
        return [f"{one[1]}{chr(letter)}" for letter in range(ord(one[2]), ord(other[2]) + 1)]
    start, end = re.match(r"^(.*?)(\d+)$", first), re.match(r"^(.*?)(\d+)$", last)
    if (
        not start
        or not end
        or end[1] not in ("", start[1])
        or not int(start[2]) < int(end[2]) <= int(start[2]) + 99
    ):
        return []
    width = len(start[2])
    return [f"{start[1]}{number:0{width}d}" for number in range(int(start[2]), int(end[2]) + 1)]
