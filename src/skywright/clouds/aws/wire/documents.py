"""JSON and CBOR bodies to arguments by their shape. Unknown and repeated names are refused."""

import base64
import json
import math
import struct
from collections.abc import Callable
from typing import Any, cast

from skywright.clouds.aws.wire import scalars
from skywright.errors import Refused
from skywright.model.values import Value

_DEEPEST = 100


def read_json(body: bytes) -> object:
    """Parse strictly.

    Raises:
        Refused: Not JSON in UTF-8, a name twice, or a number that is none.
    """
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Refused("malformed-request", "the request's body is not JSON in UTF-8") from error


def _once(items: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(items)
    if len(result) != len(items):
        raise Refused("duplicate-argument", "the request's body gives a name twice")
    return result


def _no_constant(text: str) -> float:
    raise Refused("malformed-request", f"{text} is not a number that JSON has")


def shaped(value: object, shape: Any, place: str = "") -> Value:
    """A parsed document as arguments: members under their model names, times and blobs as text.

    Raises:
        Refused: A name or a type is not the shape's.
    """
    if value is None:
        return None
    kind = shape.type_name
    if getattr(shape, "is_document_type", False):
        return _document(value, place, 0)
    if kind == "structure":
        return _structure(value, shape, place)
    if kind == "list":
        if not isinstance(value, list):
            raise scalars.wrong(place, "a list")
        items = cast(list[object], value)
        return [shaped(item, shape.member, f"{place}[{index}]") for index, item in enumerate(items)]
    if kind == "map":
        entries = _entries(value, place)
        return {key: shaped(item, shape.value, f"{place}.{key}") for key, item in entries.items()}
    return _scalar(value, shape, place)


def _structure(value: object, shape: Any, place: str) -> dict[str, Value]:
    entries = _entries(value, place)
    names = {member.serialization.get("name", name): name for name, member in shape.members.items()}
    result: dict[str, Value] = {}
    for key, item in entries.items():
        name = names.get(key)
        if name is None:
            # Unions come back from some SDKs with the name of their type beside the member.
            raise Refused("unknown-argument", f"the operation takes no argument {place}{key}")
        if item is not None:
            result[name] = shaped(item, shape.members[name], f"{place}{key}.")
    return result


def _entries(value: object, place: str) -> dict[str, object]:
    if not isinstance(value, dict) or not all(
        isinstance(key, str) for key in cast(dict[object, object], value)
    ):
        raise scalars.wrong(place, "an object")
    return cast(dict[str, object], value)


def _scalar(value: object, shape: Any, place: str) -> Value:
    kind = shape.type_name
    if kind in ("string", "character") and isinstance(value, str):
        return value
    if kind == "boolean" and isinstance(value, bool):
        return value
    if kind == "blob":
        return base64.b64encode(value).decode() if isinstance(value, bytes) else _base64(value, place)
    if isinstance(value, bool):
        raise scalars.wrong(place, f"a {kind}")
    if kind in ("integer", "long") and isinstance(value, int | float) and _is_whole(value):
        return int(value)
    if kind in ("float", "double") and isinstance(value, int | float) and math.isfinite(value):
        return value
    if kind == "timestamp" and isinstance(value, str | int | float):
        return scalars.timestamp(value, place)
    raise scalars.wrong(place, f"a {kind}")


def _is_whole(value: float) -> bool:
    # No integer of AWS is longer than 64 bits, and beyond a double's range `float` itself fails.
    return abs(value) < 2**64 and float(value).is_integer()


def _base64(value: object, place: str) -> str:
    if not isinstance(value, str):
        raise scalars.wrong(place, "base64")
    return scalars.blob(value, place)


def _document(value: object, place: str, depth: int) -> Value:
    if depth > _DEEPEST:
        raise Refused("malformed-request", f"{place} is nested too deeply")
    if isinstance(value, dict):
        return {key: _document(item, place, depth + 1) for key, item in _entries(value, place).items()}
    if isinstance(value, list):
        return [_document(item, place, depth + 1) for item in cast(list[object], value)]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise scalars.wrong(place, "JSON")


def shaped_json(value: object, place: str) -> Value:
    """A document that has no shape."""
    return _document(value, place, 0)


def read_cbor(body: bytes) -> object:
    """Parse one item of CBOR (RFC 8949), the whole body being it.

    Raises:
        Refused: Anything else.
    """
    reader = _Cbor(body)
    try:
        value = reader.item(0)
    except (IndexError, struct.error, UnicodeDecodeError, RecursionError) as error:
        raise Refused("malformed-request", "the request's body is not CBOR") from error
    if reader.place != len(body):
        raise Refused("malformed-request", "something follows the request's body")
    return value


class _Cbor:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self.place = 0

    def item(self, depth: int) -> object:
        if depth > _DEEPEST:
            raise Refused("malformed-request", "the request's body is nested too deeply")
        first = self._take(1)[0]
        major, info = first >> 5, first & 31
        if major == 7:
            return self._simple(info)
        if info == 31:
            return self._indefinite(major, depth)
        length = self._length(info)
        if major == 0:
            return length
        if major == 1:
            return -1 - length
        if major == 2:
            return self._take(length)
        if major == 3:
            return self._take(length).decode("utf-8")
        if major == 4:
            return [self.item(depth + 1) for _ in range(length)]
        if major == 5:
            return self._map((self._pair(depth) for _ in range(length)).__next__, length)
        value = self.item(depth + 1)
        if length == 1 and isinstance(value, int | float):
            return value
        raise Refused("malformed-request", f"CBOR's tag {length} is not used by this protocol")

    def _pair(self, depth: int) -> tuple[object, object]:
        return self.item(depth + 1), self.item(depth + 1)

    def _map(self, following: Callable[[], tuple[object, object]], length: int) -> dict[object, object]:
        result: dict[object, object] = {}
        for _ in range(length):
            key, value = following()
            if not isinstance(key, str):
                raise Refused("malformed-request", "a name in the request's body is not a text")
            if key in result:
                raise Refused("duplicate-argument", "the request's body gives a name twice")
            result[key] = value
        return result

    def _indefinite(self, major: int, depth: int) -> object:
        items: list[object] = []
        while self._data[self.place] != 0xFF:
            items.append(self.item(depth + 1))
        self.place += 1
        if major == 2 and all(isinstance(item, bytes) for item in items):
            return b"".join(cast(list[bytes], items))
        if major == 3 and all(isinstance(item, str) for item in items):
            return "".join(cast(list[str], items))
        if major == 4:
            return items
        if major == 5 and len(items) % 2 == 0:
            pairs = iter(zip(items[::2], items[1::2], strict=True))
            return self._map(pairs.__next__, len(items) // 2)
        raise Refused("malformed-request", "the request's body is not CBOR")

    def _length(self, info: int) -> int:
        if info < 24:
            return info
        if info > 27:
            raise Refused("malformed-request", "the request's body is not CBOR")
        return int.from_bytes(self._take(1 << (info - 24)), "big")

    def _simple(self, info: int) -> object:
        if info in (20, 21):
            return info == 21
        if info in (22, 23):
            return None
        if info in (25, 26, 27):
            size = 1 << (info - 24)
            return struct.unpack({2: ">e", 4: ">f", 8: ">d"}[size], self._take(size))[0]
        raise Refused("malformed-request", "the request's body is not CBOR")

    def _take(self, count: int) -> bytes:
        taken = self._data[self.place : self.place + count]
        if len(taken) != count:
            raise IndexError(count)
        self.place += count
        return taken
