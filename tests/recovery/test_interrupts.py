"""Ctrl-C, cancelling, and two processes that want the same."""

import signal
import subprocess
import time

import pytest
from tests.recovery.balanced import WORDS, left_behind, living
from tests.user import SKYWRIGHT, Cloud, User

pytestmark = pytest.mark.slow


def begun(user: User, cloud: Cloud, stage: str) -> tuple["subprocess.Popen[str]", str]:
    """A run in the foreground that has come to that stage."""
    process = subprocess.Popen(
        [SKYWRIGHT, "do", WORDS, "--target", cloud.target, "--yes", "--modality", "sdk"],
        env=user.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    for _ in range(100):
        runs = [run for run in user.run("runs", "--json").json["runs"] if run["target"] == cloud.target]
        if runs and runs[0]["stage"] == stage:
            return process, runs[0]["run"]
        time.sleep(0.1)
    raise AssertionError(f"it never came to {stage}")


def test_ctrl_c_leaves_a_run_that_goes_on(user: User) -> None:
    cloud = user.account()
    process, run = begun(user, cloud, "perform")
    other = user.run("runs", "resume", run)
    assert other.status == 2 and "another process" in other.err
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert f"skywright runs resume {run}" in said and "Traceback" not in said
    time.sleep(0.5)
    assert living(user.home / "runs" / run) == []
    assert user.run("runs", "resume", run).status == 0
    assert left_behind(cloud)["instances"] == 3


def test_a_run_that_is_driven_is_cancelled_and_undone(user: User) -> None:
    cloud = user.account()
    before = left_behind(cloud)
    process, run = begun(user, cloud, "perform")
    while not left_behind(cloud)["instances"] and process.poll() is None:
        time.sleep(0.2)
    cancelled = user.run("runs", "cancel", run, "--json")
    assert cancelled.status == 0 and cancelled.json["status"] == "cancelled", cancelled.err
    assert process.wait(30) == 130
    assert user.run("runs", "cancel", run).status == 2
    undone = user.run("undo", run, "--json")
    assert undone.status == 0, undone.out + undone.err
    assert left_behind(cloud) == before


def test_a_run_that_nobody_drives_is_cancelled(user: User) -> None:
    cloud = user.account()
    process, run = begun(user, cloud, "explore")
    process.kill()
    process.wait()
    cancelled = user.run("runs", "cancel", run, "--json")
    assert cancelled.json["status"] == "cancelled"
    assert user.run("runs", "resume", run, "--json").json["status"] == "cancelled"


def test_two_runs_at_once_in_one_home(user: User) -> None:
    clouds = [user.account(), user.account()]
    processes = [
        user.start("do", "create a VM", "--target", cloud.target, "--yes", "--modality", "sdk")
        for cloud in clouds
    ]
    assert [process.wait(120) for process in processes] == [0, 0]
    assert [len(cloud.instances()) for cloud in clouds] == [1, 1]
    assert user.run("journal", "verify").status == 0
