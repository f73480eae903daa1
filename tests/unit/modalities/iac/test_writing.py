"""What is there as a configuration: everything that is somebody's, its parts, and references between them."""

from typing import Any

import pytest

from skywright.errors import NotFound
from skywright.modalities.iac.present import Presence
from skywright.modalities.iac.writing import gathered
from skywright.program.emit.hcl.nodes import ref
from skywright.program.emit.hcl.render import files

MACHINE = {"InstanceId": "i-1", "ImageId": "ami-1", "State": {"Name": "running"}, "SubnetId": "subnet-1"}
JOINT = {"Device": "/dev/sdf", "VolumeId": "vol-1", "InstanceId": "i-1", "DeleteOnTermination": False}
DISK = {"VolumeId": "vol-1", "Size": 20, "Attachments": [JOINT]}
ROOT = {"VolumeId": "vol-2", "Attachments": [{"InstanceId": "i-1", "DeleteOnTermination": True}]}
ANSWERS: dict[str, Any] = {
    "ec2:DescribeInstances": {"Reservations": [{"Instances": [MACHINE]}]},
    "ec2:DescribeVolumes": {"Volumes": [DISK, ROOT]},
    "ec2:DescribeVpcs": {"Vpcs": [{"VpcId": "vpc-1", "IsDefault": True}]},
    "ec2:DescribeSubnets": {"Subnets": [{"SubnetId": "subnet-1", "CidrBlock": "10.0.0.0/24"}]},
    "ec2:DescribeSecurityGroups": {"SecurityGroups": [{"GroupId": "sg-1", "GroupName": "default"}]},
}


class Account:
    """Answers each read with all that there is, like an account with one thing of a kind."""

    def call(self, operation: Any, arguments: Any, region: str) -> Any:
        answer = ANSWERS.get(str(operation), {})
        if arguments.get("VolumeIds"):
            return {
                "Volumes": [one for one in answer["Volumes"] if one["VolumeId"] in arguments["VolumeIds"]]
            }
        return answer


def test_what_is_there_is_written_with_its_parts_and_without_what_the_cloud_made_itself() -> None:
    account: Any = Account()
    found = gathered(Presence(account, "us-east-1"), ())
    assert set(found.resources) == {
        "aws_instance.i_1",
        "aws_ebs_volume.vol_1",
        "aws_subnet.subnet_1",
        "aws_volume_attachment.vol_1",
    }
    attachment = found.resources["aws_volume_attachment.vol_1"]
    assert attachment.arguments["instance_id"] == ref("aws_instance.i_1", "id")
    assert attachment.imported == "/dev/sdf:vol-1:i-1"
    assert found.resources["aws_instance.i_1"].arguments["subnet_id"] == ref("aws_subnet.subnet_1", "id")
    assert files(found, "us-east-1").texts["changes.tf"].count("import {") == 4


def test_only_what_is_named_is_written_with_its_parts() -> None:
    account: Any = Account()
    found = gathered(Presence(account, "us-east-1"), ["vol-1"])
    assert set(found.resources) == {"aws_ebs_volume.vol_1", "aws_volume_attachment.vol_1"}
    assert found.resources["aws_volume_attachment.vol_1"].arguments["instance_id"] == "i-1"


def test_what_is_not_there_is_not_left_out_in_silence() -> None:
    account: Any = Account()
    with pytest.raises(NotFound, match="i-2 is not there"):
        gathered(Presence(account, "us-east-1"), ["vol-1", "i-2"])
