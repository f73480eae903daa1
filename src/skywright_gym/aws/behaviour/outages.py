"""Where there is no room for machines, and which of them are ill: what faults say of places.

Owns how the faults of zones, types and machines are asked by the rules; the faults themselves are in
`physics/faults`. In a world without faults each question is answered at once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

from skywright_gym.aws.behaviour.errors import refusal
from skywright_gym.physics import faults
from skywright_gym.world import current_world

_NO_END = 10**9


@dataclass(frozen=True, slots=True)
class Wanted:
    """Machines that are to be launched: their type, and how many at least and at most."""

    instance_type: str
    least: int
    most: int


def are_set() -> bool:
    """Whether any fault is set in this world."""
    try:
        return faults.are_set(current_world())
    except LookupError:
        return False  # plain moto, as in a quick test


def _current(kind: str) -> list[dict[str, Any]]:
    return faults.current(current_world(), kind) if are_set() else []


# ---- room


def room(backend: Any, zone: str, instance_type: str) -> int:
    """How many more machines of the type the zone has room for."""
    if not are_set():
        return _NO_END
    if any(fnmatchcase(zone, fault["zone"]) for fault in _current("zone-outage")):
        return 0
    left = _NO_END
    for fault in _current("capacity"):
        if fnmatchcase(zone, fault["zone"]) and fnmatchcase(instance_type, fault["instance_type"]):
            left = min(left, fault["machines"] - _there(backend, zone, fault["instance_type"]))
    return max(0, left)


def _there(backend: Any, zone: str, types: str) -> int:
    return sum(
        instance.state in ("pending", "running")
        and instance.placement.zone == zone
        and fnmatchcase(instance.instance_type, types)
        for reservation in backend.reservations.values()
        for instance in reservation.instances
    )


def roomiest(backend: Any, zones: Iterable[str], wanted: Wanted) -> str:
    """The first zone with room for all that is wanted, else for the least, else the first."""
    ordered = sorted(zones)
    for count in (wanted.most, wanted.least):
        for zone in ordered:
            if room(backend, zone, wanted.instance_type) >= count:
                return zone
    return ordered[0]


def fitting(backend: Any, zone: str, wanted: Wanted) -> int:
    """How many of the machines that are wanted the zone has room for.

    Raises:
        EC2ClientError: InsufficientInstanceCapacity, if that is fewer than the least.
    """
    left = room(backend, zone, wanted.instance_type)
    if left >= wanted.least:
        return min(left, wanted.most)
    # Recording: public issue reports (hashicorp/terraform-provider-aws#1496 has it as it came over the wire).
    sentence = (
        f"We currently do not have sufficient {wanted.instance_type} capacity in the Availability Zone you "
        f"requested ({zone}). Our system will be working on provisioning additional capacity."
    )
    others = [
        other.name
        for other in backend.describe_availability_zones()
        if room(backend, other.name, wanted.instance_type) >= wanted.least
    ]
    if others:
        sentence += (
            f" You can currently get {wanted.instance_type} capacity by not specifying an Availability Zone "
            f"in your request or choosing {', '.join(others)}."
        )
    raise refusal("InsufficientInstanceCapacity", sentence)


# ---- health


def ails_since(instance: Any, check: str) -> float | None:
    """Since when a running machine fails its `instance` or its `system` check; None: it passes."""
    return min(_ailments(instance, check), default=None) if are_set() else None


def _ailments(instance: Any, check: str) -> Iterator[float]:
    ran: list[list[Any]] = vars(instance).get("ran") or []
    up_since = ran[-1][0] if ran else 0.0
    for fault in _current("zone-outage"):
        if fnmatchcase(instance.placement.zone, fault["zone"]):
            yield max(faults.begins(fault), up_since)
    for fault in _current("impaired-machine"):
        if not fnmatchcase(instance.id, fault["instance"]) or fault["check"] not in (check, "both"):
            continue
        # Started anew it is on another host.
        moved = len(ran) > 1 and up_since > faults.begins(fault)
        if fault["check"] != "system" or not moved:
            yield max(faults.begins(fault), up_since)


def is_well(instance: Any) -> bool:
    """Whether a running machine passes both checks, as far as faults are concerned."""
    return ails_since(instance, "instance") is None and ails_since(instance, "system") is None


def failed_checks(instance: Any, metric: str, at: float) -> float:
    """The value of StatusCheckFailed, …_Instance or …_System at a moment: 1 if a check failed then."""
    checks = {"StatusCheckFailed_Instance": ("instance",), "StatusCheckFailed_System": ("system",)}
    since = (ails_since(instance, check) for check in checks.get(metric, ("instance", "system")))
    return float(any(moment is not None and at >= moment for moment in since))


def moment(since: float) -> datetime:
    """A moment in the form that moto keeps."""
    return datetime.fromtimestamp(since, UTC).replace(tzinfo=None)
