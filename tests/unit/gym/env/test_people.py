"""Other people change things by hand, at their own times, and all of it is in the log."""

from typing import Any

import pytest

from skywright_gym.env import Account
from skywright_gym.env.account import ZONE, fork, image
from skywright_gym.physics import people
from skywright_gym.physics.clock import Clock
from skywright_gym.physics.fields import Unfit
from skywright_gym.world import World

START = 1_800_000_000


@pytest.fixture(scope="module")
def kept() -> bytes:
    """An account with three machines."""
    one = Account(World("123456789012", Clock(scale=0, epoch_seconds=START)), "people")
    asked = {"ImageId": image(), "InstanceType": "t3.micro", "MinCount": 3, "MaxCount": 3}
    one.call("ec2", "RunInstances", {**asked, "Placement": {"AvailabilityZone": ZONE}})
    one.wait(60)
    one.call("ec2", "DescribeInstances", {})
    return one.keep()


def after(kept: bytes, hours: float, **how: Any) -> tuple[Account, list[dict[str, Any]]]:
    """The account some hours after people came, and the log."""
    one = fork(kept, "later")
    people.put(one.world, how)
    one.wait(3600 * hours)
    one.call("ec2", "DescribeInstances", {})
    return one, people.told(one.world)["log"]


def machines(one: Account) -> list[dict[str, Any]]:
    told = one.call("ec2", "DescribeInstances", {})["Reservations"]
    return [machine for reservation in told for machine in reservation["Instances"]]


def test_the_log_is_true(kept: bytes) -> None:
    one, log = after(kept, 4, seed=7)
    assert len(log) == 24 and len({row["operation"] for row in log}) == 5
    assert [row["epoch_seconds"] for row in log] == sorted(row["epoch_seconds"] for row in log)
    assert all(START + 60 <= row["epoch_seconds"] <= START + 60 + 4 * 3600 for row in log)
    one.wait(60)
    there = {machine["InstanceId"]: machine for machine in machines(one)}
    disks = {disk["VolumeId"]: disk for disk in one.call("ec2", "DescribeVolumes", {})["Volumes"]}
    groups = {
        group["GroupId"]: group for group in one.call("ec2", "DescribeSecurityGroups", {})["SecurityGroups"]
    }
    last = {(row["resource"], row["field"]): row for row in log if row["error"] is None}
    for (resource, field), row in last.items():
        match field.partition("."):
            case ("state", _, _):
                assert there[resource]["State"]["Name"] == row["becomes"]
            case ("size", _, _):
                assert disks[resource]["Size"] == row["becomes"]
            case ("ingress", _, _):
                rules = groups[resource]["IpPermissions"]
                open_to = [(str(r.get("FromPort")), i["CidrIp"]) for r in rules for i in r["IpRanges"]]
                assert tuple(row["becomes"].split(" ")[1::2]) in open_to
            case (_, _, key):
                tags = {**there, **disks}[resource]["Tags"]
                assert {"Key": key, "Value": row["becomes"]} in tags


def test_the_same_seed_does_the_same(kept: bytes) -> None:
    logs = [after(kept, 2, seed=seed)[1] for seed in (1, 1, 2)]
    assert logs[0] == logs[1] != logs[2]


def test_it_makes_no_difference_when_one_looks(kept: bytes) -> None:
    _, at_once = after(kept, 2, seed=3)
    one = fork(kept, "later")
    people.put(one.world, {"seed": 3})
    for _ in range(12):
        one.wait(600)
        machines(one)
    log = people.told(one.world)["log"]
    # New machines draw their own ids.
    assert [{**row, "resource": ""} for row in log] == [{**row, "resource": ""} for row in at_once]


def test_they_are_users_of_the_account_with_keys_of_their_own(kept: bytes) -> None:
    one, (row,) = after(kept, 3, count=1, kinds=["tag"])
    (user,) = one.call("iam", "ListUsers", {}, "us-east-1")["Users"]
    assert row["principal"] == user["Arn"] and row["operation"] == "ec2:CreateTags"
    assert people.told(one.world)["people"] is None and not people.are_due(one.world)


def test_what_is_done_is_dated_when_it_was_done(kept: bytes) -> None:
    one, (row,) = after(kept, 3, count=1, kinds=["launch"])
    made = next(machine for machine in machines(one) if machine["InstanceId"] == row["resource"])
    assert abs(made["LaunchTime"].timestamp() - row["epoch_seconds"]) < 1 < 3 * 3600 - 600


def test_nobody_does_anything_where_nothing_is() -> None:
    one = Account(World("123456789012", Clock(scale=0, epoch_seconds=START)), "empty")
    people.put(one.world, {"every_seconds": 60})
    one.wait(86400 * 365)
    one.call("ec2", "DescribeVpcs", {})
    assert people.told(one.world)["log"] == [] and not people.are_due(one.world)
    assert people.end(one.world)["people"] is None


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"seed": "x"}, "a whole number"),
        ({"every_seconds": 0}, "a number from 1 to"),
        ({"count": 0}, "from 1 upwards"),
        ({"kinds": ["sing"]}, "some of tag, rule, stop, resize, launch"),
        ({"mood": 1}, "no 'mood'"),
    ],
)
def test_what_cannot_be(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Unfit, match=sentence):
        people.put(World("123456789012", Clock(scale=0)), wrong)
