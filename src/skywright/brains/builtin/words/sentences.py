"""Sentences: which of them ask for something, which chat, wonder or explain.

Owns cutting a text into sentences and setting aside those that are no order.
"""

import re
from collections.abc import Sequence

from skywright.brains.builtin.words.lexicon import Lexicon
from skywright.brains.builtin.words.places import places
from skywright.brains.builtin.words.tokens import Token
from skywright.brains.builtin.words.vocabulary import pattern, words

_IDLE = frozenset(
    {"definite", "question", "new", "all", "public", "private", "show", "running", "keep", "attached"}
)
"""Concepts that alone make no request."""


def spoken(tokens: Sequence[Token]) -> str:
    return " ".join("§" if token.fixed else token.word for token in tokens)


def sentences_of(tokens: Sequence[Token]) -> list[list[Token]]:
    sentences: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == "mark" and token.word in {".", "!", "?", ";"}:
            if token.word == "?":
                sentences[-1].append(token)
            sentences.append([])
        else:
            sentences[-1].append(token)
    return [sentence for sentence in sentences if sentence]


def wonders(sentence: Sequence[Token]) -> bool:
    """Whether it wants to learn, weighs or imagines, and so is no order."""
    return bool(pattern("wonders").match(spoken(sentence)))


def only_asks(sentence: Sequence[Token]) -> bool:
    """Whether it asks how things are; a polite request in the form of a question does not."""
    text = spoken(sentence)
    return bool(pattern("asks_how_things_are").match(text)) and not pattern("requests_politely").match(text)


def without_chat(sentences: list[list[Token]], lexicon: Lexicon) -> list[list[Token]]:
    """Only the sentences that ask for something or go on about it, if there is one that does."""
    asking = [sentence for sentence in sentences if _asks(sentence, lexicon)]
    if not asking:
        return sentences
    first = sentences.index(asking[0])
    return [
        sentence
        for place, sentence in enumerate(sentences)
        if sentence in asking
        or (place > first and pattern("goes_on").match(spoken(sentence)))
        or _is_list(sentence)
    ]


def _asks(sentence: list[Token], lexicon: Lexicon) -> bool:
    text = spoken(sentence)
    means = [mark for mark in lexicon.marks(sentence) if mark.concepts - _IDLE]
    if not means:
        return False
    head = next(
        (
            token.word.split(" ")[0]
            for token in sentence
            if token.kind == "word" and token.word not in words("polite")
        ),
        "",
    )
    return bool(pattern("wants").search(text)) or head in lexicon.verbs or head in words("question_heads")


def _is_list(sentence: list[Token]) -> bool:
    """`3 x t3.micro`, `eu-west-1`: bare facts without a sentence around them."""
    return len(sentence) <= 4 and any(
        token.kind in ("number", "type", "place", "pair", "cidr") for token in sentence
    )


def with_targets(
    kept: list[list[Token]], told: list[list[Token]], names: Sequence[str], lexicon: Lexicon
) -> list[list[Token]]:
    """`web-1 acts up. Reboot it.`: where the sentences that ask name nothing, those before that name
    something; and `in Canada … there`: the place."""
    known = {name.lower() for name in names}
    if any(_named(sentence, known, lexicon) for sentence in kept):
        wanted = [sentence for sentence in told if sentence in kept]
    else:
        wanted = [
            s
            for s in told
            if s in kept or any(token.kind == "name" or token.text.lower() in known for token in s)
        ]
    if re.search(r"\bthere\b(?! is| are)", " . ".join(spoken(sentence) for sentence in kept)):
        said = [s for s in told if s not in wanted and places(s, ())]
        wanted += [[t for place in places(s, ()) for t in s[place.first : place.last]] for s in said]
    return wanted


def _named(sentence: list[Token], known: set[str], lexicon: Lexicon) -> bool:
    if any(token.kind in ("id", "name", "quoted") or token.text.lower() in known for token in sentence):
        return True
    return any("vm" in mark.concepts for mark in lexicon.marks(sentence))


def without_reasons(sentence: list[Token]) -> list[Token]:
    """Nothing that is only said to explain: from `because` up to a comma."""
    kept: list[Token] = []
    inside = False
    for place, token in enumerate(sentence):
        if (
            token.kind == "word"
            and token.word in words("reasons")
            and (place > 0 or token.word in {"since", "because"})
        ):
            inside = True
        if inside and token.word == ",":
            inside = False
        if not inside:
            kept.append(token)
    return kept
