"""Values: JSON as programs, calls and answers carry it."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Value: TypeAlias = "bool | int | float | str | Sequence[Value] | Mapping[str, Value] | None"
"""A JSON value. Timestamps are ISO 8601 strings, blobs base64 strings."""

Arguments: TypeAlias = Mapping[str, Value]
"""The arguments of an operation, under the names of the API model (`CidrBlock`, not `cidr_block`)."""
