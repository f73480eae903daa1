"""The twin of a real account: a stock moto server stands for it, as in `test_real_account`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.journeys.test_real_account import REGION, Real, owner, real
from tests.user import Cloud, User

pytestmark = pytest.mark.slow
__all__ = ["owner", "real"]


@pytest.fixture
def machine(real: Real) -> Iterator[str]:
    """A machine `web-1` with a group of its own in a network of its own."""
    ec2 = real.client("ec2")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [{"GroupId": group}]}
        ],
    )
    ec2.create_key_pair(KeyName="deploy")
    made = ec2.run_instances(
        ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1, SubnetId=subnet, KeyName="deploy",
        SecurityGroupIds=[group],
        TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web-1"}]}],
    )["Instances"][0]["InstanceId"]  # fmt: skip
    yield made
    ec2.terminate_instances(InstanceIds=[made])


def sizes(client: Any) -> list[int]:
    return sorted(volume["Size"] for volume in client.describe_volumes()["Volumes"])


def test_a_request_is_rehearsed_in_the_twin_that_the_target_has(
    real: Real, owner: User, machine: str, tmp_path: Path
) -> None:
    forked = owner.run("gym", "fork", "--from", "prod", "--region", REGION, "--json", seconds=240)
    assert forked.status == 0, forked.err
    twin = forked.json["twin"]
    assert twin["account"] == "prod-twin" and twin["ids"][machine] == machine
    lost = {(one["type"], one["why"]) for one in twin["not_copied"]}
    assert any(type == "ec2:key-pair" and "private half" in why for type, why in lost), lost
    assert any(type == "sqs:queue" and "AccessDenied" in why for type, why in lost), lost
    account = next(one for one in forked.json["accounts"] if one["name"] == "prod-twin")
    twin_ec2 = Cloud("prod-twin", account["aws"]).client("ec2", REGION)
    there = twin_ec2.describe_instances(InstanceIds=[machine])["Reservations"][0]["Instances"][0]
    assert there["State"]["Name"] == "running" and there["SecurityGroups"][0]["GroupName"] == "web"

    before, copied = sizes(real.client("ec2")), sizes(twin_ec2)
    file = tmp_path / "plan.yaml"
    words = "attach a 100 GB disk to web-1"
    planned = owner.run("plan", words, "--target", "prod", "-o", str(file), seconds=240)
    assert planned.status == 0 and "made anew" not in planned.err, planned.err
    assert machine in file.read_text()
    assert sizes(real.client("ec2")) == before and sizes(twin_ec2) == copied

    done = owner.run("do", words, "--target", "prod", "--json", "--yes", seconds=240)
    assert done.status == 0, done.out + done.err
    assert 100 in sizes(real.client("ec2"))
    read = owner.run("do", "attach a 50 GB disk to web-1", "--target", "prod", "--yes", "--json", seconds=240)
    assert read.status == 0 and "prod-twin is made anew" in read.err, read.out + read.err
    assert 100 in sizes(twin_of(owner, "prod-twin"))
    assert owner.run("gym", "fork", "--from", "nobody").status == 2


def twin_of(owner: User, name: str) -> Any:
    status = json.loads(owner.run("gym", "status", "--json").out)
    account = next(one for one in status["accounts"] if one["name"] == name)
    return Cloud(name, account["aws"]).client("ec2", REGION)
