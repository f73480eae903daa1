"""How many requests a second a load brings, at any moment."""

from typing import Any

import pytest

from skywright_gym.physics import load
from skywright_gym.physics.clock import Clock
from skywright_gym.physics.fields import Unfit
from skywright_gym.world import World

MIDNIGHT, HOUR = 1_800_057_600, 3600
NAME = "arn:front"


def a_world() -> World:
    return World("123456789012", Clock(scale=0, epoch_seconds=MIDNIGHT))


def rates(moments: list[float], **how: Any) -> list[float]:
    """What a load that is set at midnight brings at moments after it."""
    one = load.put(a_world(), {"noise": 0, **how}, NAME)
    return [round(load.rate(one, MIDNIGHT + at), 3) for at in moments]


def test_shapes() -> None:
    assert rates([-1, 0, 9e6], base=7) == [0, 7, 7]
    assert rates([4 * HOUR, 10 * HOUR, 16 * HOUR, 28 * HOUR], shape="daily", base=10, peak=90) == [
        10,
        50,
        90,
        10,
    ]
    crowd = rates(
        [599, 660, 720, 1799, 1800, 1920],
        shape="flash-crowd",
        base=1,
        peak=101,
        after_seconds=600,
        for_seconds=1200,
    )
    assert crowd == [1, 51, 101, 101, 101, round(1 + 100 / 2.718281828, 3)]
    assert rates([0, 50, 100, 9e6], shape="drift", base=10, peak=0, for_seconds=100) == [10, 5, 0, 0]


def test_noise_is_decided_by_the_seed_and_stays_in_its_bounds() -> None:
    moments = [60.0 * n for n in range(500)]
    one, again, other = (rates(moments, base=100, noise=0.2, seed=seed) for seed in (1, 1, 2))
    assert one == again != other
    assert min(one) >= 80 and max(one) <= 120 and max(one) - min(one) > 30
    assert sum(one) / 500 == pytest.approx(100, abs=2)


def test_what_is_replaced_or_ended_is_kept_for_what_it_was() -> None:
    world = a_world()
    load.put(world, {"base": 5, "noise": 0}, NAME)
    world.clock.advance(100)
    load.put(world, {"base": 8, "noise": 0}, NAME)
    assert [one["requests_second"] for one in load.listed(world)] == [8]
    world.clock.advance(100)
    assert load.end(world) == 1 and load.end(world) == 0 == len(load.listed(world))
    moments = [MIDNIGHT + at for at in (50, 150, 250)]
    assert [sum(load.rate(one, at) for one in load.of(world, NAME)) for at in moments] == [5, 8, 0]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"shape": "weekly"}, "one of constant, daily, flash-crowd, drift"),
        ({"base": -1}, "'base' of a load is a number from 0"),
        ({"noise": float("nan")}, "'noise' of a load is a number from 0 to 1"),
        ({"peak": True}, "'peak' of a load is a number"),
        ({"seed": 0.5}, "a whole number"),
        ({"colour": 1}, "has no 'colour'; it has shape"),
    ],
)
def test_what_cannot_be(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Unfit, match=sentence):
        load.put(a_world(), wrong, NAME)
