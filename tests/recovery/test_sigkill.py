"""Killed at a random moment, and killed again, a run goes on: no resource exists twice and none is lost.

`SKYWRIGHT_TEST_KILLS` says how many runs are killed, `SKYWRIGHT_TEST_SEED` when (docs/recovery.md).
"""

import os
import random
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from tests.recovery.balanced import WORDS, left_behind, living
from tests.user import Cloud, User

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("SKYWRIGHT_TEST_KILLS", "2"))
SEED = int(os.environ.get("SKYWRIGHT_TEST_SEED", "20261122"))
MODALITIES = ("sdk", "cli")


@dataclass(frozen=True)
class Undisturbed:
    """What a run leaves that nobody kills, and how long it takes in each modality."""

    leaves: Mapping[str, Any]
    seconds: Mapping[str, float]


@pytest.fixture(scope="module")
def undisturbed(user: User) -> Undisturbed:
    seconds: dict[str, float] = {}
    leaves: dict[str, Any] = {}
    for modality in MODALITIES[:KILLS]:
        cloud = user.account()
        began = time.monotonic()
        options = ("--target", cloud.target, "--yes", "--modality", modality, "--json")
        said = user.run_afresh("do", WORDS, *options)
        assert said.status == 0, said.err
        seconds[modality] = time.monotonic() - began
        leaves = left_behind(cloud)
    return Undisturbed(leaves, seconds)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("trial", range(KILLS))
def test_killed_and_resumed(user: User, undisturbed: Undisturbed, trial: int) -> None:
    chance = random.Random(SEED + trial)
    modality = MODALITIES[trial % 2]
    seconds = undisturbed.seconds[modality]
    cloud = user.account()
    empty = left_behind(cloud)
    killed_after(
        user, chance.uniform(0.2, 1.0) * seconds, "do", WORDS, "--target", cloud.target, "--yes",
        "--modality", modality,
    )  # fmt: skip
    runs = runs_of(user, cloud)
    if not runs:
        assert left_behind(cloud) == empty
        return
    run = runs[0]
    nobody_writes_on(user, cloud, run)
    if chance.random() < 0.4:
        killed_after(user, chance.uniform(0.2, 0.8) * seconds, "runs", "resume", run)
    resumed = user.run("runs", "resume", run, "--json", seconds=300)
    assert resumed.status == 0, resumed.err + resumed.out
    assert left_behind(cloud) == undisturbed.leaves
    assert remembered(user).count(run) == 1
    killed_after(user, chance.uniform(0.2, 0.8) * seconds, "undo", run)
    undoing = [other for other in runs_of(user, cloud) if other != run]
    words = ("runs", "resume", undoing[0]) if undoing else ("undo", run)
    undone = user.run(*words, "--json", seconds=300)
    assert undone.status == 0, undone.err + undone.out
    assert left_behind(cloud) == empty
    assert user.run("journal", "verify").status == 0


def killed_after(user: User, seconds: float, *words: str) -> None:
    """Type a command and kill it after so long, if it has not ended by then."""
    process = user.start(*words)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def remembered(user: User) -> list[str]:
    """The runs of which memory knows that they worked, as often as it does."""
    ids = [row["id"] for row in user.run("memory", "list", "--json").json["memory"]]
    shown = [user.run("memory", "show", id, "--json").json for id in ids]
    return [one["run"] for kept in shown for one in kept["evidence"]]


def runs_of(user: User, cloud: Cloud) -> list[str]:
    """The runs on that account, the newest first."""
    return [run["run"] for run in user.run("runs", "--json").json["runs"] if run["target"] == cloud.target]


def nobody_writes_on(user: User, cloud: Cloud, run: str) -> None:
    time.sleep(0.5)
    assert living(user.home / "runs" / run) == []
    before = left_behind(cloud)
    time.sleep(1)
    assert left_behind(cloud) == before
