"""The file of a task: what goes without saying, and a clear sentence for each mistake."""

from typing import Any

import pytest
import yaml

from skywright.clouds.aws.cloud import aws
from skywright.errors import Malformed
from skywright.model.program import Finding
from skywright.program.check import check
from skywright_bench.library import tasks
from skywright_bench.oracles.intents import Intent
from skywright_bench.task import Task, fitted
from skywright_bench.taskfile import load

SHARED = """skywright: 1
name: a disk
region: ${region}
parameters:
  region: {type: string, value: us-east-1}
steps:
- {id: disk, do: "ec2:CreateVolume", with: {AvailabilityZone: "${region}a", Size: 1}}
"""


def shared(name: str) -> str:
    if name != "disk":
        raise FileNotFoundError(name)
    return SHARED


def read(**changed: Any) -> Task:
    row = {
        "id": "x",
        "title": "Delete the disk",
        "stage": "cost",
        "intent": {"size": 5},
        "setups": ["disk"],
        "expect": [{"goes": "disk", "where": {"size": "${size}"}}],
        "cheat": {"steps": [{"id": "a", "do": "ec2:DescribeVolumes", "with": {"MaxResults": "${size}"}}]},
    }
    merged = {key: value for key, value in {**row, **changed}.items() if value is not None}
    return load(yaml.safe_dump(merged), "mine", "x.yaml", shared)


def test_what_goes_without_saying_is_added() -> None:
    task = read()
    assert task.set == "mine" and task.intent["kind"] == "rows"
    values = fitted(task.cheat, Intent({"size": 7, "region": "eu-west-1"})).values()
    assert values == {"size": 7, "region": "eu-west-1"}
    assert task.cheat.region == "${region}"


def test_a_set_up_plays_where_it_is_told_to() -> None:
    task = read(setups=["disk", {"use": "disk", "with": {"region": "eu-west-1"}}])
    intent = task.meant({"region": "us-west-2"})
    assert [setup.fitted(intent).values()["region"] for setup in task.setups] == ["us-west-2", "eu-west-1"]
    assert task.regions(intent) == {"us-east-1", "us-west-2", "eu-west-1"}


END = {"goes": "disk"}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"id": None}, "it needs 'id'"),
        ({"colour": "red"}, "unknown key 'colour'"),
        ({"stage": "flying"}, "there is no stage 'flying'; there is provisioning"),
        ({"expect": None}, "it needs either a 'kind' of intent or rows of 'expect' or 'answer'"),
        ({"intent": {"kind": "disk"}}, "it needs either a 'kind'"),
        ({"setups": ["desk"]}, "there is no set-up 'desk'"),
        ({"setups": [{"use": "disk", "with": {"colour": 1}}]}, "set-up disk has no parameter 'colour'"),
        ({"setups": [{"use": "disk", "as": 1}]}, "set-up: unknown key 'as'"),
        ({"cheat": {"steps": [{"id": "a"}]}}, "cheat: step 'a' must have either 'do' or 'wait'"),
        ({"wrong": [{"steps": []}]}, "wrong: it needs 'says'"),
        ({"wrong": [{"says": "x", "first": "lunch"}]}, "'first' is one of cheat, nothing"),
        ({"expect": "all of it"}, "'expect' is no list of rows"),
        ({"expect": ["x"]}, "expect 1: that is no row"),
        ({"expect": [{"where": {}}]}, "expect 1: it needs just one of changes, goes"),
        ({"expect": [END, {"goes": "spaceship"}]}, "expect 2: there is no kind 'spaceship'; there is vm"),
        ({"expect": [{"goes": "disk", "where": {"colour": 1}}]}, "expect 1: a disk has no 'colour'"),
        ({"expect": [{"goes": "disk", "to": {}}]}, "expect 1: unknown key 'to'"),
        ({"expect": [{"goes": "disk", "where": "big"}]}, "where: that is no table of properties"),
        ({"expect": [{"goes": "disk", "where": {"size": {"around": 5}}}]}, r"size has \['around'\]"),
        (
            {"expect": [{"goes": "disk", "where": {"vm": {"the": "car a"}}}]},
            "names 'car a', which is no kind",
        ),
        ({"expect": [{"changes": "disk"}]}, "it does not say what to change 'to'"),
        ({"expect": [{"may_change": "disk"}]}, "it does not say which properties, under 'also'"),
        ({"answer": [{"of": "disk"}]}, "answer 1: it needs 'key', and just one of of, counts, is"),
        ({"answer": [{"key": "disks", "of": "disk", "greatest": "hue"}]}, "answer 1: a disk has no 'hue'"),
    ],
)
def test_a_mistake_is_named(changed: dict[str, Any], why: str) -> None:
    with pytest.raises(Malformed, match=why):
        read(**changed)


@pytest.mark.parametrize("content", ["a: [", "- x", "", "a: &b 1"])
def test_what_is_no_task_is_said_to_be_none(content: str) -> None:
    with pytest.raises(Malformed, match=r"^x\.yaml: "):
        load(content, "mine", "x.yaml", shared)


def test_every_program_of_every_task_is_sound() -> None:
    catalogue = aws().catalogue
    found: dict[str, tuple[Finding, ...]] = dict.fromkeys(tasks(), ())
    for task in tasks().values():
        programs = [task.cheat, *(setup.program for setup in task.setups if setup.follows)]
        for program in [*programs, *(wrong.program for wrong in task.wrong)]:
            found[task.id] += check(program, catalogue)
    assert {id: findings for id, findings in found.items() if findings} == {}
