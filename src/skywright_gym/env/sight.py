"""What stands in an account: machines and disks, in all regions. Owns the reading of it, straight from the
world and at no cost in time there; knows no task.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from moto.ec2.models import ec2_backends

from skywright_gym.aws.behaviour.prices import on_demand_usd_hour
from skywright_gym.aws.behaviour.settling import settle_region
from skywright_gym.env.account import REGION, Account
from skywright_prices.aws import disk_month

DISK_USD_GB_HOUR = disk_month("gp3", 1, REGION) / 730
"""gp3 in the task's region by the price book, over the hours of a month; all disks count so."""
_RUNS_UP_A_BILL = ("pending", "running")


@dataclass(frozen=True)
class Machine:
    """A machine that is not terminated; `monitoring` is detailed monitoring's state."""

    id: str
    name: str
    region: str
    state: str
    size: str
    monitoring: str


@dataclass(frozen=True)
class Disk:
    """A disk that is no machine's root disk; `machine` is the id of the one that it is attached to."""

    id: str
    name: str
    region: str
    state: str
    size_gb: int
    machine: str


@dataclass(frozen=True)
class Sight:
    """All machines and disks at one moment, and what they cost an hour."""

    machines: tuple[Machine, ...]
    disks: tuple[Disk, ...]
    usd_hour: float

    def machine(self, name: str) -> Machine | None:
        """The machine of that name in the task's region; the first, if there are several."""
        return next((one for one in self.machines if one.name == name and one.region == REGION), None)

    def disk(self, name: str) -> Disk | None:
        """The disk of that name in the task's region; the first, if there are several."""
        return next((one for one in self.disks if one.name == name and one.region == REGION), None)

    def beside(self, names: Collection[str]) -> frozenset[Machine | Disk]:
        """Whatever is none of the machines and disks of these names."""
        things = (*self.machines, *self.disks)
        named = {thing.id for name in names for thing in (self.machine(name), self.disk(name)) if thing}
        return frozenset(thing for thing in things if thing.id not in named)


def look(account: Account) -> Sight:
    """What stands there now, after everything that is over by now."""
    machines: list[Machine] = []
    disks: list[Disk] = []
    roots_gb = 0
    with account.turn() as world:
        for region, backend in list(ec2_backends[world.account_id].items()):
            settle_region(world.account_id, region)
            machines += _machines(backend, region)
            for disk, is_root in _disks(backend, region):
                roots_gb += disk.size_gb if is_root else 0
                disks += [] if is_root else [disk]
    return Sight(tuple(machines), tuple(disks), _usd_hour(machines, disks, roots_gb))


def _usd_hour(machines: list[Machine], disks: list[Disk], roots_gb: int) -> float:
    running = sum(
        on_demand_usd_hour(one.size, one.region) for one in machines if one.state in _RUNS_UP_A_BILL
    )
    return running + DISK_USD_GB_HOUR * (roots_gb + sum(disk.size_gb for disk in disks))


def _name(backend: Any, thing: Any) -> str:
    return str(backend.tags.get(thing.id, {}).get("Name", ""))


def _machines(backend: Any, region: str) -> Iterator[Machine]:
    for reservation in backend.reservations.values():
        for one in reservation.instances:
            if one.state != "terminated":
                name = _name(backend, one)
                yield Machine(one.id, name, region, one.state, one.instance_type, one.monitoring_state)


def _disks(backend: Any, region: str) -> Iterator[tuple[Disk, bool]]:
    """Each disk, and whether it is a machine's root disk."""
    for volume in backend.volumes.values():
        held = volume.attachment
        state, id, is_root = volume.status, "", False
        if held is not None:
            is_root = held.device == held.instance.root_device_name
            state, id = held.status, held.instance.id
        yield Disk(volume.id, _name(backend, volume), region, state, int(volume.size), id), is_root
