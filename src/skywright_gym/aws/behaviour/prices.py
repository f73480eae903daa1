"""What machines cost: on demand by the price book, spot by type, zone and hour.

Owns a deterministic price; knows no requests. assumption: a spot price is about a third of on demand and
moves some per cent from one period to the next.
"""

import hashlib
import math
from functools import cache

from moto.ec2.models.instance_types import INSTANCE_TYPES

from skywright_prices.aws import machine

PERIOD_SECONDS = 6 * 3600


def fraction(*parts: object) -> float:
    """A number from 0 up to 1 that depends on nothing but the parts."""
    digest = hashlib.sha256("/".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


@cache
def on_demand_usd_hour(instance_type: str, region: str) -> float:
    """What a type costs on demand, in USD an hour, by the price book."""
    known = INSTANCE_TYPES.get(instance_type)
    if known is None:
        return machine(instance_type, region).usd_hour
    vcpus, gib = known["VCpuInfo"]["DefaultVCpus"], known["MemoryInfo"]["SizeInMiB"] / 1024
    return machine(instance_type, region, vcpus, gib).usd_hour


def spot_usd_hour(instance_type: str, zone: str, at: float) -> float:
    """The spot price in force at `at` (seconds since the epoch), in USD an hour, rounded as published."""
    period = math.floor(at / PERIOD_SECONDS)
    share = 0.28 + 0.12 * fraction(instance_type, zone)
    drift = 1 + 0.06 * (fraction(instance_type, zone, period) - 0.5)
    return round(on_demand_usd_hour(instance_type, zone[:-1]) * share * drift, 6)
