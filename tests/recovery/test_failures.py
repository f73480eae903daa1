"""What fails in the middle is tried again if that can help, else taken back, and told truly."""

import json
import os
import signal
import threading
import time

import pytest
import yaml
from tests.recovery.balanced import fault, left_behind, planned
from tests.user import User

pytestmark = pytest.mark.slow


def test_what_passes_is_tried_again(user: User) -> None:
    cloud = user.account()
    run = planned(user, cloud)
    fault(
        user, cloud, kind="error", operation="ec2:RunInstances", code="InsufficientInstanceCapacity", times=1
    )
    said = user.run("runs", "approve", run, "--json")
    assert said.status == 0, said.err
    assert said.json["steps"] == 2
    assert "trying again" in said.err and "InsufficientInstanceCapacity" in said.err
    assert left_behind(cloud)["instances"] == 3


def test_what_does_not_pass_is_taken_back(user: User) -> None:
    cloud = user.account()
    before = left_behind(cloud)
    run = planned(user, cloud, "cli")
    fault(
        user, cloud, kind="error", operation="elbv2:CreateListener", code="InsufficientCapacity", times=1000
    )
    said = user.run("runs", "approve", run, "--json", SKYWRIGHT_RETRIES="1")
    assert said.status == 5 and said.json["status"] == "rolled_back", said.out + said.err
    assert said.json["steps"] == 2 and said.json["resources"] == []
    assert said.json["calls"]["write"] > 5
    assert "InsufficientCapacity" in said.json["error"]
    assert left_behind(cloud) == before
    assert user.run("undo", run).status == 2


def test_a_name_taken_meanwhile_ends_it_at_once(user: User) -> None:
    cloud = user.account()
    run = planned(user, cloud)
    program = yaml.safe_load(user.run("runs", "show", run, "--json").json["papers"]["program"])
    name = program["parameters"]["vm_group"]["value"]
    cloud.client("ec2").create_security_group(GroupName=name, Description="somebody's")
    before = left_behind(cloud)
    said = user.run("runs", "approve", run, "--json")
    assert said.status in (1, 5), said.out + said.err
    assert "InvalidGroup.Duplicate" in said.json["error"]
    assert said.json["steps"] == 1
    assert left_behind(cloud) == before


def test_a_way_back_that_fails_names_what_is_left(user: User) -> None:
    cloud = user.account()
    run = planned(user, cloud)
    fault(user, cloud, kind="error", operation="elbv2:CreateListener", code="AccessDenied", times=1000)
    fault(user, cloud, kind="error", operation="elbv2:DeleteTargetGroup", code="AccessDenied", times=1000)
    said = user.run("runs", "approve", run, "--json")
    assert said.status == 1 and said.json["status"] == "failed", said.out + said.err
    assert "not taken back" in said.json["error"] and "targetgroup" in said.json["error"]
    assert any(":targetgroup/" in made["id"] for made in said.json["resources"])


def test_an_account_that_changed_after_the_proof_is_not_touched(user: User) -> None:
    cloud = user.account()
    assert user.do("create a VM called web-1", cloud, "--yes").status == 0
    run = planned(user, cloud, words="delete the VM web-1")
    machine = cloud.instances()[0]["InstanceId"]
    cloud.client("ec2").stop_instances(InstanceIds=[machine])
    said = user.run("runs", "approve", run, "--json")
    assert said.status == 4 and "proof-stale" in said.json["error"], said.out
    assert machine in said.json["error"]
    assert len(cloud.instances()) == 1


def test_what_somebody_else_does_meanwhile_is_told(user: User) -> None:
    cloud = user.account()
    run = planned(user, cloud)
    fault(user, cloud, kind="slow", operation="ec2:RunInstances", seconds=3)
    meddled = threading.Event()

    def meddle() -> None:
        while not cloud.instances():
            time.sleep(0.1)
        cloud.client("ec2").create_security_group(GroupName="stranger", Description="d")
        meddled.set()

    threading.Thread(target=meddle, daemon=True).start()
    said = user.run("runs", "approve", run, "--json")
    assert meddled.is_set() and said.status == 0, said.err
    assert "not accounted for by this run: ec2:security-group" in said.err


def test_resuming_is_not_agreeing(user: User) -> None:
    cloud = user.account()
    before = left_behind(cloud)
    run = planned(user, cloud)
    said = user.run("runs", "resume", run, "--json")
    assert said.status == 3 and said.json["status"] == "needs_approval"
    assert left_behind(cloud) == before


def test_a_deadline_that_has_passed_leaves_nothing(user: User) -> None:
    cloud = user.account()
    said = user.do("create a VM", cloud, "--yes", "--deadline", "1")
    assert said.status == 1 and "deadline" in said.json["error"]
    assert cloud.instances() == []


def test_a_cloud_that_dies_in_the_middle(empty_home: User) -> None:
    user = empty_home
    assert user.run("gym", "up").status == 0
    cloud = user.account()
    run = planned(user, cloud)
    contact = json.loads((user.home / "gym" / "gym.json").read_text())

    def murder() -> None:
        while not cloud.instances():
            time.sleep(0.1)
        os.kill(int(contact["pid"]), signal.SIGKILL)

    fault(user, cloud, kind="slow", operation="ec2:RunInstances", seconds=30)
    threading.Thread(target=murder, daemon=True).start()
    said = user.run("runs", "approve", run, "--json", seconds=300)
    assert "Traceback" not in said.err
    assert said.json["status"] in ("succeeded", "rolled_back", "failed")
    if said.json["status"] != "succeeded":
        assert said.json["error"]


@pytest.mark.parametrize("lost", ["lost-answer", "lost-request"])
def test_a_launch_that_nobody_heard_of_is_made_once(user: User, lost: str) -> None:
    cloud = user.account()
    run = planned(user, cloud)
    fault(user, cloud, kind=lost, operation="ec2:RunInstances")
    said = user.run("runs", "approve", run, "--json", seconds=300)
    assert said.status == 0, said.out + said.err
    left = left_behind(cloud)
    assert left["instances"] == 3 and left["targets"] == 3
