"""Fingerprints of the operations that a program uses, as the API's models describe them.

Two are equal as long as every operation takes what it took; so a program is not served any more when one of
its operations has changed, and still is when a thousand others have.
"""

import hashlib
import json
from collections.abc import Iterator

from skywright.clouds.calling import Catalogue
from skywright.errors import NotFound
from skywright.model.operation import Operation
from skywright.model.program import Program
from skywright.model.shape import Shape


def fingerprint(program: Program, catalogue: Catalogue) -> str:
    """Of all operations of the program; empty if one is not there."""
    try:
        told = [_operation(one, catalogue) for one in sorted(set(_operations(program, catalogue)))]
    except NotFound:
        return ""
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def _operations(program: Program, catalogue: Catalogue) -> Iterator[Operation]:
    for step in program.steps:
        if step.operation is not None:
            yield step.operation
        if step.waiter is not None:
            yield catalogue.waiter(step.waiter).operation
        yield from (inverse.operation for inverse in step.undo)
    yield from (expectation.read for expectation in program.expectations)


def _operation(operation: Operation, catalogue: Catalogue) -> list[object]:
    signature = catalogue.signature(operation)
    return [str(operation), signature.effect.value, _shape(signature.input, frozenset())]


def _shape(shape: Shape, inside: frozenset[str]) -> object:
    """A shape as JSON; one that is inside of itself by its name."""
    if shape.name in inside:
        return shape.name
    inside |= {shape.name}
    members = {name: _shape(member, inside) for name, member in sorted(shape.members.items())}
    item = None if shape.item is None else _shape(shape.item, inside)
    limits = [shape.minimum, shape.maximum, shape.pattern, list(shape.choices)]
    return [shape.kind, sorted(shape.required), members, item, limits]
