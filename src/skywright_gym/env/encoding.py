"""The account and the goal as arrays. Owns the observation space of `CloudEnv` and what its numbers mean."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from skywright_gym.env.episode import Episode
from skywright_gym.env.goal import Slot, Wanted, disk_name_of, memory_gb, name_of, names
from skywright_gym.env.sight import Machine, Sight

STATES = ("absent", "pending", "running", "stopping", "stopped", "shutting-down")
DISKS = ("absent", "creating", "available", "attaching", "attached", "detaching")
MONITORING = ("disabled", "pending", "enabled", "disabling")
ANY = -1
"""In `wanted`: it does not matter."""
_MOST_SECONDS, _MOST_USD, _MOST_GB, _MOST_THINGS = 1e9, 1e6, 1e6, 30_000

Observation = dict[str, Any]


class Encoding:
    """For so many slots, these sizes (0 is none, one more than the last is another size) and this limit."""

    def __init__(self, slots: int, sizes: Sequence[str], step_limit: int) -> None:
        self._slots = slots
        self._sizes = {size: number for number, size in enumerate(sizes, start=1)}
        highest = np.array([len(STATES) - 1, len(sizes) + 1, len(DISKS) - 1, len(MONITORING) - 1], np.int8)
        rows = np.tile(highest, (slots, 1))
        self.space = spaces.Dict(
            {
                "slots": spaces.Box(np.zeros_like(rows), rows, dtype=np.int8),
                "wanted": spaces.Box(np.full_like(rows, ANY), rows, dtype=np.int8),
                "memory_gb": spaces.Box(0, _MOST_GB, (2,), np.float32),
                "usd_hour": spaces.Box(0, _MOST_USD, (2,), np.float32),
                "usd_spent": spaces.Box(0, _MOST_USD, (1,), np.float32),
                "seconds": spaces.Box(0, _MOST_SECONDS, (1,), np.float32),
                "steps_left": spaces.Box(0, step_limit, (1,), np.int32),
                "others": spaces.Box(0, _MOST_THINGS, (2,), np.int32),
                "refused": spaces.Discrete(2),
            }
        )

    def observe(self, episode: Episode, refused: bool) -> Observation:
        """The present state; new arrays each time, for agents keep them."""
        sight, goal = episode.sight, episode.goal
        beside = sight.beside(names(self._slots))
        machines = sum(isinstance(one, Machine) for one in beside)
        usd_hour_most = _MOST_USD if goal.usd_hour_most == math.inf else goal.usd_hour_most
        return {
            "slots": np.array([self._slot(sight, slot) for slot in range(self._slots)], np.int8),
            "wanted": np.array([self._wanted(wanted) for wanted in goal.slots], np.int8),
            "memory_gb": _reals(_MOST_GB, memory_gb(sight, self._slots), goal.memory_gb),
            "usd_hour": _reals(_MOST_USD, sight.usd_hour, usd_hour_most),
            "usd_spent": _reals(_MOST_USD, episode.usd_spent),
            "seconds": _reals(_MOST_SECONDS, episode.seconds),
            "steps_left": np.array([max(0, episode.steps_left)], np.int32),
            "others": np.minimum(np.array([machines, len(beside) - machines], np.int32), _MOST_THINGS),
            "refused": int(refused),
        }

    def _slot(self, sight: Sight, slot: int) -> tuple[int, int, int, int]:
        machine, disk = sight.machine(name_of(slot)), sight.disk(disk_name_of(slot))
        of_disk = DISKS.index(disk.state) if disk else 0
        if machine is None:
            return 0, 0, of_disk, 0
        size = self._sizes.get(machine.size, len(self._sizes) + 1)
        return STATES.index(machine.state), size, of_disk, MONITORING.index(machine.monitoring)

    def _wanted(self, wanted: Wanted) -> tuple[int, int, int, int]:
        match wanted:
            case None:
                return 0, 0, 0, 0
            case Slot():
                size = self._sizes.get(wanted.size, len(self._sizes) + 1)
                disk, monitoring = DISKS.index("attached"), MONITORING.index("enabled")
                return STATES.index(wanted.state), size, wanted.disk * disk, wanted.monitored * monitoring
            case _:
                return ANY, ANY, ANY, ANY


def _reals(most: float, *values: float) -> NDArray[np.float32]:
    return np.clip(np.array(values, np.float32), 0, most)
