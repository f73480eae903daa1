"""What the page on the environments shows runs, and its spaces are the real ones."""

import re
from pathlib import Path
from typing import Any

import pytest

from skywright_gym.env import TASKS, CloudEnv
from skywright_gym.env.encoding import DISKS, MONITORING, STATES
from skywright_gym.env.making import OPERATIONS

PAGE = (Path(__file__).parents[4] / "docs" / "env.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.S)


@pytest.mark.parametrize("block", BLOCKS)
def test_it_runs(block: str) -> None:
    names: dict[str, Any] = {"agent": lambda _observation: '{"wait": 5}'}
    exec(block, names)
    assert "env" in names or "envs" in names


def test_the_tables_are_those_of_the_spaces() -> None:
    env = CloudEnv()
    rows = re.findall(r"^\| `(\w+)` \| \((\w+)(?:, (4))?,?\) (\w+) \|", PAGE, re.M)
    told = {
        name: ((env.observation_space["slots"].shape[0] if first == "slots" else int(first),), second, kind)
        for name, first, second, kind in rows
    }
    for name, space in env.observation_space.items():
        if name != "refused":
            first, second, kind = told.pop(name)
            assert space.shape == (*first, *([int(second)] if second else []))
            assert space.dtype == kind
    assert not told
    assert f"sizes {len(env.actions)}" in PAGE
    for word in (*OPERATIONS, *TASKS):
        assert f"`{word}`" in PAGE
    numbered = [
        ", ".join(f"{number} {state.replace('-', ' ')}" for number, state in enumerate(states))
        for states in (STATES, DISKS, MONITORING)
    ]
    flat = " ".join(PAGE.split())
    assert all(words in flat for words in numbered)
