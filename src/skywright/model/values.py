"""Values: JSON as programs, calls and answers carry it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

Value: TypeAlias = "bool | int | float | str | Sequence[Value] | Mapping[str, Value] | None"
"""A JSON value. Timestamps are ISO 8601 strings, blobs base64 strings."""

Arguments: TypeAlias = Mapping[str, Value]
"""The arguments of an operation, under the names of the API model (`CidrBlock`, not `cidr_block`)."""


def texts(value: Value) -> Iterator[str]:
    """Every string in a value, however deep; the keys of objects are not among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from texts(inner)


def with_texts(value: Value, change: Callable[[str], Value]) -> Value:
    """The value with every string in it, however deep, replaced; the keys of objects are not among them."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: with_texts(inner, change) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [with_texts(inner, change) for inner in value]
    return value
