"""Names that a text gives to load balancers. Owns how they are said; must not know which of them exist."""

import re
from collections.abc import Sequence

from skywright.brains.builtin.words.listing import MACHINES, after_links, name_list
from skywright.brains.builtin.words.tokens import Token
from skywright.brains.builtin.words.vocabulary import words

BALANCERS = frozenset({"balancer", "lb", "alb", "nlb", "elb", "loadbalancer", "load balancer"})
_BETWEEN = frozenset(
    {
        "of",
        "by",
        "in",
        "front",
        "ahead",
        "on",
        "top",
        "is",
        "be",
        "it",
        ",",
        "should",
        "shall",
        "will",
        "must",
        "to",
        "that",
        "which",
        "and",
        "with",
        "the",
        "a",
    }
)
_LIKE_BALANCER = re.compile(r"(?:^|[-_])(?:lb|alb|nlb|elb|balancer)(?:$|[-_\d])")
"""A name that says itself that it is a load balancer's."""


def balancer_named(tokens: Sequence[Token]) -> tuple[str, set[int]]:
    """The name that the text gives to a load balancer, and the tokens that say so; empty if there is none.

    `a load balancer called front`, `name the balancer front`, `balancer …, its name is front`; a list of
    names is never a balancer's.
    """
    for at, token in enumerate(tokens):
        if token.word not in words("naming") or token.fixed:
            continue
        start = after_links(tokens, at + 1)
        if start < len(tokens) and tokens[start].word in {"load", "application", "network"}:
            start += 1
        after = start < len(tokens) and tokens[start].word in BALANCERS
        if after:
            start = after_links(tokens, start + 1)
        elif not _is_balancers(tokens, at):
            continue
        names, used = name_list(tokens, start, False)
        if len(names) == 1:
            return names[0], used | {at}
    return _behind_balancer(tokens)


def _behind_balancer(tokens: Sequence[Token]) -> tuple[str, set[int]]:
    """`ALB edge-1, listener …`, `load balancer shop-front in front`: the name that stands behind the word."""
    for at, token in enumerate(tokens[:-1]):
        start = at + 1 + (tokens[at + 1].word in {":", "=", ",", "as", "is"})
        if token.word not in BALANCERS or token.fixed or start >= len(tokens):
            continue
        loose = tokens[start - 1].word == "," and not _LIKE_BALANCER.search(tokens[start].word)
        if loose or tokens[start].kind not in ("name", "quoted"):
            continue
        names, used = name_list(tokens, start, False)
        if len(names) == 1:
            return names[0], used
    return "", set()


def _is_balancers(tokens: Sequence[Token], at: int) -> bool:
    """Whether it is a load balancer that is named: the thing before, past `should be`, or what `its` is."""
    before = at - 1
    while before >= 0 and tokens[before].word in _BETWEEN:
        before -= 1
    if before >= 0 and tokens[before].word in BALANCERS:
        return True
    around = {token.word for token in tokens[max(0, at - 1) : at + 3]}
    if not around & {"its", "it"}:
        return False
    things = [token.word for token in tokens[:at] if token.word in BALANCERS | MACHINES]
    return bool(things) and things[-1] in BALANCERS
