"""A world's time as its user sets it: how fast it runs, whether it stands, how far it is put on, and how
long the cloud takes there. Owns the checks of what is asked and how it is told; knows nothing of HTTP.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from skywright_gym.physics.fields import Unfit
from skywright_gym.world import World

FASTEST = 3600.0
"""An hour a second: at that pace the calendar of `datetime` lasts for a century of the wall's time."""
_LONGEST_SECONDS = 10 * 366 * 86400
_PACES = ("quick", "cloud", "none")


def told(world: World) -> dict[str, Any]:
    """What time it is there and how it runs."""
    now = world.clock.now()
    return {
        "now": datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "epoch_seconds": now,
        "speed": world.clock.scale,
        "durations": world.extras.get("durations", _PACES[0]),
    }


def change(world: World, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Set what is asked for, all of it or nothing, and tell how it is then.

    Args:
        asked: `speed` (0: the clock stands), `advance_seconds`, `durations`; any of them.

    Raises:
        Unfit: Something else is asked for, or a value that cannot be.
    """
    unknown = sorted(set(asked) - set(_SETTERS))
    if unknown or not asked:
        found = f"not {unknown[0]!r}" if unknown else "and nothing was given"
        raise Unfit(f"of a clock one can set {', '.join(_SETTERS)}, {found}")
    setters = [_SETTERS[name](value) for name, value in sorted(asked.items())]
    for set_it in setters:
        set_it(world)
    return told(world)


_Set = Callable[[World], None]


def _advance(value: Any) -> _Set:
    seconds = _number("advance_seconds", value, _LONGEST_SECONDS)

    def advance(world: World) -> None:
        if datetime.fromtimestamp(world.clock.now(), UTC).year > 9000:
            raise Unfit("the calendar ends with the year 9999")
        world.clock.advance(seconds)

    return advance


def _durations(value: Any) -> _Set:
    if value not in _PACES:
        raise Unfit(f"'durations' of a clock is one of {', '.join(_PACES)}")
    return lambda world: world.extras.update(durations=value)


def _speed(value: Any) -> _Set:
    speed = _number("speed", value, FASTEST)
    return lambda world: world.clock.run_at(speed)


def _number(name: str, value: Any, most: float) -> float:
    # Not "value > most": NaN is to be refused too.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise Unfit(f"{name!r} of a clock is a number from 0 to {most:g}")
    return float(value)


_SETTERS: Mapping[str, Callable[[Any], _Set]] = {
    "advance_seconds": _advance,
    "durations": _durations,
    "speed": _speed,
}
