"""Periods as people type them: 90s, 15m, 1h30m, 2d."""

import re

from skywright.errors import Usage

_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)([smhdw]?)", re.ASCII)
_PERIOD = re.compile(r"\d+(?:\.\d+)?|(?:\d+(?:\.\d+)?[smhdw])+", re.ASCII)


def seconds_of(period: str) -> float:
    """How many seconds that is; a bare number is seconds.

    Raises:
        Usage: It is no period.
    """
    text = period.strip().lower().replace(" ", "")
    if not _PERIOD.fullmatch(text):
        raise Usage(f"'{period}' is no period; give one like 90s, 15m, 1h30m or 2d")
    return sum(float(number) * _SECONDS[unit or "s"] for number, unit in _PART.findall(text))
