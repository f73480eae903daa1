"""Values: JSON as programs, calls and answers carry it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias, TypeGuard

Value: TypeAlias = "bool | int | float | str | Sequence[Value] | Mapping[str, Value] | None"
"""A JSON value. Timestamps are ISO 8601 strings, blobs base64 strings."""

Arguments: TypeAlias = Mapping[str, Value]
"""The arguments of an operation, under the names of the API model (`CidrBlock`, not `cidr_block`)."""

_PLAIN: Final = frozenset({str, int, float, bool, type(None), dict, list})
"""Types of which it is clear what they are."""


def texts(value: Value) -> Iterator[str]:
    """Every string in a value, however deep; the keys of objects are not among them."""
    if isinstance(value, str):
        yield value
    elif is_object(value):
        for inner in value.values():
            yield from texts(inner)
    elif is_list(value):
        for inner in value:
            yield from texts(inner)


def with_texts(value: Value, change: Callable[[str], Value]) -> Value:
    """The value with every string in it, however deep, replaced; the keys of objects are not among them."""
    if isinstance(value, str):
        return change(value)
    if is_object(value):
        return {key: with_texts(inner, change) for key, inner in value.items()}
    if is_list(value):
        return [with_texts(inner, change) for inner in value]
    return value


def is_object(value: Value) -> TypeGuard[Mapping[str, Value]]:
    """Whether a value is an object; several times faster for what it mostly is than the general test."""
    return type(value) is dict or (type(value) not in _PLAIN and isinstance(value, Mapping))


def is_list(value: Value) -> TypeGuard[Sequence[Value]]:
    """Whether a value is a list; texts are none."""
    return type(value) is list or (
        type(value) not in _PLAIN and isinstance(value, Sequence) and not isinstance(value, str)
    )
