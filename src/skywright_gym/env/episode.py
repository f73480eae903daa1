"""One attempt at one task in one account. Owns its course: what was done and seen, what it came to and what
it earned; knows nothing of spaces, so that environments of every kind share it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from skywright_gym.env.account import Account, Refused
from skywright_gym.env.goal import Goal, Judgement, judge
from skywright_gym.env.origins import Entropy, Origins
from skywright_gym.env.sight import Sight, look
from skywright_gym.env.tasks import Drawn

STEP_REWARD, REFUSED_REWARD, WASTE_REWARD, ACHIEVED_REWARD = -0.01, -0.02, -0.01, 1.0


@dataclass(frozen=True)
class Outcome:
    """What a step came to."""

    result: Any
    refused: Refused | None
    reward: float
    terminated: bool
    truncated: bool


class Episode:
    """A task under way.

    Attributes:
        account: where it takes place; a fork of nobody else's.
        goal: what is to be; its money counts what stood there already and is no slot's.
        before: the account when the task was given.
        sight: the account now.
        judgement: how much of the goal holds now.
        usd_spent: what the account's machines and disks have cost since the start.
        steps_left: until the episode is truncated.
    """

    def __init__(self, origins: Origins, entropy: Entropy, drawn: Drawn, step_limit: int) -> None:
        self.account: Account = origins.fork(entropy, drawn.start)
        self.before: Sight = look(self.account)
        self.sight: Sight = self.before
        in_slots = sum(slot.usd_hour for slot in drawn.start if slot is not None)
        beside_usd_hour = self.before.usd_hour - in_slots
        self.goal: Goal = replace(drawn.goal, usd_hour_most=drawn.goal.usd_hour_most + beside_usd_hour)
        self._goal_usd_hour = _usd_hour(drawn.goal) + beside_usd_hour
        self.judgement: Judgement = judge(self.goal, self.sight, self.before)
        self.usd_spent = 0.0
        self.steps_left = step_limit
        self._began = self.account.now()

    @property
    def seconds(self) -> float:
        """How much of the account's time has passed since the start."""
        return self.account.now() - self._began

    def step(self, act: Callable[[Account, Sight], Any], seconds: float) -> Outcome:
        """Do one thing there, let time pass, and see what it came to; a refusal is part of the outcome."""
        result, refused = None, None
        try:
            result = act(self.account, self.sight)
        except Refused as why:
            refused = why
        self.account.wait(seconds)
        share = self.judgement.share
        self.sight = look(self.account)
        self.usd_spent += self.sight.usd_hour * seconds / 3600
        self.judgement = judge(self.goal, self.sight, self.before)
        self.steps_left -= 1
        reward = self.judgement.share - share + STEP_REWARD + WASTE_REWARD * self._waste()
        reward += REFUSED_REWARD if refused is not None else 0.0
        reward += ACHIEVED_REWARD if self.judgement.achieved else 0.0
        truncated = self.steps_left <= 0 and not self.judgement.achieved
        return Outcome(result, refused, reward, self.judgement.achieved, truncated)

    def told(self, refused: Refused | None) -> dict[str, Any]:
        """What Gymnasium calls info, beside what each environment adds; no value's type ever changes."""
        return {
            "error": refused.code if refused is not None else "",
            "message": refused.message if refused is not None else "",
            "achieved": self.judgement.achieved,
            "missing": list(self.judgement.missing),
            "usd_hour": self.sight.usd_hour,
            "usd_spent": self.usd_spent,
            "seconds": self.seconds,
        }

    def _waste(self) -> float:
        """How many times more than the goal needs the account costs now, at most once more."""
        over = self.sight.usd_hour - self._goal_usd_hour
        return min(1.0, max(0.0, over / self._goal_usd_hour)) if self._goal_usd_hour > 0 else float(over > 0)


def _usd_hour(goal: Goal) -> float:
    if goal.memory_gb:
        return goal.usd_hour_most
    return sum(wanted.usd_hour for wanted in goal.slots if wanted is not None and wanted != "any")
