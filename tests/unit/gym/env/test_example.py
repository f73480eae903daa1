"""The example learns, and says the same each time."""

import os
import subprocess
import sys

import pytest
from examples.train_cloud_env import run


@pytest.mark.slow
def test_it_learns() -> None:
    short = {"episodes": 15, "tries": 4, "seed": 0}
    assert run(**short) == run(**short)
    rates = run(episodes=150, tries=20, seed=0)
    assert rates["before training"] == 0
    assert max(rates["random, any action"], rates["random, sensible actions"]) <= 0.4
    assert rates["after training"] >= 0.7


_AGAIN = """
import hashlib, json
from skywright_gym.env import CloudEnv, ApiEnv
env, seen = CloudEnv(), []
observation, info = env.reset(seed=7)
for number in range(40):
    seen.append([{name: str(value) for name, value in observation.items()}, info["missing"], info["message"]])
    observation, *_, info = env.step(number * 7 % len(env.actions))
api = ApiEnv("equip")
seen.append(api.reset(seed=7)[0])
seen.append(api.step('{"service": "ec2", "operation": "DescribeInstances"}')[0])
seen.append(api.step('{"service": "ec2", "operation": "DescribeVolumes"}')[0])
print(hashlib.sha256(json.dumps(seen).encode()).hexdigest())
"""


@pytest.mark.slow
def test_another_process_sees_the_same() -> None:
    told = [
        subprocess.run(
            [sys.executable, "-c", _AGAIN],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert told[0] == told[1] != ""
