"""What is set to go wrong in a world. Owns the faults that are set, when they are at work and which calls
they meet; knows nothing of HTTP, nor what a fault does (whoever plays a part in it asks here).

What faults there are is in `kinds`. A fault is plain values, so that it is copied and kept with its world:
beside its fields it has an `id`, `since` when it is set, how many calls it has `seen` and how many of them it
`met`. Chance is drawn from its seed and the number of calls that it has seen, so a fork draws on from there.
"""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from skywright_gym.physics import kinds
from skywright_gym.physics.kinds import Unfit
from skywright_gym.world import World

__all__ = ["Called", "Unfit", "add", "are_set", "begins", "current", "listed", "memory", "met", "remove"]

_EXTRAS = "faults"
MEMORY = "fault-memory"
"""Under what name a world's extras hold what faults remember, by their ids."""


@dataclass(frozen=True, slots=True)
class Called:
    """A call, as a fault's selector sees it; `name` is such as `ec2:RunInstances` or `s3 PUT /bucket`."""

    name: str
    region: str
    access_key_id: str

    @property
    def service(self) -> str:
        return self.name.replace(" ", ":").partition(":")[0]


def add(world: World, asked: Mapping[str, Any]) -> str:
    """Set a fault and give its id.

    Raises:
        Unfit: Unknown kind or field, or a field missing or of the wrong type.
    """
    fault = kinds.checked(asked)
    number = world.extras["fault-number"] = world.extras.get("fault-number", 0) + 1
    fault["id"] = f"fault-{number}"
    fault["since"] = world.clock.now()
    if "operation" in fault:
        fault |= {"seen": 0, "met": 0}
    world.extras.setdefault(_EXTRAS, []).append(fault)
    return fault["id"]


def are_set(world: World) -> bool:
    """Whether there are any at all: all that a call is asked in a world without."""
    return bool(world.extras.get(_EXTRAS))


def listed(world: World) -> list[dict[str, Any]]:
    """The faults that are set and not over, oldest first."""
    held: list[dict[str, Any]] = world.extras.get(_EXTRAS, [])
    now = world.clock.now()
    for fault in [each for each in held if now >= _ends(each)]:
        remove(world, fault["id"])
    return world.extras.get(_EXTRAS, [])


def current(world: World, kind: str) -> list[dict[str, Any]]:
    """The faults of a kind that are at work now, oldest first."""
    if not are_set(world):
        return []
    now = world.clock.now()
    return [fault for fault in listed(world) if fault["kind"] == kind and begins(fault) <= now]


def remove(world: World, fault_id: str) -> bool:
    """Take back a fault; whether there was one."""
    held: list[dict[str, Any]] = world.extras.get(_EXTRAS, [])
    kept = [fault for fault in held if fault["id"] != fault_id]
    world.extras[_EXTRAS] = kept
    world.extras.get(MEMORY, {}).pop(fault_id, None)
    return len(kept) < len(held)


def memory(world: World, fault: Mapping[str, Any]) -> list[Any]:
    """What a fault remembers; copied with the world, and forgotten with the fault."""
    return world.extras.setdefault(MEMORY, {}).setdefault(fault["id"], [])


def met(world: World, kind: str, called: Called) -> dict[str, Any] | None:
    """The fault of a kind that happens to this call, if any; counts it."""
    for fault in current(world, kind):
        if not _selects(fault, called):
            continue
        fault["seen"] = fault.get("seen", 0) + 1
        if not _strikes(fault, world.clock.now()):
            continue
        fault["met"] = fault.get("met", 0) + 1
        if fault["times"] is not None:
            fault["times"] -= 1
            if fault["times"] <= 0:
                remove(world, fault["id"])
        return fault
    return None


def begins(fault: Mapping[str, Any]) -> float:
    """When it begins to be at work, in seconds since the epoch."""
    return fault["since"] + fault.get("after_seconds", 0)


def _ends(fault: Mapping[str, Any]) -> float:
    lasts = fault.get("for_seconds")
    return math.inf if lasts is None else begins(fault) + lasts


def _selects(fault: Mapping[str, Any], called: Called) -> bool:
    # Faults that an earlier version kept have fewer fields.
    return (
        fnmatchcase(called.name, fault["operation"])
        and fnmatchcase(called.service, fault.get("service", "*"))
        and fnmatchcase(called.region, fault.get("region", "*"))
        and fnmatchcase(called.access_key_id, fault.get("access_key_id", "*"))
    )


def _strikes(fault: dict[str, Any], now: float) -> bool:
    probability = fault.get("probability")
    if probability is not None:
        return random.Random(f"{fault['kind']}/{fault['seed']}/{fault['seen']}").random() < probability
    if fault.get("rate_per_second") is not None:
        return not _took_a_token(fault, now)
    return True


def _took_a_token(fault: dict[str, Any], now: float) -> bool:
    """Whether the bucket has a token for this call, which is then taken out."""
    rate = fault["rate_per_second"]
    size = fault["burst"] if fault["burst"] is not None else max(1, math.ceil(rate))
    filled_at, tokens = fault.get("bucket", (now, size))
    tokens = min(size, tokens + (now - filled_at) * rate)
    # A hair's breadth: ten times a tenth of a token are one.
    has_one = tokens >= 1 - 1e-9
    fault["bucket"] = (now, tokens - 1 if has_one else tokens)
    return has_one
