"""Capacity reservations: made, shown, changed and cancelled. Owns the reservations of a region, and how much
of one is free; that a zone keeps room for them is not simulated.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response
from moto.moto_api._internal import mock_random

from skywright_gym.aws.behaviour import outages, timing
from skywright_gym.aws.behaviour.errors import incorrect_state, invalid_combination, invalid_value, refusal
from skywright_gym.aws.behaviour.filters import matches
from skywright_gym.aws.behaviour.keeping import Kept
from skywright_gym.aws.behaviour.launch_checks import check_type
from skywright_gym.aws.behaviour.outages import Wanted
from skywright_gym.aws.behaviour.quotas import check_vcpus
from skywright_gym.aws.behaviour.rule import Rule, new

PAGE = "specification: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-capacity-reservations.html"
_LINUX = "Linux/UNIX"
_FILTERS = {
    "instance-type": "InstanceType",
    "instance-platform": "InstancePlatform",
    "availability-zone": "AvailabilityZone",
    "state": "State",
    "tenancy": "Tenancy",
    "end-date-type": "EndDateType",
    "instance-match-criteria": "InstanceMatchCriteria",
    "owner-id": "OwnerId",
}


@dataclass
class Reservation:
    """One reservation. `told` are those members of the API's answers that stay as they were asked for."""

    id: str
    count: int
    end: datetime | None
    criteria: str
    told: dict[str, Any]
    cancelled: bool = False

    @property
    def state(self) -> str:
        if self.cancelled:
            return "cancelled"
        return "active" if self.end is None or timing.moment() < self.end else "expired"


_kept = Kept("capacity_reservations", dict[str, Reservation])


def _used(backend: Any, one: Reservation) -> int:
    """The running machines that an open reservation covers; it covers those of its type and zone."""
    if one.criteria != "open" or one.told["InstancePlatform"] != _LINUX:
        return 0
    return sum(
        instance.state in ("pending", "running")
        and instance.instance_type == one.told["InstanceType"]
        and instance.placement.zone == one.told["AvailabilityZone"]
        and instance.platform is None
        for reservation in backend.reservations.values()
        for instance in reservation.instances
    )


def _shown(backend: Any, one: Reservation) -> dict[str, Any]:
    active = one.state == "active"
    return {
        **one.told,
        "CapacityReservationId": one.id,
        "TotalInstanceCount": one.count,
        "AvailableInstanceCount": max(0, one.count - _used(backend, one)) if active else 0,
        "State": one.state,
        "EndDate": one.end,
        "EndDateType": "limited" if one.end else "unlimited",
        "InstanceMatchCriteria": one.criteria,
        "Tags": [{"Key": k, "Value": v} for k, v in backend.tags.get(one.id, {}).items()],
    }


def _end(response: Any) -> datetime | None:
    """When it is to end; None: never by itself."""
    kind, given = response._get_param("EndDateType"), response._get_param("EndDate")
    if (kind == "limited") is not (given is not None):
        raise invalid_combination("An end date is needed with the end date type limited, and only with it")
    if given is None:
        return None
    end = given if isinstance(given, datetime) else datetime.fromisoformat(str(given))
    end = end.replace(tzinfo=end.tzinfo or timing.moment().tzinfo)
    if end <= timing.moment():
        raise invalid_value(f"The end date {end.isoformat()} is in the past")
    return end


def _count(response: Any) -> int:
    count = int(response._get_param("InstanceCount") or 0)
    if count < 1:
        raise invalid_value(
            f"Value ({count}) for parameter instanceCount is invalid. Must be greater than 0."
        )
    return count


def _zone(response: Any) -> Any:
    name, number = response._get_param("AvailabilityZone"), response._get_param("AvailabilityZoneId")
    for zone in response.ec2_backend.describe_availability_zones():
        if zone.name == name or (name is None and zone.zone_id == number):
            return zone
    raise invalid_value(f"Invalid availability zone: [{name or number}]")


def _create(self: Any) -> ActionResult:
    self.error_on_dryrun()
    backend, instance_type = self.ec2_backend, self._get_param("InstanceType")
    zone, count, end = _zone(self), _count(self), _end(self)
    check_type(backend, instance_type, zone.name)
    check_vcpus(backend, instance_type, count, spot=False)
    outages.fitting(backend, zone.name, Wanted(instance_type, count, count))
    number = f"cr-{mock_random.get_random_hex(17)}"
    account = self.current_account
    told = {
        "OwnerId": account,
        "CapacityReservationArn": f"arn:aws:ec2:{self.region}:{account}:capacity-reservation/{number}",
        "AvailabilityZone": zone.name,
        "AvailabilityZoneId": zone.zone_id,
        "InstanceType": instance_type,
        "InstancePlatform": self._get_param("InstancePlatform"),
        "Tenancy": self._get_param("Tenancy") or "default",
        "EbsOptimized": str(self._get_param("EbsOptimized")).lower() == "true",
        "EphemeralStorage": str(self._get_param("EphemeralStorage")).lower() == "true",
        "CreateDate": timing.moment(),
        "StartDate": timing.moment(),
        "ReservationType": "default",
    }
    made = Reservation(number, count, end, self._get_param("InstanceMatchCriteria") or "open", told)
    _kept(backend)[number] = made
    tags = self._parse_tag_specification().get("capacity-reservation", {})
    if tags:
        backend.create_tags([number], tags)
    return ActionResult({"CapacityReservation": _shown(backend, made)})


def _one(backend: Any, number: str) -> Reservation:
    found = _kept(backend).get(number)
    if found is None:
        raise refusal(
            "InvalidCapacityReservationId.NotFound", f"The capacity reservation '{number}' does not exist"
        )
    return found


def _describe(self: Any) -> ActionResult:
    self.error_on_dryrun()
    backend, ids = self.ec2_backend, self._get_param("CapacityReservationIds", [])
    wanted = [_one(backend, number) for number in ids] if ids else list(_kept(backend).values())
    shown = [_shown(backend, one) for one in wanted]
    for name, values in self._filters_from_querystring().items():
        shown = [one for one in shown if matches(_read(one, name), values)]
    return ActionResult({"CapacityReservations": shown})


def _read(shown: dict[str, Any], name: str) -> Any:
    tags = {tag["Key"]: tag["Value"] for tag in shown["Tags"]}
    if name.startswith("tag:"):
        return tags.get(name.removeprefix("tag:"))
    if name == "tag-key":
        return list(tags)
    if name not in _FILTERS:
        raise invalid_value(f"The filter '{name}' is invalid")
    return shown[_FILTERS[name]]


def _active(response: Any) -> Reservation:
    found = _one(response.ec2_backend, response._get_param("CapacityReservationId"))
    if found.state != "active":
        raise incorrect_state(f"The capacity reservation '{found.id}' is {found.state}")
    return found


def _modify(self: Any) -> ActionResult:
    self.error_on_dryrun()
    found = _active(self)
    if self._get_param("InstanceCount") is not None:
        found.count = _count(self)
    if self._get_param("EndDateType") is not None or self._get_param("EndDate") is not None:
        found.end = _end(self)
    return ActionResult({"Return": True})


def _cancel(self: Any) -> ActionResult:
    self.error_on_dryrun()
    _active(self).cancelled = True
    return ActionResult({"Return": True})


RULES = (
    Rule(
        "reservations.capacity",
        ("ec2",),
        "Capacity is reserved for so many machines of a type in a zone, within the quota and the room there "
        "is, until it is cancelled or its end; an open one covers the running machines that fit.",
        PAGE + "; assumption: the wording, that no room is kept, and that a targeted one is never used",
        (
            new(EC2Response, "create_capacity_reservation", _create),
            new(EC2Response, "describe_capacity_reservations", _describe),
            new(EC2Response, "modify_capacity_reservation", _modify),
            new(EC2Response, "cancel_capacity_reservation", _cancel),
        ),
    ),
)
