"""The history of spot prices, as it is asked for. Owns its rows; what the prices are is in `pools`."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response

from skywright_gym.aws.behaviour import pools, timing
from skywright_gym.aws.behaviour.rule import Rule, around

_HISTORY_SECONDS = 90 * 86400


def _prices(_original: Callable[..., Any], self: Any) -> ActionResult:
    self.error_on_dryrun()
    filters = self._filters_from_querystring()
    types = self._get_param("InstanceTypes", []) or filters.get("instance-type", [])
    zone = self._get_param("AvailabilityZone")
    zones = [zone] if zone else filters.get("availability-zone", [])
    product = (self._get_param("ProductDescriptions", []) or ["Linux/UNIX"])[0]
    offers = self.ec2_backend.describe_spot_price_history(types, {})
    offers = [o for o in offers if not zones or o["Location"] in zones]
    end = _asked(self, "EndTime", timing.now())
    start = _asked(self, "StartTime", end)
    start = max(start, timing.now() - _HISTORY_SECONDS)
    moments = [pools.next_period(end) - pools.PERIOD_SECONDS]
    while moments[-1] > start:
        moments.append(moments[-1] - pools.PERIOD_SECONDS)
    rows = [
        {
            "InstanceType": o["InstanceType"],
            "ProductDescription": product,
            "SpotPrice": f"{pools.usd_hour(o['InstanceType'], o['Location'], at):.6f}",
            "AvailabilityZone": o["Location"],
            "Timestamp": datetime.fromtimestamp(at, UTC).replace(tzinfo=None),
        }
        for at in moments
        for o in offers
    ]
    first = int(self._get_param("NextToken") or 0)
    most = int(self._get_param("MaxResults", 1000))
    following = str(first + most) if first + most < len(rows) else ""
    return ActionResult({"SpotPriceHistory": rows[first : first + most], "NextToken": following})


def _asked(response: Any, name: str, latest: float) -> float:
    """The moment of a parameter, which is the latest there can be if it is not given."""
    moment = response._get_param(name)
    return min(timing.epoch(moment), latest) if moment is not None else latest


RULES = (
    Rule(
        "spot.prices",
        ("ec2",),
        "Spot prices differ by type and zone, move with time and lie well below those on demand; their "
        "history of ninety days is that which machines pay and are interrupted by.",
        "assumption: the figures, which a seed decides: drawn back to their mean, at most those on demand; "
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/"
        "using-spot-instances-history.html",
        (around(EC2Response, "describe_spot_price_history", _prices),),
    ),
)
