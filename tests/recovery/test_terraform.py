"""Terraform, or we, killed in the middle of an apply: the next run repairs; no orphan, no stuck lock.

Terraform mostly waits for what it made, so the stories run side by side, each in an account of its own.
"""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tests import terraform
from tests.recovery.balanced import living
from tests.recovery.test_sigkill import runs_of
from tests.user import Cloud, User

pytestmark = [pytest.mark.slow, terraform.needed, pytest.mark.timeout(600)]

VICTIMS = ("skywright", "terraform")
GROW = """
skywright: 1
name: grow a disk
region: us-east-1
steps:
- id: grow
  do: ec2:ModifyVolume
  with: {VolumeId: DISK, Size: 20}
- id: look
  do: ec2:DescribeVolumes
  with: {VolumeIds: [DISK]}
  until: "Volumes[0].Size == `20`"
"""


def volumes(cloud: Cloud) -> list[dict[str, Any]]:
    return cloud.client("ec2").describe_volumes()["Volumes"]


def until(happened: Callable[[], object], seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def applying(folder: Path) -> list[int]:
    """The processes of Terraform that apply something under a folder."""
    found: list[int] = []
    for process in Path("/proc").iterdir():
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:  # no process, or it has ended
            continue
        ours = any(str(folder).encode() in word for word in words)
        if ours and words[0].endswith((b"terraform", b"tofu")) and b"apply" in words:
            found.append(int(process.name))
    return found


def workspace(user: User, cloud: Cloud) -> Path:
    return user.home / "kept" / cloud.target / "iac" / "us-east-1"


def killed(user: User, folder: Path, victim: str) -> None:
    cloud = user.account()
    process = user.start(
        "do", "create a 12 GB disk in us-east-1a", "--target", cloud.target, "--yes", "--modality", "iac"
    )
    # It is made, and Terraform waits for it, so that its state does not have it yet.
    until(lambda: volumes(cloud))
    run = runs_of(user, cloud)[0]
    if victim == "skywright":
        process.kill()
        process.wait()
        until(lambda: not living(user.home / "runs" / run), 10)
        resumed = user.run("runs", "resume", run, "--json", seconds=300)
        assert resumed.status == 0, resumed.err + resumed.out
    else:
        (terraform_itself,) = applying(workspace(user, cloud))
        os.kill(terraform_itself, signal.SIGKILL)
        assert process.wait(300) == 0
    (made,) = volumes(cloud)
    assert made["Size"] == 12
    state = json.loads((workspace(user, cloud) / "terraform.tfstate").read_text())
    ids = [one["attributes"]["id"] for held in state["resources"] for one in held["instances"]]
    assert ids == [made["VolumeId"]]
    if victim == "terraform":
        return
    # The workspace is whole: what it made can be changed in it.
    (folder / "grow.yaml").write_text(GROW.replace("DISK", made["VolumeId"]))
    grown = user.run(
        "apply",
        str(folder / "grow.yaml"),
        "--target",
        cloud.target,
        "--yes",
        "--modality",
        "iac",
        seconds=300,
    )
    assert grown.status == 0, grown.err
    assert [(one["VolumeId"], one["Size"]) for one in volumes(cloud)] == [(made["VolumeId"], 20)]
    assert " = 20\n" in (workspace(user, cloud) / "main.tf").read_text()


def undone(user: User) -> None:
    cloud = user.account()
    first = user.do("create a 12 GB disk in us-east-1a", cloud, "--yes", "--modality", "iac", seconds=300)
    assert first.status == 0, first.err
    undo = user.run("undo", first.json["run"], "--yes", seconds=200)
    assert undo.status == 0, undo.err
    assert volumes(cloud) == []
    second = user.do("create a 15 GB disk in us-east-1a", cloud, "--yes", "--modality", "iac", seconds=300)
    assert second.status == 0, second.err
    assert "forgotten: aws_ebs_volume.made" in second.err
    assert [one["Size"] for one in volumes(cloud)] == [15]


@pytest.fixture(scope="module")
def told(user: User, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, "Future[None]"]]:
    """The stories, under way."""
    user.run("gym", "up")
    folder = tmp_path_factory.mktemp("stories")
    with ThreadPoolExecutor(3) as workers:
        stories = {victim: workers.submit(killed, user, folder, victim) for victim in VICTIMS}
        yield {**stories, "undone": workers.submit(undone, user)}


@pytest.mark.parametrize("victim", VICTIMS)
def test_killed_in_the_middle_of_an_apply(told: dict[str, "Future[None]"], victim: str) -> None:
    told[victim].result()


def test_what_was_undone_or_deleted_is_forgotten_and_not_made_again(told: dict[str, "Future[None]"]) -> None:
    told["undone"].result()
