"""The environment for learners: typed operations on slots by number, the account as arrays."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium import spaces

from skywright_gym.env.account import Account, Refused
from skywright_gym.env.actions import ACT_SECONDS, Action, mask, table
from skywright_gym.env.beginning import Beginning
from skywright_gym.env.encoding import Encoding, Observation
from skywright_gym.env.episode import Episode
from skywright_gym.env.origins import Origins
from skywright_gym.env.sight import Sight
from skywright_gym.env.tasks import SIZES, Task
from skywright_gym.env.under_way import UnderWay


class CloudEnv(UnderWay[Observation, np.int64]):
    """Bring an AWS account to a wanted state.

    An action is the number of one of `actions`; `info["action_mask"]` says which make sense now.
    `terminated` means that the task is achieved, judged from what stands in the account; `truncated` that
    the steps are used up. What the cloud refuses is seen in the observation and told in `info["error"]`.

    Args:
        task: a name from `TASKS`, or a function that draws tasks.
        slots: how many places for machines there are.
        sizes: the types of machines that can be had.
        step_limit: after how many steps an episode is truncated.
        origins: the accounts that episodes begin in; None: empty ones, which the seed decides.
        render_mode: `ansi` or None.
    """

    def __init__(
        self,
        task: str | Task = "mixed",
        slots: int = 3,
        sizes: Sequence[str] = SIZES,
        step_limit: int = 50,
        origins: Origins | None = None,
        render_mode: str | None = None,
    ) -> None:
        super().__init__(Beginning(task, slots, tuple(sizes), step_limit, origins or Origins()), render_mode)
        self._encoding = Encoding(slots, sizes, step_limit)
        self.actions: tuple[Action, ...] = table(slots, sizes)
        self.action_space = spaces.Discrete(len(self.actions))
        self.observation_space = self._encoding.space

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Begin an episode; `options` may name the `task`, or give the very one as `drawn`."""
        episode = self._begun(seed, options)
        return self._encoding.observe(episode, refused=False), self._info(episode, None)

    def step(self, action: int | np.int64) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Carry out one action; a number that is none of an action's is refused like any other mistake."""
        episode = self._under_way()
        number = int(action)
        chosen = self.actions[number] if 0 <= number < len(self.actions) else None
        if chosen is None:
            outcome = episode.step(_no_such_action, ACT_SECONDS)
        else:
            outcome = episode.step(chosen.carry_out, chosen.seconds)
        refused = outcome.refused
        self._last = f"{chosen}" + (f" ({refused.code})" if refused else "")
        observation = self._encoding.observe(episode, refused is not None)
        info = self._info(episode, refused)
        return observation, outcome.reward, outcome.terminated, outcome.truncated, info

    def _info(self, episode: Episode, refused: Refused | None) -> dict[str, Any]:
        return {**episode.told(refused), "action_mask": mask(self.actions, episode.sight)}


def _no_such_action(_account: Account, _sight: Sight) -> None:
    raise Refused("NoSuchAction", "there is no action of that number")
