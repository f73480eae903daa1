"""Which resources a call makes and changes, and the one read that shows them before.

Owns the working out, by the names of members and operations; the kinds are data. Must not know
any operation. Where the data are silent the models speak: a `Get` or `Describe` of the same noun
whose required arguments the call has is the read before it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from skywright.clouds.aws import kinds, tagging
from skywright.clouds.aws.effect_names import effect
from skywright.clouds.aws.kinds import Kind
from skywright.clouds.aws.nouns import noun_of
from skywright.clouds.aws.readings import readings
from skywright.clouds.aws.template import filled, find, has_reference
from skywright.model.call import Call
from skywright.model.operation import Effect, Operation
from skywright.model.values import Arguments, Value, texts


def made(call: Call) -> Sequence[tuple[str, str]]:
    """(id, type) of everything that the call created, from its result, each once."""
    if call.effect is not Effect.CREATE or call.outcome is None or not call.outcome.ok:
        return ()
    noun = noun_of(call.operation)
    result = call.outcome.result
    given = frozenset(texts(call.arguments))
    kind = kinds.of_noun(call.operation.service, noun)
    if kind is None:
        return _made_by_noun(call.operation.service, noun, result)
    found: dict[str, str] = {}
    for each in (kind, *kinds.also_makes().get(str(call.operation), ())):
        fresh = [id for id in _ids(result, each) if id not in given]
        # What is named by its maker has no other id: a bucket, an alarm, a role.
        for id in fresh or (_ids(call.arguments, each) if each is kind and not kind.prefix else ()):
            found.setdefault(id, each.type)
    return tuple(found.items())


def touched(operation: Operation, arguments: Arguments) -> Sequence[tuple[str, str]]:
    """(id, type) of every existing resource that the call would change. Ids not known yet are left out.

    Only the call's own arguments count, not what is nested in them: a rule that names another
    group does not change that group.
    """
    does = effect(operation)
    if does is Effect.READ:
        return ()
    changes = kinds.changed_by().get(str(operation))
    if does is Effect.CREATE and changes is None:
        return ()
    given = [(name, id) for name, value in arguments.items() for id in _id_list(value)]
    known = [(id, _kind_of(operation.service, name, id)) for name, id in given]
    # What ends nothing of its own service ends something of another, as a group does to its machines.
    if does is Effect.DESTROY and not any(kind for _, kind in known):
        known = [(id, _elsewhere(name, id)) for name, id in given]
    return tuple(
        {
            id: kind.type
            for id, kind in known
            if kind is not None and not has_reference(id) and changes in (None, "", kind.type)
        }.items()
    )


def before_image(operation: Operation, arguments: Arguments) -> tuple[Operation, Arguments] | None:
    """The one read that tells what the call is about to change; None for a creation or a read."""
    does = effect(operation)
    rows = kinds.befores().get(str(operation), ())
    for row in rows:
        if not row.when or find(row.when, {"arguments": arguments}):
            return row.read, filled(row.arguments, {"arguments": arguments})
    if does is Effect.READ or (does is Effect.CREATE and str(operation) not in kinds.changed_by()):
        return None
    return (
        tagging.read(operation, arguments)
        or _read_of_noun(operation, arguments)
        or _read_of_kind(operation, arguments)
    )


def _read_of_kind(operation: Operation, arguments: Arguments) -> tuple[Operation, Arguments] | None:
    changed = touched(operation, arguments)
    if not changed:
        return _read_by_alias(operation, arguments)
    named = kinds.of_noun(operation.service, noun_of(operation))
    types = [type for _, type in changed]
    type = named.type if named is not None and named.type in types else types[0]
    kind = kinds.kinds()[type]
    ids = [id for id, its in changed if its == type]
    return kind.read, {kind.by: ids if kind.many else ids[0]}


def _read_by_alias(operation: Operation, arguments: Arguments) -> tuple[Operation, Arguments] | None:
    for kind in kinds.kinds().values():
        value = arguments.get(kind.alias) if kind.alias and kind.service == operation.service else None
        if isinstance(value, str):
            return kind.read, {kind.alias_by: [value]}
    return None


def _read_of_noun(operation: Operation, arguments: Arguments) -> tuple[Operation, Arguments] | None:
    for reading in readings(operation):
        asked = reading.arguments(arguments)
        if asked is not None:
            return reading.read, asked
    return None


def _kind_of(service: str, member: str, id: str) -> Kind | None:
    if member in kinds.any_kind():
        return kinds.of_id(id)
    return kinds.of_member(service, member)


def _elsewhere(member: str, id: str) -> Kind | None:
    """The kind, of whichever service, that the id's form tells and whose ids stand under such a name."""
    kind = kinds.of_id(id)
    return kind if kind is not None and member in kind.ids else None


def _ids(value: Value, kind: Kind) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name in kind.ids:
                yield from _id_list(inner)
            yield from _ids(inner, kind)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _ids(inner, kind)


def _id_list(value: Value) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if value else ()
    if isinstance(value, Sequence):
        return tuple(item for item in value if isinstance(item, str))
    return ()


def _made_by_noun(service: str, noun: str, result: Value) -> Sequence[tuple[str, str]]:
    """For kinds that the data do not name: the id that the result gives under the noun's own name."""
    if not isinstance(result, Mapping):
        return ()
    names = (f"{noun}Arn", f"{noun}Id", f"{noun}Url", "Arn", "Id", f"{noun}Name", "Name")
    kebab = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", noun).lower()
    whole = (noun.lower(), f"{noun}Description".lower())
    scopes = [result, *(inner for key, inner in result.items() if key.lower() in whole)]
    for scope in scopes:
        if isinstance(scope, Mapping):
            lower = {key.lower(): inner for key, inner in scope.items()}
            for name in names:
                id = lower.get(name.lower())
                if isinstance(id, str) and id:
                    return ((id, f"{service}:{kebab}"),)
    return ()
