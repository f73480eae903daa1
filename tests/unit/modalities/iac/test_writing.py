"""What is there as a configuration: everything that is somebody's, its parts, and references between them."""

from typing import Any

import pytest

from skywright.errors import CloudFailed, NotFound
from skywright.modalities.iac.present import Presence
from skywright.modalities.iac.writing import Gathering
from skywright.program.emit.hcl.nodes import ref
from skywright.program.emit.hcl.render import files
from skywright.program.emit.hcl.table import exports

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

    def __init__(self, more: dict[str, Any]) -> None:
        self.answers = ANSWERS | more

    def call(self, operation: Any, arguments: Any, region: str) -> Any:
        answer = self.answers.get(str(operation), {})
        if arguments.get("VolumeIds"):
            return {
                "Volumes": [one for one in answer["Volumes"] if one["VolumeId"] in arguments["VolumeIds"]]
            }
        if isinstance(answer, CloudFailed):
            raise answer
        return answer


def gathered(*ids: str, **more: Any) -> Gathering:
    """What is written of an account, or these things of it; what it has besides, by operation."""
    account: Any = Account({name.replace("_", ":"): answer for name, answer in more.items()})
    gathering = Gathering(Presence(account, "us-east-1", exports()["resources"]), frozenset(ids))
    gathering.gather()
    return gathering


def test_what_is_there_is_written_with_its_parts_and_without_what_the_cloud_made_itself() -> None:
    found = gathered().found
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
    found = gathered("vol-1").found
    assert set(found.resources) == {"aws_ebs_volume.vol_1", "aws_volume_attachment.vol_1"}
    assert found.resources["aws_volume_attachment.vol_1"].arguments["instance_id"] == "i-1"


def test_what_is_not_there_is_not_left_out_in_silence() -> None:
    with pytest.raises(NotFound, match="i-2 is not there"):
        gathered("vol-1", "i-2")


def test_a_name_is_a_reference_only_where_things_are_named() -> None:
    bucket: Any = {"Buckets": [{"Name": "ami-1"}]}
    found = gathered(
        s3_ListBuckets=bucket,
        s3_GetBucketLocation={"LocationConstraint": None},
        s3_GetBucketVersioning={"Status": "Enabled"},
        s3_GetBucketPolicy={"Policy": '{"Version": "2012-10-17"}'},
    ).found
    document = 'policy = jsonencode({\n    Version = "2012-10-17"\n  })\n'
    assert document in files(found, "us-east-1").texts["main.tf"]
    versioning = found.resources["aws_s3_bucket_versioning.ami_1"]
    assert versioning.arguments["bucket"] == ref("aws_s3_bucket.ami_1", "id")
    assert found.resources["aws_instance.i_1"].arguments["ami"] == "ami-1"
    elsewhere = gathered(s3_ListBuckets=bucket, s3_GetBucketLocation={"LocationConstraint": "eu-west-1"})
    assert not any(one.type == "aws_s3_bucket" for one in elsewhere.found.managed())


def test_what_is_in_no_region_is_written_where_it_is_used_or_named() -> None:
    roles = {"Roles": [{"RoleName": name, "Path": "/"} for name in ("used", "idle")]}
    profiles = {"InstanceProfiles": [{"InstanceProfileName": "p", "Roles": [{"RoleName": "used"}]}]}
    machine = MACHINE | {"IamInstanceProfile": {"Arn": "arn:aws:iam::1:instance-profile/p"}}
    policies = {"RoleDetailList": [{"RoleName": "used", "RolePolicyList": [{"PolicyName": "inline"}]}]}
    answers: dict[str, Any] = {
        "iam_ListRoles": roles,
        "iam_ListInstanceProfiles": profiles,
        "iam_GetAccountAuthorizationDetails": policies,
        "ec2_DescribeInstances": {"Reservations": [{"Instances": [machine]}]},
    }
    whole = gathered(**answers)
    ours = {one.key for one in whole.found.managed() if one.type.startswith("aws_iam")}
    assert ours == {"aws_iam_role.used", "aws_iam_instance_profile.p", "aws_iam_role_policy.used"}
    assert [(one.type, one.id) for one in whole.omitted] == [("aws_iam_role", "idle")]
    assert set(gathered("idle", **answers).found.resources) == {"aws_iam_role.idle"}


def test_what_may_not_be_read_or_cannot_be_imported_is_told() -> None:
    balancing = {"TargetGroups": [{"TargetGroupArn": "arn:aws:elb:tg/1"}]}
    told = gathered(
        elbv2_DescribeTargetGroups=balancing,
        elbv2_DescribeTargetHealth={"TargetHealthDescriptions": [{"Target": {"Id": "i-1"}}]},
        iam_ListRoles=CloudFailed("iam:ListRoles", "AccessDenied", "you may not"),
    )
    why = {(one.type, one.id): one.why for one in told.omitted}
    assert "cannot import" in why["aws_lb_target_group_attachment", "i-1"]
    assert "you may not" in why["aws_iam_role", ""]
