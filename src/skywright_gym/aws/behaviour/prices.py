"""What machines cost on demand, by the price book, and chance that follows from names alone.

Knows no requests and no market.
"""

import hashlib
from functools import cache

from moto.ec2.models.instance_types import INSTANCE_TYPES

from skywright_prices.aws import machine


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
