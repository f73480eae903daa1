"""The tasks: families of which each episode draws one. Owns the families; to add one, write a function that
draws a `Drawn` and put it into `TASKS`, or hand the function to the environment.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from types import MappingProxyType

from numpy.random import Generator

from skywright_gym.env.goal import Goal, Slot, Wanted, memory_gb_of

SIZES = ("t3.micro", "t3.small", "t3.medium")


@dataclass(frozen=True)
class Drawn:
    """One task: what stands in the slots at the start, and what is to come of it."""

    start: tuple[Slot | None, ...]
    goal: Goal


Task = Callable[[Generator, int, Sequence[str]], Drawn]
"""Draws a task for so many slots and these sizes; from the generator alone, so that a seed decides."""


def launch(random: Generator, slots: int, sizes: Sequence[str]) -> Drawn:
    """From nothing: one or more machines, some with a data disk, some monitored."""
    wanted = tuple(_drawn(random, sizes) for _ in range(slots))
    return Drawn((None,) * slots, Goal(_some(random, wanted, (None,) * slots)))


def power(random: Generator, slots: int, sizes: Sequence[str]) -> Drawn:
    """What runs is to be stopped and what is stopped to run, in some slots."""
    start = tuple(_drawn(random, sizes, plain=True) for _ in range(slots))
    flipped = tuple(Slot(one.size, "stopped" if one.state == "running" else "running") for one in start)
    return Drawn(start, Goal(_some(random, flipped, start)))


def equip(random: Generator, slots: int, sizes: Sequence[str]) -> Drawn:
    """Running machines are to get a data disk, monitoring or both, in some slots."""
    start = tuple(Slot(_one_of(random, sizes)) for _ in range(slots))
    kinds = ((True, False), (False, True), (True, True))
    drawn = [kinds[int(random.integers(len(kinds)))] for _ in start]
    equipped = tuple(Slot(one.size, "running", *kind) for one, kind in zip(start, drawn, strict=True))
    return Drawn(start, Goal(_some(random, equipped, start)))


def resize(random: Generator, slots: int, sizes: Sequence[str]) -> Drawn:
    """Running machines are to be of another size and run again, in some slots; they have to stop for it."""
    start = tuple(Slot(_one_of(random, sizes)) for _ in range(slots))
    others = tuple(Slot(_one_of(random, [s for s in sizes if s != one.size] or sizes)) for one in start)
    return Drawn(start, Goal(_some(random, others, start)))


def tidy(random: Generator, slots: int, sizes: Sequence[str]) -> Drawn:
    """Some machines are to go, with their disks."""
    start = tuple(_drawn(random, sizes) for _ in range(slots))
    return Drawn(start, Goal(_some(random, (None,) * slots, start)))


def capacity(random: Generator, slots: int, sizes: Sequence[str]) -> Drawn:
    """From nothing: enough memory, in machines of any sizes, for as little money as that is possible."""
    most = slots * max(memory_gb_of(size) for size in sizes)
    wanted_gb = int(random.integers(1, int(most) + 1))
    choices = (
        chosen
        for count in range(1, slots + 1)
        for chosen in combinations_with_replacement(sizes, count)
        if sum(memory_gb_of(size) for size in chosen) >= wanted_gb
    )
    least_usd_hour = min(sum(Slot(size).usd_hour for size in chosen) for chosen in choices)
    return Drawn((None,) * slots, Goal(("any",) * slots, wanted_gb, least_usd_hour))


FAMILIES: Mapping[str, Task] = MappingProxyType(
    {
        "launch": launch,
        "power": power,
        "equip": equip,
        "resize": resize,
        "tidy": tidy,
        "capacity": capacity,
    }
)


def mixed(random: Generator, slots: int, sizes: Sequence[str]) -> Drawn:
    """Any of the families, each as likely as the others."""
    return tuple(FAMILIES.values())[int(random.integers(len(FAMILIES)))](random, slots, sizes)


TASKS: Mapping[str, Task] = MappingProxyType({**FAMILIES, "mixed": mixed})


def _one_of(random: Generator, sizes: Sequence[str]) -> str:
    return sizes[int(random.integers(len(sizes)))]


def _drawn(random: Generator, sizes: Sequence[str], plain: bool = False) -> Slot:
    """Any machine; a plain one has neither data disk nor monitoring, but may be stopped."""
    size, first, second = _one_of(random, sizes), bool(random.integers(2)), bool(random.integers(2))
    return Slot(size, "stopped" if first else "running") if plain else Slot(size, "running", first, second)


def _some(
    random: Generator, changed: Sequence[Slot | None], unchanged: Sequence[Slot | None]
) -> tuple[Wanted, ...]:
    """At least one slot changed, each of the others as likely as not."""
    sure = int(random.integers(len(changed)))
    chosen = [number == sure or bool(random.integers(2)) for number in range(len(changed))]
    return tuple(new if is_new else old for new, old, is_new in zip(changed, unchanged, chosen, strict=True))
