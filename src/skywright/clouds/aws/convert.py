"""Between botocore's values and JSON: timestamps are ISO 8601 strings, blobs base64. Knows no operation."""

import base64
import binascii
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

from botocore.model import Shape
from botocore.utils import parse_timestamp

from skywright.clouds.aws.models import item, members
from skywright.model.values import Value


class NotBase64(ValueError):
    """A blob was given as a text that is not base64."""


def to_value(thing: Any) -> Value:
    """What botocore gave, as a JSON value. Streams are read to their end."""
    match thing:
        case None | bool() | int() | float() | str():
            return thing
        case datetime():
            # AWS means UTC, whatever zone the parser wrote it in.
            return thing.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return thing.isoformat()
        case bytes() | bytearray():
            return base64.b64encode(thing).decode()
        case Mapping():
            return {str(key): to_value(value) for key, value in thing.items()}
        case list() | tuple():
            return [to_value(value) for value in thing]
        case _ if hasattr(thing, "read"):
            return to_value(thing.read())
        case _:
            return [to_value(event) for event in thing]


def from_arguments(arguments: Mapping[str, Value], shape: Shape | None) -> dict[str, Any]:
    """Arguments as botocore takes them: blobs decoded, everything else as it is.

    Raises:
        NotBase64: A blob is not base64.
    """
    known = members(shape)
    return {name: _given(value, known.get(name), name) for name, value in arguments.items()}


def _given(value: Value, shape: Shape | None, name: str) -> Any:
    if isinstance(value, str):
        return _blob(value, name) if shape is not None and shape.type_name == "blob" else value
    if isinstance(value, Mapping):
        known, each = members(shape), item(shape)
        return {key: _given(inner, known.get(key, each), key) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_given(inner, item(shape), name) for inner in value]
    return value


def _blob(text: str, name: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise NotBase64(f"{name} must be base64: {error}") from error


def moment(told: Any) -> datetime:
    """A timestamp as an answer tells it, for botocore's parsers.

    Nearly all are ISO 8601, for which botocore's own way takes three hundred times as long.
    """
    if isinstance(told, str) and told[10:11] == "T":
        with suppress(ValueError):
            return datetime.fromisoformat(told)
    return parse_timestamp(told)
