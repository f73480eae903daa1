"""The portal, driven by a browser: tasks of the paper, judged by plain boto3 alone, and what can go wrong."""

import os
from typing import Any

import pytest
from tests.journeys.test_eleven_tasks import REGION, TASKS
from tests.user import Cloud, User

from skywright.errors import Unavailable
from skywright.modalities.web import browser

MOST_STEPS = {"disk": 10, "spot": 9, "dependencies": 3}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture(autouse=True, scope="module")
def chromium() -> None:
    try:
        browser.find(os.environ)
    except Unavailable as why:
        pytest.skip(str(why))


def shape(cloud: Cloud) -> dict[str, Any]:
    """What is there, without the identifiers and addresses that each account has of its own."""
    ec2, elbv2 = cloud.client("ec2"), cloud.client("elbv2")
    groups = {group["GroupId"]: group for group in ec2.describe_security_groups()["SecurityGroups"]}

    def rules(group: dict[str, Any]) -> list[Any]:
        return [
            (
                rule.get("FromPort"),
                rule.get("ToPort"),
                [one["CidrIp"] for one in rule["IpRanges"]],
                [groups[one["GroupId"]]["GroupName"] for one in rule["UserIdGroupPairs"]],
            )
            for rule in group["IpPermissions"]
        ]

    machines = [
        (
            next(tag["Value"] for tag in item["Tags"] if tag["Key"] == "Name"),
            item["InstanceType"],
            item["ImageId"],
            item["Placement"]["AvailabilityZone"],
            item["State"]["Name"],
            sorted(groups[one["GroupId"]]["GroupName"] for one in item["SecurityGroups"]),
            len(item["BlockDeviceMappings"]),
            item["Monitoring"]["State"],
        )
        for item in cloud.instances()
    ]
    balancers = [
        (
            one["LoadBalancerName"],
            one["Scheme"],
            sorted(zone["ZoneName"] for zone in one["AvailabilityZones"]),
        )
        for one in elbv2.describe_load_balancers()["LoadBalancers"]
    ]
    targets = [
        (one["TargetGroupName"], one["Port"], one["Protocol"])
        for one in elbv2.describe_target_groups()["TargetGroups"]
    ]
    return {
        "machines": sorted(machines),
        "groups": sorted((group["GroupName"], rules(group)) for group in groups.values()),
        "volumes": sorted((one["Size"], one["VolumeType"]) for one in ec2.describe_volumes()["Volumes"]),
        "balancers": balancers,
        "targets": targets,
    }


@pytest.mark.parametrize("name", MOST_STEPS)
def test_task(user: User, name: str) -> None:
    task = TASKS[name]
    cloud = user.account()
    there = task.before(cloud)
    said = user.do(task.words, cloud, "--yes", "--modality", "web", seconds=300)
    assert said.status == 0, said.out + said.err
    assert said.json["steps"] <= MOST_STEPS[name]
    assert "not accounted for" not in said.err
    assert task.holds(cloud, there, said), said.out


def test_the_portal_makes_what_the_other_modalities_make(user: User) -> None:
    words = "create 2 VMs named a-1 and a-2 behind a load balancer named front"
    made: dict[str, dict[str, Any]] = {}
    for modality in ("sdk", "web"):
        cloud = user.account()
        assert user.do(words, cloud, "--yes", "--modality", modality, seconds=300).status == 0
        made[modality] = shape(cloud)
    assert made["web"] == made["sdk"]


def test_what_the_cloud_refuses_is_told_in_its_words_and_nothing_is_done(user: User) -> None:
    cloud = user.account()
    ec2 = cloud.client("ec2", REGION)
    assert user.do("create a VM named p-1", cloud, "--yes", "--modality", "sdk").status == 0
    before = shape(cloud)
    (machine,) = cloud.instances()
    ec2.modify_instance_attribute(InstanceId=machine["InstanceId"], DisableApiTermination={"Value": True})
    said = user.do("delete the VM p-1", cloud, "--yes", "--modality", "web", seconds=300)
    assert said.in_one_sentence()
    assert "may not be terminated" in said.json["error"]
    assert shape(cloud) == before


def test_without_a_browser_one_is_told_how_to_get_it(user: User) -> None:
    cloud = user.account()
    said = user.run(
        *("do", "create a VM", "--target", cloud.target, "--yes", "--modality", "web"),
        SKYWRIGHT_BROWSER="/nowhere/chromium",
    )
    assert said.in_one_sentence()
    assert "SKYWRIGHT_BROWSER names '/nowhere/chromium', which is no program" in said.err
    assert cloud.instances() == []
