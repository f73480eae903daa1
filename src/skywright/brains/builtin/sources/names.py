"""Names of machines that are to be made: those given, those that merely stand there, or numbered ones."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from skywright.brains.builtin.asking import Ask
from skywright.brains.builtin.filling import Filling
from skywright.brains.builtin.words.facts import Facts
from skywright.brains.builtin.words.listing import run_of
from skywright.brains.builtin.words.tokens import Token
from skywright.brains.builtin.words.vocabulary import words
from skywright.model.values import Value

_NOT_NAMING = frozenset(
    {"network", "subnet", "vpc", "group", "tag", "value", "key", "balancer", "=", ":", "image"}
)
_AFTER_NAME = frozenset(
    {".", ",", "with", "in", "and", "on", "that", "please", "!", "?", "having", "using", "at"}
)
_NOT_BEFORE = frozenset(
    {"as", "like", "behind", "network", "to", "of", "from", "gateway", "group", "version", "into", "for"}
)
_JOINTS = frozenset({",", "and", "&"})


def names(filling: Filling, options: Mapping[str, Any]) -> Value:
    """A name for each machine: those given, or numbered from a prefix, skipping those in use."""
    number = int(str(filling.values["count"]))
    given = list(filling.facts.names) or bare_names(filling)
    if len(given) >= number:
        return [_checked(name) for name in given[:number]]
    used = {machine.name for machine in filling.world.machines(filling.region)}
    if given and len(given) > 1:
        raise Ask("names", f"There are {len(given)} names for {number} machines. What are the names?")
    prefix = given[0] if given else str(options.get("prefix", "vm"))
    if given and number == 1:
        return [_checked(prefix)]
    return [_checked(name) for name in _numbered(prefix, number, used)]


def bare_names(filling: Filling) -> list[str]:
    """Names without `named`: `spin up db-9`, `a to c`, or as many words in a row as there are machines."""
    tokens = filling.facts.tokens
    found: list[str] = []
    at = 0
    while at < len(tokens):
        if _is_bare(filling, at):
            last = at + 2
            between = tokens[at + 1].word if last < len(tokens) else ""
            run = run_of(tokens[at].text, tokens[last].text) if between in {"to", "through", "thru"} else []
            found += run or [tokens[at].text]
            at += 2 if run else 0
        at += 1
    found = found if len(found) == (filling.facts.count or len(found)) else []
    return found or _listed(filling)


def _is_bare(filling: Filling, at: int) -> bool:
    """A name that nothing of that name exists for."""
    tokens, facts = filling.facts.tokens, filling.facts
    token = tokens[at]
    existing = {machine.name for machine in filling.world.machines(filling.region)}
    before = tokens[at - 1].word if at else ""
    plain = re.fullmatch(r"[A-Za-z][A-Za-z]*[-_.]?[\w-]*\d+|[A-Za-z]+(?:[-_][A-Za-z0-9]+)*", token.text)
    if _is_beside_noun(filling, at):
        return True
    return bool(
        token.kind == "name"
        and plain
        and token.text not in existing
        and token.text.lower() not in facts.others
        and before not in _NOT_BEFORE
        and token.text not in facts.names
        and token.text != facts.balancer
    )


def _is_beside_noun(filling: Filling, at: int) -> bool:
    """`a vm mailer with …`, `server "etl"`, `VMs: red, green and blue`: an unknown word beside the noun."""
    tokens, facts = filling.facts.tokens, filling.facts
    token = tokens[at]
    if token.text in facts.names or token.kind not in ("word", "quoted") or at == 0:
        return False
    if token.kind == "quoted":
        return token.text not in facts.tags.values() and tokens[at - 1].word not in _NOT_NAMING
    if token.fixed or token.word in filling.known_words:
        return False
    after = tokens[at + 1].word if at + 1 < len(tokens) else "."
    before = at - 1
    while before > 0 and (tokens[before].word in _JOINTS or _is_unknown(filling, before)):
        before -= 1
    colon = tokens[before].word == ":"
    noun = before - 1 if colon else before
    nouns = any("vm" in mark.concepts and mark.first <= noun < mark.last for mark in facts.marks)
    return nouns and (colon or after in _AFTER_NAME)


def _is_unknown(filling: Filling, at: int) -> bool:
    return _is_unknown_word(filling, filling.facts.tokens[at])


def _listed(filling: Filling) -> list[str]:
    """`three machines, tom, dick and harry`, `mars and venus, two boxes`: a list of words of no meaning.

    Without a number every word of it must be one that nobody knows: `launch anna and berta`.
    """
    facts = filling.facts
    existing = {machine.name.lower() for machine in filling.world.machines(filling.region)}
    held = meaningful(filling)
    loose = _unjoined(filling, held)
    for row in [*_rows(facts.tokens, held), *loose]:
        said = [token.text for token in row]
        if existing & {text.lower() for text in said}:
            continue
        if len(said) == facts.count or (
            facts.count is None
            and all(token.word not in filling.known_words for token in row)
            and _is_made(facts, row[0])
        ):
            return said
    return []


def _is_made(facts: Facts, first: Token) -> bool:
    """Whether a row of names is what is made: `launch anna and berta`, `servers anna and berta`."""
    at = next(place for place, token in enumerate(facts.tokens) if token is first)
    while at and facts.tokens[at - 1].word in {",", ":", "-"}:
        at -= 1
    return any(mark.last == at and mark.concepts & {"create", "start", "vm"} for mark in facts.marks)


def behind(filling: Filling, thing: str) -> list[str]:
    """The name that merely stands behind what it is for: `a new volume archive, 64 GB`."""
    facts = filling.facts
    held = meaningful(filling)
    ends = {mark.last for mark in facts.marks if thing in mark.concepts}
    found: list[str] = []
    for at, token in enumerate(facts.tokens):
        after = facts.tokens[at + 1] if at + 1 < len(facts.tokens) else None
        ended = after is None or after.kind in ("mark", "number") or after.word in _AFTER_NAME | {"of"}
        if (
            at in ends
            and at not in held
            and (
                token.kind in ("name", "quoted") or (token.kind == "word" and token.word.isalpha() and ended)
            )
        ):
            found.append(token.text)
    return found


def meaningful(filling: Filling) -> set[int]:
    """The places of words that have a meaning of their own."""
    facts = filling.facts
    held = {at for mark in facts.marks for at in range(mark.first, mark.last)}
    held |= {at for place in facts.places for at in range(place.first, place.last)}
    return held | {at for at, token in enumerate(facts.tokens) if token.word in _said_anyway()}


def _said_anyway() -> frozenset[str]:
    return (
        words("no_name")
        | words("polite")
        | words("resume")
        | words("english")
        | words("foreign")
        | words("size_words")
    )


def _rows(tokens: Sequence[Token], held: set[int]) -> list[list[Token]]:
    """Two or more single words joined by commas or `and`, with nothing else between or directly beside."""
    found: list[list[Token]] = []
    row: list[Token] = []
    joined = True
    for at, token in enumerate((*tokens, Token(".", ".", "mark", 0, 0))):
        if token.word in _JOINTS:
            joined = True
            continue
        plain = token.kind in ("word", "name", "quoted") and at not in held and not token.text.isdigit()
        if plain and joined:
            row.append(token)
        else:
            found += [row] if len(row) > 1 and not plain else []
            row = [token] if plain and joined else []
        joined = token.kind == "mark" or (at in held and not plain)
    return found


def _unjoined(filling: Filling, held: set[int]) -> list[list[Token]]:
    """`three boxes, huey dewey and louie`: words that nobody knows, side by side, as many as machines."""
    found: list[list[Token]] = []
    row: list[Token] = []
    for at, token in enumerate((*filling.facts.tokens, Token(".", ".", "mark", 0, 0))):
        if at not in held and (token.kind == "name" or _is_unknown_word(filling, token)):
            row.append(token)
        elif token.word not in {"and", "&"}:
            found += [row] if len(row) > 1 and len(row) == filling.facts.count else []
            row = []
    return found


def _is_unknown_word(filling: Filling, token: Token) -> bool:
    return token.kind == "word" and not token.fixed and token.word not in filling.known_words


def _numbered(prefix: str, number: int, used: set[str]) -> list[str]:
    stem = prefix.rstrip("-_*#") if prefix[-1:] in "-_*#" else prefix
    joint = prefix[-1] if prefix[-1:] in "-_" else "-"
    made: list[str] = []
    at = 1
    while len(made) < number:
        name = f"{stem}{joint}{at}"
        made += [name] if name not in used else []
        at += 1
    return made


def _checked(name: str) -> str:
    if len(name) > 256:
        raise Ask("names", "A name may have at most 256 characters. What is the name?")
    return name
