"""What the names of operations say besides their verbs. Knows names only; judges nothing."""

import re
from collections.abc import Iterator

from skywright.model.operation import Operation

_NAME = re.compile(r"([A-Z][a-z0-9]+)(.+)")
_SOURCE = re.compile(r"(From|To|With|Into)[A-Z].*")


def noun_of(operation: Operation) -> str:
    """What the operation is about: `Instances` of `RunInstances`."""
    match = _NAME.fullmatch(operation.name)
    return match[2] if match else operation.name


def verb_of(operation: Operation) -> str:
    """What it does to that: `Run` of `RunInstances`; empty if the name is of another form."""
    match = _NAME.fullmatch(operation.name)
    return match[1] if match else ""


def nouns_of(operation: Operation) -> Iterator[str]:
    """The noun, and without what it is made from: `DBInstance` of `RestoreDBInstanceFromDBSnapshot`."""
    noun = noun_of(operation)
    yield noun
    made = _SOURCE.sub("", noun)
    if made and made != noun:
        yield made


def plurals(noun: str) -> Iterator[str]:
    """How a noun may look where there are several."""
    yield noun + "s"
    if noun.endswith("y"):
        yield noun[:-1] + "ies"
    elif noun.endswith(("s", "x", "ch", "sh")):
        yield noun + "es"


def same_name(one: str, other: str, noun: str = "") -> bool:
    """Whether two members are called the same, but for case and, in one of them, the noun before it."""
    first, second, about = one.lower(), other.lower(), noun.lower()
    return first == second or (bool(about) and (first == about + second or about + first == second))
