"""What an operation does, worked out from its name, its HTTP method and its shapes.

Owns the judgement; the verbs and the exceptions are rows in `data/effects.yaml`, each with its
reason. Must not know any service. Whatever no rule is sure of is `UNKNOWN`: a wrong `READ` would
let a change pass as a look, so a name that sounds like reading counts as reading only if nothing
in the model speaks against it and its answer holds no credential.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import cast

from botocore.model import OperationModel, Shape

from skywright.clouds.aws.models import input_shape, item, members, operation_model, output_shape
from skywright.clouds.aws.tables import Verbs, exceptions, verbs
from skywright.model.operation import Effect, Operation

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+")


@cache
def effect(operation: Operation) -> Effect:
    """What the operation does to resources; `UNKNOWN` also for operations that do not exist."""
    model = operation_model(operation)
    if model is None:
        return Effect.UNKNOWN
    row = exceptions().get(str(operation))
    if row is not None and row.effect is not None:
        return row.effect
    named = _by_name(operation.name)
    if named is Effect.READ and (_acts(model) or yields_secret(operation)):
        return Effect.UNKNOWN
    return named


@cache
def yields_secret(operation: Operation) -> bool:
    """Whether the answer hands out a credential: a key, a password, a token that opens something."""
    row = exceptions().get(str(operation))
    if row is not None and row.secret is not None:
        return row.secret
    model = operation_model(operation)
    root = None if model is None else output_shape(model)
    if root is None:
        return False
    secret = verbs().secret
    # A flag or a structure of that name (`AllowCredentials`) is no credential; what is inside is looked at.
    return any(
        shape.type_name in ("string", "blob") and secret.fullmatch(name) for name, shape in _members(root)
    )


def reads_secret(operation: Operation) -> bool:
    """Whether it would only read, but for the credential in its answer, for which it counts as unknown."""
    return (
        effect(operation) is Effect.UNKNOWN
        and _by_name(operation.name) is Effect.READ
        and yields_secret(operation)
    )


def _by_name(name: str) -> Effect:
    table = verbs()
    if table.tags.fullmatch(name):
        return Effect.CHANGE
    words = _WORDS.findall(name)
    while len(words) > 1 and words[0] in table.adverbs:
        words = words[1:]
    return table.effects.get(words[0], Effect.UNKNOWN) if words else Effect.UNKNOWN


def _acts(model: OperationModel) -> bool:
    """Whether the model of a reading name shows a change: a changing HTTP method, or an idempotency token."""
    if _changing_method(model, verbs()):
        return True
    return any(
        bool(cast(dict[str, object], member.metadata).get("idempotencyToken"))
        for member in members(input_shape(model)).values()
    )


def _changing_method(model: OperationModel, table: Verbs) -> bool:
    protocol = str(model.metadata.get("protocol", ""))
    return (
        protocol.startswith("rest")
        and cast(dict[str, str], model.http).get("method") not in table.reading_methods
    )


def _members(root: Shape) -> Iterator[tuple[str, Shape]]:
    """Every member of a shape with its name, at any depth, each kind of structure once."""
    waiting: list[Shape] = [root]
    seen: set[str] = set()
    while waiting:
        shape = waiting.pop()
        if shape.name in seen:
            continue
        seen.add(shape.name)
        for name, member in members(shape).items():
            yield name, member
            waiting.append(member)
        inner = item(shape)
        if inner is not None:
            waiting.append(inner)
