"""The environments keep Gymnasium's contract: spaces, seeds, ends."""

import json
import warnings
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from gymnasium.utils.env_checker import check_env

from skywright_gym.env import ApiEnv, CloudEnv, Drawn, Goal, Slot, register
from skywright_gym.env.registration import API, CLOUD

MICRO = "t3.micro"
ONE_TO_STOP = Drawn((Slot(MICRO),), Goal((Slot(MICRO, "stopped"),)))


def number(env: CloudEnv, words: str) -> int:
    return [str(action) for action in env.actions].index(words)


@pytest.mark.parametrize("name", [CLOUD, API])
@pytest.mark.parametrize("options", [{}, {"task": "capacity", "slots": 1, "render_mode": "ansi"}])
def test_the_checker_has_nothing_to_say(name: str, options: dict[str, Any]) -> None:
    register()
    register()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gymnasium.make(name, **options).unwrapped)


def played(env: Any, seed: int, actions: list[Any]) -> list[Any]:
    """Everything that is seen, as plain values."""
    observation, info = env.reset(seed=seed)
    told = [observation, info, env.account.world.account_id]
    for action in actions:
        told.append(env.step(action))
    return json.loads(json.dumps(told, default=lambda array: array.tolist()))


def test_a_seed_decides_what_is_seen() -> None:
    env = CloudEnv()
    actions = [int(action) for action in np.random.default_rng(1).integers(len(env.actions), size=30)]
    told = played(env, 5, actions)
    assert played(env, 5, actions) == told
    assert played(CloudEnv(), 5, actions) == told
    assert played(env, 6, actions) != told


CALLS = [
    ("ec2", "DescribeInstances", {}),
    ("ec2", "CreateVolume", {"AvailabilityZone": "eu-west-1a", "Size": 5}),
    ("ec2", "DescribeVolumes", {}),
    ("ec2", "DescribeVpcs", {}),
    ("iam", "CreateUser", {"UserName": "u"}),
    ("sts", "GetCallerIdentity", {}),
    ("ec2", "DescribeSpotPriceHistory", {"InstanceTypes": ["t3.micro"]}),
]
ACTIONS = [
    '{"wait": 30}',
    *(json.dumps({"service": a, "operation": b, "arguments": c}) for a, b, c in CALLS),
]


def test_a_seed_decides_ids_times_and_prices() -> None:
    """Whoever else uses the cloud in between."""
    told = played(ApiEnv("resize"), 5, ACTIONS)
    CloudEnv("launch").reset(seed=9)
    assert played(ApiEnv("resize"), 5, ACTIONS) == told
    other = played(ApiEnv("resize"), 6, ACTIONS)
    # All answers have ids, times or prices in them; waiting has none.
    same = [a[0] == b[0] for a, b in zip(told[3:], other[3:], strict=True)]
    assert same == [True] + [False] * len(CALLS)


def test_the_next_episode_is_another_one() -> None:
    env = ApiEnv("mixed")
    tasks = [env.reset(seed=1)[0], *(env.reset()[0] for _ in range(5))]
    assert len(set(tasks)) > 1


def test_terminated_is_achieved() -> None:
    env = CloudEnv(slots=1, step_limit=5)
    env.reset(seed=0, options={"drawn": ONE_TO_STOP})
    _, reward, terminated, truncated, info = env.step(number(env, "stop web-1"))
    assert (terminated, truncated, info["achieved"]) == (False, False, False)
    assert info["missing"] == ["web-1 is stopping, not stopped"]
    assert reward < 0
    _, reward, terminated, truncated, info = env.step(number(env, "wait"))
    assert (terminated, truncated, info["achieved"], info["missing"]) == (True, False, True, [])
    assert reward > 1


def test_truncated_is_the_limit() -> None:
    env = CloudEnv(slots=1, step_limit=3)
    env.reset(seed=0, options={"drawn": ONE_TO_STOP})
    ends = [env.step(0)[2:4] for _ in range(3)]
    assert ends == [(False, False), (False, False), (False, True)]


def test_achieved_at_the_last_step_is_not_truncated() -> None:
    env = CloudEnv(slots=1, step_limit=2)
    env.reset(seed=0, options={"drawn": ONE_TO_STOP})
    env.step(number(env, "stop web-1"))
    assert env.step(number(env, "wait"))[2:4] == (True, False)


@pytest.mark.parametrize("kind", [CloudEnv, ApiEnv])
def test_before_reset_and_after_close_there_is_nothing(kind: Any) -> None:
    env = kind(render_mode="ansi")
    with pytest.raises(ResetNeeded):
        env.step(env.action_space.sample())
    env.reset(seed=0)
    assert "web-1" in env.render()
    env.close()
    env.close()
    with pytest.raises(ResetNeeded):
        env.render()


def test_what_cannot_be_an_environment() -> None:
    with pytest.raises(ValueError, match="there is no task 'win'"):
        CloudEnv("win")
    with pytest.raises(ValueError, match="at least one slot"):
        CloudEnv(slots=0)
    with pytest.raises(ValueError, match="not for 3 slots"):
        CloudEnv().reset(seed=0, options={"drawn": ONE_TO_STOP})
