"""What a fault is made of. Owns the records of fields and kinds, and the checks of a value; knows no kind."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

Type = Literal["text", "texts", "whole number", "number", "true or false"]
REQUIRED: Any = ...
_OPERATION = re.compile(r"\*|[A-Za-z0-9*-]+:[A-Za-z0-9*]+|[a-z0-9*-]+ [A-Z*]+ .*")


class Unfit(Exception):
    """A fault that cannot be set; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a fault.

    Attributes:
        default: what it is if it is not given; REQUIRED if it has to be; None if it may be left out.
        choices: the texts that it can be; any if empty.
        least, most: between what a number lies.
    """

    says: str
    type: Type = "text"
    default: Any = None
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that can go wrong.

    Attributes:
        statement: what happens, in one sentence.
        provenance: where we know it from; begins with `specification:`, `recording:` or `assumption:`.
        once: whether it happens to one call and is over, unless it is said how often, how likely or how long.
    """

    name: str
    statement: str
    provenance: str
    fields: Mapping[str, Field]
    once: bool = False


def value_of(kind: Kind, name: str, asked: Mapping[str, Any]) -> Any:
    """The value of a field in what is asked for. Raises Unfit."""
    field = kind.fields[name]
    value = asked.get(name, field.default)
    whose = f"{name!r} of a fault of kind {kind.name}"
    if value is REQUIRED:
        raise Unfit(f"a fault of kind {kind.name} needs {name!r}")
    if value is None and field.default is None:
        return None
    if field.type == "texts":
        if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
            raise Unfit(f"{whose} is a list of texts")
        return [*value]
    if not isinstance(value, _PYTHON[field.type]) or (
        isinstance(value, bool) and field.type != "true or false"
    ):
        raise Unfit(f"{whose} is {_ARTICLE[field.type]}{field.type}")
    if field.choices and value not in field.choices:
        raise Unfit(f"{whose} is one of {', '.join(field.choices)}")
    if field.type in ("number", "whole number"):
        _check_bounds(whose, field, cast("float", value))
    if name == "operation" and not _OPERATION.fullmatch(str(value)):
        raise Unfit(f"{whose} is like ec2:RunInstances, with * for any part, not {value!r}")
    return value


_PYTHON: Mapping[Type, Any] = {
    "text": str,
    "whole number": int,
    "number": (int, float),
    "true or false": bool,
}
_ARTICLE: Mapping[Type, str] = {"text": "a ", "whole number": "a ", "number": "a ", "true or false": ""}


def _check_bounds(whose: str, field: Field, value: float) -> None:
    # Not "value < least": NaN is to be refused too.
    if field.least is not None and not value >= field.least:
        raise Unfit(f"{whose} is {_range(field)}")
    if field.most is not None and not value <= field.most:
        raise Unfit(f"{whose} is {_range(field)}")


def _range(field: Field) -> str:
    return f"from {field.least} to {field.most}" if field.most is not None else f"{field.least} or more"
