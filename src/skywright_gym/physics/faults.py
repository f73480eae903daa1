"""What is set to go wrong in a world. Owns the faults that are set, and their checks; knows nothing of
HTTP, nor what a fault does (whoever plays a part in it asks here).

Kinds:
    health-event    the cloud reports a problem (see `aws/services/health.py`)
    error           calls of one operation fail with a code, so many times (throttling, no capacity)
    slow            calls of one operation are carried out at once, but answered so many seconds later
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skywright_gym.world import World

_EXTRAS = "faults"


class Unfit(Exception):
    """A fault that cannot be set; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Injected:
    """The error that a fault gives instead of an answer."""

    code: str
    message: str
    status: int


_FIELDS: dict[str, dict[str, tuple[type, Any]]] = {
    # field -> (type, default); no default (...) means that it has to be given.
    "health-event": {
        "service": (str, ...),
        "region": (str, "us-east-1"),
        "code": (str, ...),
        "status": (str, "open"),
        "text": (str, ""),
        "category": (str, "issue"),
        "entities": (list, []),
    },
    "error": {
        "operation": (str, ...),
        "code": (str, ...),
        "message": (str, "an error that was asked for"),
        "status": (int, 400),
        "times": (int, 1),
    },
    "slow": {
        "operation": (str, ...),
        "seconds": (int, ...),
        "times": (int, 1),
    },
}
_MOST_SECONDS = 3600
_CHOICES = {
    ("health-event", "status"): ("open", "closed", "upcoming"),
    ("health-event", "category"): ("issue", "accountNotification", "scheduledChange", "investigation"),
}


def add(world: World, asked: Mapping[str, Any]) -> str:
    """Set a fault and give its id.

    Raises:
        Unfit: Unknown kind or field, or a field missing or of the wrong type.
    """
    fault = _checked(asked)
    held = _held(world)
    number = world.extras["fault-number"] = world.extras.get("fault-number", 0) + 1
    fault["id"] = f"fault-{number}"
    fault["since"] = world.clock.now()
    held.append(fault)
    return fault["id"]


def listed(world: World, kind: str | None = None) -> list[dict[str, Any]]:
    """The faults that are set, all or of one kind, oldest first."""
    return [fault for fault in _held(world) if kind is None or fault["kind"] == kind]


def remove(world: World, fault_id: str) -> bool:
    """Take back a fault; whether there was one."""
    held = _held(world)
    kept = [fault for fault in held if fault["id"] != fault_id]
    world.extras[_EXTRAS] = kept
    return len(kept) < len(held)


def error_of(world: World, name: str) -> Injected | None:
    """The error that this call (`ec2:RunInstances`) is to meet, if any; counts it."""
    fault = _met(world, "error", name)
    return Injected(fault["code"], fault["message"], fault["status"]) if fault else None


def delay_seconds_of(world: World, name: str) -> int:
    """How long this call's answer is to be kept back; counts it."""
    fault = _met(world, "slow", name)
    return fault["seconds"] if fault else 0


def _met(world: World, kind: str, name: str) -> dict[str, Any] | None:
    for fault in listed(world, kind):
        if fault["operation"] == name:
            fault["times"] -= 1
            if fault["times"] <= 0:
                remove(world, fault["id"])
            return fault
    return None


def _held(world: World) -> list[dict[str, Any]]:
    return world.extras.setdefault(_EXTRAS, [])


def _checked(asked: Mapping[str, Any]) -> dict[str, Any]:
    kind = asked.get("kind")
    fields = _FIELDS.get(kind) if isinstance(kind, str) else None
    if fields is None:
        raise Unfit(f"a fault's kind is one of {', '.join(_FIELDS)}, not {kind!r}")
    unknown = sorted(set(asked) - set(fields) - {"kind"})
    if unknown:
        raise Unfit(f"a fault of kind {kind} has no {unknown[0]!r}; it has {', '.join(fields)}")
    fault: dict[str, Any] = {"kind": kind}
    for name, (expected, default) in fields.items():
        value = asked.get(name, default)
        if value is ...:
            raise Unfit(f"a fault of kind {kind} needs {name!r}")
        if not isinstance(value, expected) or isinstance(value, bool):
            raise Unfit(f"{name!r} of a fault of kind {kind} is of type {expected.__name__}")
        choices = _CHOICES.get((str(kind), name))
        if choices and value not in choices:
            raise Unfit(f"{name!r} of a fault of kind {kind} is one of {', '.join(choices)}")
        fault[name] = value
    if kind == "error" and not 400 <= fault["status"] <= 599:
        raise Unfit("'status' of a fault of kind error is an HTTP status from 400 to 599")
    if kind == "slow" and not 0 < fault["seconds"] <= _MOST_SECONDS:
        raise Unfit(f"'seconds' of a fault of kind slow is from 1 to {_MOST_SECONDS}")
    return fault
