"""Programs that know nothing of Skywright, run under the gate: boto3, the real `aws`, the real Terraform."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from tests import terraform
from tests.user import Cloud, Said, User

pytestmark = pytest.mark.slow

REGION = "us-east-1"
AWS = Path(sys.executable).with_name("aws")


def guard(user: User, cloud: Cloud, *words: str, **environment: str) -> Said:
    path = f"{AWS.parent}{os.pathsep}{os.environ['PATH']}"
    return user.run("guard", "--target", cloud.target, *words, seconds=300, **{"PATH": path, **environment})


def essence(cloud: Cloud) -> dict[str, Any]:
    """What is in an account, without its ids."""
    ec2 = cloud.client("ec2", REGION)
    return {
        "vpcs": sorted((each["CidrBlock"], each["IsDefault"]) for each in ec2.describe_vpcs()["Vpcs"]),
        "groups": sorted(
            (each["GroupName"], str(each["IpPermissions"]))
            for each in ec2.describe_security_groups()["SecurityGroups"]
            if each["GroupName"] != "default"
        ),
        "disks": sorted((each["Size"], each["VolumeType"]) for each in ec2.describe_volumes()["Volumes"]),
    }


def test_what_a_script_did_is_done_again_elsewhere(user: User, tmp_path: Path) -> None:
    first, second = user.account(), user.account()
    script = tmp_path / "deploy.sh"
    script.write_text(
        "set -e\n"
        "vpc=$(aws ec2 create-vpc --cidr-block 10.9.0.0/16 --query Vpc.VpcId --output text)\n"
        'aws ec2 create-security-group --group-name web --description web --vpc-id "$vpc" >/dev/null\n'
        "aws ec2 create-volume --size 7 --volume-type gp3 --availability-zone us-east-1a >/dev/null\n"
        "aws sqs list-queues >/dev/null\n"
    )
    file = tmp_path / "did.yaml"
    said = guard(user, first, "--record", str(file), "--", "sh", str(script))
    assert said.status == 0, said.err
    assert user.run("prove", str(file), "--target", second.target).status == 0
    applied = user.run("apply", str(file), "--target", second.target, "--yes", "--json", seconds=240)
    assert applied.status == 0, applied.err + applied.out
    assert essence(first) == essence(second)
    assert "10.9.0.0/16" in str(essence(second))


def test_what_a_person_is_asked_about_needs_yes(user: User) -> None:
    cloud = user.account()
    home = user.home / "policy"
    home.mkdir(exist_ok=True)
    rule = home / "ask.cedar"
    rule.write_text(
        '@id("ask-volumes")\n@escalate("yes")\n'
        'forbid(principal, action, resource) when { context.operation == "ec2:CreateVolume" };\n'
    )
    script = "import boto3; boto3.client('ec2').create_volume(Size=3, AvailabilityZone='us-east-1a')"
    try:
        refused = guard(user, cloud, "--", sys.executable, "-c", script)
        assert refused.status == 1 and "--yes" in refused.err, refused.err
        assert essence(cloud)["disks"] == []
        allowed = guard(user, cloud, "--yes", "--", sys.executable, "-c", script)
        assert allowed.status == 0, allowed.err
        assert "1 changes, 0 refused" in allowed.err
        assert len(essence(cloud)["disks"]) == 1
    finally:
        rule.unlink()


TERRAFORM = """
terraform {{
  required_providers {{
    aws = {{ source = "hashicorp/aws" }}
  }}
}}
provider "aws" {{
  region                      = "us-east-1"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}}
resource "aws_vpc" "net" {{
  cidr_block = "10.8.0.0/16"
}}
resource "aws_security_group" "web" {{
  name   = "web"
  vpc_id = aws_vpc.net.id
  {ingress}
}}
"""
OPEN = 'ingress {\n from_port = 22\n to_port = 22\n protocol = "tcp"\n cidr_blocks = ["0.0.0.0/0"]\n }'


@terraform.needed
def test_terraform_is_let_through_and_refused(user: User, tmp_path: Path) -> None:
    cloud = user.account()
    program, settings = terraform.settings(tmp_path)
    (tmp_path / "main.tf").write_text(TERRAFORM.format(ingress=OPEN))
    script = (
        f"cd '{tmp_path}' && '{program}' init -no-color >/dev/null && "
        f"'{program}' apply -no-color -auto-approve"
    )
    refused = guard(user, cloud, "--", "sh", "-c", script, **settings)
    assert refused.status == 1, refused.out
    assert "network.public-ssh" in refused.err + refused.out
    assert all(permissions == "[]" for _, permissions in essence(cloud)["groups"])
    (tmp_path / "main.tf").write_text(TERRAFORM.format(ingress=""))
    done = guard(user, cloud, "--", "sh", "-c", script, **settings)
    assert done.status == 0, done.out + done.err
    assert ("10.8.0.0/16", False) in essence(cloud)["vpcs"]
