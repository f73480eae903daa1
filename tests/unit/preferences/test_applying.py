"""Preferences in programs: what they add, what they leave alone, and that what is said comes first."""

from collections.abc import Mapping
from typing import Any

import pytest

from skywright.clouds.aws.cloud import aws
from skywright.model.operation import Operation
from skywright.model.preference import Kind, Preference, Wish
from skywright.model.values import Arguments, Value
from skywright.preferences.applying import Applied, apply, astray, reworded
from skywright.program.check import check
from skywright.program.text import load

CLOUD = aws()
TAG = Wish(Kind.TAG, "owner", "team-a")
SIZE = Wish(Kind.SIZE, "", "t3.small")
ENCRYPTED = Wish(Kind.ENCRYPTED)
PREFIX = Wish(Kind.PREFIX, "", "x-")
NEVER = Wish(Kind.NEVER_REGION, "us-east-1")

MACHINES = """\
skywright: 1
name: machines
region: us-east-1
parameters:
  count: {type: integer, value: 2}
  type: {type: string, value: t3.micro}
  names: {type: list, value: [vm-1, vm-2]}
steps:
- id: vm
  do: ec2:RunInstances
  repeat: ${count}
  with:
    ImageId: ami-12345678
    InstanceType: ${type}
    MinCount: 1
    MaxCount: 1
    TagSpecifications: [{ResourceType: instance, Tags: [{Key: Name, Value: "${names[index]}"}]}]
"""


class Looking:
    """Answers what an image starts from."""

    def call(self, operation: Operation, arguments: Arguments, region: str) -> dict[str, Value]:
        assert str(operation) == "ec2:DescribeImages" and arguments == {"ImageIds": ["ami-12345678"]}
        return {"Images": [{"RootDeviceName": "/dev/sda1"}]}


def preference(wish: Wish, id: int = 3) -> Preference:
    return Preference(id, "ann", "gym", wish, "as said", 0.0)


def applied(text: str, *wishes: Wish, said: str = "create two machines") -> Applied:
    preferences = [preference(wish, id) for id, wish in enumerate(wishes, 3)]
    came = apply(load(text, "program"), preferences, said, CLOUD, Looking())
    assert not check(came.program, CLOUD.catalogue)
    return came


def arguments(came: Applied, step: str = "vm") -> Mapping[str, Any]:
    return next(each.arguments for each in came.program.steps if each.id == step)


def test_tags_are_put_on_machines_and_their_disks_and_names_stay() -> None:
    came = applied(MACHINES, TAG)
    instance, volume = arguments(came)["TagSpecifications"]
    assert instance["Tags"] == [
        {"Key": "Name", "Value": "${names[index]}"},
        {"Key": "owner", "Value": "team-a"},
    ]
    assert volume == {"ResourceType": "volume", "Tags": [{"Key": "owner", "Value": "team-a"}]}
    assert [str(each) for each in came.used] == ["owner=team-a on what is made (preference 3)"]


def test_a_tag_that_is_said_stays_and_the_preference_is_set_aside_with_a_note() -> None:
    said = MACHINES.replace("[{Key: Name,", "[{Key: owner, Value: team-b}, {Key: Name,")
    came = applied(said, TAG)
    instance, volume = arguments(came)["TagSpecifications"]
    assert {"Key": "owner", "Value": "team-b"} in instance["Tags"]
    assert {"Key": "owner", "Value": "team-a"} not in instance["Tags"]
    assert volume["Tags"][0]["Value"] == "team-a"  # of the disks nothing was said


def test_the_value_of_a_tag_is_no_reference() -> None:
    came = applied(MACHINES, Wish(Kind.TAG, "owner", "${type}"))
    assert {"Key": "owner", "Value": "$${type}"} in arguments(came)["TagSpecifications"][0]["Tags"]


def test_tags_where_they_are_pairs_a_map_or_nowhere() -> None:
    text = """\
skywright: 1
name: things
region: eu-west-1
steps:
- {id: topic, do: sns:CreateTopic, with: {Name: a}}
- {id: queue, do: sqs:CreateQueue, with: {QueueName: b, tags: {env: prod}}}
- {id: bucket, do: s3:CreateBucket, with: {Bucket: c-1}}
- {id: look, do: ec2:DescribeInstances, with: {}}
- {id: stop, do: ec2:StopInstances, with: {InstanceIds: [i-12345678]}}
"""
    came = applied(text, TAG, said="make a topic, a queue and a bucket")
    assert arguments(came, "topic")["Tags"] == [{"Key": "owner", "Value": "team-a"}]
    assert arguments(came, "queue")["tags"] == {"env": "prod", "owner": "team-a"}
    before = load(text, "program").steps
    assert came.program.steps[2:] == before[2:]
    assert any("s3:CreateBucket" in note for note in came.notes)


def test_the_size_becomes_the_preferred_one_in_the_parameter_and_in_the_summary() -> None:
    came = applied(MACHINES, SIZE)
    assert came.program.values()["type"] == "t3.small" and arguments(came)["InstanceType"] == "${type}"
    assert reworded("Create 2 × t3.micro, named vm-1", came.reworded) == "Create 2 × t3.small, named vm-1"


@pytest.mark.parametrize(
    "said",
    [
        "create two t3.micro machines",
        "create two machines with 2 cores",
        "two tiny VMs",
        "make two like web-1",
        "two VMs of the same size as db",
    ],
)
def test_a_size_that_is_said_comes_first(said: str) -> None:
    came = applied(MACHINES, SIZE, said=said)
    assert came.program.values()["type"] == "t3.micro" and not came.used
    assert came.notes == ["the request says its own size, so preference 3 "
                          "(machines are t3.small where no size is named) is not used"]  # fmt: skip


@pytest.mark.parametrize("said", ["I'd like two VMs in the same network", "two VMs with a small disk each"])
def test_what_is_said_of_other_things_is_no_size(said: str) -> None:
    assert applied(MACHINES, SIZE, said=said).program.values()["type"] == "t3.small"


def test_a_size_of_another_processor_would_need_another_image() -> None:
    came = applied(MACHINES, Wish(Kind.SIZE, "", "t4g.small"))
    assert came.program.values()["type"] == "t3.micro" and "another image" in came.notes[0]


def test_disks_are_encrypted_the_one_that_comes_by_itself_too() -> None:
    came = applied(MACHINES, ENCRYPTED)
    assert arguments(came)["BlockDeviceMappings"] == [{"DeviceName": "/dev/sda1", "Ebs": {"Encrypted": True}}]


def test_disks_that_are_asked_for_are_encrypted_in_their_parameter() -> None:
    held = "  disks: {type: list, value: [{DeviceName: /dev/sdf, Ebs: {VolumeSize: 20}}]}\n"
    more = MACHINES.replace("steps:\n", f"{held}steps:\n")
    more = more.replace("    MinCount", "    BlockDeviceMappings: ${disks}\n    MinCount")
    came = applied(more, ENCRYPTED)
    disks = came.program.values()["disks"]
    assert disks == [
        {"DeviceName": "/dev/sda1", "Ebs": {"Encrypted": True}},
        {"DeviceName": "/dev/sdf", "Ebs": {"VolumeSize": 20, "Encrypted": True}},
    ]


def test_unencrypted_is_what_is_said() -> None:
    came = applied(MACHINES, ENCRYPTED, said="create two machines with unencrypted disks")
    assert "BlockDeviceMappings" not in arguments(came) and "unencrypted" in came.notes[0]


def test_names_that_were_made_up_begin_as_preferred() -> None:
    assert applied(MACHINES, PREFIX).program.values()["names"] == ["x-vm-1", "x-vm-2"]


@pytest.mark.parametrize("said", ["create vm-1 and vm-2", "two VMs named vm", "two machines called 'vm'"])
def test_names_that_were_given_stay(said: str) -> None:
    came = applied(MACHINES, PREFIX, said=said)
    assert came.program.values()["names"] == ["vm-1", "vm-2"] and "gives the name" in came.notes[0]


def test_a_name_that_stands_in_the_step_is_changed_wherever_it_stands() -> None:
    text = (
        MACHINES.replace('"${names[index]}"', "box")
        + """\
expect:
- {says: it is there, read: ec2:DescribeTags, with: {Filters: [{Name: value, Values: [box]}]}, that: "Tags"}
answer: {name: box}
"""
    )
    text = text.replace("Tags: [", "Tags: [{Key: role, Value: box}, ")
    came = applied(text, PREFIX)
    tags = arguments(came)["TagSpecifications"][0]["Tags"]
    assert tags == [{"Key": "role", "Value": "box"}, {"Key": "Name", "Value": "x-box"}]
    assert came.program.answer == {"name": "x-box"}
    assert came.program.expectations[0].arguments["Filters"] == [{"Name": "value", "Values": ["x-box"]}]


def test_a_region_where_nothing_is_to_be_made_is_found_unless_it_is_said() -> None:
    never = (preference(NEVER),)
    assert astray(load(MACHINES, ""), never, "create two machines", CLOUD) == never
    assert not astray(load(MACHINES, ""), never, "two machines in us-east-1", CLOUD)
    elsewhere = load(MACHINES.replace("us-east-1", "eu-west-1"), "")
    assert not astray(elsewhere, never, "create two machines", CLOUD)


def test_what_belongs_to_what_is_there_is_made_where_that_is() -> None:
    text = """\
skywright: 1
name: copy
region: us-east-1
steps:
- {id: copy, do: ec2:CreateSnapshot, with: {VolumeId: vol-12345678}}
- {id: stop, do: ec2:StopInstances, with: {InstanceIds: [i-12345678]}}
"""
    assert not astray(load(text, ""), (preference(NEVER),), "back up data", CLOUD)


def test_who_prefers_nothing_gets_the_program_as_it_is() -> None:
    before = load(MACHINES, "program")
    assert apply(before, (), "create two machines", CLOUD, Looking()).program is before


def test_all_at_once_and_once_more_is_the_same() -> None:
    wishes = (TAG, SIZE, ENCRYPTED, PREFIX)
    once = applied(MACHINES, *wishes).program
    preferences = [preference(wish) for wish in wishes]
    assert apply(once, preferences, "create two machines", CLOUD, Looking()).program == once
