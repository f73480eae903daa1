"""Values: JSON as programs, calls and answers carry it."""

from collections.abc import Iterator, Mapping, Sequence
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
