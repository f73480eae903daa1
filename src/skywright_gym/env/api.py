"""The environment for agents that read and write: an action is one API call as JSON, the observation its
answer as JSON.
"""

import string
from collections.abc import Sequence
from typing import Any

from gymnasium import spaces

from skywright_gym.env.account import REGION, Refused
from skywright_gym.env.beginning import Beginning
from skywright_gym.env.episode import Episode, Outcome
from skywright_gym.env.origins import Origins
from skywright_gym.env.tasks import SIZES, Task
from skywright_gym.env.under_way import UnderWay
from skywright_gym.env.wording import MOST_ACTION, MOST_OBSERVATION, Wait, read, written

CALL_SECONDS = 1.0
_ASCII = string.printable
_HOW = {
    "call": {"service": "ec2", "operation": "DescribeInstances", "arguments": {}},
    "call elsewhere": {"service": "ec2", "operation": "DescribeVpcs", "arguments": {}, "region": "us-east-1"},
    "let time pass": {"wait": 5},
}


class ApiEnv(UnderWay[str, str]):
    """Bring an AWS account to a wanted state by calls of its API.

    The first observation is the task in words and the forms of an action; each later one the answer,
    `{"result": …}` or `{"error": {"code", "message"}}`. What is no call at all is an error too, of code
    `MalformedAction`. Arguments are boto3's. Rewards and ends are those of `CloudEnv`.

    Args:
        task, slots, sizes, step_limit, origins, render_mode: as for `CloudEnv`.
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
        self.action_space = spaces.Text(MOST_ACTION, min_length=0, charset=_ASCII)
        self.observation_space = spaces.Text(MOST_OBSERVATION, min_length=2, charset=_ASCII)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[str, dict[str, Any]]:
        """Begin an episode; `options` may name the `task`, or give the very one as `drawn`."""
        episode = self._begun(seed, options)
        task = {"task": episode.goal.words(), "region": REGION, "actions": _HOW}
        return written(task), self._info(episode, None)

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Carry out one call, or let time pass."""
        episode = self._under_way()
        outcome = _tried(episode, action)
        refused = outcome.refused
        error = {"code": refused.code, "message": refused.message} if refused is not None else None
        answer = {"result": outcome.result} if error is None else {"error": error}
        self._last = action[:120] + (f" ({refused.code})" if refused else "")
        info = self._info(episode, refused)
        observation = written(answer)
        return observation, outcome.reward, outcome.terminated, outcome.truncated, info

    def _info(self, episode: Episode, refused: Refused | None) -> dict[str, Any]:
        return {**episode.told(refused), "task": episode.goal.words()}


def _tried(episode: Episode, action: str) -> Outcome:
    try:
        asked = read(action)
    except Refused as malformed:
        return episode.step(lambda _account, _sight, why=malformed: _raise(why), CALL_SECONDS)
    seconds = asked.seconds if isinstance(asked, Wait) else CALL_SECONDS
    return episode.step(lambda account, _sight: asked.carry_out(account), seconds)


def _raise(why: Refused) -> None:
    raise why
