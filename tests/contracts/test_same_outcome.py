"""One request through every modality leaves the same things, whoever made the calls."""

from typing import Any

import pytest
from tests import terraform
from tests.journeys.conftest import user
from tests.user import Cloud, User

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
WORDS = "create a VM named edge with port 8443 open from 10.0.0.0/8 and an extra disk of 20 GB"

__all__ = ["user"]


def inventory(cloud: Cloud) -> dict[str, Any]:
    """What is there, without ids, times and the tags of tools."""
    ec2 = cloud.client("ec2")
    (machine,) = cloud.instances()
    names = {
        group["GroupId"]: group["GroupName"] for group in ec2.describe_security_groups()["SecurityGroups"]
    }
    rules = ec2.describe_security_groups()["SecurityGroups"]
    return {
        "type": machine["InstanceType"],
        "image": machine["ImageId"],
        "state": machine["State"]["Name"],
        "monitoring": machine["Monitoring"]["State"],
        "public": bool(machine.get("PublicIpAddress")),
        "groups": sorted(names[group["GroupId"]] for group in machine["SecurityGroups"]),
        "tags": sorted((t["Key"], t["Value"]) for t in machine["Tags"] if ":" not in t["Key"]),
        "disks": sorted((disk["DeviceName"]) for disk in machine["BlockDeviceMappings"]),
        "sizes": sorted((one["Size"], one["VolumeType"]) for one in ec2.describe_volumes()["Volumes"]),
        "rules": sorted(
            (group["GroupName"], way, rule["IpProtocol"], rule.get("FromPort"), str(rule["IpRanges"]))
            for group in rules
            for way, key in (("in", "IpPermissions"), ("out", "IpPermissionsEgress"))
            for rule in group[key]
        ),
    }  # fmt: skip


@pytest.fixture(scope="module")
def by_script(user: User) -> dict[str, Any]:
    return left_by(user, "sdk")


def left_by(user: User, modality: str) -> dict[str, Any]:
    cloud = user.account()
    said = user.do(WORDS, cloud, "--yes", "--modality", modality, seconds=400)
    assert said.status == 0, said.err
    return inventory(cloud)


@pytest.mark.parametrize("modality", ["cli", pytest.param("iac", marks=terraform.needed)])
def test_the_same_is_there_afterwards(user: User, by_script: dict[str, Any], modality: str) -> None:
    assert left_by(user, modality) == by_script
