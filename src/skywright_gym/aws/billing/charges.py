"""Estimated charges, as CloudWatch measures them for alarms on the bill. Owns when there is a value and of
what.

Specification:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/monitor_estimated_charges_with_
cloudwatch.html (in us-east-1 alone, since the month began, several times a day). assumption: each six
hours, and that the account has chosen to receive billing alerts.
"""

from collections.abc import Iterator, Mapping

from skywright_gym.aws.billing import bill, meters
from skywright_gym.aws.billing.bill import Settle
from skywright_gym.aws.billing.use import month_of
from skywright_gym.world import World

NAMESPACE, METRIC, REGION = "AWS/Billing", "EstimatedCharges", "us-east-1"
STEP_SECONDS = 6 * 3600

_PRODUCTS = {
    meters.BALANCING: "AWSELB",
    meters.COMPUTE: "AmazonEC2",
    meters.NETWORK: "AmazonVPC",
    meters.OTHER: "AmazonEC2",
    meters.STORAGE: "AmazonS3",
    meters.WATCHING: "AmazonCloudWatch",
}


def values(
    world: World, settle: Settle, dimensions: Mapping[str, str], stretch: tuple[float, float]
) -> Iterator[tuple[float, float]]:
    """Moments and USD since the month began, of all of the account or of one product."""
    start, end = stretch
    wanted = dict(dimensions)
    if wanted.pop("Currency", "USD") != "USD" or wanted.pop("LinkedAccount", world.account_id) != (
        world.account_id
    ):
        return
    product = wanted.pop("ServiceName", None)
    if wanted:
        return
    found = [use for use in bill.uses(world, settle) if product in (None, _PRODUCTS.get(use.sort.service))]
    # Nothing was charged before the first of them.
    start = max(start, min((use.began for use in found), default=end) - STEP_SECONDS)
    at, last = start - start % STEP_SECONDS, min(end, world.clock.now())
    while at <= last:
        if at >= start:
            yield at, bill.total_usd(found, month_of(at)[0], at)
        at += STEP_SECONDS


def products(world: World, settle: Settle) -> list[str]:
    """What has been used, under the names of this metric."""
    return sorted({_PRODUCTS[use.sort.service] for use in bill.uses(world, settle)})
