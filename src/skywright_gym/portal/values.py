"""Between JSON and botocore's values: timestamps are ISO 8601, blobs base64. Knows no operation."""

import base64
import binascii
import json
from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from skywright_gym.plain import NotPlain, plain

_MOST_STREAMED_BYTES = 16 * 1024**2


class Unfit(ValueError):
    """Arguments that no operation could take, or a result that does not go into JSON."""


def read_arguments(body: bytes) -> dict[str, Any]:
    """A request's body. Raises Unfit."""
    try:
        value: Any = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise Unfit("the body is not JSON") from None
    if not isinstance(value, dict):
        raise Unfit("the body is not a JSON object of arguments")
    return cast("dict[str, Any]", value)


def with_blobs(value: Any, shape: Any, name: str = "") -> Any:
    """Arguments as botocore takes them: what the shape calls a blob decoded. Raises Unfit."""
    kind = getattr(shape, "type_name", None)
    if kind == "blob" and isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except binascii.Error:
            raise Unfit(f"{name} is to be base64") from None
    if kind == "structure" and isinstance(value, dict):
        given = cast("dict[str, Any]", value)
        return {key: with_blobs(inner, shape.members.get(key), key) for key, inner in given.items()}
    if kind == "map" and isinstance(value, dict):
        given = cast("dict[str, Any]", value)
        return {key: with_blobs(inner, shape.value, key) for key, inner in given.items()}
    if kind == "list" and isinstance(value, list):
        return [with_blobs(inner, shape.member, name) for inner in cast("list[Any]", value)]
    return value


def to_json(result: Mapping[str, Any]) -> bytes:
    """A result as text, without what botocore says of the way it came. Raises Unfit."""
    kept = {name: value for name, value in result.items() if name != "ResponseMetadata"}
    told = partial(plain, most_bytes=_MOST_STREAMED_BYTES)
    try:
        return json.dumps(kept, default=told, ensure_ascii=False, separators=(",", ":")).encode()
    except NotPlain as error:
        raise Unfit(str(error)) from error
