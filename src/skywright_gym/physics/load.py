"""The traffic that load balancers of a world get. Owns the loads that were ever set, and how many requests a
second each of them brings at any moment; knows nothing of HTTP, nor who answers the requests.

A load is a function of the world's clock and of its seed, so nothing is counted or stored as time passes, the
past can be asked for, and a fork goes on with the traffic of its origin. One that is replaced or taken off
ends, but is kept for what it was. assumption: the shapes and their figures.
"""

import hashlib
import math
from collections.abc import Mapping
from typing import Any

from skywright_gym.physics.fields import Unfit
from skywright_gym.world import World

EXTRAS = "load"
"""Under what name a world's extras hold the loads, oldest first."""
SHAPES: Mapping[str, str] = {
    "constant": "base all the time",
    "daily": "base at 04:00 UTC, peak at 16:00, a cosine between",
    "flash-crowd": "base; after after_seconds up to peak in a tenth of for_seconds, there until for_seconds "
    "are over, then down again exponentially",
    "drift": "from base, after after_seconds, in a straight line to peak within for_seconds, and so it stays",
}
_DAY_SECONDS, _QUIETEST_SECONDS = 86400, 4 * 3600
_MOST = 1e7
# Name -> (default, least, most).
_NUMBERS: Mapping[str, tuple[float | None, float, float]] = {
    "base": (10, 0, _MOST),
    "peak": (None, 0, _MOST),
    "noise": (0.1, 0, 1),
    "request_ms": (10, 0.001, 60_000),
    "request_bytes": (2_000, 0, 1e9),
    "answer_bytes": (20_000, 0, 1e9),
    "after_seconds": (0, 0, 1e9),
    "for_seconds": (1800, 1, 1e9),
}


def put(world: World, asked: Mapping[str, Any], balancer: str) -> dict[str, Any]:
    """Let a load balancer get a load from now on, instead of the one that it has.

    Args:
        asked: `shape`, `seed` and the numbers: `base` and `peak` (requests a second; a peak that is not given
            is ten times the base), `noise` (how far a minute may be off, as a share), `request_ms` (how long
            one processor works on a request), `request_bytes`, `answer_bytes`, `after_seconds`,
            `for_seconds`.
        balancer: its ARN.

    Raises:
        Unfit: Something else is asked for, or a value that cannot be.
    """
    load = _checked(asked) | {"balancer": balancer, "since": world.clock.now(), "until": None}
    end(world, balancer)
    world.extras.setdefault(EXTRAS, []).append(load)
    return told(world, load)


def end(world: World, balancer: str | None = None) -> int:
    """Let the load of a balancer, or all of them, end now; how many did."""
    ended = 0
    for load in world.extras.get(EXTRAS, []):
        if load["until"] is None and balancer in (None, load["balancer"]):
            load["until"] = world.clock.now()
            ended += 1
    return ended


def are_set(world: World) -> bool:
    """Whether there was ever a load: all that is asked in a world without."""
    return EXTRAS in world.extras


def of(world: World, balancer: str) -> list[dict[str, Any]]:
    """The loads that a balancer has or had."""
    return [load for load in world.extras.get(EXTRAS, []) if load["balancer"] == balancer]


def told(world: World, load: Mapping[str, Any]) -> dict[str, Any]:
    """A load with the requests a second that it brings at present."""
    return {**load, "requests_second": round(rate(load, world.clock.now()), 3)}


def listed(world: World) -> list[dict[str, Any]]:
    """The loads that have not ended, oldest first."""
    return [told(world, load) for load in world.extras.get(EXTRAS, []) if load["until"] is None]


def rate(load: Mapping[str, Any], at: float) -> float:
    """How many requests a second come at `at` (seconds since the epoch)."""
    if at < load["since"] or (load["until"] is not None and at >= load["until"]):
        return 0.0
    base, peak = load["base"], load["peak"]
    calm = base + (peak - base) * _height(load, at)
    return calm * (1 + load["noise"] * (2 * _draw(load["seed"], math.floor(at / 60)) - 1))


def _height(load: Mapping[str, Any], at: float) -> float:
    """Where between base (0) and peak (1) it is."""
    if load["shape"] == "daily":
        return (1 - math.cos(2 * math.pi * (at - _QUIETEST_SECONDS) / _DAY_SECONDS)) / 2
    passed, lasts = at - load["since"] - load["after_seconds"], load["for_seconds"]
    if load["shape"] == "constant" or passed < 0:
        return 0.0
    if load["shape"] == "drift":
        return min(1.0, passed / lasts)
    rise = lasts / 10
    return min(1.0, passed / rise) if passed < lasts else math.exp((lasts - passed) / rise)


def _draw(*parts: object) -> float:
    digest = hashlib.sha256("/".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def _checked(asked: Mapping[str, Any]) -> dict[str, Any]:
    known = ("shape", "seed", *_NUMBERS)
    unknown = sorted(set(asked) - set(known))
    if unknown:
        raise Unfit(f"a load has no {unknown[0]!r}; it has {', '.join(known)}")
    shape, seed = asked.get("shape", "constant"), asked.get("seed", 0)
    if shape not in SHAPES:
        raise Unfit(f"'shape' of a load is one of {', '.join(SHAPES)}")
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise Unfit("'seed' of a load is a whole number")
    numbers = {name: _number(name, asked.get(name)) for name in _NUMBERS}
    base, peak = numbers["base"], numbers["peak"]
    return {"shape": shape, "seed": seed, **numbers, "peak": 10 * (base or 0) if peak is None else peak}


def _number(name: str, value: Any) -> float | None:
    default, least, most = _NUMBERS[name]
    if value is None:
        return default
    # Not "value > most": NaN is to be refused too.
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise Unfit(f"{name!r} of a load is a number from {least:g} to {most:g}")
    return value
