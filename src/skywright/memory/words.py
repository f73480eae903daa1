"""A request's words as memory compares them: what has to be the same, and what may be another the next time.

Two requests of one shape say the same of other names, numbers and identifiers. Nothing is dropped from a
shape but articles, politeness and how a name is introduced, and only words that cannot be taken for anything
else count as the same; so a `not`, an `all`, another verb or one more clause makes another shape. Knows no
program and no cloud.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from skywright.brains.builtin.words.quantities import is_number, number_of
from skywright.brains.builtin.words.tokens import Token, tokenise

PLACE: Final = "place"
"""The kind of a region's name: it is never another the next time."""
NUMBER: Final = "number"
NAME: Final = "name"

LONGEST: Final = 2000
"""Characters of the longest request that memory reads: more is a text, and costs more than it is worth."""

_SAME: Final = {
    "create": ("create", "launch", "provision", "spin up"),
    "delete": ("delete", "destroy", "terminate"),
    "stop": ("stop", "shut down", "power off"),
    "restart": ("restart", "reboot"),
    "vm": ("vm", "virtual machine", "server", "machine", "instance", "ec2 instance"),
    "vms": ("vms", "virtual machines", "servers", "machines", "instances", "ec2 instances"),
    "disk": ("disk", "volume", "ebs volume"),
    "disks": ("disks", "volumes", "ebs volumes"),
    "loadbalancer": ("load balancer", "loadbalancer"),
    "bucket": ("bucket", "s3 bucket"),
    "gb": ("gb", "gib"),
}
"""What says the same wherever it stands. What only may (`make`, `remove`, `start`) is not here: a wrong
recall is worse than a model's call."""

_PHRASES: Final = {tuple(said.split()): word for word, phrases in _SAME.items() for said in phrases}
_LONGEST: Final = max(map(len, _PHRASES))
_NAMING: Final = frozenset({"named", "called"})
_UNSAID: Final = _NAMING | {"a", "an", "please", "kindly", ",", ".", "!", ";"}
"""What may be said or left out: articles, politeness, and how a name is introduced."""
_OF_TYPE: Final = ("of", "type")
"""How a type is introduced; elsewhere `the type` and `the name` of a thing are two things to change."""
_ROLES: Final = frozenset(
    {"from", "to", "into", "onto", "with", "by", "over", "between", "for", "on", "against", "through", "via"}
    | {"towards", "behind", "under", "than", "as", "at", "and", "or", "but", "not"}
)
"""Where one of these is said, it may turn on the order what is done to what, also of values of two forms."""
_ANY_CASE: Final = frozenset(
    {"aws", "ebs", "ami", "vpc", "ip", "id", "ssh", "tcp", "udp", "http", "https", "tls", "dns", "the", "i"}
    | {word for phrases in _SAME.values() for phrase in phrases for word in phrase.split()}
)
"""Words that mean the same in whatever letters; any other may be a tag's value, as it is written."""
_NO_NAMES: Final = frozenset({"in", "by", "after", "like", "as", "the", "so", "with", "and", "or", "not"})
_JOINTS: Final = frozenset("@/:=+#%&*~")
_FREE: Final = frozenset({"quoted", "name", "id", "arn", "cidr", "type", "device", "path", PLACE})
_LEFT: Final = re.compile(r"[\s'\"`.]*")
"""What may stand between tokens without being one."""


_OF_THE_MOMENT: Final = re.compile(
    "latest|newest|oldest|last|next|previous|first|current|currently|today|tomorrow|yesterday|again|another|others?"
    "|similar|like|more|extra|cheapest|smallest|biggest|largest|least|most|fewest|fastest|random|unique|free|unused"
    "|idle|available|if|unless|whether|until|when|while|depending|whatever|whichever|some|necessary|needed|missing"
    "|existing|instead"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """One value that a request gives.

    Attributes:
        kind: its form: `name`, `number`, `type`, `cidr`, `id:i`, `place`, …
        text: as it was written; of a number its digits.
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """A request.

    Attributes:
        shape: what it says, without its values.
        mentions: its values; in requests of one shape equally many, each to be compared with the other's
            at its place.
    """

    shape: str
    mentions: tuple[Mention, ...]


def read(words: str) -> Said:
    """A request, taken apart."""
    pieces = list(_alike(list(_pieces(words))))
    values = [piece for piece in pieces if isinstance(piece, Mention)]
    floating = [value for value in values if value.kind != NUMBER]
    kinds = [value.kind for value in floating]
    if len(set(kinds)) < len(kinds) or any(piece in _ROLES for piece in pieces):
        # Each has its place: `attach data-1 to web-1` is not `attach web-1 to data-1`.
        return Said(" ".join(_told(piece) for piece in pieces), tuple(values))
    fixed = [piece for piece in pieces if isinstance(piece, str) or piece.kind == NUMBER]
    numbers = tuple(value for value in values if value.kind == NUMBER)
    ordered = tuple(sorted(floating, key=lambda value: value.kind))
    shape = " ".join([*map(_told, fixed), "|", *map(_told, ordered)])
    return Said(shape, (*numbers, *ordered))


def of_the_moment(words: str) -> bool:
    """Whether what is meant depends on how things are then: `the cheapest`, `another`, `if there is none`."""
    return any(_OF_THE_MOMENT.fullmatch(token.word) for token in tokenise(words))


def _told(piece: str | Mention) -> str:
    return piece if isinstance(piece, str) else f"<{piece.kind}>"


def _pieces(words: str) -> Iterator[str | Mention]:
    """The words in lower case, and the values."""
    tokens = _joined(words, tokenise(words))
    for at, token in enumerate(tokens):
        naming = at > 0 and tokens[at - 1].word in _NAMING and not tokens[at - 1].fixed
        if token.kind == "pair":
            key, value = re.split(r"\s?[=:]\s?", token.text, maxsplit=1)
            # A tag's key is told apart by its case.
            yield from (key, "=", Mention(NAME, value.strip("\"'")))
        elif token.kind == "number":
            yield Mention(NUMBER, token.word)
        elif token.kind in _FREE:
            yield Mention(_kind(token), token.text)
        elif token.kind == "word" and naming and token.word not in _NO_NAMES:
            yield Mention(NAME, token.text)
        elif token.kind == "word" and is_number(token.word):
            yield _number(token)
        else:
            yield _word(tokens, at)


def _word(tokens: Sequence[Token], at: int) -> str:
    """A word in lower case, unless that may make another of it."""
    token = tokens[at]
    begins = at == 0 or tokens[at - 1].word in (".", "!", "?", ":", ";")
    return token.word if begins or token.word in _ANY_CASE or token.text.islower() else token.text


def _kind(token: Token) -> str:
    if token.kind == "quoted":
        return NAME
    return f"id:{token.text.partition('-')[0]}" if token.kind == "id" else token.kind


def _number(token: Token) -> str | Mention:
    try:
        return Mention(NUMBER, str(number_of(token.word)))
    except ValueError:
        return token.word


def _joined(words: str, tokens: Sequence[Token]) -> list[Token]:
    """The tokens, with what the tokeniser skipped as words of their own, and addresses whole."""
    found: list[Token] = []
    at = 0
    for token in tokens:
        gap = words[at : token.start]
        if not _LEFT.fullmatch(gap):
            found.append(Token(gap.strip(), gap.strip(), "mark", at, token.start))
        before = found[-1] if found else None
        meets = before is not None and before.end == token.start and not gap
        if meets and before is not None and (token.text in _JOINTS or before.text[-1:] in _JOINTS):
            text = before.text + token.text
            found[-1] = Token(text, text, "name", before.start, token.end, True)
        else:
            found.append(token)
        at = token.end
    rest = words[at:]
    return found if _LEFT.fullmatch(rest) else [*found, Token(rest, rest.strip(), "mark", at, len(words))]


def _alike(pieces: Sequence[str | Mention]) -> Iterator[str | Mention]:
    """The pieces without what may be left out, and what says the same in one word."""
    at = 0
    while at < len(pieces):
        for length in range(_LONGEST, 0, -1):
            phrase = tuple(piece for piece in pieces[at : at + length] if isinstance(piece, str))
            if len(phrase) == length and phrase in _PHRASES:
                yield _PHRASES[phrase]
                at += length
                break
        else:
            piece = pieces[at]
            value = pieces[at + 2] if at + 2 < len(pieces) else None
            if tuple(pieces[at : at + 2]) == _OF_TYPE and isinstance(value, Mention) and value.kind == "type":
                at += 1
            elif not isinstance(piece, str) or piece not in _UNSAID:
                yield piece
            at += 1
