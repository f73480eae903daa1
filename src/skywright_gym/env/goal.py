"""What an account is to become, and how far it is from that. Owns the goal, its words and its judgement.

A goal speaks of slots: places for one machine each, called `web-1`, `web-2`, and so on, each with at most one
data disk called `web-1-data`. Judged is what stands in the cloud; whatever is in no slot must be as it was.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from moto.ec2.models.instance_types import INSTANCE_TYPES

from skywright_gym.aws.behaviour.prices import on_demand_usd_hour
from skywright_gym.env.account import REGION
from skywright_gym.env.sight import DISK_USD_GB_HOUR, Sight

DISK_GB, ROOT_GB = 20, 8


@dataclass(frozen=True)
class Slot:
    """One machine as it stands, or as it is wanted."""

    size: str
    state: Literal["running", "stopped"] = "running"
    disk: bool = False
    monitored: bool = False

    @property
    def usd_hour(self) -> float:
        running = on_demand_usd_hour(self.size, REGION) if self.state == "running" else 0.0
        return running + DISK_USD_GB_HOUR * (ROOT_GB + (DISK_GB if self.disk else 0))


Wanted = Slot | None | Literal["any"]
"""None: nothing may be there. "any": whatever is there is right."""


@dataclass(frozen=True)
class Goal:
    """What all slots are to be.

    Attributes:
        slots: one by one.
        memory_gb: what the running machines of all slots must have together.
        usd_hour_most: what machines and disks in the account may cost an hour, those in no slot included.
    """

    slots: tuple[Wanted, ...]
    memory_gb: float = 0.0
    usd_hour_most: float = math.inf

    def words(self) -> str:
        """The goal as a request to somebody who does not know of slots."""
        said = [f"In {REGION}, see to it that this is so and nothing else in the account changes:"]
        for number, wanted in enumerate(self.slots):
            if wanted != "any":
                said.append(f"- {_sentence(name_of(number), wanted)}")
        if self.memory_gb:
            names = ", ".join(name_of(number) for number in range(len(self.slots)))
            said.append(
                f"- running machines among {names} (each at most once, and only those that you need) have "
                f"{self.memory_gb:g} GiB of memory together"
            )
        if self.usd_hour_most < math.inf:
            said.append(
                f"- machines and disks cost {self.usd_hour_most:.4f} USD an hour or less, all together"
            )
        return "\n".join(said)


def name_of(slot: int) -> str:
    """The name of a slot's machine."""
    return f"web-{slot + 1}"


def disk_name_of(slot: int) -> str:
    """The name of a slot's data disk."""
    return f"{name_of(slot)}-data"


def names(slots: int) -> tuple[str, ...]:
    """All names that belong to slots."""
    return tuple(name for slot in range(slots) for name in (name_of(slot), disk_name_of(slot)))


def memory_gb_of(size: str) -> float:
    """The memory of a type of machine, in GiB."""
    return INSTANCE_TYPES[size]["MemoryInfo"]["SizeInMiB"] / 1024 if size in INSTANCE_TYPES else 0.0


def memory_gb(sight: Sight, slots: int) -> float:
    """The memory of all running machines in slots, in GiB."""
    found = (sight.machine(name_of(slot)) for slot in range(slots))
    return sum(memory_gb_of(one.size) for one in found if one is not None and one.state == "running")


@dataclass(frozen=True)
class Judgement:
    """How much of a goal holds."""

    share: float
    missing: tuple[str, ...]

    @property
    def achieved(self) -> bool:
        return not self.missing


def judge(goal: Goal, sight: Sight, before: Sight) -> Judgement:
    """Hold the account against the goal; `before` is how it stood when the task was given."""
    checks = list(_checks(goal, sight, before))
    missing = tuple(why for holds, why in checks if not holds)
    return Judgement(1 - len(missing) / len(checks), missing)


_Check = tuple[bool, str]


def _checks(goal: Goal, sight: Sight, before: Sight) -> Iterator[_Check]:
    for number, wanted in enumerate(goal.slots):
        if wanted is None:
            yield from _emptied(number, sight)
        elif wanted != "any":
            yield from _furnished(number, wanted, sight)
    if goal.memory_gb:
        has = memory_gb(sight, len(goal.slots))
        yield has >= goal.memory_gb, f"{has:g} GiB of memory are running, not {goal.memory_gb:g}"
    if goal.usd_hour_most < math.inf:
        # A sum in another order may differ in its last digits.
        within = sight.usd_hour <= goal.usd_hour_most + 1e-9
        yield within, f"it costs {sight.usd_hour:.4f} USD an hour, more than {goal.usd_hour_most:.4f}"
    own = names(len(goal.slots))
    yield sight.beside(own) == before.beside(own), "something that the task does not name has changed"


def _emptied(number: int, sight: Sight) -> Iterator[_Check]:
    yield sight.machine(name_of(number)) is None, f"there is still a machine {name_of(number)}"
    yield sight.disk(disk_name_of(number)) is None, f"there is still a disk {disk_name_of(number)}"


def _furnished(number: int, wanted: Slot, sight: Sight) -> Iterator[_Check]:
    name, machine, disk = name_of(number), sight.machine(name_of(number)), sight.disk(disk_name_of(number))
    state, size = (machine.state, machine.size) if machine else ("not there", "nothing")
    yield state == wanted.state, f"{name} is {state}, not {wanted.state}"
    yield size == wanted.size, f"{name} is {size}, not {wanted.size}"
    watched = "enabled" if wanted.monitored else "disabled"
    has = machine.monitoring if machine else "not there"
    yield has == watched, f"detailed monitoring of {name} is {has}, not {watched}"
    if not wanted.disk:
        yield disk is None, f"there is a disk {disk_name_of(number)}"
        return
    yield (
        disk is not None and disk.size_gb == DISK_GB,
        f"there is no disk {disk_name_of(number)} of {DISK_GB} GB",
    )
    attached = disk is not None and disk.state == "attached" and machine is not None
    at = attached and disk is not None and machine is not None and disk.machine == machine.id
    yield at, f"{disk_name_of(number)} is not attached to {name}"


def _sentence(name: str, wanted: Slot | None) -> str:
    if wanted is None:
        return f"there is no machine {name} and no disk {name}-data"
    watched = "enabled" if wanted.monitored else "disabled"
    disk = f"a {DISK_GB} GB gp3 data disk {name}-data attached" if wanted.disk else "no data disk"
    return (
        f"a {wanted.size} machine {name} (tag Name) is {wanted.state}, with {disk} and monitoring {watched}"
    )
