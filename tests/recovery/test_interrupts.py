"""Ctrl-C, cancelling, and two processes that want the same."""

import signal
import subprocess
import time

import pytest
from tests.recovery.balanced import WORDS, fault, left_behind, living, planned
from tests.user import SKYWRIGHT, Cloud, User

pytestmark = pytest.mark.slow


def caught_in_the_act(user: User, cloud: Cloud) -> tuple["subprocess.Popen[str]", str]:
    """A run in the foreground whose VMs are there, though it was not told so yet."""
    run = planned(user, cloud)
    fault(user, cloud, kind="slow", operation="ec2:RunInstances", seconds=30)
    process = subprocess.Popen(
        [SKYWRIGHT, "runs", "approve", run],
        env=user.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever runs the tests in the background may have made them deaf to it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while not cloud.instances():
        assert process.poll() is None, process.stderr and process.stderr.read()
        time.sleep(0.1)
    return process, run


def rehearsing(user: User, cloud: Cloud) -> tuple["subprocess.Popen[bytes]", str]:
    """A run in the foreground that is being rehearsed, slowly: the twin has the account's faults too."""
    fault(user, cloud, kind="slow", operation="ec2:RunInstances", seconds=30)
    process = user.start("do", WORDS, "--target", cloud.target, "--modality", "sdk")
    while True:
        runs = [run for run in user.run("runs", "--json").json["runs"] if run["target"] == cloud.target]
        if runs and runs[0]["stage"] == "explore":
            return process, runs[0]["run"]
        assert process.poll() is None


def test_ctrl_c_leaves_a_run_that_goes_on(user: User) -> None:
    cloud = user.account()
    process, run = caught_in_the_act(user, cloud)
    other = user.run("runs", "resume", run)
    assert other.status == 2 and "another process" in other.err
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=10)
    assert process.returncode == 130
    assert f"skywright runs resume {run}" in said and "Traceback" not in said
    time.sleep(0.5)
    assert living(user.home / "runs" / run) == []
    assert user.run("runs", "resume", run).status == 0
    assert left_behind(cloud)["instances"] == 3


def test_a_run_that_is_driven_is_cancelled_and_undone(user: User) -> None:
    cloud = user.account()
    before = left_behind(cloud)
    process, run = caught_in_the_act(user, cloud)
    cancelled = user.run("runs", "cancel", run, "--json")
    assert cancelled.status == 0 and cancelled.json["status"] == "cancelled", cancelled.err
    assert process.wait(10) == 130
    assert user.run("runs", "cancel", run).status == 2
    undone = user.run("undo", run, "--json")
    assert undone.status == 0, undone.out + undone.err
    assert left_behind(cloud) == before


def test_a_run_that_nobody_drives_is_cancelled(user: User) -> None:
    cloud = user.account()
    process, run = rehearsing(user, cloud)
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
