"""What a thing costs as it stands there, by the one price book. Owns what of its description counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from skywright.clouds.aws.effect_names import effect
from skywright.clouds.aws.resources import touched
from skywright.clouds.aws.template import find
from skywright.model.operation import Effect, Operation
from skywright.model.resource import Inventory, Resource
from skywright.model.values import Arguments
from skywright_prices import aws as book


@dataclass(frozen=True, slots=True)
class Changed:
    """A thing whose price a step changes in place.

    Attributes:
        arguments: the step's, with what it leaves as it is.
        usd_month: what it costs now of what the step may change, as if it ran.
    """

    thing: str
    arguments: Mapping[str, Any]
    usd_month: float


def changed(operation: Operation, arguments: Arguments, there: Inventory) -> Changed | None:
    """What the step changes in place, if it is known how it stands; None also where its price stays."""
    member = _CHANGES.get(str(operation))
    thing = there.get(str(arguments.get(member))) if member else None
    if thing is None:
        return None
    its = thing.properties
    if thing.type == "ec2:volume":
        kept = {name: its[name] for name in ("VolumeType", "Size", "Iops", "Throughput") if name in its}
        return Changed(thing.id, {**kept, **arguments}, _disk(its, thing.region))
    if "InstanceType" not in arguments and str(arguments.get("Attribute")).lower() != "instancetype":
        return None
    return Changed(thing.id, arguments, _hours(its, thing.region))


def ended(operation: Operation, arguments: Arguments, there: Inventory) -> float:
    """USD a month of what the step ends, as it stands there, with the disks that end with a machine."""
    if effect(operation) is not Effect.DESTROY:
        return 0.0
    ids = {id for id, _ in touched(operation, arguments)}
    for id in ids & there.keys():
        mappings = find("BlockDeviceMappings[?Ebs.DeleteOnTermination].Ebs.VolumeId", there[id].properties)
        ids = ids | set(mappings or ())
    return sum(usd_month(there[id]) for id in ids & there.keys())


_CHANGES: Mapping[str, str] = {"ec2:ModifyInstanceAttribute": "InstanceId", "ec2:ModifyVolume": "VolumeId"}


def usd_month(resource: Resource) -> float:
    """USD a month at full use; 0 for what costs nothing, or is not known to cost anything.

    Not in it: traffic, requests, and what snapshots share with one another.
    """
    counter = _COUNTERS.get(resource.type)
    return 0.0 if counter is None else round(counter(resource.properties, resource.region), 2)


def _machine(its: Mapping[str, Any], region: str) -> float:
    usd = 0.0
    if find("State.Name", its) in ("pending", "running"):
        usd += _hours(its, region)
        # An address of its own; an elastic one counts as itself.
        owners = find("NetworkInterfaces[].Association.IpOwnerId", its) or ()
        usd += book.month_of("public_ipv4") * sum(1 for owner in owners if owner == "amazon")
    if find("Monitoring.State", its) == "enabled":
        usd += book.monthly("detailed_monitoring")
    return usd


def _hours(its: Mapping[str, Any], region: str) -> float:
    share = float(book.book()["spot_factor"]) if its.get("InstanceLifecycle") == "spot" else 1.0
    return book.machine(str(its.get("InstanceType")), region).usd_hour * share * book.hours_a_month()


def _disk(its: Mapping[str, Any], region: str) -> float:
    return book.disk_month(
        str(its.get("VolumeType", "gp2")),
        float(its.get("Size") or 0),
        region,
        float(its.get("Iops") or 0),
        float(its.get("Throughput") or 0),
    )


def _balancer(its: Mapping[str, Any], region: str) -> float:
    zones = len(its.get("AvailabilityZones") or ()) if its.get("Scheme") != "internal" else 0
    return book.balancer_month(str(its.get("Type", "application")), region, zones)


def _snapshot(its: Mapping[str, Any], region: str) -> float:
    return book.snapshot_month(float(its.get("VolumeSize") or 0), region)


def _address(its: Mapping[str, Any], region: str) -> float:
    return book.month_of("public_ipv4")


def _alarm(its: Mapping[str, Any], region: str) -> float:
    return book.monthly("alarm_fast" if float(its.get("Period") or 60) < 60 else "alarm")


_COUNTERS: Mapping[str, Callable[[Mapping[str, Any], str], float]] = {
    "ec2:instance": _machine,
    "ec2:volume": _disk,
    "ec2:snapshot": _snapshot,
    "ec2:elastic-ip": _address,
    "elbv2:loadbalancer": _balancer,
    "cloudwatch:alarm": _alarm,
}
