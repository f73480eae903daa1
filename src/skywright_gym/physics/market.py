"""The spot market of a world: how its prices move and when it has nothing left. Owns the course of both,
which follows from a seed alone, and what a user sets of it; knows no cloud's prices and no machine.

A price is a share of what the same costs on demand. Its logarithm is an Ornstein-Uhlenbeck process in steps
of an hour: it moves by chance and is drawn back to its pool's own mean. Any moment of it can be asked for
by itself, since each step's chance is a hash and what lies longer ago than `_STEPS` hardly weighs.
"""

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from statistics import NormalDist
from typing import Any

from skywright_gym.physics.fields import Unfit
from skywright_gym.world import World

PERIOD_SECONDS = 3600
_EXTRAS = "spot-market"
_HOURS_A_MONTH = 730
_PULL = 0.9
"""How much of its distance from the mean a price keeps from one hour to the next."""
_STEPS = 44
"""Until what is forgotten weighs less than a hundredth."""
_LEAST_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Market:
    """How a market behaves from a moment on.

    Attributes:
        seed: decides its whole course.
        volatility: the standard deviation of a price's logarithm: 0.03 hardly moves, 0.5 jumps.
        reclaims_month: how often in a month a pool has nothing left and takes its machines back.
        level: times what is usual: 2 doubles all prices, as far as those on demand.
    """

    since: float = 0.0
    seed: int = 0
    volatility: float = 0.03
    reclaims_month: float = 0.0
    level: float = 1.0


def of(world: World, at: float) -> Market:
    """The market that is in force at a moment."""
    markets: list[Market] = world.extras.get(_EXTRAS, [])
    return next((one for one in reversed(markets) if one.since <= at), _USUAL)


def share(market: Market, pool: str, at: float, usual: float) -> float:
    """What a pool asks at a moment, as a share of the price on demand, around a usual share."""
    mean = market.level * usual * (0.85 + 0.3 * _uniform(market.seed, "mean", pool, 0))
    moved = mean * math.exp(
        market.volatility * _deviation(market.seed, pool, math.floor(at / PERIOD_SECONDS))
    )
    return min(1.0, max(_LEAST_SHARE, moved))


def runs_out(market: Market, pool: str, at: float) -> float | None:
    """When in the hour of a moment the pool has nothing left, until that hour's end; None: it always has."""
    if not market.reclaims_month:
        return None
    hour = math.floor(at / PERIOD_SECONDS)
    if _uniform(market.seed, "reclaim", pool, hour) >= market.reclaims_month / _HOURS_A_MONTH:
        return None
    return (hour + 0.75 * _uniform(market.seed, "minute", pool, hour)) * PERIOD_SECONDS


def told(world: World) -> dict[str, Any]:
    """What the market is set to, from now or from the next full hour on."""
    markets: list[Market] = world.extras.get(_EXTRAS, [])
    return asdict(markets[-1] if markets else _USUAL)


def change(world: World, asked: Mapping[str, Any]) -> None:
    """Set the market from the next full hour on. Raises Unfit."""
    unknown = sorted(set(asked) - set(_CHECKS))
    if unknown or not asked:
        found = f"not {unknown[0]!r}" if unknown else "and nothing was given"
        raise Unfit(f"of a spot market one can set {', '.join(_CHECKS)}, {found}")
    chosen: dict[str, Any] = {name: _CHECKS[name](name, value) for name, value in asked.items()}
    now = world.clock.now()
    since = math.ceil(now / PERIOD_SECONDS) * float(PERIOD_SECONDS)
    # What was to begin at that hour, too, never begins.
    markets: list[Market] = world.extras.get(_EXTRAS, [])
    changed = replace(markets[-1] if markets else _USUAL, **chosen, since=since)
    world.extras[_EXTRAS] = [*(one for one in markets if one.since < since), changed]


_USUAL = Market()


def _whole(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
        raise Unfit(f"{name!r} of a spot market is a whole number from 0")
    return value


def _number(most: float) -> Callable[[str, Any], float]:
    def check(name: str, value: Any) -> float:
        # Not "value > most": NaN is to be refused too.
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise Unfit(f"{name!r} of a spot market is a number from 0 to {most:g}")
        return float(value)

    return check


_CHECKS: Mapping[str, Callable[[str, Any], float]] = {
    "seed": _whole,
    "volatility": _number(2.0),
    "reclaims_month": _number(float(_HOURS_A_MONTH)),
    "level": _number(10.0),
}


@lru_cache(maxsize=32_768)
def _deviation(seed: int, pool: str, hour: int) -> float:
    """How far the price is from its mean in that hour, in standard deviations."""
    weighed = sum(_PULL**step * _shock(seed, pool, hour - step) for step in range(_STEPS))
    return math.sqrt(1 - _PULL**2) * weighed


@lru_cache(maxsize=65_536)
def _shock(seed: int, pool: str, hour: int) -> float:
    return _NORMAL.inv_cdf(min(max(_uniform(seed, "shock", pool, hour), 1e-12), 1 - 1e-12))


def _uniform(*parts: object) -> float:
    """A number from 0 up to 1 that depends on nothing but the parts."""
    digest = hashlib.blake2b("/".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


_NORMAL = NormalDist()
