"""One task by a shell script, a boto3 program, Terraform and the portal, and what is distilled of each."""

import sys
from pathlib import Path
from typing import Any

import pytest
from tests import terraform
from tests.journeys.test_guests import REGION, guard
from tests.user import Cloud, User

from skywright.program.text import load

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SHELL = """\
set -e
aws ec2 describe-vpcs >/dev/null
vpc=$(aws ec2 create-vpc --cidr-block 10.9.0.0/16 --query Vpc.VpcId --output text)
group=$(aws ec2 create-security-group --group-name web --description web --vpc-id "$vpc" \\
  --query GroupId --output text)
aws ec2 authorize-security-group-ingress --group-id "$group" --protocol tcp --port 8443 \\
  --cidr 10.0.0.0/8 >/dev/null
aws ec2 create-volume --size 7 --volume-type gp3 --availability-zone us-east-1a >/dev/null
"""

BOTO3 = """\
import boto3
ec2 = boto3.client("ec2", region_name="us-east-1")
vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
ec2.get_waiter("vpc_available").wait(VpcIds=[vpc])
group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
rule = {"IpProtocol": "tcp", "FromPort": 8443, "ToPort": 8443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
ec2.create_volume(Size=7, VolumeType="gp3", AvailabilityZone="us-east-1a")
"""

PORTAL = """\
import os, sys
sys.path.insert(0, {root!r})
from tests.page import Page
page = Page({portal!r})
key, secret = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
answer = page.sign_in(key, secret, endpoint=os.environ["AWS_ENDPOINT_URL"], region="us-east-1")
assert answer.status == 200, answer.body

def call(operation, **arguments):
    answer = page.call(operation, "us-east-1", **arguments)
    assert answer.status == 200, answer.body
    return answer.json

vpc = call("ec2:CreateVpc", CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
group = call("ec2:CreateSecurityGroup", GroupName="web", Description="web", VpcId=vpc)["GroupId"]
rule = {{"IpProtocol": "tcp", "FromPort": 8443, "ToPort": 8443, "IpRanges": [{{"CidrIp": "10.0.0.0/8"}}]}}
call("ec2:AuthorizeSecurityGroupIngress", GroupId=group, IpPermissions=[rule])
call("ec2:DescribeSecurityGroups")
call("ec2:CreateVolume", Size=7, VolumeType="gp3", AvailabilityZone="us-east-1a")
"""

TERRAFORM = """\
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region = "us-east-1"
}
resource "aws_vpc" "net" {
  cidr_block = "10.9.0.0/16"
}
resource "aws_security_group" "web" {
  name        = "web"
  description = "web"
  vpc_id      = aws_vpc.net.id
  ingress {
    from_port   = 8443
    to_port     = 8443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_ebs_volume" "disk" {
  availability_zone = "us-east-1a"
  size              = 7
  type              = "gp3"
}
"""


def essence(cloud: Cloud) -> dict[str, Any]:
    """What is in an account, without its ids and without tags."""
    ec2 = cloud.client("ec2", REGION)
    groups = ec2.describe_security_groups()["SecurityGroups"]
    blocks = {each["VpcId"]: each["CidrBlock"] for each in ec2.describe_vpcs()["Vpcs"]}
    return {
        "vpcs": sorted(blocks.values()),
        "groups": sorted(
            (each["GroupName"], blocks[each["VpcId"]], way, *essence_of(rule))
            for each in groups
            for way in ("IpPermissions", "IpPermissionsEgress")
            for rule in each[way]
            if each["GroupName"] != "default"
        ),
        "disks": sorted(
            (each["Size"], each["VolumeType"], each["AvailabilityZone"])
            for each in ec2.describe_volumes()["Volumes"]
        ),
    }  # fmt: skip


def essence_of(rule: dict[str, Any]) -> tuple[Any, ...]:
    return rule["IpProtocol"], rule.get("FromPort"), *sorted(each["CidrIp"] for each in rule["IpRanges"])


def command(way: str, user: User, folder: Path) -> tuple[list[str], dict[str, str]]:
    """What does the task, and the environment that it needs."""
    if way == "terraform":
        program, settings = terraform.settings(folder)
        (folder / "main.tf").write_text(TERRAFORM)
        script = (
            f"cd '{folder}' && '{program}' init -no-color >/dev/null && "
            f"'{program}' apply -no-color -auto-approve"
        )
        return ["sh", "-c", script], settings
    if way == "shell":
        (folder / "deploy.sh").write_text(SHELL)
        return ["sh", str(folder / "deploy.sh")], {}
    text = BOTO3
    if way == "portal":
        status = user.run("gym", "status", "--json").json
        text = PORTAL.format(root=str(Path(__file__).parents[2]), portal=status["portal"])
    (folder / "deploy.py").write_text(text)
    return [sys.executable, str(folder / "deploy.py")], {}


@pytest.fixture(scope="module")
def wanted() -> dict[str, Any]:
    return {
        "disks": [(7, "gp3", "us-east-1a")],
        "group": [
            ("web", "10.9.0.0/16", "IpPermissions", "tcp", 8443, "10.0.0.0/8"),
            ("web", "10.9.0.0/16", "IpPermissionsEgress", "-1", None, "0.0.0.0/0"),
        ],
    }


@pytest.mark.parametrize(
    "way", ["shell", "boto3", "portal", pytest.param("terraform", marks=terraform.needed)]
)
def test_what_is_distilled_leads_a_fresh_account_to_the_same(
    way: str, user: User, wanted: dict[str, Any], tmp_path: Path
) -> None:
    first, second = user.account(), user.account()
    words, environment = command(way, user, tmp_path)
    file = tmp_path / "did.yaml"
    said = guard(user, first, "--record", str(file), "--", *words, **environment)
    assert said.status == 0, said.err + said.out
    done = essence(first)
    assert (done["groups"], done["disks"]) == (wanted["group"], wanted["disks"])
    changes = {
        str(step.operation)
        for step in load(file.read_text()).steps
        if step.operation is not None and not step.operation.name.startswith("Describe")
    }
    # Terraform closes a group to open it again, and what it sets to what it is drops out.
    more = (
        {"ec2:RevokeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupEgress"} if way == "terraform" else set()
    )
    assert changes - more == {
        "ec2:CreateVpc", "ec2:CreateSecurityGroup", "ec2:AuthorizeSecurityGroupIngress", "ec2:CreateVolume",
    }  # fmt: skip
    applied = user.run("apply", str(file), "--target", second.target, "--yes", "--json", seconds=300)
    assert applied.status == 0, applied.err + applied.out
    assert essence(second) == done
