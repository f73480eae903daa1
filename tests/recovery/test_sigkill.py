"""Killed at a random moment, a run goes on: no resource exists twice and none is lost."""

import os
import random
import time
from typing import Any

import pytest
from tests.user import Cloud, User

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("SKYWRIGHT_TEST_KILLS", "6"))
SEED = int(os.environ.get("SKYWRIGHT_TEST_SEED", "20261122"))
WORDS = "create three VMs named app in the same network behind a load balancer"


def left_behind(cloud: Cloud) -> dict[str, Any]:
    """Everything that the request makes, counted."""
    ec2, elbv2 = cloud.client("ec2"), cloud.client("elbv2")
    names = [tag["Value"] for item in cloud.instances() for tag in item["Tags"] if tag["Key"] == "Name"]
    groups = elbv2.describe_target_groups()["TargetGroups"]
    targets = [
        health["Target"]["Id"]
        for group in groups
        for health in elbv2.describe_target_health(TargetGroupArn=group["TargetGroupArn"])[
            "TargetHealthDescriptions"
        ]
    ]
    return {
        "names": sorted(names),
        "groups": len(ec2.describe_security_groups()["SecurityGroups"]),
        "balancers": len(elbv2.describe_load_balancers()["LoadBalancers"]),
        "target groups": len(groups),
        "targets": len(targets),
    }


@pytest.fixture(scope="module")
def whole(user: User) -> tuple[dict[str, Any], float]:
    """What an undisturbed run leaves, and how long it takes."""
    cloud = user.account()
    began = time.monotonic()
    said = user.do(WORDS, cloud, "--yes", "--modality", "sdk")
    assert said.status == 0, said.err
    return left_behind(cloud), time.monotonic() - began


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("trial", range(KILLS))
def test_killed_and_resumed(user: User, whole: tuple[dict[str, Any], float], trial: int) -> None:
    expected, seconds = whole
    cloud = user.account()
    process = user.start("do", WORDS, "--target", cloud.target, "--yes", "--modality", "sdk", "--json")
    time.sleep(random.Random(SEED + trial).uniform(0.3, 1.1) * seconds)
    process.kill()
    process.wait()
    runs = [run for run in user.run("runs", "--json").json["runs"] if run["target"] == cloud.target]
    if not runs:
        assert left_behind(cloud)["names"] == []
        return
    resumed = user.run("runs", "resume", runs[0]["run"], "--json")
    assert resumed.status == 0, resumed.err + resumed.out
    assert left_behind(cloud) == expected
    undone = user.run("undo", runs[0]["run"], "--json")
    assert undone.status == 0, undone.err + undone.out
    assert cloud.instances() == []
