"""The course of a spot market: decided by its seed, drawn back to its mean, never dearer than on demand."""

import math
import statistics
from itertools import pairwise
from typing import Any

import pytest

from skywright_gym.physics import market
from skywright_gym.physics.clock import Clock
from skywright_gym.physics.fields import Unfit
from skywright_gym.physics.market import Market
from skywright_gym.world import World

_HOUR = 3600
_POOL = "m5.large/eu-west-1a"


def _course(settings: Market, hours: int = 3000, pool: str = _POOL) -> list[float]:
    return [market.share(settings, pool, hour * _HOUR, 0.35) for hour in range(hours)]


def test_a_seed_decides_the_whole_course_and_any_moment_of_it() -> None:
    settings = Market(seed=7, volatility=0.3)
    course = _course(settings, 100)
    assert market.share(settings, _POOL, 50 * _HOUR + 1800, 0.35) == course[50]
    assert course == _course(Market(seed=7, volatility=0.3), 100)
    assert course != _course(Market(seed=8, volatility=0.3), 100)
    assert course != _course(settings, 100, "m5.large/eu-west-1b")


def test_prices_are_drawn_back_to_their_mean() -> None:
    logs = [math.log(share) for share in _course(Market(seed=1, volatility=0.2))]
    assert statistics.stdev(logs) == pytest.approx(0.2, rel=0.25)
    steps = [after - before for before, after in pairwise(logs)]
    mean = statistics.fmean(logs)
    # Far above its mean a price falls on average, far below it rises.
    above = [step for log, step in zip(logs, steps, strict=False) if log > mean + 0.2]
    below = [step for log, step in zip(logs, steps, strict=False) if log < mean - 0.2]
    assert statistics.fmean(above) < -0.01 < 0.01 < statistics.fmean(below)
    assert statistics.stdev(steps) < 0.2


def test_never_dearer_than_on_demand() -> None:
    course = _course(Market(seed=3, volatility=2.0))
    assert max(course) == 1.0 and min(course) == 0.1


def test_a_pool_runs_out_as_often_as_is_said() -> None:
    settings = Market(seed=5, reclaims_month=73)
    found = [market.runs_out(settings, _POOL, hour * _HOUR) for hour in range(7300)]
    moments = [(hour, moment) for hour, moment in enumerate(found) if moment is not None]
    assert len(moments) == pytest.approx(730, rel=0.15)
    assert all(hour * _HOUR <= moment < (hour + 1) * _HOUR for hour, moment in moments)
    assert market.runs_out(Market(seed=5), _POOL, 0) is None


def test_a_change_holds_from_the_next_full_hour_on() -> None:
    world = World("123456789012", Clock(scale=0, epoch_seconds=10 * _HOUR + 60))
    market.change(world, {"seed": 4, "volatility": 0.5})
    market.change(world, {"reclaims_month": 2})
    assert market.told(world) == {
        "since": 11 * _HOUR,
        "seed": 4,
        "volatility": 0.5,
        "reclaims_month": 2.0,
        "level": 1.0,
    }
    assert market.of(world, 11 * _HOUR - 1) == Market()
    assert market.of(world, 11 * _HOUR).seed == 4


@pytest.mark.parametrize(
    "asked",
    [{}, {"seed": 1.5}, {"seed": True}, {"volatility": -1}, {"volatility": math.nan}, {"price": 1}],
)
def test_what_cannot_be_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(Unfit, match="of a spot market"):
        market.change(World("123456789012", Clock(scale=0)), asked)
