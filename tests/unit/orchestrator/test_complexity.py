"""How much there is to a program: what is counted, and what counts more."""

import json
from collections.abc import Mapping

import pytest

from skywright.clouds.aws.cloud import aws
from skywright.clouds.restoring import WayBack
from skywright.guard.evidence import Evidence
from skywright.model.operation import Operation, Undoability
from skywright.model.resource import Inventory, Resource
from skywright.model.values import Value
from skywright.model.verdict import Principal, Proposal
from skywright.orchestrator.complexity import COMPLEX, SIMPLE, Complexity, measure
from skywright.program.text import load

WHO = Principal("r-1", "perform", "builtin", "sdk", "gym")
CLOUD = aws()
PROGRAM = """
skywright: 1
name: a machine and its disk
region: us-east-1
steps:
- {id: vm, do: ec2:RunInstances, with: {ImageId: ami-1, InstanceType: t3.micro, MinCount: 1, MaxCount: 1}}
- {id: disk, do: ec2:CreateVolume, with: {AvailabilityZone: us-east-1a, Size: 8}}
- id: attach
  do: ec2:AttachVolume
  with: {InstanceId: "${vm.Instances[0].InstanceId}", VolumeId: "${disk.VolumeId}", Device: /dev/sdf}
"""
THERE: Inventory = {
    each.id: each
    for each in (
        Resource("i-1", "ec2:instance", "us-east-1", depends_on=("subnet-1",)),
        Resource("subnet-1", "ec2:subnet", "us-east-1"),
        Resource("vol-1", "ec2:volume", "us-east-1", depends_on=("i-1",)),
        Resource("i-2", "ec2:instance", "us-east-1", depends_on=("subnet-1",)),
    )
}


def evidence(*steps: tuple[str, Mapping[str, Value], str], lost: bool = False) -> Evidence:
    proposals = tuple(
        (
            f"step{number}",
            Proposal(WHO, Operation.parse(name), CLOUD.effects.effect(Operation.parse(name)), region, given),
        )
        for number, (name, given, region) in enumerate(steps)
    )
    way = WayBack(Undoability.NONE if lost else Undoability.EXACT)
    return Evidence((), proposals, tuple((key, way) for key, _ in proposals), 0.0, None, "i", "p")


TERMINATE = ("ec2:TerminateInstances", {"InstanceIds": ["i-1"]}, "us-east-1")


def test_what_is_destroyed_is_counted_with_what_hangs_on_it() -> None:
    found = measure(load(PROGRAM), evidence(TERMINATE, lost=True), CLOUD.effects, THERE, 0)
    assert (found.resources, found.destructive, found.irreversible, found.state) == (1, 1, 1, 4)
    assert (found.links, found.neighbours) == (2, 2)  # the subnet beneath and the disk above
    assert found.kind == "update"


def test_what_a_step_makes_itself_is_nothing_that_is_there() -> None:
    attach = ("ec2:AttachVolume", {"InstanceId": "${vm.Id}", "VolumeId": "vol-1"}, "us-east-1")
    found = measure(load(PROGRAM), evidence(attach), CLOUD.effects, THERE, 0)
    assert found.resources == 1


def test_where_nobody_looked_the_words_still_count() -> None:
    found = measure(load(PROGRAM), evidence(TERMINATE), CLOUD.effects, {}, 3)
    assert (found.state, found.unresolved, found.resources) == (0, 3, 1)


def test_reading_is_simple_however_full_the_account_is() -> None:
    look = evidence(("ec2:DescribeInstances", {}, "us-east-1"))
    full: Inventory = {f"i-{n}": Resource(f"i-{n}", "ec2:instance", "us-east-1") for n in range(1000)}
    found = measure(load(PROGRAM), look, CLOUD.effects, full, 0)
    assert (found.resources, found.destructive) == (0, 0)
    assert (found.size, found.kind) == (SIMPLE, "monitoring")


def test_making_something_beside_what_is_there_is_provisioning() -> None:
    launch = ("ec2:RunInstances", {"ImageId": "ami-1", "SubnetId": "subnet-1"}, "us-east-1")
    assert measure(load(PROGRAM), evidence(launch), CLOUD.effects, THERE, 0).kind == "provisioning"


@pytest.mark.parametrize(
    "more", [{"resources": 3}, {"links": 3}, {"regions": 3}, {"destructive": 3}, {"irreversible": 3},
             {"neighbours": 3}, {"state": 300}, {"unresolved": 3}],
)  # fmt: skip
def test_more_of_anything_is_never_simpler(more: dict[str, int]) -> None:
    assert Complexity(**more).score > Complexity(**dict.fromkeys(more, 1)).score


def test_it_is_told_in_a_line_and_as_json() -> None:
    found = Complexity("update", 12, 7, 2, 1, 1, 5, 40, 2)
    assert found.size == COMPLEX
    assert str(found) == (
        f"complexity {found.score:g} (complex update): 12 resources, 7 links, 2 regions, 1 destructive, "
        "1 irreversible, 2 assumed, 5 neighbours, 40 things there already"
    )
    assert json.loads(json.dumps(found.to_json()))["says"] == str(found)
