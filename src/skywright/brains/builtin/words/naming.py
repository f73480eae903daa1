"""Names that a text gives. Owns how they are said; must not know which of them exist."""

import re
from collections.abc import Collection, Sequence

from skywright.brains.builtin.words.quantities import quantities
from skywright.brains.builtin.words.tokens import Token
from skywright.brains.builtin.words.vocabulary import words

_OWNERS = frozenset({"her", "him", "she", "he", "they", "his", "mine", "it", "them", "which"})
_ORDINALS = frozenset({"first", "second", "third", "fourth", "fifth", "1st", "2nd", "3rd", "other", "last"})
_TWOFOLD = frozenset({"hostname", "hostnames"})
"""What begins a name, and elsewhere is an address."""
_BALANCERS = frozenset({"balancer", "lb", "alb", "nlb", "elb", "loadbalancer", "load balancer"})
_MACHINES = frozenset(
    {
        *("vm", "vms", "machine", "machines", "server", "servers", "box", "boxes", "instance", "instances"),
        *("node", "nodes", "host", "hosts", "backends", "ones"),
    }
)
_SINGLE = frozenset({"a", "an", "one", "another", "1"})
_JOINTS = frozenset({",", "and", "&"})
_BEGINNINGS = frozenset({"prefix", "prefixed", "starting", "start", "starts", "beginning", "begin", "begins"})
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
_OTHERS = _BALANCERS | {"vpc", "vnet", "network"}


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
        after = start < len(tokens) and tokens[start].word in _BALANCERS
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
        start = at + 1 + (tokens[at + 1].word in {":", "=", ",", "as"})
        if token.word not in _BALANCERS or token.fixed or start >= len(tokens):
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
    if before >= 0 and tokens[before].word in _BALANCERS:
        return True
    around = {token.word for token in tokens[max(0, at - 1) : at + 3]}
    if not around & {"its", "it"}:
        return False
    things = [token.word for token in tokens[:at] if token.word in _BALANCERS | _MACHINES]
    return bool(things) and things[-1] in _BALANCERS


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
    if not before or before[-1] not in _MACHINES | _ORDINALS | _SINGLE:
        return False
    cut = max((place for place, word in enumerate(before) if word in _JOINTS | {".", ":", "("}), default=-1)
    phrase = set(before[cut + 1 :])
    return bool(phrase & (_SINGLE | _ORDINALS)) or not phrase & words("definite")


def _side_by_side(tokens: Sequence[Token], start: int) -> tuple[tuple[str, ...], set[int]] | None:
    """`three boxes called red green and blue`: as many plain words side by side as there are machines."""
    counts = {int(number.value) for number in quantities(tokens) if not number.unit and number.value >= 2}
    places: list[int] = []
    at = start
    while at < len(tokens) and (_can_name(tokens[at], False) or tokens[at].word in _JOINTS):
        places += [at] if tokens[at].word not in _JOINTS else []
        at += 1
    if len(places) not in counts or any(tokens[place].kind == "number" for place in places):
        return None
    return tuple(tokens[place].text for place in places), set(places)


def _made_as(tokens: Sequence[Token]) -> tuple[tuple[str, ...], set[int]] | None:
    """`create it as mailer-2`, `provision them as node-1 to node-3`: what a thing that is made is to be."""
    for at in range(2, len(tokens) - 1):
        making = {token.word for token in tokens[max(0, at - 3) : at - 1]} & words("making")
        if tokens[at].word == "as" and tokens[at - 1].word in _OWNERS | {"these", "this"} and making:
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


def after_links(tokens: Sequence[Token], at: int) -> int:
    """Where a name can begin after `name`: past `of it is`, `her`, `the first one`."""
    while at < len(tokens) and not tokens[at].fixed:
        owned = at + 1 < len(tokens) and tokens[at + 1].word in _OWNERS
        given = at > 1 and {tokens[at - 2].word, tokens[at - 3].word if at > 2 else ""} & {"by", "with"}
        if (
            (tokens[at].word == "of" and (owned or given))
            or tokens[at].word in words("naming_links")
            or tokens[at].word in _OWNERS
        ):
            at += 1
        elif (past := _past_ordinal(tokens, at)) > at:
            at = past
        elif tokens[at].word in _MACHINES and at + 1 < len(tokens) and _begins_name(tokens[at + 1]):
            at += 1  # `name the machines red-1, red-2 and red-3`
        else:
            break
    return at


def _begins_name(token: Token) -> bool:
    return token.word in words("naming_links") or _can_name(token, False)


def _past_ordinal(tokens: Sequence[Token], at: int) -> int:
    """Past `the first one`, `the second machine`: which of several a name is for."""
    place = at + (tokens[at].word == "the")
    if place >= len(tokens) or tokens[place].word not in _ORDINALS:
        return at
    place += 1
    if place < len(tokens) and tokens[place].word in {"one", "vm", "machine", "server", "box", "instance"}:
        place += 1
    while place < len(tokens) and tokens[place].word in {"is", "as", ":", "be", "should", "shall", "will"}:
        place += 1
    return place


def _enumerated(tokens: Sequence[Token]) -> tuple[tuple[str, ...], set[int]]:
    """`three machines (web, api, worker)`, `…: shop, accounts, blog`: as many words as there are machines."""
    counts = {int(number.value) for number in quantities(tokens) if number.unit == "" and number.value >= 2}
    for at, token in enumerate(tokens):
        if token.word not in {"(", ":"}:
            continue
        names, used = name_list(tokens, at + 1, False)
        ended = max(used, default=at) + 1
        closed = ended >= len(tokens) or tokens[ended].word in {")", "."}
        if len(names) in counts and closed and all(tokens[place].kind != "number" for place in used):
            return names, used
    return (), set()


def _prefix(tokens: Sequence[Token]) -> int | None:
    """Where the beginning of all names stands: `prefix their names with lab-`, `names starting with job`."""
    said = [token.word for token in tokens]
    if not {"name", "names", "named", "prefix", "prefixed"} & set(said):
        return None
    for at, word in enumerate(said):
        if word not in _BEGINNINGS:
            continue
        for place in range(min(at + 5, len(tokens) - 1), at, -1):
            if said[place - 1] in {"with", "by", "prefix", ":", "is"} and _can_name(tokens[place], False):
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


def name_list(tokens: Sequence[Token], start: int, strict: bool) -> tuple[tuple[str, ...], set[int]]:
    names: list[str] = []
    used: set[int] = set()
    at = start
    while at < len(tokens):
        token = tokens[at]
        if not _can_name(
            token, bool(strict and not names and at == start and start) and tokens[start - 1].word == "name"
        ):
            break
        names.append(token.text)
        used.add(at)
        at += 1
        if (
            at + 1 < len(tokens)
            and tokens[at].word in {"to", "through", "thru", "-", ".."}
            and _can_name(tokens[at + 1], True)
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
            joined = _past_ordinal(tokens, joined)
        if joined == at or joined >= len(tokens) or not _joins(tokens, joined, token):
            break
        at = joined
    return tuple(names), used


def _can_name(token: Token, strict: bool) -> bool:
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
