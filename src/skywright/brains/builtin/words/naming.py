"""Names that a text gives to machines. Owns how they are said; must not know which of them exist."""

from collections.abc import Collection, Sequence

from skywright.brains.builtin.words.balancers import BALANCERS
from skywright.brains.builtin.words.listing import (
    MACHINES,
    ORDINALS,
    OWNERS,
    after_links,
    can_name,
    name_list,
    run_of,
)
from skywright.brains.builtin.words.quantities import quantities
from skywright.brains.builtin.words.tokens import Token
from skywright.brains.builtin.words.vocabulary import words

_TWOFOLD = frozenset({"hostname", "hostnames"})
"""What begins a name, and elsewhere is an address."""
_SINGLE = frozenset({"a", "an", "one", "another", "1"})
_JOINTS = frozenset({",", "and", "&"})
_BEFORE_BEGINNING = frozenset({"with", "by", "from", "prefix", ":", "is"})
_BEGINNINGS = frozenset({"prefix", "prefixed", "starting", "start", "starts", "beginning", "begin", "begins"})
_OTHERS = BALANCERS | {"vpc", "vnet", "network"}


def names_of(
    tokens: Sequence[Token], tags: dict[str, str], taken: Collection[int] = ()
) -> tuple[tuple[str, ...], set[int]]:
    """Names that the text gives, and the tokens that they are made of; none of those that are taken."""
    for key in [key for key in tags if key.lower() == "name"]:
        return _run_after(tokens, tags.pop(key)), set()
    prefixed = _prefix(tokens)
    if prefixed is not None:
        return (tokens[prefixed].text,), {prefixed}
    for at, token in enumerate(tokens):
        if token.word not in words("naming") or token.fixed or at in taken:
            continue
        start = after_links(tokens, at + 1)
        told = at > 0 and tokens[at - 1].word in {"with", "of", "by", "under"}  # `with name berta`
        names, used = name_list(tokens, start, token.word in {"name", "names", "call"} and not told)
        if len(names) == 1:
            names, used = _each_named(tokens, at, taken) or _side_by_side(tokens, start) or (names, used)
        if names and (not _of_another(tokens, at) or _as_many(tokens, names)):
            return names, used | ({at} if token.word in _TWOFOLD else set[int]())
    return _made_as(tokens) or _enumerated(tokens)


def _each_named(
    tokens: Sequence[Token], first: int, taken: Collection[int]
) -> tuple[tuple[str, ...], set[int]] | None:
    """`a machine named red, one called green`: so many machines, one after the other."""
    names: list[str] = []
    used: set[int] = set()
    for at in range(first, len(tokens)):
        if tokens[at].word not in words("naming") or tokens[at].fixed or at in taken or at in used:
            continue
        if at > first and not _is_of_one_more(tokens, at):
            return None
        found, places = name_list(tokens, after_links(tokens, at + 1), False)
        names += [name for name in found if name not in names]
        used |= places
    return (tuple(names), used) if len(names) > 1 and _is_of_one_more(tokens, first) else None


def _is_of_one_more(tokens: Sequence[Token], at: int) -> bool:
    """Whether what is named is one machine of those that are to be made: `a server`, `the third one`."""
    before = [token.word for token in tokens[max(0, at - 5) : at] if not token.fixed]
    while before and before[-1] in {"is", "be", "should", "shall", "will", "must", "to", "that", "which"}:
        before.pop()
    if not before or before[-1] not in MACHINES | ORDINALS | _SINGLE:
        return False
    cut = max((place for place, word in enumerate(before) if word in _JOINTS | {".", ":", "("}), default=-1)
    phrase = set(before[cut + 1 :])
    return bool(phrase & (_SINGLE | ORDINALS)) or not phrase & words("definite")


def _side_by_side(tokens: Sequence[Token], start: int) -> tuple[tuple[str, ...], set[int]] | None:
    """`three boxes called red green and blue`: as many plain words side by side as there are machines."""
    counts = {int(number.value) for number in quantities(tokens) if not number.unit and number.value >= 2}
    places: list[int] = []
    at = start
    while (
        at < len(tokens)
        and tokens[at].word not in words("laughter")
        and (can_name(tokens[at], False) or tokens[at].word in _JOINTS)
    ):
        places += [at] if tokens[at].word not in _JOINTS else []
        at += 1
    if len(places) not in counts or any(tokens[place].kind == "number" for place in places):
        return None
    return tuple(tokens[place].text for place in places), set(places)


def _made_as(tokens: Sequence[Token]) -> tuple[tuple[str, ...], set[int]] | None:
    """`create it as mailer-2`, `provision them as node-1 to node-3`: what a thing that is made is to be."""
    for at in range(2, len(tokens) - 1):
        making = {token.word for token in tokens[max(0, at - 3) : at - 1]} & words("making")
        if tokens[at].word == "as" and tokens[at - 1].word in OWNERS | {"these", "this"} and making:
            names, used = name_list(tokens, at + 1, False)
            return (names, used) if names and tokens[at + 1].kind in ("name", "quoted") else None
    return None


def _run_after(tokens: Sequence[Token], first: str) -> tuple[str, ...]:
    """`Name=zk-1 to zk-3`: the names of the run that begins with a pair's value; else the value itself."""
    for at, token in enumerate(tokens[:-2]):
        if (
            token.kind == "pair"
            and token.text.endswith(first)
            and tokens[at + 1].word in {"to", "through", "-"}
        ):
            return tuple(run_of(first, tokens[at + 2].text)) or (first,)
    return (first,)


def any_name(tokens: Sequence[Token]) -> str:
    """The first name that is given, whatever it is of; empty if none is."""
    for at, token in enumerate(tokens):
        if token.word in words("naming") and not token.fixed:
            names, _ = name_list(tokens, after_links(tokens, at + 1), False)
            if names:
                return names[0]
    return ""


def _enumerated(tokens: Sequence[Token]) -> tuple[tuple[str, ...], set[int]]:
    """`three machines (web, api, worker)`, `…: shop, accounts, blog`: as many words as there are machines."""
    counts = {int(number.value) for number in quantities(tokens) if number.unit == "" and number.value >= 2}
    for at, token in enumerate(tokens):
        told = token.word in {"are", "be"} and _speaks_of_machines(tokens, at)
        if token.word not in {"(", ":"} and not told:
            continue
        names, used = name_list(tokens, at + 1, False)
        ended = max(used, default=at) + 1
        closed = ended >= len(tokens) or tokens[ended].word in {")", "."} | ({","} if told else set[str]())
        if len(names) in counts and closed and all(tokens[place].kind != "number" for place in used):
            return names, used
    return (), set()


def _speaks_of_machines(tokens: Sequence[Token], at: int) -> bool:
    """`boxes are tank, healer and dps`, `the machines should be …`: whether machines are what is told of."""
    before = [token.word for token in tokens[max(0, at - 3) : at]]
    while before and before[-1] in {"should", "shall", "will", "must", "to"}:
        before.pop()
    return bool(before) and before[-1] in MACHINES


def _prefix(tokens: Sequence[Token]) -> int | None:
    """Where the beginning of all names stands: `prefix their names with lab-`, `names starting with job`."""
    said = [token.word for token in tokens]
    if not {"name", "names", "named", "prefix", "prefixed"} & set(said):
        return None
    for at, word in enumerate(said):
        if word not in _BEGINNINGS:
            continue
        for place in range(min(at + 5, len(tokens) - 1), at, -1):
            if said[place - 1] in {"with", "by", "from", "prefix", ":", "is"} and can_name(
                tokens[place], False
            ):
                return place
    return None


def _as_many(tokens: Sequence[Token], names: Sequence[str]) -> bool:
    """`three vms in one network named huey, dewey and louie`: so many names are not the network's."""
    return len(names) > 1 and any(not n.unit and n.value == len(names) for n in quantities(tokens))


def _of_another(tokens: Sequence[Token], at: int) -> bool:
    """`a load balancer called front`, `a network named lab`: the name is not the machine's."""
    near = [token.word for token in tokens[max(0, at - 2) : at]]
    before = [word for word in near if word not in {"is", "be", "it", ","}]
    return bool(before) and before[-1] in _OTHERS
