"""What is said not to be done. Owns the words that negate and how far each of them reaches."""

from skywright.brains.builtin.words.clauses import judged
from skywright.brains.builtin.words.lexicon import Lexicon
from skywright.brains.builtin.words.tokens import Token, spoken
from skywright.brains.builtin.words.vocabulary import pattern, phrases, words

_SHORT = frozenset({("without",), ("no",)})
"""These reach no further than a noun."""


def wanted(sentence: list[Token], lexicon: Lexicon) -> tuple[list[Token], list[Token]]:
    """The sentence without what is said not to be done, whole clauses and what a `no` reaches, and that."""
    ordered, forbidden = _without_forbidden(sentence, lexicon)
    kept, dropped = _without_negated(ordered)
    return kept, [*forbidden, *dropped]


def _without_forbidden(sentence: list[Token], lexicon: Lexicon) -> tuple[list[Token], list[Token]]:
    """The sentence without the clauses that forbid something beside what it orders, and those."""
    found = judged(sentence, lexicon)
    if not any(kind == "orders" for _, kind in found):
        return sentence, []
    dropped = [token for clause, kind in found if kind == "forbids" for token in clause]
    return [token for token in sentence if token not in dropped], dropped


def _without_negated(sentence: list[Token]) -> tuple[list[Token], list[Token]]:
    """The sentence without what is said not to be done, and that."""
    text = spoken(sentence)
    if pattern("no_negation").search(text):
        return sentence, []
    kept: list[Token] = []
    dropped: list[Token] = []
    at = 0
    while at < len(sentence):
        here = tuple(token.word for token in sentence[at : at + 3])
        phrase = next(
            (
                phrase
                for phrase in phrases("negations")
                if here[: len(phrase)] == phrase and not sentence[at].fixed
            ),
            None,
        )
        if phrase is None and _stays(sentence, at):
            phrase = ()
        if phrase is None and _spares(sentence, at):
            phrase = ("but",)
        if phrase is None:
            kept.append(sentence[at])
            at += 1
            continue
        end = _scope(sentence, at + len(phrase), phrase in _SHORT)
        dropped.extend(sentence[at + len(phrase) : end])
        at = end
    return kept, dropped


def _spares(sentence: list[Token], at: int) -> bool:
    """`all machines but db-1`, `web-1, not web-2`: names after these are left alone."""
    following = [token for token in sentence[at + 1 : at + 3] if token.word not in {"the", "for"}]
    if not following or following[0].kind not in ("name", "id", "quoted"):
        return False
    every = {"all", "every", "everything", "each", "any", "everyone", "both"}
    return sentence[at].word in {"not", "leave", "spare", "skip", "exclude", "keep", "retain"} or (
        sentence[at].word in {"but", "save", "minus"} and any(token.word in every for token in sentence[:at])
    )


def _stays(sentence: list[Token], at: int) -> bool:
    """`db-1 however must stay up`: what is said of it is that nothing is done to it."""
    if sentence[at].kind not in ("name", "id"):
        return False
    following = [token.word for token in sentence[at + 1 : at + 5]]
    ends = next((place for place, word in enumerate(following) if word in {",", "and"}), len(following))
    return bool({"stay", "stays", "remain", "remains"} & set(following[:ends]))


def _scope(sentence: list[Token], at: int, short: bool) -> int:
    """Where a negation's reach ends: at a comma, at `but` and the like, or after a noun for `no` and
    `without`."""
    last = min(len(sentence), at + 4) if short else len(sentence)
    while at < last:
        token = sentence[at]
        if (
            token.word in words("resume")
            or token.word == ")"
            or (token.word == "," and not _more_names(sentence, at))
            or (short and token.word in {"and", "in", "with", "on", "behind", "for"})
        ):
            return at
        at += 1
    return last


def _more_names(sentence: list[Token], comma: int) -> bool:
    following = [token for token in sentence[comma + 1 : comma + 3] if token.word not in {"and", "or"}]
    return bool(following) and following[0].kind in ("name", "id", "quoted")
