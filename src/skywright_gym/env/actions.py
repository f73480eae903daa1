"""The table of actions: every operation with every slot, and with every size where one is needed. Owns the
numbers that an agent chooses from, what they mean and which of them make sense now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skywright_gym.env.account import Account
from skywright_gym.env.goal import disk_name_of, name_of
from skywright_gym.env.making import OPERATIONS, SIZED
from skywright_gym.env.sight import Sight

ACT_SECONDS, WAIT_SECONDS = 1.0, 5.0
"""How much of the account's time an action takes, and waiting."""


@dataclass(frozen=True)
class Action:
    """One thing to do; waiting has no slot, and only some operations have a size."""

    operation: str
    slot: int = 0
    size: str = ""

    def __str__(self) -> str:
        if self.operation == "wait":
            return "wait"
        thing = disk_name_of(self.slot) if self.operation.endswith("_disk") else name_of(self.slot)
        return " ".join(part for part in (self.operation, thing, self.size) if part)

    @property
    def seconds(self) -> float:
        return WAIT_SECONDS if self.operation == "wait" else ACT_SECONDS

    def carry_out(self, account: Account, sight: Sight) -> Any:
        """Raises Refused."""
        if self.operation != "wait":
            OPERATIONS[self.operation](account, sight, self.slot, self.size)

    def fits(self, sight: Sight) -> bool:
        """Whether the cloud would carry it out now, as far as a glance tells."""
        machine, disk = sight.machine(name_of(self.slot)), sight.disk(disk_name_of(self.slot))
        state = machine.state if machine else ""
        match self.operation:
            case "wait":
                return True
            case "launch":
                return machine is None
            case "resize":
                return machine is not None and state == "stopped" and machine.size != self.size
            case "start":
                return state == "stopped"
            case "stop":
                return state == "running"
            case "terminate":
                return state not in ("", "shutting-down")
            case "monitor" | "unmonitor":
                held = ("enabled", "pending") if self.operation == "monitor" else ("disabled", "disabling")
                return machine is not None and state != "shutting-down" and machine.monitoring not in held
            case "create_disk":
                return disk is None
            case "attach_disk":
                return disk is not None and disk.state == "available" and state in ("running", "stopped")
            case "detach_disk":
                return disk is not None and disk.state == "attached"
            case _:
                return disk is not None and disk.state == "available"


def table(slots: int, sizes: Sequence[str]) -> tuple[Action, ...]:
    """All actions, by number; waiting is 0."""
    return (
        Action("wait"),
        *(
            Action(operation, slot, size)
            for slot in range(slots)
            for operation in OPERATIONS
            for size in (sizes if operation in SIZED else ("",))
        ),
    )


def mask(actions: Sequence[Action], sight: Sight) -> NDArray[np.int8]:
    """1 for each action that makes sense now, as `Discrete.sample` and others take it."""
    return np.array([action.fits(sight) for action in actions], np.int8)
