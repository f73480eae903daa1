"""What a change is about, for whoever keeps others away from it meanwhile: what it changes and what else it
names.

Owns the guess where no kind is known: then what its required arguments name is what it changes, and where
they name nothing, what the operation itself is called after. Rather too much than too little, since all that
comes of too much is that somebody waits. But others see what it says, and it is kept: what a call sends (a
message, a document, a password) is never taken for a name.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, cast

from botocore.model import Shape

from skywright.clouds.aws import kinds
from skywright.clouds.aws.effect_names import effect
from skywright.clouds.aws.models import input_shape, item, members, operation_model, required_members
from skywright.clouds.aws.nouns import same_name
from skywright.clouds.aws.resources import before_image, noun_of, touched
from skywright.clouds.aws.template import has_reference
from skywright.model.operation import Effect, Operation
from skywright.model.values import Arguments, Value, texts

_CONTENT: Final = re.compile(
    r".*(message|body|document|policy|data|value|content|text|description|definition|input|output|cause"
    r"|reason|query|statement|material|certificate|chain|template|code|pattern|blob|payload|expression|string|key"
    r"|password|passphrase|secret|token)s?",
    re.IGNORECASE,
)
"""Members that hold what is sent, and not what something is called."""

_IDS: Final = re.compile(r".*(Id|ID|Arn|ARN)s?")
_NO_CODE: Final = re.compile(
    r"(\"[^\"]*\")|'(?:[^']|'')*(?:'|\Z)|/\*.*?(?:\*/|\Z)|--[^\n]*", re.DOTALL
)  # What does not end is taken to the end, so that nobody can have it looked for again and again.
_TABLE: Final = re.compile(r"\b(?:FROM|INTO|UPDATE)\s*(?:\"([^\"]+)\"|\b([\w.-]+))", re.IGNORECASE)
"""Grammar: "PartiQL statements for DynamoDB" (DynamoDB Developer Guide)."""

_LONGEST_STATEMENT: Final = 8192
"""Letters, by the API's model; the cloud refuses a longer one."""

_CALLED: Final = ("Name", "Identifier", "Id")
_LONGEST_NAME: Final = 2048
"""Letters; the longest ids are ARNs, and addresses of queues."""


def concerned(operation: Operation, arguments: Arguments) -> tuple[frozenset[str], frozenset[str]]:
    """Ids of what the call changes or gives a name to, and of what else it names.

    Args:
        arguments: as a program writes them: a reference is not known yet, and `$${` is a literal `${`.
    """
    named = _with_aliases(_named(operation.service, "", arguments))
    does = effect(operation)
    if does is Effect.READ:
        return frozenset(), _written_out(named)
    changed = {id for id, _ in touched(operation, arguments)}
    if does is Effect.CREATE:
        changed |= _given_a_name(operation, arguments)
    else:
        changed |= _required(operation, arguments, ids_only=bool(changed))
    whole = _with_aliases(_written_out(changed))
    return whole, _written_out(named) - whole


def _written_out(ids: Iterable[str]) -> frozenset[str]:
    return frozenset(id.replace("$${", "${") for id in ids)


def shown(operation: Operation, arguments: Arguments, before: Value) -> frozenset[str]:
    """Ids of what a change is about, told by the read before it, where the call names it in another way: a
    group by its name, an address by what it is joined by.
    """
    if not isinstance(before, Mapping) or touched(operation, arguments):
        return frozenset()
    read = before_image(operation, arguments)
    if read is None:
        return frozenset()
    kind = next((each for each in kinds.kinds().values() if each.read == read[0]), None)
    lists = (value for value in before.values() if isinstance(value, Sequence))
    things = [each for several in lists for each in several if isinstance(each, Mapping)]
    ids = (each.get(name) for each in things for name in (kind.ids if kind is not None else ()))
    return frozenset(id for id in ids if isinstance(id, str) and id)


def _given_a_name(operation: Operation, arguments: Arguments) -> set[str]:
    """What is made under a name that its maker gives has no other id: a bucket, an alarm, a role."""
    noun = noun_of(operation)
    kind = kinds.of_noun(operation.service, noun)
    if kind is not None and kind.prefix:
        return set()
    own = [name for name in arguments if any(same_name(name, each, noun) for each in _CALLED)]
    names = own if kind is None else kind.ids
    return {id for name in names for id in texts(arguments.get(name)) if not has_reference(id)}


def _required(operation: Operation, arguments: Arguments, ids_only: bool) -> set[str]:
    """What the required arguments name, under the names that inventories and results have for it.

    Args:
        ids_only: what is changed is known already; it may be about something else as well, of no known kind.
    """
    wanted, taken, called, ids = _needed(operation)
    names = ids if ids_only else called
    found = [id for name in names for id in _texts_at_top(arguments.get(name)) if _may_be_called(id)]
    if not found and not ids_only:
        # Things that are written to by a mapping from what they are called: several tables at once.
        keyed = (arguments.get(name) for name in wanted)
        found = [id for each in keyed if isinstance(each, Mapping) for id in each]
    if not found and not ids_only:
        found = [*_in_statements(operation.service, arguments), *_within(arguments, wanted, taken)]
    if not found and not ids_only:
        return {f"{operation.service}:{noun_of(operation)}"}
    return {id for id in found if not has_reference(id)}


@cache
def _needed(
    operation: Operation,
) -> tuple[Sequence[str], Mapping[str, Shape], Sequence[str], Sequence[str]]:
    """What the operation has to be given, all that it takes, and which of the first are names, and ids."""
    model = operation_model(operation)
    shape = None if model is None else input_shape(model)
    wanted, taken = sorted(required_members(shape)), members(shape)
    called = [name for name in wanted if _is_name(name, taken.get(name))]
    ids = [name for name in called if _IDS.fullmatch(name) or name in kinds.any_kind()]
    return wanted, taken, called, ids


def _within(arguments: Arguments, wanted: Iterable[str], taken: Mapping[str, Shape]) -> Iterator[str]:
    """What is named inside the required arguments: by its id, or by a name without which nothing is said."""
    for name in wanted:
        if name in arguments and name in taken:
            yield from _names_in(arguments[name], taken[name])


def _names_in(value: Value, shape: Shape) -> Iterator[str]:
    inner = item(shape) if shape.type_name == "list" else None
    if inner is not None and isinstance(value, Sequence) and not isinstance(value, str):
        for each in value:
            yield from _names_in(each, inner)
    elif shape.type_name == "structure" and isinstance(value, Mapping):
        needed = required_members(shape)
        for name, its in members(shape).items():
            if name not in value:
                continue
            yield from _names_in(value[name], its)
            called = _IDS.fullmatch(name) or (name in needed and name.endswith(_CALLED))
            if called and _is_name(name, its):
                yield from (id for id in _texts_at_top(value[name]) if _may_be_called(id))


def _in_statements(service: str, arguments: Arguments) -> Iterator[str]:
    """The tables that statements of DynamoDB's PartiQL are about; what stands in quotes or comments is
    content."""
    if service != "dynamodb":
        return
    several = [arguments.get(name) for name in ("Statements", "TransactStatements")]
    nested = [each for one in several if isinstance(one, Sequence) for each in one]
    holders = [arguments, *(each for each in nested if isinstance(each, Mapping))]
    for each in holders:
        statement = each.get("Statement")
        if isinstance(statement, str) and len(statement) <= _LONGEST_STATEMENT:
            code = _NO_CODE.sub(lambda each: each[1] or " ", statement)
            found = (quoted or plain for quoted, plain in _TABLE.findall(code))
            yield from (id for id in found if _may_be_called(id))


def _is_name(member: str, shape: Shape | None) -> bool:
    if _CONTENT.fullmatch(member):
        return False
    inner = item(shape) if shape is not None and shape.type_name == "list" else shape
    traits = [cast("dict[str, Any]", each.metadata) for each in (shape, inner) if each is not None]
    return not any(each.get("sensitive") or each.get("enum") for each in traits)


def _texts_at_top(value: Value) -> Iterator[str]:
    """A text, or those of a list."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Sequence):
        yield from (each for each in value if isinstance(each, str))


def _may_be_called(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_NAME and text.isprintable()


def _with_aliases(ids: Iterable[str]) -> frozenset[str]:
    return frozenset(each for id in ids for each in (id, *_aliases(id)))


def _aliases(id: str) -> Iterator[str]:
    """What is called by its ARN or its address here, by its name: elsewhere it may be called so."""
    kind = kinds.of_id(id) if id.startswith("arn:") else None
    if kind is not None and any("Arn" in name for name in kind.ids):
        return
    if id.startswith("arn:") or "://" in id:
        yield re.split("[:/]", id)[-1]


def _named(service: str, member: str, value: Value) -> Iterator[str]:
    if isinstance(value, str):
        known = kinds.of_member(service, member) or kinds.of_id(value)
        if value and known is not None and not has_reference(value):
            yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _named(service, name, inner)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _named(service, member, inner)
