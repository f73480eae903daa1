"""One text for one value: RFC 8785 (JSON canonicalisation), for whatever a call may carry.

JSON numbers are doubles, so an integer beyond ±(2^53 - 1) would come back as another, and NaN
and the infinities have no form at all. These are written as strings of their digits or names:
a record that says the right thing in the wrong type is better than a call that cannot be
recorded. Unpaired surrogates, which UTF-8 cannot hold, are written as `\\udXXX` in words.
"""

import math
from collections.abc import Mapping
from typing import Final

import rfc8785

from skywright.model.values import Value

_EXACT: Final = 2**53 - 1


def canonical(value: Value) -> str:
    """The value as canonical JSON text.

    Raises:
        TypeError: Something in it is not a JSON value, which is a mistake of the caller's.
    """
    return rfc8785.dumps(_representable(value)).decode("utf-8")


def _representable(value: object) -> "rfc8785._impl._Value":  # pyright: ignore[reportPrivateUsage]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, int):
        return value if -_EXACT <= value <= _EXACT else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {_name(key): _representable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_representable(item) for item in value]
    raise TypeError(f"{type(value).__name__} is not a JSON value")


def _name(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a JSON object's names are strings, not {type(key).__name__}")
    return key if key.isascii() else key.encode("utf-8", "backslashreplace").decode("utf-8")
