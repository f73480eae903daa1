"""From what moto holds to what costs. Owns which resources cost, how they are called in bills, and since
when each of them is there; knows no answer and nothing that is gone (that is in `ledger`).

The names are those of Cost Explorer and of AWS's price lists. assumption: a snapshot holds all of its disk
(the cloud counts changed blocks only), tags hold for all of a thing's life, and traffic, requests and
capacity units of load balancers cost nothing.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from skywright_gym.aws.behaviour import timing
from skywright_gym.aws.behaviour.prices import on_demand_usd_hour
from skywright_gym.aws.billing.use import HOUR_SECONDS, Place, Sort, Use
from skywright_prices import aws as book

LEAST_SECONDS = 60
SINCE = "metered_from"
"""Under what attribute of moto's own objects stands since when they are there."""
COMPUTE = "Amazon Elastic Compute Cloud - Compute"
OTHER = "EC2 - Other"
NETWORK = "Amazon Virtual Private Cloud"
BALANCING = "Amazon Elastic Load Balancing"
WATCHING = "AmazonCloudWatch"
STORAGE = "Amazon Simple Storage Service"
_MIB_A_GIB = 1024


def begin(thing: Any) -> None:
    """Note since when a thing is there."""
    vars(thing)[SINCE] = timing.now()


def _since(thing: Any, naive: datetime | None = None) -> float:
    """Since when it is there; things of an account that an earlier version kept bear no note."""
    noted = vars(thing).get(SINCE)
    if noted is not None:
        return float(noted)
    return timing.epoch(naive) if naive is not None else timing.now()


def _tags(tags: Mapping[str, str] | None) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((str(key), str(value)) for key, value in (tags or {}).items()))


@lru_cache(maxsize=4096)
def _sort(region: str, service: str, usage: str, operation: str, unit: str) -> Sort:
    per = "month" if unit.endswith("-Mo") or unit == "Alarms" or unit == "Metrics" else "hour"
    return Sort(service, book.usage_prefix(region) + usage, operation, unit, per)


# ---- EC2


def machine(backend: Any, instance: Any, until: float | None = None) -> Iterator[Use]:
    """A machine while it runs, its own public address, and its detailed monitoring."""
    region, held = backend.region_name, vars(instance)
    place = Place(instance.id, region, instance.placement.zone, _tags(backend.tags.get(instance.id)))
    spot = instance.lifecycle == "spot"
    as_what = held.get("ran_as", [])
    for number, (began, ended) in enumerate(held.get("ran", [])):
        kind, has_address = as_what[number] if number < len(as_what) else (instance.instance_type, False)
        ended = until if ended is None else ended
        if ended in held.get("interruptions", ()) and ended is not None and ended - began < HOUR_SECONDS:
            # specification: what the cloud interrupts in its first hour is free.
            continue
        last = None if ended is None else max(ended, began + LEAST_SECONDS)
        usage, operation = ("SpotUsage", "RunInstances:SV001") if spot else ("BoxUsage", "RunInstances")
        sort = _sort(region, COMPUTE, f"{usage}:{kind}", operation, "Hrs")
        yield Use(sort, place, began, last, 1, on_demand_usd_hour(kind, region), kind, spot)
        if has_address:
            yield _address(place, "PublicIPv4:InUseAddress", began, ended)
        yield from _watched(place, held.get("watched", []), began, ended)


def _address(place: Place, usage: str, began: float, ended: float | None, count: int = 1) -> Use:
    sort = _sort(place.region, NETWORK, usage, "PublicIPv4", "Hrs")
    return Use(sort, place, began, ended, count, count * book.hourly("public_ipv4"))


def _watched(place: Place, watched: Any, began: float, ended: float | None) -> Iterator[Use]:
    sort = _sort(place.region, WATCHING, "CW:MetricMonitorUsage", "MetricStorage:AWS/EC2", "Metrics")
    for first, last in watched:
        first = max(first, began)
        both = [moment for moment in (last, ended) if moment is not None]
        last = min(both, default=None)
        if last is None or last > first:
            yield Use(sort, place, first, last, 7, book.monthly("detailed_monitoring"))


_DISK_USAGES: Mapping[str, tuple[str, str]] = {
    "gp2": ("gp2", "Gp2"),
    "gp3": ("gp3", "Gp3"),
    "io1": ("piops", "P-IOPS"),
    "io2": ("io2", "io2"),
    "st1": ("st1", "St1"),
    "sc1": ("sc1", "Sc1"),
}


def disk(backend: Any, volume: Any, until: float | None = None) -> Iterator[Use]:
    """A disk from its creation on, at each of the sizes and types that it had."""
    region = backend.region_name
    zone = volume.zone.name if volume.zone is not None else ""
    place = Place(volume.id, region, zone, _tags(backend.tags.get(volume.id)))
    began = _since(volume, volume.create_time)
    for change in volume.modifications:
        ended = float(vars(change).get("started_at", began))
        yield from _disk(place, change, "original_", (began, ended))
        began = ended
    yield from _disk(place, volume, "", (began, until))


def _disk(place: Place, thing: Any, prefix: str, stretch: tuple[float, float | None]) -> Iterator[Use]:
    kind = str(getattr(thing, f"{prefix}volume_type") or "gp2")
    size, iops, mbps = (getattr(thing, f"{prefix}{name}") for name in ("size", "iops", "throughput"))
    name, operation = _DISK_USAGES.get(kind, ("", ""))
    dotted, operation = f".{name}" if name else "", f"CreateVolume-{operation}" if name else "CreateVolume"
    for part in book.disk_parts(kind, float(size or 0), place.region, float(iops or 0), float(mbps or 0)):
        usage, unit, amount = {
            "gb": (f"EBS:VolumeUsage{dotted}", "GB-Mo", part.amount),
            "iops": (f"EBS:VolumeP-IOPS{dotted}", "IOPS-Mo", part.amount),
            "mbps": (f"EBS:VolumeP-Throughput{dotted}", "GiBps-Mo", part.amount / _MIB_A_GIB),
        }[part.name]
        sort = _sort(place.region, OTHER, usage, operation, unit)
        yield Use(sort, place, *stretch, amount, part.usd_month)


def snapshot(backend: Any, held: Any, until: float | None = None) -> Iterator[Use]:
    """A snapshot of the account's own."""
    if held.owner_id != backend.account_id:
        return
    region, size = backend.region_name, float(held.volume_size or 0)
    place = Place(held.id, region, "", _tags(backend.tags.get(held.id)))
    sort = _sort(region, OTHER, "EBS:SnapshotUsage", "CreateSnapshot", "GB-Mo")
    usd = book.snapshot_month(size, region)
    yield Use(sort, place, _since(held, held.start_time), until, size, usd)


def address(backend: Any, held: Any, until: float | None = None) -> Iterator[Use]:
    """An Elastic IP address, whether it is in use or not."""
    name = held.allocation_id or held.public_ip
    place = Place(name, backend.region_name, "", _tags(backend.tags.get(name)))
    usage = "InUseAddress" if held.association_id or held.instance else "IdleAddress"
    yield _address(place, f"PublicIPv4:{usage}", _since(held), until)


def nat_gateway(backend: Any, held: Any) -> Iterator[Use]:
    """A NAT gateway; moto goes on showing those that are deleted."""
    region = backend.region_name
    place = Place(held.id, region, "", _tags(backend.tags.get(held.id)))
    sort = _sort(region, OTHER, "NatGateway-Hours", "NatGateway", "Hrs")
    ended = vars(held).get("metered_to")
    if held.state != "deleted" or ended is not None:
        yield Use(sort, place, _since(held), ended, 1, book.hourly("nat") * book.factor(region))


# ---- others


def balancer(backend: Any, held: Any, until: float | None = None) -> Iterator[Use]:
    """An application, network or gateway load balancer, and its addresses on the internet."""
    region, kind = backend.region_name, held.type
    tags = backend.tagging_service.get_tag_dict_for_resource(held.arn)
    place = Place(held.arn, region, "", _tags(tags))
    yield from _balancing(place, kind, "LoadBalancing:" + kind.capitalize(), (_since(held), until))
    if held.scheme != "internal" and held.subnets:
        yield _address(place, "PublicIPv4:InUseAddress", _since(held), until, len(held.subnets))


def classic_balancer(backend: Any, held: Any, until: float | None = None) -> Iterator[Use]:
    """A load balancer of the first generation."""
    place = Place(held.name, backend.region_name, "", _tags(held.tags))
    yield from _balancing(place, "classic", "LoadBalancing", (_since(held), until))


def _balancing(place: Place, kind: str, operation: str, stretch: tuple[float, float | None]) -> Iterator[Use]:
    sort = _sort(place.region, BALANCING, "LoadBalancerUsage", operation, "Hrs")
    yield Use(sort, place, *stretch, 1, book.hourly(kind) * book.factor(place.region))


def alarm(backend: Any, held: Any, until: float | None = None) -> Iterator[Use]:
    """An alarm of CloudWatch's."""
    fast = bool(held.period) and int(held.period) < LEAST_SECONDS
    place = Place(held.name, backend.region_name)
    usage = "CW:HighResAlarmMonitorUsage" if fast else "CW:AlarmMonitorUsage"
    sort = _sort(place.region, WATCHING, usage, "Unknown", "Alarms")
    yield Use(sort, place, _since(held), until, 1, book.monthly("alarm_fast" if fast else "alarm"))


def stored(held: Any, bucket: Any, until: float | None = None) -> Iterator[Use]:
    """One version of an object in S3."""
    gb = held.size / 1024**3
    if not gb:
        return
    region, kind = bucket.region_name, held.storage_class or "STANDARD"
    place = Place(bucket.name, region, "", ())
    usage = "TimedStorage-ByteHrs" if kind == "STANDARD" else f"TimedStorage-{kind}-ByteHrs"
    sort = _sort(region, STORAGE, usage, "StandardStorage", "GB-Mo")
    yield Use(sort, place, _since(held, held.last_modified), until, gb, book.objects_month(kind, gb, region))
