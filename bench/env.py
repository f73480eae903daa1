"""What the environments cost: a reset, a step, a fork's memory. `python -m bench.env`

In processor time, which hardly depends on what else the machine does; medians. docs/env.md has the figures.
"""

import gc
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from skywright_gym.env import Account, ApiEnv, CloudEnv, Drawn, Goal, Origins, Slot, vector
from skywright_gym.env.account import ZONE, image
from skywright_gym.env.origins import Entropy

_MICRO = "t3.micro"
_THREE = Drawn((Slot(_MICRO, disk=True),) * 3, Goal((Slot(_MICRO),) * 3))
_SIDE_BY_SIDE, _FORKS = 100, 300


def milliseconds(work: Callable[[], object], times: int) -> float:
    """The median of so many goes, in processor time."""
    taken: list[float] = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append(1000 * (time.process_time() - start))
    return statistics.median(taken)


def resident_kb() -> float:
    """Memory of this process that is in use, by Linux's account."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024


def furnish(account: Account) -> None:
    """Ten machines beside the slots."""
    place = {"AvailabilityZone": ZONE}
    asked = {"ImageId": image(), "InstanceType": _MICRO, "MinCount": 10, "MaxCount": 10, "Placement": place}
    account.call("ec2", "RunInstances", asked)


def resets() -> None:
    env, seeds = CloudEnv(), iter(range(1000))
    options = {"drawn": _THREE}
    env.reset(seed=next(seeds), options=options)
    new = milliseconds(lambda: env.reset(seed=next(seeds), options=options), 50)
    print(f"reset into a new account with three machines and disks {new:8.2f} ms")
    print(f"reset into a fork of it {milliseconds(lambda: env.reset(options=options), 500):39.2f} ms")


def steps() -> None:
    env, random = CloudEnv("launch", step_limit=10**6), np.random.default_rng(0)
    held = {"info": env.reset(seed=0)[1]}

    def step() -> None:
        action = int(random.choice(np.flatnonzero(held["info"]["action_mask"])))
        *_, terminated, _, held["info"] = env.step(action)
        if terminated:
            held["info"] = env.reset()[1]

    print(f"CloudEnv: wait {milliseconds(lambda: env.step(0), 500):48.2f} ms")
    print(f"CloudEnv: a random sensible action {milliseconds(step, 1000):28.2f} ms")
    api = ApiEnv("equip", step_limit=10**6)
    api.reset(seed=0)
    read = '{"service": "ec2", "operation": "DescribeInstances"}'
    print(f"ApiEnv: DescribeInstances of three machines {milliseconds(lambda: api.step(read), 300):19.2f} ms")


def side_by_side() -> None:
    origins = Origins(furnish, seed=1)
    begin_kb = resident_kb()
    envs = vector(_SIDE_BY_SIDE, origins, task=lambda _random, _slots, _sizes: _THREE)
    envs.reset(seed=0)
    print(f"{_SIDE_BY_SIDE} side by side, memory {(resident_kb() - begin_kb) / 1024:36.1f} MB")
    reset = milliseconds(envs.reset, 5)
    print(f"{_SIDE_BY_SIDE} side by side: reset of all {reset:31.1f} ms")
    envs.action_space.seed(0)
    stepped = milliseconds(lambda: envs.step(envs.action_space.sample()), 30)
    print(f"{_SIDE_BY_SIDE} side by side: any action of each {stepped:25.1f} ms")
    begin_kb = resident_kb()
    forks = [origins.fork(Entropy(0, number), _THREE.start) for number in range(_FORKS)]
    print(f"a fork with thirteen machines {(resident_kb() - begin_kb) / len(forks):33.0f} KB")


def main() -> None:
    """Print the figures."""
    start = time.process_time()
    CloudEnv().reset(seed=0)
    print(f"the first reset of a process {1000 * (time.process_time() - start):34.0f} ms")
    resets()
    steps()
    side_by_side()


if __name__ == "__main__":
    main()
