"""What a step would answer, as far as it can be told before: the ids of what it makes. Knows no state."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from skywright.clouds.aws import kinds
from skywright.clouds.aws.effect_names import effect
from skywright.clouds.aws.kinds import Kind
from skywright.clouds.aws.models import item, members, operation_model, output_shape
from skywright.clouds.aws.nouns import noun_of
from skywright.model.operation import Effect, Operation
from skywright.model.values import Arguments, Value

MADE: Final = "step:"
"""How the ids begin of what is not made yet; what follows is the step's key."""

_MOST: Final = 1000
_DEEPEST: Final = 3


@cache
def kind_made(operation: Operation) -> Kind | None:
    """The kind of what the operation makes; None if it makes nothing that we know."""
    if effect(operation) is not Effect.CREATE or str(operation) in kinds.changed_by():
        return None
    return kinds.of_noun(operation.service, noun_of(operation))


def made(operation: Operation, key: str, arguments: Arguments) -> tuple[str, ...]:
    """Ids that stand for what the step will make."""
    kind = kind_made(operation)
    if kind is None:
        return ()
    if not kind.prefix and not kind.type.startswith("elbv2:"):
        # What is named by its maker has no other id: a bucket, an alarm, a role.
        return tuple(
            str(arguments[name]) for name in sorted(kind.ids) if isinstance(arguments.get(name), str)
        )
    count = arguments.get("MaxCount")
    many = count if isinstance(count, int) and not isinstance(count, bool) and 1 <= count <= _MOST else 1
    return (f"{MADE}{key}",) if many == 1 else tuple(f"{MADE}{key}/{number}" for number in range(many))


def answer(operation: Operation, ids: tuple[str, ...]) -> Value:
    """The answer with those ids in their places, and nothing else in it."""
    form = _form(operation)
    return None if form is None or not ids else _filled(form, ids)


@cache
def _form(operation: Operation) -> Any:
    """The answer's form: objects, lists of one item, and None where an id of what is made stands."""
    kind, model = kind_made(operation), operation_model(operation)
    return None if kind is None or model is None else _form_of(output_shape(model), kind.ids, _DEEPEST)


def _form_of(shape: Any, ids: frozenset[str], depth: int) -> Any:
    form: dict[str, Any] = {}
    for name, member in members(shape).items():
        if name in ids and member.type_name == "string":
            form[name] = None
        elif depth and member.type_name == "structure":
            form[name] = _form_of(member, ids, depth - 1)
        elif depth and member.type_name == "list":
            inner = _form_of(item(member), ids, depth - 1)
            form[name] = [inner] if inner else []
    return {name: inner for name, inner in form.items() if inner or inner is None}


def _filled(form: Any, ids: tuple[str, ...]) -> Value:
    if form is None:
        return ids[0]
    if isinstance(form, Mapping):
        return {name: _filled(inner, ids) for name, inner in form.items()}
    return [_filled(form[0], (id,)) for id in ids]
