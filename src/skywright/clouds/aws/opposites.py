"""Ways back that the names and shapes of two operations tell: what one makes or joins, the other takes away.

Owns the pairing: the opposite of the verb, about the same noun, of which every required argument is in the
call's arguments or its result. A call that may have found what it was to make, or to join, already there has
no opposite: to take that away would take more than was given. That it would have failed is told by an error
that its model declares, or by an id that the cloud hands out anew: both are assumptions.
Must not know any operation.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, cast

from botocore.model import OperationModel, Shape

from skywright.clouds.aws import tables
from skywright.clouds.aws.back import Row
from skywright.clouds.aws.effect_names import effect
from skywright.clouds.aws.models import (
    input_shape,
    item,
    members,
    operation_model,
    output_shape,
    required_members,
)
from skywright.clouds.aws.nouns import nouns_of, same_name, verb_of
from skywright.model.operation import Effect, Operation, Undoability

_THERE_ALREADY = re.compile(r".*(Already|Duplicate|Exists|InUse).*")
_NOT_THERE = re.compile(r".*(NotFound|NoSuch|DoesNotExist|NotExist|NonExistent|NotAttached|NotAssociated).*")
_FRESH = re.compile(r".*(Id|UUID|Uuid|Identifier)")
_PLAIN = re.compile(r"\w+")
_REJOINED = "what is joined again may be joined with other settings than before"


@cache
def row(operation: Operation) -> Row | None:
    """The way back from what makes, joins or parts things; None if the models tell none."""
    does, model = effect(operation), operation_model(operation)
    if model is None or does not in (Effect.CREATE, Effect.ATTACH, Effect.DETACH):
        return None
    for opposite, noun in _opposites(operation):
        arguments = _arguments(model, opposite, noun)
        if arguments is None or not _was_otherwise(model, does, arguments):
            continue
        step: dict[str, Any] = {
            "call": str(opposite),
            "arguments": {**arguments, **(_besides(opposite) if does is Effect.CREATE else {})},
            "tolerate": [code for code in errors(operation_model(opposite)) if _tolerable(code, does)],
        }
        if does is Effect.DETACH and not _takes_no_more(opposite, arguments):
            return Row(Undoability.LOSSY, _REJOINED, steps=(step,))
        return Row(Undoability.EXACT, steps=(step,))
    return None


def errors(model: OperationModel | None) -> tuple[str, ...]:
    """The codes of the errors that the model of an operation declares."""
    shapes = cast("list[Shape]", model.error_shapes) if model is not None else []
    return tuple(
        str(cast("dict[str, Any]", shape.metadata).get("error", {}).get("code", shape.name))
        for shape in shapes
    )


def _opposites(operation: Operation) -> Iterator[tuple[Operation, str]]:
    for verb in _verbs().get(verb_of(operation), ()):
        for noun in nouns_of(operation):
            opposite = Operation(operation.service, verb + noun)
            if operation_model(opposite) is not None:
                yield opposite, noun


def _arguments(model: OperationModel, opposite: Operation, noun: str) -> dict[str, Any] | None:
    """Where each required argument of the opposite is found; None if one is not, or if there are none."""
    shape = input_shape(cast("OperationModel", operation_model(opposite)))
    required = required_members(shape)
    found = {name: _place(model, name, members(shape)[name], noun) for name in sorted(required)}
    if not found or not all(found.values()):
        return None
    return {name: f"${{{path}}}" for name, path in found.items()}


def _place(model: OperationModel, name: str, wanted: Shape, noun: str) -> str:
    """The path to a value for an argument: in the result, in the thing there, or as it was sent."""
    result = members(output_shape(model))
    for prefix, inner in (("", result), *_things(result, noun)):
        for member, shape in inner.items():
            if same_name(member, name, noun) and _alike(shape, wanted) and _PLAIN.fullmatch(member):
                return f"result.{prefix}{member}"
    sent = members(input_shape(model)).get(name)
    return f"arguments.{name}" if sent is not None and _alike(sent, wanted) else ""


def _things(result: Mapping[str, Shape], noun: str) -> Iterator[tuple[str, Mapping[str, Shape]]]:
    """What the result describes: a structure of the noun's name, or the only one that there is."""
    inner = {name: members(shape) for name, shape in result.items() if members(shape)}
    named = [name for name in inner if name.lower() == noun.lower()]
    for name in named or (list(inner) if len(inner) == 1 else []):
        yield f"{name}.", inner[name]


def _alike(one: Shape, other: Shape) -> bool:
    if one.type_name != other.type_name:
        return False
    first, second = item(one), item(other)
    if first is None or second is None:
        return one.type_name not in ("structure", "list", "map") or one.name == other.name
    return first.type_name == second.type_name and (not members(first) or first.name == second.name)


def _was_otherwise(model: OperationModel, does: Effect, arguments: Mapping[str, str]) -> bool:
    """Whether the call fails where it has nothing to do, and the opposite is about what it did alone."""
    shape = input_shape(model)
    found = [path[2:-1].split(".") for path in arguments.values()]
    fresh = any(
        path[0] == "result" and _FRESH.fullmatch(path[-1]) and path[-1] not in members(shape)
        for path in found
    )
    if does is not Effect.DETACH and fresh:
        return True
    pattern = _NOT_THERE if does is Effect.DETACH else _THERE_ALREADY
    whole = does is Effect.CREATE or required_members(shape) <= arguments.keys()
    return whole and any(pattern.fullmatch(code) for code in errors(model))


def _tolerable(code: str, does: Effect) -> bool:
    return bool((_THERE_ALREADY if does is Effect.DETACH else _NOT_THERE).fullmatch(code))


def _besides(opposite: Operation) -> dict[str, Any]:
    taken = members(input_shape(cast("OperationModel", operation_model(opposite)))).keys()
    given = cast("dict[str, Any]", tables.read("inverses")["taking_away"])
    return {name: value for name, value in given.items() if name in taken}


def _takes_no_more(opposite: Operation, arguments: Mapping[str, str]) -> bool:
    taken = members(input_shape(cast("OperationModel", operation_model(opposite)))).keys()
    return taken - {"DryRun", "ClientToken"} <= arguments.keys()


@cache
def _verbs() -> Mapping[str, tuple[str, ...]]:
    return {verb: tuple(words.split()) for verb, words in tables.read("inverses")["opposites"].items()}
