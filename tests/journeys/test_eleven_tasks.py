"""The paper's eleven tasks in words of our own, by turns in either script, judged by plain boto3 alone.

That both scripts leave the same is held by `tests/contracts`; `skywright battle` fights all in all ways.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from tests.user import Cloud, Said, User

pytestmark = pytest.mark.slow
REGION = "us-east-1"


def nothing(cloud: Cloud) -> dict[str, Any]:
    del cloud
    return {}


def one_machine(cloud: Cloud) -> dict[str, Any]:
    """A machine named db-1 with a second disk of 20 GB, made without Skywright."""
    ec2 = cloud.client("ec2")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    made = ec2.run_instances(
        ImageId=image,
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "db-1"}]}],
    )["Instances"][0]
    ec2.get_waiter("instance_running").config.delay = 1
    waiter = ec2.get_waiter("instance_running")
    waiter.config.delay = 1
    waiter.wait(InstanceIds=[made["InstanceId"]])
    volume = ec2.create_volume(
        AvailabilityZone=made["Placement"]["AvailabilityZone"], Size=20, VolumeType="gp3"
    )["VolumeId"]
    free = ec2.get_waiter("volume_available")
    free.config.delay = 1
    free.wait(VolumeIds=[volume])
    ec2.attach_volume(InstanceId=made["InstanceId"], VolumeId=volume, Device="/dev/sdf")
    used = ec2.get_waiter("volume_in_use")
    used.config.delay = 1
    used.wait(VolumeIds=[volume])
    return {"vm": made["InstanceId"], "disk": volume}


def machine(cloud: Cloud, id: str) -> dict[str, Any]:
    return next(item for item in cloud.instances() if item["InstanceId"] == id)


def runs_one(cloud: Cloud, there: dict[str, Any], said: Said) -> bool:
    return [item["State"]["Name"] for item in cloud.instances()] == ["running"]


def runs_three_in_one_network(cloud: Cloud, there: dict[str, Any], said: Said) -> bool:
    found = cloud.instances()
    return len(found) == 3 and len({item["SubnetId"] for item in found}) == 1


def balances_three(cloud: Cloud, there: dict[str, Any], said: Said) -> bool:
    elbv2 = cloud.client("elbv2")
    (balancer,) = elbv2.describe_load_balancers()["LoadBalancers"]
    (listener,) = elbv2.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    group = listener["DefaultActions"][0]["TargetGroupArn"]
    health = elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    ids = {item["InstanceId"] for item in cloud.instances()}
    return len(ids) == 3 and {target["Target"]["Id"] for target in health} == ids


def has_a_third_disk(cloud: Cloud, there: dict[str, Any], said: Said) -> bool:
    volumes = cloud.client("ec2").describe_volumes()["Volumes"]
    new = [item for item in volumes if item["Size"] == 64]
    return (
        len(volumes) == 3
        and len(new) == 1
        and [held["InstanceId"] for held in new[0]["Attachments"]] == [there["vm"]]
    )


def is_monitored(cloud: Cloud, there: dict[str, Any], said: Said) -> bool:
    return machine(cloud, there["vm"])["Monitoring"]["State"] in ("enabled", "pending")


def is_spot_with_its_disk(cloud: Cloud, there: dict[str, Any], said: Said) -> bool:
    (only,) = cloud.instances()
    disks = {disk["Ebs"]["VolumeId"] for disk in only["BlockDeviceMappings"]}
    names = {tag["Key"]: tag["Value"] for tag in only["Tags"]}
    return only.get("InstanceLifecycle") == "spot" and there["disk"] in disks and names["Name"] == "db-1"


def vm_of(said: Said, there: dict[str, Any]) -> dict[str, Any]:
    return next(vm for vm in said.json["answer"]["vms"] if vm["id"] == there["vm"])


def tells_status(cloud: Cloud, there: dict[str, Any], said: Said) -> bool:
    return vm_of(said, there)["state"] == "running"


def tells_address(cloud: Cloud, there: dict[str, Any], said: Said) -> bool:
    return vm_of(said, there)["public_ip"] == machine(cloud, there["vm"])["PublicIpAddress"]


def tells_disks(cloud: Cloud, there: dict[str, Any], said: Said) -> bool:
    told = {(disk["id"], disk["size_gb"], disk["type"]) for disk in vm_of(said, there)["disks"]}
    held = cloud.client("ec2").describe_volumes()["Volumes"]
    return told == {(item["VolumeId"], item["Size"], item["VolumeType"]) for item in held}


def tells_dependencies(cloud: Cloud, there: dict[str, Any], said: Said) -> bool:
    on = next(item for item in said.json["answer"]["dependencies"] if item["id"] == there["vm"])["depends_on"]
    found = machine(cloud, there["vm"])
    return {found["SubnetId"], there["disk"], found["SecurityGroups"][0]["GroupId"]} <= set(on)


def tells_health(cloud: Cloud, there: dict[str, Any], said: Said) -> bool:
    return isinstance(said.json["answer"]["events"], list)


@dataclass(frozen=True)
class Task:
    """One task: what is there before, the words, and what plain boto3 must find afterwards."""

    words: str
    before: Callable[[Cloud], dict[str, Any]]
    holds: Callable[[Cloud, dict[str, Any], Said], bool]


TASKS = {
    "one": Task("I need a fresh little linux box, please", nothing, runs_one),
    "three": Task("spin up 3 servers that share one network", nothing, runs_three_in_one_network),
    "balanced": Task(
        "Could you set up three web servers and put a load balancer in front of them? Thanks!",
        nothing,
        balances_three,
    ),
    "disk": Task(
        "db-1 is running out of space, give it another disk of 64 GB", one_machine, has_a_third_disk
    ),
    "diagnostics": Task("enable boot diagnostics on db-1", one_machine, is_monitored),
    "spot": Task("change db-1 from on-demand to spot", one_machine, is_spot_with_its_disk),
    "status": Task("is db-1 up at the moment?", one_machine, tells_status),
    "address": Task("which public IP does db-1 have", one_machine, tells_address),
    "disks": Task("list the disks of db-1 with size and type", one_machine, tells_disks),
    "dependencies": Task("show me what db-1 depends on", one_machine, tells_dependencies),
    "health": Task("is there any outage in the AWS region right now?", one_machine, tells_health),
}


@pytest.mark.parametrize(
    ("name", "modality"), [(name, ("cli", "sdk")[number % 2]) for number, name in enumerate(TASKS)]
)
def test_task(user: User, name: str, modality: str) -> None:
    task = TASKS[name]
    cloud = user.account()
    there = task.before(cloud)
    said = user.do(task.words, cloud, "--yes", "--modality", modality)
    assert said.status == 0, said.out + said.err
    assert said.json["steps"] <= 2
    assert "not accounted for" not in said.err
    assert task.holds(cloud, there, said), said.out
