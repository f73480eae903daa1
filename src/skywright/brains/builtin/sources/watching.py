"""Values for images, alarms and metrics of machines that exist."""

import re
import time
from collections.abc import Mapping
from typing import Any

from skywright.brains.builtin.asking import Ask
from skywright.brains.builtin.filling import Filling
from skywright.brains.builtin.words.quantities import quantities
from skywright.model.values import Value

Options = Mapping[str, Any]


_UNDER = (sorted("under"), sorted("below"))
"""Letters that have only changed places: nobody is to be warned of the contrary."""
_DAY = 24 * 60
_SPANS: Mapping[str, int] = {
    "h": 60,
    "day": _DAY,
    "d": _DAY,
    "w": 7 * _DAY,
    "week": 7 * _DAY,
    "month": 30 * _DAY,
}
"""Minutes of what the words for time that no quantity knows stand for."""
_PERIODS, _MOST_FIGURES = (300, 3600), 1440


def _stamp() -> str:
    return time.strftime("%Y%m%d%H%M%S", time.gmtime())


def given_image_name(filling: Filling, options: Options) -> Value:
    there = {machine.name for machine in filling.world.machines(filling.region)}
    given = [name for name in filling.facts.names if name not in there]
    return given[0] if given else f"{filling.machine.label}-{_stamp()}"


def with_restart(filling: Filling, options: Options) -> Value:
    return (
        bool(
            re.search(r"\b(?:with (?:a )?(?:restart|reboot)|reboot first|consistent)\b", filling.facts.words)
        )
        or None
    )


def without_restart(filling: Filling, options: Options) -> Value:
    return not with_restart(filling, options)


def alarm_names(filling: Filling, options: Options) -> Value:
    given = [
        name for name in filling.facts.names if name not in {machine.name for machine in filling.machines}
    ]
    if given and len(filling.machines) == 1:
        return given[:1]
    return [f"{machine.label}-cpu" for machine in filling.machines]


def percent(filling: Filling, options: Options) -> Value:
    if filling.facts.percent is not None:
        if not 0 < filling.facts.percent <= 100:
            raise Ask("percent", f"{filling.facts.percent:g} % is no CPU load. Over how many percent?")
        return filling.facts.percent
    bare = [number.value for number in quantities(filling.facts.tokens) if not number.unit]
    if len(bare) == 1 and 0 < bare[0] <= 100:
        return bare[0]
    filling.assume("The alarm is at 80 % CPU, since no figure was given.")
    return 80.0


def period(filling: Filling, options: Options) -> Value:
    return 300 if (filling.facts.minutes or 5) % 5 == 0 else 60


def periods(filling: Filling, options: Options) -> Value:
    minutes = filling.facts.minutes or 5
    return max(1, minutes // 5) if minutes % 5 == 0 else minutes


def operator(filling: Filling, options: Options) -> Value:
    words = filling.facts.words
    below = re.search(
        r"\b(?:below|under|beneath|less than|drops?|falls?|lower than|idl\w+|doing nothing)\b", words
    )
    below = below or any(sorted(word) in _UNDER for word in words.split())
    return "LessThanThreshold" if below else "GreaterThanThreshold"


def since(filling: Filling, options: Options) -> Value:
    """When the time that was asked for began; an hour ago if none was said."""
    return _iso(time.time() - 60 * _minutes(filling))


def resolution(filling: Filling, options: Options) -> Value:
    """Seconds of each figure: the cloud gives at most 1,440 at once."""
    return next(
        (period for period in _PERIODS if _minutes(filling) * 60 / period <= _MOST_FIGURES), _DAY * 60
    )


def _minutes(filling: Filling) -> int:
    tokens = filling.facts.tokens
    for number in quantities(tokens):
        unit = tokens[number.last].word.removesuffix("s") if number.last < len(tokens) else ""
        if unit in _SPANS and not number.unit:
            return max(1, int(number.value * _SPANS[unit]))
    if short := re.search(r"\b(\d+)([hdw])\b", filling.facts.spoken):  # `24h`
        return int(short[1]) * _SPANS[short[2]]
    if filling.facts.minutes:
        return filling.facts.minutes
    said = re.search(r"\b(day|week|month|today|yesterday|24h|night)\b", filling.facts.words)
    return {"week": 7 * _DAY, "month": 30 * _DAY, "yesterday": 2 * _DAY}.get(said[1], _DAY) if said else 60


def now(filling: Filling, options: Options) -> Value:
    return _iso(time.time())


def _iso(at: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:00Z", time.gmtime(at))
