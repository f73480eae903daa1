"""Which leases a program needs, and what a run that was overtaken is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from skywright.clouds.aws.cloud import aws
from skywright.engine.leasing import hold, insist_on_what_was_read, purpose_of, wanted_by
from skywright.engine.overtaken import overtaken
from skywright.errors import Refused
from skywright.model.lease import Claim, Mode
from skywright.model.operation import Operation
from skywright.model.program import Program, Step
from skywright.model.resource import Resource
from skywright.model.run import Request, Status
from skywright.model.target import Target
from skywright.model.values import Value
from skywright.state.database import open_database
from skywright.state.holding import Holdings
from skywright.state.leases import Leases
from skywright.state.runs import Run

R, W = Mode.READ, Mode.WRITE
CLOUD = aws()


def thing(id: str, type: str, *needs: str) -> Resource:
    return Resource(id, f"ec2:{type}", "us-east-1", needs)


ACCOUNT = {
    one.id: one
    for one in (
        thing("vpc-1", "vpc"),
        thing("subnet-1", "subnet", "vpc-1"),
        thing("sg-1", "security-group", "vpc-1"),
        thing("eni-1", "network-interface", "subnet-1", "sg-1"),
        thing("vol-1", "volume"),
        thing("i-1", "instance", "eni-1", "vol-1"),
        thing("sg-2", "security-group", "vpc-1"),
        thing("vol-2", "volume"),
    )
}


def wanted(*steps: tuple[str, dict[str, Value]]) -> Mapping[str, Mode]:
    made = (Step(f"s{at}", Operation("ec2", name), arguments=given) for at, (name, given) in enumerate(steps))
    return wanted_by(Program("p", tuple(made), region="us-east-1"), ACCOUNT, CLOUD)


def test_what_is_changed_is_written_and_all_that_it_needs_is_read() -> None:
    found = wanted(("StopInstances", {"InstanceIds": ["i-1"]}))
    reads = dict.fromkeys(("eni-1", "vol-1", "subnet-1", "sg-1", "vpc-1"), R)
    assert found == {"i-1": W} | reads


def test_with_what_is_destroyed_goes_what_is_only_its_own() -> None:
    found = wanted(("TerminateInstances", {"InstanceIds": ["i-1"]}))
    assert {id for id, mode in found.items() if mode is W} == {"i-1", "vol-1", "eni-1"}


def test_and_all_that_needs_it() -> None:
    found = wanted(("DeleteSecurityGroup", {"GroupId": "sg-1"}))
    assert {id for id, mode in found.items() if mode is W} == {"sg-1", "eni-1", "i-1"}


def test_what_a_step_names_beside_what_it_makes_is_read() -> None:
    given: dict[str, Value] = {"ImageId": "ami-9", "SubnetId": "subnet-1", "MinCount": 1, "MaxCount": 1}
    assert wanted(("RunInstances", given)) == {"subnet-1": R, "vpc-1": R, "ami-9": R}


def test_what_is_made_on_the_way_is_not_there_to_be_leased() -> None:
    found = wanted(
        ("CreateVolume", {"Size": 1, "AvailabilityZone": "us-east-1a"}),
        ("AttachVolume", {"VolumeId": "${s0.VolumeId}", "InstanceId": "i-1", "Device": "/dev/sdf"}),
    )
    assert {id for id, mode in found.items() if mode is W} == {"i-1"}


def test_a_program_that_only_reads_only_reads() -> None:
    assert wanted(("DescribeVolumes", {"VolumeIds": ["vol-2"]})) == {"vol-2": R}


@dataclass
class World:
    """As much of the engine's parts as leases need; while somebody waits, time goes by."""

    store: Leases
    now: float = 0.0
    said: list[str] = field(default_factory=list)

    @property
    def parts(self) -> Any:
        return SimpleNamespace(
            holdings=Holdings(self.store, lambda *_: None),
            target=lambda _run: Target("t", "gym", "a"),
            clock=lambda: self.now,
            pause=self._pause,
            progress=SimpleNamespace(say=self.said.append),
            runs=SimpleNamespace(note=lambda *_, **__: None),
        )

    def _pause(self, _seconds: float) -> None:
        self.now += 50.0

    def other(self, **resources: Mode) -> None:
        self.store.take(Claim("gym:a", "other", "their words", resources))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(Leases(open_database(tmp_path / "leases.db")))


def run(**papers: object) -> Run:
    return Run("mine", 0.0, Status.RUNNING, "survey", Request("my words"), papers)


def test_who_waits_says_for_whom_and_gives_up_in_the_end(world: World) -> None:
    world.other(x=W)
    with pytest.raises(Refused, match=r"run other changes it since .*their words.*waited for 300 s"):
        hold(run(), world.parts, {"x": W, "y": W})
    assert len(world.said) == 1
    assert [one.holder for one in world.store.held("gym:a")[0]] == ["other"]
    assert world.store.held("gym:a")[1] == ()


def test_what_it_is_for_is_told_in_short_and_no_secret() -> None:
    def purpose(words: str, modality: str = "auto") -> str:
        return purpose_of(Run("r", 0.0, Status.RUNNING, "", Request(words, modality=modality), {}))

    assert purpose("grow \n the disk") == "grow the disk"
    assert purpose("deploy --key hunter2", "guest") == "deploy"
    assert len(purpose("word " * 50)) == 100


def test_what_another_changed_since_it_was_read_is_not_changed_on(world: World) -> None:
    read = world.store.number("gym:a")
    world.other(x=W, z=W)
    world.store.release("gym:a", "other")
    late = run(read_at=read, proven_after=read)
    with pytest.raises(Refused, match="run other has changed x") as refused:
        insist_on_what_was_read(late, world.parts, {"x": W, "y": R})
    assert refused.value.rule == "proof-stale"
    assert not insist_on_what_was_read(late, world.parts, {"y": W, "z": R})
    after = world.store.number("gym:a")
    assert insist_on_what_was_read(run(read_at=after, proven_after=after), world.parts, {"x": W, "z": R})


def test_only_a_run_that_nobody_agreed_to_in_person_is_planned_again() -> None:
    def ended(**papers: object) -> Run:
        return Run("r", 0.0, Status.REFUSED, "survey", Request("w"), {"agreed": True, **papers})

    assert overtaken(ended(rule="proof-stale"))
    assert overtaken(ended(rule="lease-lost"))
    assert not overtaken(ended(rule="lease-lost", surveyed=True))
    assert not overtaken(ended(rule="proof-stale", approved=["it destroys"]))
    assert not overtaken(ended(rule="proof-stale", begun_again=3))
    assert not overtaken(ended(rule="lease-held"))
    assert not overtaken(ended(rule="proof-stale", reverts=[["i-1", "State"]]))
