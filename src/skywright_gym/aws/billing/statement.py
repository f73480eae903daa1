"""An account's bill as its user is told it: line by line, with the things that cost. Owns that shape."""

from datetime import UTC, datetime
from typing import Any

from skywright_gym.aws.behaviour.settling import settle_region
from skywright_gym.aws.billing import bill, ledger
from skywright_gym.aws.billing.use import HOUR_SECONDS, Use
from skywright_gym.physics.fields import Unfit
from skywright_gym.world import World
from skywright_prices import aws as book


def told(world: World, for_seconds: float | None = None) -> dict[str, Any]:
    """What the account cost in the last seconds, or ever, dearest first, and what it costs an hour now."""
    now = world.clock.now()
    found = bill.uses(world, settle_region)
    start = min((use.began for use in found), default=now) if for_seconds is None else now - for_seconds
    sums = bill.summed(found, start, now, _line)
    lines = [
        {
            "service": service,
            "usage_type": usage_type,
            "resource": resource,
            "region": region,
            "quantity": one.quantity,
            "unit": one.unit,
            "usd": one.usd,
        }
        for (service, usage_type, resource, region), one in sorted(
            sums.items(), key=lambda pair: -pair[1].usd
        )
    ]
    return {
        "since": _moment(start),
        "until": _moment(now),
        "usd": sum(one.usd for one in sums.values()),
        "usd_hour": bill.total_usd(found, now, now + HOUR_SECONDS),
        "billed": ledger.is_on(world),
        "prices": book.provenance(),
        "lines": lines,
    }


def switch(world: World, billed: Any) -> None:
    """Bill the account from now on, or no more. Raises Unfit."""
    if not isinstance(billed, bool):
        raise Unfit("'billed' is true or false")
    world.extras[ledger.SWITCH] = billed


def _line(use: Use) -> tuple[str, ...]:
    return use.sort.service, use.sort.usage_type, use.place.resource, use.place.region


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
