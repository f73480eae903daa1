"""What a way back is made of, and how a described thing becomes arguments again. Knows no operation."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.model import Shape

from skywright.clouds.aws import models
from skywright.model.operation import Operation, Undoability
from skywright.model.values import Value

NOT_READ = "what was there before was not read"
_MORE = re.compile(r".*(?:token|marker|truncated)|has_?more.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Back:
    """One operation, or one wait, on a way back.

    Attributes:
        references: arguments that are known only on the way: references to the result of an
            earlier one, which is called `back_1` for the first, and so on.
    """

    operation: Operation
    arguments: Mapping[str, Value]
    wait: bool = False
    tolerate: tuple[str, ...] = ()
    note: str = ""
    references: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of the way back from an operation, under a condition; see `data/inverses.yaml`.

    Attributes:
        needs_before: whether its steps are made from what was there before.
    """

    undo: Undoability
    because: str = ""
    when: str = ""
    steps: Sequence[Mapping[str, Any]] = ()
    by: str = ""
    needs_before: bool = False


Ways = Sequence[Back] | str
"""The operations that lead back, in order, or a sentence that says why there is no way."""


def ec2(name: str) -> Operation:
    """An operation, or a waiter, of EC2."""
    return Operation("ec2", name)


def is_a_page(answer: Value) -> bool:
    """Whether an answer says that there is more, so that what it does not list may be there all the same."""
    told = answer.items() if isinstance(answer, Mapping) else ()
    return any(value and _MORE.fullmatch(name) for name, value in told)


def taken_by(operation: Operation, thing: Any) -> dict[str, Value]:
    """As much of a described thing as the operation takes, at every depth, under the same names."""
    model = models.operation_model(operation)
    shape = None if model is None else models.input_shape(model)
    projected = _projected(thing, shape)
    return projected if isinstance(projected, dict) else {}


def _projected(thing: Any, shape: Shape | None) -> Any:
    known = models.members(shape)
    if isinstance(thing, Mapping) and known:
        return {
            name: _projected(value, known[name])
            for name, value in thing.items()
            if name in known and value is not None and value not in ([], "")
        }
    if isinstance(thing, (list, tuple)):
        return [_projected(value, models.item(shape)) for value in thing]
    return thing
