"""Tabular Q-learning on a cloud: from an empty account to the machine that is wanted, in about a minute.

    python examples/train_cloud_env.py

What is learnt is to launch the right size, to wait until it runs, and to make, attach and switch on what the
task asks for, in an order that the cloud accepts. Random policies stand beside it.
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from skywright_gym.env import CloudEnv

Info = dict[str, Any]
Policy = Callable[[Any, Info], int]
LEARNING_RATE, DISCOUNT = 0.5, 0.97


def made() -> CloudEnv:
    """One place for a machine, two sizes, sixteen steps."""
    return CloudEnv(task="launch", slots=1, sizes=("t3.micro", "t3.small"), step_limit=16)


def seen(observation: Any) -> bytes:
    """What the table is looked up by: how the slot is, and how it is wanted."""
    return observation["slots"].tobytes() + observation["wanted"].tobytes()


@dataclass
class Learner:
    """The table of values, and the chances by which it explores."""

    env: CloudEnv
    random: np.random.Generator
    values: dict[bytes, np.ndarray[Any, Any]] = field(init=False)

    def __post_init__(self) -> None:
        self.values = defaultdict(lambda: np.zeros(len(self.env.actions)))

    def best(self, observation: Any, _info: Info | None = None) -> int:
        return int(np.argmax(self.values[seen(observation)]))

    def train(self, episodes: int) -> None:
        """Explore much at first and little at the end."""
        for number in range(episodes):
            chance = max(0.05, 1 - 1.5 * number / episodes)
            observation, _ = self.env.reset()
            over = False
            while not over:
                explore = self.random.random() < chance
                action = (
                    int(self.random.integers(len(self.env.actions))) if explore else self.best(observation)
                )
                following, reward, terminated, truncated, _ = self.env.step(action)
                ahead = 0.0 if terminated else float(self.values[seen(following)].max())
                row = self.values[seen(observation)]
                row[action] += LEARNING_RATE * (reward + DISCOUNT * ahead - row[action])
                observation, over = following, terminated or truncated


def success(env: CloudEnv, policy: Policy, episodes: int, seed: int) -> float:
    """The share of episodes in which the task was achieved."""
    achieved = 0
    observation, info = env.reset(seed=seed)
    for _ in range(episodes):
        over = False
        while not over:
            observation, _, terminated, truncated, info = env.step(policy(observation, info))
            over = terminated or truncated
            achieved += terminated
        observation, info = env.reset()
    return achieved / episodes


def run(episodes: int, tries: int, seed: int = 0) -> dict[str, float]:
    """Success of random policies and before and after training, over `tries` episodes of another seed."""
    env = made()
    learner = Learner(env, np.random.default_rng(seed))

    def anything(_observation: Any, _info: Info) -> int:
        return int(learner.random.integers(len(env.actions)))

    def sensible(_observation: Any, info: Info) -> int:
        return int(learner.random.choice(np.flatnonzero(info["action_mask"])))

    rates = {
        "random, any action": success(env, anything, tries, seed + 1),
        "random, sensible actions": success(env, sensible, tries, seed + 1),
        "before training": success(env, learner.best, tries, seed + 1),
    }
    env.reset(seed=seed)
    learner.train(episodes)
    return {**rates, "after training": success(env, learner.best, tries, seed + 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--episodes", type=int, default=1000)
    parser.add_argument("--tries", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    began = time.perf_counter()
    for name, rate in run(asked.episodes, asked.tries, asked.seed).items():
        print(f"{name:26} {rate:6.1%} of {asked.tries} tasks achieved")
    print(f"{asked.episodes} episodes of training, {time.perf_counter() - began:.0f} s in all")


if __name__ == "__main__":
    main()
