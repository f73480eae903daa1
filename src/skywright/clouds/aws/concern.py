"""What a change is about, for whoever keeps others away from it meanwhile: what it changes and what else it
names.

Owns the guess where no kind is known: then what its required arguments give is what it changes. Rather too
much than too little, since all that comes of too much is that somebody waits.
"""

from collections.abc import Iterator, Mapping, Sequence

from skywright.clouds.aws import kinds
from skywright.clouds.aws.effect_names import effect
from skywright.clouds.aws.models import input_shape, operation_model, required_members
from skywright.clouds.aws.resources import noun_of, touched
from skywright.clouds.aws.template import has_reference
from skywright.model.operation import Effect, Operation
from skywright.model.values import Arguments, Value, texts


def concerned(operation: Operation, arguments: Arguments) -> tuple[frozenset[str], frozenset[str]]:
    """Ids of what the call changes or gives a name to, and of what else it names."""
    named = frozenset(_named(operation.service, "", arguments))
    does = effect(operation)
    if does is Effect.READ:
        return frozenset(), named
    changed = {id for id, _ in touched(operation, arguments)}
    if does is Effect.CREATE:
        changed |= _given_a_name(operation, arguments)
    elif not changed:
        changed |= _required(operation, arguments)
    return frozenset(changed), named - changed


def _given_a_name(operation: Operation, arguments: Arguments) -> set[str]:
    """What is made under a name that its maker gives has no other id: a bucket, an alarm, a role."""
    kind = kinds.of_noun(operation.service, noun_of(operation))
    if kind is None or kind.prefix:
        return set()
    return {id for name in kind.ids for id in texts(arguments.get(name)) if not has_reference(id)}


def _required(operation: Operation, arguments: Arguments) -> set[str]:
    model = operation_model(operation)
    wanted = required_members(input_shape(model)) if model is not None else frozenset(arguments)
    given = (id for name in wanted for id in texts(arguments.get(name)))
    return {f"{operation.service}:{id}" for id in given if not has_reference(id)}


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
