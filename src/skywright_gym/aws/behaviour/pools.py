"""The spot pools of a region's zones and types: what they ask, when they have nothing left, and when either
is next too much for a machine. Owns the link between the world's market and the price book; knows no
request.
"""

from collections.abc import Iterator

from skywright_gym.aws.behaviour.prices import on_demand_usd_hour
from skywright_gym.physics import market
from skywright_gym.physics.market import PERIOD_SECONDS, Market
from skywright_gym.world import World, current_world
from skywright_prices.aws import book

PRICE, CAPACITY = "price", "capacity"


def _market(at: float) -> Market:
    try:
        world: World = current_world()
    except LookupError:
        return Market()  # plain moto, as in a quick test
    return market.of(world, at)


def _pool(instance_type: str, zone: str) -> str:
    return f"{instance_type}/{zone}"


def usd_hour(instance_type: str, zone: str, at: float) -> float:
    """The spot price in force at `at` (seconds since the epoch), in USD an hour, rounded as published."""
    share = market.share(_market(at), _pool(instance_type, zone), at, float(book()["spot_factor"]))
    return round(on_demand_usd_hour(instance_type, zone[:-1]) * share, 6)


def is_out(instance_type: str, zone: str, at: float) -> bool:
    """Whether there is nothing left at that moment."""
    since = market.runs_out(_market(at), _pool(instance_type, zone), at)
    return since is not None and at >= since


def can_interrupt(max_price: float | None, at: float) -> bool:
    """Whether a machine has anything to fear: a price too high, or being taken back."""
    return max_price is not None or _market(at).reclaims_month > 0


def trouble(
    instance_type: str, zone: str, max_price: float | None, stretch: tuple[float, float]
) -> tuple[float, str] | None:
    """When between two moments a machine first has to go, and whether by price or by capacity."""
    start, end = stretch
    for at in _periods(start, end):
        found = market.runs_out(_market(at), _pool(instance_type, zone), at)
        moment = max(at, start)
        if max_price is not None and usd_hour(instance_type, zone, at) > max_price:
            return moment, PRICE
        if found is not None and start <= found < end:
            return found, CAPACITY
    return None


def next_period(at: float) -> float:
    """When prices are next set anew."""
    return at - at % PERIOD_SECONDS + PERIOD_SECONDS


def _periods(start: float, end: float) -> Iterator[float]:
    at = start - start % PERIOD_SECONDS
    while at < end:
        yield at
        at += PERIOD_SECONDS
