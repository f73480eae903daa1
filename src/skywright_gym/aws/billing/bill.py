"""The bill of an account: everything that costs or did, and what it comes to. Owns the walk over what moto
holds and the sums by whatever one likes; knows no shape of an answer.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends
from moto.ec2.models import ec2_backends
from moto.elb.models import elb_backends
from moto.elbv2.models import elbv2_backends
from moto.s3.models import s3_backends

from skywright_gym.aws.behaviour import pools
from skywright_gym.aws.billing import ledger, meters
from skywright_gym.aws.billing.use import Use
from skywright_gym.world import World

Settle = Callable[[str, str], None]
"""Carries out what is due in a region of an account."""


@dataclass(frozen=True, slots=True)
class Sum:
    """What something comes to: its cost, and how much of it there was in its own unit (empty: in several)."""

    usd: float = 0.0
    quantity: float = 0.0
    unit: str | None = None

    def plus(self, usd: float, quantity: float, unit: str) -> "Sum":
        both = unit if self.unit in (None, unit) else ""
        return Sum(self.usd + usd, self.quantity + quantity, both)


def uses(world: World, settle: Settle) -> list[Use]:
    """Everything that costs or did, once what is due has happened; nothing if the account is not billed."""
    if not ledger.is_on(world):
        return []
    account = world.account_id
    for region in list(ec2_backends[account]):
        settle(account, region)
    return [*ledger.written(world), *_there(account)]


def summed(
    found: Iterable[Use], start: float, end: float, by: Callable[[Use], tuple[str, ...]]
) -> dict[tuple[str, ...], Sum]:
    """What falls between two moments, by what `by` makes of each use; what comes to nothing is left out."""
    sums: dict[tuple[str, ...], Sum] = {}
    for use in found:
        if use.began >= end or (use.ended is not None and use.ended <= start):
            continue
        quantity = use.quantity(start, end)
        if quantity:
            key = by(use)
            usd = use.cost(start, end, pools.usd_hour)
            sums[key] = sums.get(key, Sum()).plus(usd, quantity, use.sort.unit)
    return sums


def total_usd(found: Iterable[Use], start: float, end: float) -> float:
    """What everything comes to between two moments."""
    return sum(one.usd for one in summed(found, start, end, lambda _use: ()).values())


def _there(account: str) -> Iterator[Use]:
    for backend in _held(ec2_backends, account):
        yield from _of_ec2(backend)
    for backend in _held(elbv2_backends, account):
        for balancer in backend.load_balancers.values():
            yield from meters.balancer(backend, balancer)
    for backend in _held(elb_backends, account):
        for balancer in backend.load_balancers.values():
            yield from meters.classic_balancer(backend, balancer)
    for backend in _held(cloudwatch_backends, account):
        for alarm in backend.alarms.values():
            yield from meters.alarm(backend, alarm)
    for backend in _held(s3_backends, account):
        for bucket in backend.buckets.values():
            for _name, versions in bucket.keys.iterlists():
                for version in versions:
                    if hasattr(version, "size"):
                        yield from meters.stored(version, bucket)


def _of_ec2(backend: Any) -> Iterator[Use]:
    for reservation in backend.reservations.values():
        for instance in reservation.instances:
            yield from meters.machine(backend, instance)
    for volume in backend.volumes.values():
        yield from meters.disk(backend, volume)
    for snapshot in _own(backend.snapshots):
        yield from meters.snapshot(backend, snapshot)
    for address in backend.addresses:
        yield from meters.address(backend, address)
    for gateway in backend.nat_gateways.values():
        yield from meters.nat_gateway(backend, gateway)


def _own(snapshots: Any) -> Iterable[Any]:
    """Without Amazon's, of which there are more than a thousand in each region."""
    own: Any = getattr(snapshots, "own", None)
    return list((snapshots if own is None else own).values())


def _held(backends: Any, account: str) -> list[Any]:
    """The back ends that the account has made; asking does not make any."""
    return list(backends[account].values()) if account in backends else []
