"""One text for one value: RFC 8785 (JSON canonicalisation), for whatever a call may carry.

JSON numbers are doubles, so an integer beyond ±(2^53 - 1) would come back as another, and NaN
and the infinities have no form at all. These are written as strings of their digits or names:
a record that says the right thing in the wrong type is better than a call that cannot be
recorded. Unpaired surrogates, which UTF-8 cannot hold, are written as `\\udXXX` in words.

Nearly every value is one for which Python's own encoder, which is many times faster, writes
what RFC 8785 says. Where the two differ (the order of names that are not ASCII, numbers that
JavaScript writes in another way) the slower encoder of the RFC is asked.
"""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import rfc8785

from skywright.model.values import Value

_EXACT: Final = 2**53 - 1
_PLAIN_FROM: Final = 1e-4
_PLAIN_BELOW: Final = 1e15
"""Between these Python and JavaScript write the same digits, without an exponent."""

_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)


class _Otherwise(Exception):
    """Something that the two encoders write differently."""


def canonical(value: Value) -> str:
    """The value as canonical JSON text.

    Raises:
        TypeError: Something in it is not a JSON value, which is a mistake of the caller's.
    """
    try:
        return _ENCODER.encode(_representable(value, plain=True))
    except _Otherwise:
        return rfc8785.dumps(_representable(value, plain=False)).decode("utf-8")


def _representable(value: object, *, plain: bool) -> Any:
    """The value with what JSON cannot hold put in words.

    Args:
        plain: for Python's encoder rather than the RFC's.

    Raises:
        _Otherwise: `plain`, and Python's encoder would not write what the RFC says.
    """
    if isinstance(value, str):
        return value if value.isascii() else _text(value)
    if value is None or isinstance(value, bool):
        return value
    # A test for the type itself is many times faster than one for what is like it, and nearly always enough.
    if type(value) is dict or isinstance(value, Mapping):
        return _representable_object(cast("Mapping[object, object]", value), plain)
    if isinstance(value, (list, tuple)):
        items = cast("Sequence[object]", value)
        return [_representable(item, plain=plain) for item in items]
    if isinstance(value, int):
        return value if -_EXACT <= value <= _EXACT else str(value)
    if isinstance(value, float):
        return _plain_number(value) if plain else value if math.isfinite(value) else str(value)
    raise TypeError(f"{type(value).__name__} is not a JSON value")


def _representable_object(value: Mapping[object, object], plain: bool) -> dict[str, Any]:
    return {
        key if type(key) is str and key.isascii() else _name(key, plain): _representable(item, plain=plain)
        for key, item in value.items()
    }


def _plain_number(value: float) -> float | int:
    size = abs(value)
    if not size < _PLAIN_BELOW:
        raise _Otherwise
    if value.is_integer():
        return int(value)
    if size < _PLAIN_FROM:
        raise _Otherwise
    return value


def _text(value: str) -> str:
    return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode("utf-8")


def _name(key: object, plain: bool) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a JSON object's names are strings, not {type(key).__name__}")
    if plain and not key.isascii():
        # The order by code points and the one by UTF-16 units may differ.
        raise _Otherwise
    return _text(key)
