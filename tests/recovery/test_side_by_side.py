"""Agents that change overlapping things of one account at once: no update is lost, nobody waits for ever,
and all
that they did could have been done one after the other. One of them is killed in the middle of it.

Each appends letters of its own to the logs (a tag) of two disks, which it reads first: whoever overwrites
what he has not read loses somebody's letters. The outside reader is plain boto3. `SKYWRIGHT_TEST_AGENTS`
says how many there are, `SKYWRIGHT_TEST_ROUNDS` how often each appends, `SKYWRIGHT_TEST_SEED` what they do,
`SKYWRIGHT_TEST_LEASES` where leases are kept, and `SKYWRIGHT_TEST_MODALITIES` (`sdk,cli,iac,web`) which of
them are asked in words for a tag each, all at once (none by default: it takes minutes).
"""

import os
import random
import re
import signal
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.user import Cloud, Said, User

pytestmark = pytest.mark.slow

AGENTS = int(os.environ.get("SKYWRIGHT_TEST_AGENTS", "2"))
ROUNDS = int(os.environ.get("SKYWRIGHT_TEST_ROUNDS", "1"))
SEED = int(os.environ.get("SKYWRIGHT_TEST_SEED", "20261128"))
MODALITIES = ("sdk", "cli")
ASKED = [name for name in os.environ.get("SKYWRIGHT_TEST_MODALITIES", "").split(",") if name]
TRIES = 20
ASK_AGAIN = re.compile(r"\(rule (proof-stale|lease-held)\)")


def program(disks: list[str], letters: str) -> str:
    """Read the logs of all disks, then append to each: time enough for another to get in between."""
    reads: list[dict[str, Any]] = []
    writes: list[dict[str, Any]] = []
    for at, disk in enumerate(disks):
        logs = [{"Name": "resource-id", "Values": [disk]}, {"Name": "key", "Values": ["log"]}]
        added = {"Key": "log", "Value": f"${{now{at}.Tags[0].Value}}{letters}"}
        reads.append({"id": f"now{at}", "do": "ec2:DescribeTags", "with": {"Filters": logs}})
        writes.append(
            {"id": f"add{at}", "do": "ec2:CreateTags", "with": {"Resources": [disk], "Tags": [added]}}
        )
    steps = [*reads, *writes]
    return yaml.safe_dump(
        {"skywright": 1, "name": f"append {letters}", "region": "us-east-1", "steps": steps}
    )


@dataclass
class Agent:
    """One that appends, in one modality; whoever was in the way, it asks again, as its user would."""

    user: User
    cloud: Cloud
    folder: Path
    number: int
    disks: list[str]
    killed: bool = False
    done: list[tuple[str, list[str]]] = field(default_factory=list)

    def work(self) -> None:
        chance = random.Random(SEED + self.number)
        for round in range(ROUNDS):
            letters = f"a{self.number}r{round}."
            disks = chance.sample(self.disks, 2)
            file = self.folder / f"{self.number}-{round}.yaml"
            file.write_text(program(disks, letters))
            words = ("apply", str(file), "--target", self.cloud.target, "--yes", "--json",
                     "--modality", MODALITIES[self.number % 2])  # fmt: skip
            if self.killed and not round:
                said = self._killed(words, chance.uniform(2.0, 8.0))
            else:
                said = self._until_it_is_done(words)
            assert said.status == 0, said.out + said.err
            self.done.append((letters, disks))

    def _until_it_is_done(self, words: tuple[str, ...]) -> Said:
        for _ in range(TRIES):
            said = self.user.run(*words, seconds=600)
            if said.status != 4 or not ASK_AGAIN.search(said.out):
                break
        return said

    def _killed(self, words: tuple[str, ...], seconds: float) -> Said:
        known = self._runs()
        process = self.user.start(*words)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        mine = [run for run in self._runs() if run not in known]
        if not mine:
            return self._until_it_is_done(words)
        said = self.user.run("runs", "resume", mine[0], "--json", seconds=600)
        return said if said.status == 0 else self._until_it_is_done(words)

    def _runs(self) -> list[str]:
        """Its own runs of the first round."""
        listed = self.user.run("runs", "--json").json["runs"]
        mine = (self.cloud.target, f"apply {self.number}-0.yaml")
        return [row["run"] for row in listed if (row["target"], row["request"]) == mine]


@pytest.fixture(autouse=True)
def _leases(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    if "SKYWRIGHT_TEST_LEASES" in os.environ:
        monkeypatch.setitem(user.environment, "SKYWRIGHT_LEASES", os.environ["SKYWRIGHT_TEST_LEASES"])


@pytest.mark.timeout(1800)
def test_nothing_is_lost(user: User, tmp_path: Path) -> None:
    cloud = user.account()
    ec2 = cloud.client("ec2")
    logs = {"ResourceType": "volume", "Tags": [{"Key": "log", "Value": "log:"}]}
    disks = [
        ec2.create_volume(Size=1, AvailabilityZone="us-east-1a", TagSpecifications=[logs])["VolumeId"]
        for _ in range(3)
    ]
    agents = [
        Agent(user, cloud, tmp_path, number, disks, killed=number == AGENTS - 1) for number in range(AGENTS)
    ]
    began = time.monotonic()
    with ThreadPoolExecutor(AGENTS) as pool:
        for working in [pool.submit(agent.work) for agent in agents]:
            working.result()
    print(f"{AGENTS} agents, {ROUNDS} rounds each: {time.monotonic() - began:.0f} s")
    assert _read(ec2, disks) == _meant(agents, disks)
    judged = user.run("state", "serialisable", "--target", cloud.target, "--json")
    assert judged.json["faults"] == []
    assert judged.json["changes"] >= 2 * AGENTS * ROUNDS
    assert judged.status == 0
    assert user.run("state", "leases", "--target", cloud.target, "--json").json == {
        "leases": [],
        "waiting": [],
    }
    assert user.run("journal", "verify").status == 0


@pytest.mark.skipif(not ASKED, reason="SKYWRIGHT_TEST_MODALITIES names none")
@pytest.mark.timeout(1800)
def test_in_all_modalities_at_once(user: User) -> None:
    cloud = user.account()
    assert user.do("create a VM named web-1", cloud, "--yes").status == 0
    machine = cloud.instances()[0]["InstanceId"]

    def ask(modality: str) -> Said:
        return user.do(
            f"tag web-1 with by-{modality}=yes", cloud, "--yes", "--modality", modality, seconds=900
        )

    with ThreadPoolExecutor(len(ASKED)) as pool:
        for said in pool.map(ask, ASKED):
            assert said.status == 0, said.out + said.err
    own = [{"Name": "resource-id", "Values": [machine]}, {"Name": "key", "Values": ["by-*"]}]
    tags = cloud.client("ec2").describe_tags(Filters=own)["Tags"]
    assert sorted(tag["Key"] for tag in tags) == sorted(f"by-{modality}" for modality in ASKED)
    assert user.run("state", "serialisable", "--target", cloud.target).status == 0


PAUSED = """
skywright: 1
name: mark twice
region: us-east-1
steps:
- id: first
  do: ec2:CreateTags
  with: {Resources: [DISK], Tags: [{Key: mark, Value: first}]}
- id: told
  do: ec2:DescribeTags
  with: {Filters: [{Name: resource-id, Values: [DISK]}, {Name: key, Values: [go]}]}
  until: length(Tags) > `0`
  timeout: 300
- id: second
  do: ec2:CreateTags
  with: {Resources: [DISK], Tags: [{Key: mark, Value: second}]}
"""
OTHERS = """
skywright: 1
name: mark once
region: us-east-1
steps:
- id: only
  do: ec2:CreateTags
  with: {Resources: [DISK], Tags: [{Key: mark, Value: theirs}]}
"""


@pytest.mark.timeout(600)
def test_who_was_stopped_past_his_leases_changes_nothing_any_more(user: User, tmp_path: Path) -> None:
    cloud = user.account()
    ec2 = cloud.client("ec2")
    disk = ec2.create_volume(Size=1, AvailabilityZone="us-east-1a")["VolumeId"]
    files = {"paused": PAUSED, "others": OTHERS}
    for name, text in files.items():
        (tmp_path / name).write_text(text.replace("DISK", disk))
    options = ("--target", cloud.target, "--yes", "--modality", "sdk", "--json")
    stopped = user.start("apply", str(tmp_path / "paused"), *options)
    try:
        _until(lambda: _mark(ec2, disk) == "first")
        os.kill(stopped.pid, signal.SIGSTOP)
        said = user.run("apply", str(tmp_path / "others"), *options, seconds=300)
        assert said.status == 0, said.out + said.err
        assert "changes it since" in said.err
        ec2.create_tags(Resources=[disk], Tags=[{"Key": "go", "Value": "on"}])
    finally:
        os.kill(stopped.pid, signal.SIGCONT)
    assert stopped.wait(120) == 1
    assert _mark(ec2, disk) == "theirs"
    runs = user.run("runs", "--json").json["runs"]
    mine = next(row["run"] for row in runs if row["target"] == cloud.target and row["status"] == "failed")
    told = user.run("runs", "show", mine, "--json").out
    assert "lease-lost" in told
    assert "a person must look" in told
    assert user.run("state", "serialisable", "--target", cloud.target).status == 0


def _mark(ec2: Any, disk: str) -> str:
    tags = ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [disk]}])["Tags"]
    return next((tag["Value"] for tag in tags if tag["Key"] == "mark"), "")


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def _read(ec2: Any, disks: list[str]) -> dict[str, list[str]]:
    tags = ec2.describe_tags(Filters=[{"Name": "key", "Values": ["log"]}])["Tags"]
    found = {tag["ResourceId"]: re.findall(r"a\d+r\d+\.", tag["Value"]) for tag in tags}
    return {disk: sorted(found[disk]) for disk in disks}


def _meant(agents: list[Agent], disks: list[str]) -> dict[str, list[str]]:
    done = [pair for agent in agents for pair in agent.done]
    return {disk: sorted(letters for letters, on in done if disk in on) for disk in disks}
