"""Text and numbers of the wire to JSON values by their shape, strictly. Knows no protocol's framing."""

import base64
import binascii
import math
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from skywright.errors import Refused
from skywright.model.values import Value

_INTEGER = re.compile(r"-?[0-9]{1,20}")
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:?\d\d)?|(\d{4}-\d\d-\d\d)"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def wrong(place: str, kind: str) -> Refused:
    """The refusal of a value that is not of its type."""
    return Refused("malformed-request", f"{place or 'the request'} is not {kind}")


def from_text(text: str, shape: Any, place: str) -> Value:
    """A scalar that came as text: in a form, a header, a path or an XML element.

    Raises:
        Refused: It is not of the shape's type.
    """
    kind = shape.type_name
    if kind in ("string", "character"):
        return text
    if kind in ("integer", "long"):
        if not _INTEGER.fullmatch(text):
            raise wrong(place, "an integer")
        return int(text)
    if kind == "boolean":
        if text.lower() not in ("true", "false"):
            raise wrong(place, "true or false")
        return text.lower() == "true"
    if kind in ("float", "double"):
        return number(text, place)
    if kind == "timestamp":
        return timestamp(text, place)
    if kind == "blob":
        return blob(text, place)
    raise wrong(place, f"a {kind}")


def number(text: str, place: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise wrong(place, "a number") from error
    if not math.isfinite(value):
        raise wrong(place, "a finite number")
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def timestamp(value: str | int | float, place: str) -> str:
    """ISO 8601 in UTC, with microseconds only where there are any."""
    try:
        if isinstance(value, int | float):
            return iso(_EPOCH + timedelta(microseconds=round(value * 1_000_000)))
        if re.fullmatch(r"-?\d{1,13}(\.\d+)?", value):
            return timestamp(float(value), place)
        return iso(_read_time(value))
    except (ValueError, OverflowError, TypeError) as error:
        raise wrong(place, "a time") from error


def iso(moment: datetime) -> str:
    moment = moment.astimezone(UTC)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{moment.microsecond:06d}Z" if moment.microsecond else f"{text}Z"


def seconds(text: str) -> float:
    """Seconds since the epoch of a time as `iso` writes it."""
    return _read_time(text).timestamp()


def _read_time(text: str) -> datetime:
    match = _ISO.fullmatch(text)
    if match is None:
        moment = parsedate_to_datetime(text)
    elif match[5]:
        moment = datetime.fromisoformat(match[5])
    else:
        fraction = f".{(match[3] or '0')[:6]:0<6}"
        moment = datetime.fromisoformat(f"{match[1]}T{match[2]}{fraction}{(match[4] or 'Z').upper()}")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def blob(text: str, place: str) -> str:
    """Base64, in its one canonical spelling."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise wrong(place, "base64") from error
    return base64.b64encode(raw).decode()
