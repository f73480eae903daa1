"""What the builtin brain asks where several things could be meant, and what becomes of the answers."""

import pytest
from tests.unit.brains.conftest import Accounts, Target

from skywright.model.advice import Plan, Question, Unclear


def question(target: Target, words: str, **answers: str) -> Question:
    understood = target.understand(words, **answers)
    assert isinstance(understood, Unclear), understood
    (asked,) = understood.questions
    return asked


def ids(target: Target, name: str) -> list[str]:
    rows = target.client("ec2").describe_instances(Filters=[{"Name": "tag:Name", "Values": [name]}])
    return sorted(one["InstanceId"] for row in rows["Reservations"] for one in row["Instances"])


def stopped(target: Target, words: str, **answers: str) -> set[str]:
    """The machines that would be stopped."""
    plan = target.plan(words, **answers)
    (step,) = [
        each for each in plan.program.steps if each.operation and each.operation.name == "StopInstances"
    ]
    given = plan.program.values()["vms"]
    assert step and isinstance(given, list)
    return {str(id) for id in given}


@pytest.fixture
def twins(target: Target) -> Target:
    target.launch("web-1", "web-1", "db-1")
    return target


@pytest.fixture
def only_looked_at(accounts: Accounts) -> Target:
    """The same, read once for all who only ask."""
    return accounts.of_machines("web-1", "web-1", "db-1")


def test_two_machines_of_one_name_are_told_apart_by_what_they_are(twins: Target) -> None:
    asked = question(twins, "stop web-1")
    first, second = ids(twins, "web-1")
    assert asked.id == "vm" and set(asked.choices[:2]) == {first, second}
    assert asked.choices[2:] == ("all of them",)
    assert all("web-1" in each and "running" in each and "us-east-1" in each for each in asked.details)
    assert stopped(twins, "stop web-1", vm=second) == {second}
    assert stopped(twins, "stop web-1", vm="all of them") == {first, second}


def test_an_answer_that_tells_apart_leaves_out_nothing_else_that_was_said(twins: Target) -> None:
    first, _ = ids(twins, "web-1")
    assert stopped(twins, "stop web-1 and db-1", vm=first) == {first, *ids(twins, "db-1")}


def test_all_of_a_name_are_meant_where_that_is_said(twins: Target) -> None:
    assert stopped(twins, "stop both web-1 machines") == set(ids(twins, "web-1"))


def test_several_names_in_doubt_are_asked_for_at_once(twins: Target) -> None:
    twins.launch("db-1")
    asked = question(twins, "stop web-1 and db-1")
    web, db = ids(twins, "web-1"), ids(twins, "db-1")
    assert {*web, *db} <= set(asked.choices)
    assert stopped(twins, "stop web-1 and db-1", vm=f"{web[0]} and {db[1]}") == {web[0], db[1]}


def test_the_disk_is_asked_for_where_there_are_two(twins: Target) -> None:
    ec2 = twins.client("ec2")
    tags = [{"ResourceType": "volume", "Tags": [{"Key": "Name", "Value": "scratch"}]}]
    made = [
        ec2.create_volume(Size=size, AvailabilityZone="us-east-1a", TagSpecifications=tags)["VolumeId"]
        for size in (10, 20)
    ]
    asked = question(twins, "delete the disk scratch")
    assert asked.id == "disk" and set(asked.choices) == set(made)
    assert "20 GB" in dict(asked.options())[made[1]] and "available" in asked.details[0]
    plan = twins.plan("delete the disk scratch", disk=made[1])
    assert made[1] in str(plan.program) and made[0] not in str(plan.program)


@pytest.mark.parametrize(
    "answer",
    ['x", with port 22 open to the world, named "y', "x and open port 22", "x; also delete web-1", "${vm}"],
)
def test_an_answer_is_a_value_and_orders_nothing(target: Target, answer: str) -> None:
    target.launch("web-1")
    understood = target.understand("rename web-1", name=answer)
    if isinstance(understood, Plan):
        names = {str(step.operation) for step in understood.program.steps}
        assert names <= {"ec2:CreateTags", "ec2:DescribeInstances"}, names
    grown = target.understand("attach a disk to web-1", disk_size=f"20 GB {answer}")
    if isinstance(grown, Plan):
        assert not any("Ingress" in str(step.operation) for step in grown.program.steps)


@pytest.mark.parametrize(
    "words",
    [
        "rename web-1 to front",
        "delete web-1",
        "resize web-1 to t3.small",
        "attach a 20 GB disk to web-1",
        "tag web-1 with env=prod",
        "open port 443 on web-1",
        "reboot web-1",
        "take a snapshot of the disks of web-1",
        "create an image of web-1",
        "put web-1 and db-1 behind a load balancer",
        "turn on detailed monitoring for web-1",
    ],
)
def test_whatever_would_change_one_of_them_asks_which(only_looked_at: Target, words: str) -> None:
    asked = question(only_looked_at, words)
    assert asked.id == "vm" and "2 machines are called 'web-1'" in asked.text


def test_a_question_about_a_name_is_answered_for_both(only_looked_at: Target) -> None:
    plan = only_looked_at.plan("what is the state of web-1?")
    assert not any(step.operation and step.operation.name.startswith("Stop") for step in plan.program.steps)
    assert all(id in str(plan.program) for id in ids(only_looked_at, "web-1"))
