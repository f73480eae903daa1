"""What of a program that worked is a parameter the next time, and when nothing is certain."""

import base64
from collections.abc import Mapping
from typing import Any

import pytest

from skywright.clouds.aws.catalogue import Catalogue
from skywright.memory.adapt import Uncertain, adapted
from skywright.memory.entry import Entry
from skywright.memory.generalise import Worked, generalised, holds_secret, program_of, tied
from skywright.memory.lookups import doubt
from skywright.model.operation import Operation
from skywright.model.program import Alternative, Parameter, Program, Step
from skywright.model.resource import Inventory, Resource
from skywright.model.values import Value
from skywright.program.text import dump

WEB_1, WEB_2 = "i-0aaaaaaaaaaaaaaa1", "i-0aaaaaaaaaaaaaaa2"
DISK = "vol-0aaaaaaaaaaaaaaa1"
SUBNET = "subnet-0aaaaaaaaaaaaaaa1"


def reads(operation: Operation) -> bool:
    return operation.name.startswith("Describe")


def machine(id: str, name: str, *needs: str) -> Resource:
    return Resource(id, "ec2:instance", "us-east-1", needs, name=name)


BEFORE: Inventory = {
    WEB_1: machine(WEB_1, "web-1", DISK),
    WEB_2: machine(WEB_2, "web-2"),
    DISK: Resource(DISK, "ec2:volume", "us-east-1"),
    SUBNET: Resource(SUBNET, "ec2:subnet", "us-east-1"),
}


def step(id: str, do: str, **arguments: Value) -> Step:
    return Step(id, Operation("ec2", do), arguments=arguments)


def make(name: str, count: int = 1, **more: Value) -> Step:
    tags: Value = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}]}]
    arguments: dict[str, Value] = {"ImageId": "ami-12c6146b", "InstanceType": "t3.micro"}
    counted: dict[str, Value] = {"MinCount": count, "MaxCount": count, "TagSpecifications": tags}
    return step("vm", "RunInstances", **arguments, **counted, **more)


def entry(
    words: str,
    *steps: Step,
    touched: tuple[str, ...] = (),
    answer: Mapping[str, Value] | None = None,
    **more: Any,
) -> Entry | None:
    program = Program("x", steps, region="us-east-1", answer=answer or {})
    worked = Worked(words, program, "us-east-1", BEFORE, reads, frozenset(touched), **more)
    return generalised(worked)


def known(words: str, *steps: Step, **more: Any) -> Entry:
    found = entry(words, *steps, **more)
    assert found is not None
    return found


def served(one: Entry, words: str, inventory: Inventory = BEFORE) -> dict[str, Value]:
    """The values that an entry's program gets for these words."""
    return adapted(one, words, inventory).values()


def test_a_name_and_a_type_are_parameters_wherever_they_stand() -> None:
    wanted = "Create a VM named web-9 of type t3.micro"
    one = known(wanted, make("web-9", KeyName="web-9-key"))
    assert served(one, "launch a t3.large server called db-1") == {"name": "db-1", "type": "t3.large"}
    assert "${name}-key" in one.program and "web-9" not in one.program.partition("steps:")[2]


def test_a_count_brings_its_answer_along() -> None:
    answer: Mapping[str, Value] = {"vms": [{"id": f"${{vm.Instances[{n}].InstanceId}}"} for n in range(2)]}
    one = known("Create two VMs named web", make("web", 2), answer=answer)
    assert served(one, "Create 5 VMs named api") == {"count": 5, "name": "api"}
    assert program_of(one).answer == {"vms": '${vm.Instances[].{"id": InstanceId}}'}


def test_a_count_of_which_one_is_singled_out_stays_what_it_is() -> None:
    stop = step("stop", "StopInstances", InstanceIds=["${vm.Instances[1].InstanceId}"])
    one = known("Create two VMs named web", make("web", 2), stop)
    with pytest.raises(Uncertain, match="'3' fits no parameter"):
        adapted(one, "Create three VMs named web", BEFORE)


def test_a_number_that_may_stand_for_two_things_stays_what_it_is() -> None:
    disks: Value = [{"DeviceName": "/dev/sdf", "Ebs": {"VolumeSize": 2}}]
    one = known("Create 2 VMs named web", make("web", 2, BlockDeviceMappings=disks))
    with pytest.raises(Uncertain, match="'3' fits no parameter"):
        adapted(one, "Create 3 VMs named web", BEFORE)


def test_both_ends_of_a_range_of_ports_are_one_number() -> None:
    rule: Value = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}]
    one = known(
        "Open port 22 in the group named front",
        step("open", "Authorize", GroupName="front", IpPermissions=rule),
    )
    assert served(one, "Open port 443 in the group named back") == {"value": 443, "name": "back"}


@pytest.mark.parametrize(
    "hidden",
    [
        base64.b64encode(b"#!/bin/bash\nhostname web-9\n").decode(),
        "hostname WEB-9",
        "web9.example.com",
        "my_web_9",
    ],
)
def test_a_name_that_is_left_in_any_other_form_is_no_parameter(hidden: str) -> None:
    one = known("Create a VM named web-9", make("web-9", UserData=hidden))
    assert served(one, "create a VM named web-9") == {}
    with pytest.raises(Uncertain, match="'web-8' fits no parameter"):
        adapted(one, "Create a VM named web-8", BEFORE)


def test_a_value_that_the_program_does_not_say_must_be_said_again() -> None:
    one = known("Create a multi-az VM named web-9", make("web-9"))
    with pytest.raises(Uncertain, match="fits no parameter"):
        adapted(one, "Create a single-az VM named web-9", BEFORE)


@pytest.mark.parametrize(
    "words",
    [
        "Delete a VM named web-8",
        "Create two VMs named web-8",
        "Create a VM named web-8 and open port 22",
        "Do not create a VM named web-8",
        "Create a VM named web-8 in eu-west-1",
        "Create a VM named web-8 of type t3.large",
        "Create a VM",
        "Which VM is named web-8?",
    ],
)
def test_other_words_are_not_served(words: str) -> None:
    one = known("Create a VM named web-9", make("web-9"))
    with pytest.raises(Uncertain):
        adapted(one, words, BEFORE)


def test_another_region_is_not_served() -> None:
    one = known("Create a VM named web-9 in eu-west-1", make("web-9"))
    with pytest.raises(Uncertain, match="us-east-1"):
        adapted(one, "Create a VM named web-8 in us-east-1", BEFORE)


def test_a_thing_that_is_named_is_found_by_its_name() -> None:
    one = known("Stop web-1", step("stop", "StopInstances", InstanceIds=[WEB_1]), touched=(WEB_1,))
    assert served(one, "Stop web-2") == {"thing": WEB_2}
    twice = {**BEFORE, "i-0aaaaaaaaaaaaaaa3": machine("i-0aaaaaaaaaaaaaaa3", "web-2")}
    for words, inventory in (("Stop web-2", twice), ("Stop web-7", BEFORE)):
        with pytest.raises(Uncertain, match="is not the name of one"):
            adapted(one, words, inventory)


def test_a_disk_is_not_taken_for_a_machine() -> None:
    one = known("Stop web-1", step("stop", "StopInstances", InstanceIds=[WEB_1]), touched=(WEB_1,))
    disk = {"vol-1": Resource("vol-1", "ec2:volume", "us-east-1", name="data-1")}
    with pytest.raises(Uncertain, match="is not the name of one ec2:instance"):
        adapted(one, "Stop data-1", {**BEFORE, **disk})


@pytest.mark.parametrize("words", ["Stop the oldest VM", "Stop all VMs", "Stop everything but web-2"])
def test_what_is_changed_and_not_named_is_not_remembered(words: str) -> None:
    assert entry(words, step("stop", "StopInstances", InstanceIds=[WEB_1]), touched=(WEB_1,)) is None


@pytest.mark.parametrize(
    "words",
    [
        "Create a VM named web-9 of the cheapest type",
        "Create another VM named web-9",
        "Create a VM named web-9 if there is none",
        "Create a VM named web-9 like the others",
        "Create a VM named web-9 with the latest image",
    ],
)
def test_what_depends_on_the_moment_is_not_remembered(words: str) -> None:
    assert entry(words, make("web-9")) is None


def test_what_hangs_on_a_thing_that_is_named_is_not_remembered_by_its_id() -> None:
    grow = step("grow", "ModifyVolume", VolumeId=DISK, Size=20)
    assert entry("Resize the disk of web-1 to 20 GB", grow, touched=(DISK,)) is None


def test_what_a_program_goes_by_has_to_be_there_still() -> None:
    one = known("Create a VM named web-9", make("web-9", SubnetId=SUBNET))
    assert served(one, "Create a VM named web-8")
    left = {id: thing for id, thing in BEFORE.items() if id != SUBNET}
    with pytest.raises(Uncertain, match=f"{SUBNET}, which it goes by"):
        adapted(one, "Create a VM named web-8", left)


def test_one_value_for_two_parameters_is_doubtful() -> None:
    attach = step("tag", "CreateTags", Resources=["web-9"], Tags=[{"Key": "owner", "Value": "team-a"}])
    one = known("Tag web-9 with owner=team-a", attach)
    with pytest.raises(Uncertain, match="said twice"):
        adapted(one, "Tag web-8 with owner=web-8", BEFORE)


def test_a_parameter_of_the_program_takes_the_value() -> None:
    program = Program(
        "x", (make("${name}"),), region="us-east-1", parameters=(Parameter("name", "string", "web-9"),)
    )
    one = generalised(Worked("Create a VM named web-9", program, "us-east-1", BEFORE, reads))
    assert one is not None and served(one, "Create a VM named web-8") == {"name": "web-8"}


def test_the_same_program_for_the_same_kind_of_request_is_one_entry() -> None:
    one, other = (
        known("Create a VM named web-9", make("web-9")),
        known("launch a VM named db-1", make("db-1")),
    )
    assert one.id == other.id
    assert known("Create a VM named db-1", make("db-1", SubnetId=SUBNET)).id != one.id


def test_a_name_that_looks_like_a_reference_stays_a_name() -> None:
    one = known("Create a VM named web-9", make("web-9"))
    assert served(one, 'Create a VM named "${vm.Secret}"') == {"name": "${vm.Secret}"}


def test_what_names_things_of_one_account_is_tied_to_it() -> None:
    assert tied(program_of(known("Create a VM named web-9", make("web-9", SubnetId=SUBNET))))
    assert not tied(program_of(known("Create a VM named web-9", make("web-9"))))


class Answers:
    """A caller that answers the same whatever it is asked."""

    def __init__(self, *machines: str) -> None:
        self.machines = machines

    def call(self, operation: Operation, arguments: Mapping[str, Value], region: str) -> dict[str, Value]:
        del operation, arguments, region
        rows: list[Value] = [{"InstanceId": id} for id in self.machines]
        return {"Reservations": [{"Instances": rows}]} if rows else {"Reservations": []}


LOOK = step("found", "DescribeInstances", Filters=[{"Name": "tag:Name", "Values": ["web-1"]}])
STOP = step("stop", "StopInstances", InstanceIds=["${found.Reservations[0].Instances[0].InstanceId}"])


@pytest.mark.parametrize(
    ("machines", "says"),
    [((WEB_2,), ""), ((WEB_2, WEB_1), "is not one thing"), ((), "is not one thing")],
)
def test_what_is_looked_up_by_a_name_must_be_one_thing(machines: tuple[str, ...], says: str) -> None:
    one = known("Stop web-1", LOOK, STOP, touched=(WEB_1,))
    program = adapted(one, "Stop web-2", BEFORE)
    told = doubt(program, one.lookups, reads, Answers(*machines), "us-east-1")
    assert (says in told) if says else not told


@pytest.mark.parametrize(("machines", "says"), [((WEB_1, WEB_2), ""), ((WEB_2, WEB_1), "is not what it was")])
def test_what_is_looked_up_without_a_name_must_be_what_it_was(machines: tuple[str, ...], says: str) -> None:
    look, use = step("found", "DescribeInstances"), make("web-9", Near=STOP.arguments["InstanceIds"])
    result: Value = {"Reservations": [{"Instances": [{"InstanceId": WEB_1}, {"InstanceId": WEB_2}]}]}
    one = known("Create a VM named web-9", look, use, results={"found": result})
    program = adapted(one, "Create a VM named web-8", BEFORE)
    told = doubt(program, one.lookups, reads, Answers(*machines), "us-east-1")
    assert (says in told) if says else not told


def test_what_is_remembered_is_a_program_like_any_other() -> None:
    one = known("Create a VM named web-9", make("web-9"))
    assert dump(program_of(one)) == one.program


def test_what_a_step_tolerates_and_where_it_goes_on_elsewhere_are_no_secret() -> None:
    step = Step(
        "one",
        Operation("ec2", "AuthorizeSecurityGroupIngress"),
        arguments={"GroupId": "sg-1"},
        tolerate=("InvalidPermission.Duplicate",),
        alternatives=(Alternative(on=("RequestLimitExceeded",), wait_seconds=5.0),),
    )
    sizes = Parameter("size", "string", "t3.micro", choices=("t3.micro", "t3.small"))
    program = Program("open a port", region="eu-west-1", parameters=(sizes,), steps=(step,))
    assert not holds_secret("open a port", program, Catalogue())
