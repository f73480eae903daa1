"""Drift of what Terraform made, adopted: the configuration says what is there, a plan has nothing to do."""

from pathlib import Path
from typing import Any

import pytest
from tests import terraform
from tests.user import Cloud, User

pytestmark = [pytest.mark.slow, terraform.needed, pytest.mark.timeout(900)]

REGION = "us-east-1"
SOON = {"Delay": 0.5, "MaxAttempts": 200}
PROGRAM = """\
skywright: 1
name: shop
region: us-east-1
steps:
- id: group
  do: ec2:CreateSecurityGroup
  with: {{GroupName: shop, Description: shop, VpcId: {vpc}}}
- id: rule
  do: ec2:AuthorizeSecurityGroupIngress
  with:
    GroupId: ${{group.GroupId}}
    IpPermissions: [{{IpProtocol: tcp, FromPort: 443, ToPort: 443, IpRanges: [{{CidrIp: 10.0.0.0/8}}]}}]
- id: vm
  do: ec2:RunInstances
  with:
    ImageId: {image}
    InstanceType: t3.micro
    MinCount: 1
    MaxCount: 1
    SecurityGroupIds: ["${{group.GroupId}}"]
    TagSpecifications:
    - {{ResourceType: instance, Tags: [{{Key: Name, Value: web-1}}, {{Key: env, Value: prod}}]}}
- id: keep
  do: ec2:CreateVolume
  with: {{AvailabilityZone: us-east-1a, Size: 5, VolumeType: gp3}}
- id: lose
  do: ec2:CreateVolume
  with: {{AvailabilityZone: us-east-1a, Size: 6, VolumeType: gp3}}
"""


def rule(port: int) -> list[dict[str, Any]]:
    return [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]


def configuration(user: User, cloud: Cloud) -> Path:
    return user.home / "kept" / cloud.target / "iac" / REGION


def test_what_others_did_is_said_in_the_configuration(user: User, tmp_path: Path) -> None:
    cloud = user.account()
    ec2 = cloud.client("ec2", REGION)
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    program = tmp_path / "shop.yaml"
    program.write_text(PROGRAM.format(vpc=vpc, image=image))
    made = user.run(
        "apply", str(program), "--target", cloud.target, "--modality", "iac", "--yes", "--json", seconds=600
    )
    assert made.status == 0, made
    (machine,) = (one["InstanceId"] for one in cloud.instances(REGION))
    sizes = {one["Size"]: one["VolumeId"] for one in ec2.describe_volumes()["Volumes"]}
    group = ec2.describe_security_groups(GroupNames=["shop"])["SecurityGroups"][0]["GroupId"]
    folder = configuration(user, cloud)
    before = (folder / "main.tf").read_text()

    ec2.create_tags(
        Resources=[machine], Tags=[{"Key": "env", "Value": "test"}, {"Key": "by", "Value": "tom"}]
    )
    ec2.stop_instances(InstanceIds=[machine])
    ec2.get_waiter("instance_stopped").wait(InstanceIds=[machine], WaiterConfig=SOON)
    ec2.modify_instance_attribute(InstanceId=machine, InstanceType={"Value": "t3.small"})
    ec2.start_instances(InstanceIds=[machine])
    ec2.get_waiter("instance_running").wait(InstanceIds=[machine], WaiterConfig=SOON)
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rule(8443))
    ec2.delete_volume(VolumeId=sizes[6])
    assert terraform.planned(folder, cloud, tmp_path / "drifted").returncode == 2

    here = ("--target", cloud.target, "--region", REGION, "--json")
    settled = user.run("state", "reconcile", "--adopt", *here, seconds=600)
    assert settled.status == 0, settled
    assert {row["id"] for row in settled.json["settled"]} >= {machine, group, sizes[6]}
    after = (folder / "main.tf").read_text()
    assert "t3.small" in after and "8443" in after and '"tom"' in after
    assert after.count('resource "aws_ebs_volume"') == before.count('resource "aws_ebs_volume"') - 1
    proof = terraform.planned(folder, cloud, tmp_path / "adopted")
    assert proof.returncode == 0, proof.stdout
    assert user.run("state", "drift", *here).json["drift"] == []
