"""What calls make, change and show, and what can be said of undo before they are made."""

from typing import Any

import pytest
from tests.unit.clouds.aws.conftest import called

from skywright.clouds.aws.effects import Effects
from skywright.clouds.aws.inverse import rows_of
from skywright.clouds.aws.kinds import befores, kinds
from skywright.clouds.aws.models import input_shape, members, operation_model
from skywright.clouds.aws.resources import touched
from skywright.model.operation import Effect, Operation, Undoability

_EFFECTS = Effects()
_INSTANCE = {
    "InstanceId": "i-1",
    "SubnetId": "subnet-1",
    "NetworkInterfaces": [{"NetworkInterfaceId": "eni-1"}],
}


@pytest.mark.parametrize(
    ("operation", "arguments", "result", "made"),
    [
        (
            "ec2:RunInstances",
            {"SubnetId": "subnet-1"},
            {"Instances": [_INSTANCE]},
            [("i-1", "ec2:instance"), ("eni-1", "ec2:network-interface")],
        ),
        (
            "ec2:CreateVolume",
            {"SnapshotId": "snap-1"},
            {"VolumeId": "vol-1", "SnapshotId": "snap-1"},
            [("vol-1", "ec2:volume")],
        ),
        ("ec2:CreateVpc", {}, {"Vpc": {"VpcId": "vpc-1"}}, [("vpc-1", "ec2:vpc")]),
        ("ec2:AllocateAddress", {}, {"AllocationId": "eipalloc-1"}, [("eipalloc-1", "ec2:elastic-ip")]),
        (
            "ec2:RequestSpotInstances",
            {},
            {"SpotInstanceRequests": [{"SpotInstanceRequestId": "sir-1"}]},
            [("sir-1", "ec2:spot-instances-request")],
        ),
        (
            "elbv2:CreateTargetGroup",
            {},
            {"TargetGroups": [{"TargetGroupArn": "arn:tg"}]},
            [("arn:tg", "elbv2:targetgroup")],
        ),
        ("s3:CreateBucket", {"Bucket": "b"}, {"Location": "/b"}, [("b", "s3:bucket")]),
        ("sqs:CreateQueue", {"QueueName": "q"}, {"QueueUrl": "u"}, [("u", "sqs:queue")]),
        (
            "lambda:CreateFunction",
            {},
            {"FunctionArn": "arn:f", "FunctionName": "f"},
            [("arn:f", "lambda:function")],
        ),
        ("ec2:DescribeInstances", {}, {"Reservations": [{"Instances": [_INSTANCE]}]}, []),
    ],
)
def test_made(operation: str, arguments: Any, result: Any, made: Any) -> None:
    assert sorted(_EFFECTS.made(called(operation, arguments, result))) == sorted(made)


@pytest.mark.parametrize(
    ("operation", "arguments", "touched"),
    [
        (
            "ec2:StopInstances",
            {"InstanceIds": ["i-1", "i-2"]},
            [("i-1", "ec2:instance"), ("i-2", "ec2:instance")],
        ),
        (
            "ec2:AttachVolume",
            {"VolumeId": "vol-1", "InstanceId": "i-1"},
            [("vol-1", "ec2:volume"), ("i-1", "ec2:instance")],
        ),
        ("ec2:RunInstances", {"SubnetId": "subnet-1"}, []),
        ("ec2:StopInstances", {"InstanceIds": ["${vm.Instances[0].InstanceId}"]}, []),
        (
            "ec2:CreateTags",
            {"Resources": ["i-1", "vol-1"]},
            [("i-1", "ec2:instance"), ("vol-1", "ec2:volume")],
        ),
        (
            "ec2:CreateRoute",
            {"RouteTableId": "rtb-1", "GatewayId": "igw-1"},
            [("rtb-1", "ec2:route-table")],
        ),
        ("ec2:DescribeInstances", {"InstanceIds": ["i-1"]}, []),
        ("cloudwatch:DeleteAlarms", {"AlarmNames": ["a"]}, [("a", "cloudwatch:alarm")]),
    ],
)
def test_touched(operation: str, arguments: Any, touched: Any) -> None:
    assert list(_EFFECTS.touched(Operation.parse(operation), arguments)) == touched


@pytest.mark.parametrize(
    ("operation", "arguments", "read", "asked"),
    [
        (
            "ec2:ModifyInstanceAttribute",
            {"InstanceId": "i-1", "InstanceType": {"Value": "t3.large"}},
            "ec2:DescribeInstances",
            {"InstanceIds": ["i-1"]},
        ),
        (
            "ec2:ModifyInstanceAttribute",
            {"InstanceId": "i-1", "DisableApiTermination": {"Value": True}},
            "ec2:DescribeInstanceAttribute",
            {"InstanceId": "i-1", "Attribute": "disableApiTermination"},
        ),
        (
            "ec2:CreateTags",
            {"Resources": ["i-1"], "Tags": []},
            "ec2:DescribeTags",
            {"Filters": [{"Name": "resource-id", "Values": ["i-1"]}]},
        ),
        (
            "ec2:AttachVolume",
            {"VolumeId": "vol-1", "InstanceId": "i-1"},
            "ec2:DescribeVolumes",
            {"VolumeIds": ["vol-1"]},
        ),
        ("s3:PutBucketPolicy", {"Bucket": "b", "Policy": "{}"}, "s3:GetBucketPolicy", {"Bucket": "b"}),
        ("iam:DeleteRole", {"RoleName": "r"}, "iam:GetRole", {"RoleName": "r"}),
    ],
)
def test_before_image(operation: str, arguments: Any, read: str, asked: Any) -> None:
    image = _EFFECTS.before_image(Operation.parse(operation), arguments)
    assert image is not None
    assert (str(image[0]), image[1]) == (read, asked)
    assert _EFFECTS.effect(image[0]) is Effect.READ


def test_nothing_is_before_a_creation() -> None:
    assert _EFFECTS.before_image(Operation("ec2", "RunInstances"), {"SubnetId": "subnet-1"}) is None
    assert _EFFECTS.before_image(Operation("ec2", "DescribeInstances"), {"InstanceIds": ["i-1"]}) is None


def test_the_tables_speak_of_operations_and_members_that_exist() -> None:
    for kind in kinds().values():
        model = operation_model(kind.read)
        assert model is not None, kind
        assert kind.by in members(input_shape(model)), kind
        assert _EFFECTS.effect(kind.read) is Effect.READ, kind
    for name, rows in befores().items():
        assert operation_model(Operation.parse(name)) is not None, name
        for row in rows:
            assert _EFFECTS.effect(row.read) is Effect.READ, row
    for name, rows in rows_of().items():
        assert operation_model(Operation.parse(name)) is not None, name
        for row in rows:
            assert row.because or row.undo is Undoability.EXACT, name
            for step in row.steps:
                model = operation_model(Operation.parse(step["call"])) if "call" in step else None
                assert model is not None or "wait" in step, step
                if model is not None:
                    assert set(step.get("arguments", {})) <= set(members(input_shape(model))), step


@pytest.mark.parametrize(
    ("operation", "undo"),
    [
        ("ec2:RunInstances", Undoability.EXACT),
        ("ec2:TerminateInstances", Undoability.NONE),
        ("ec2:StopInstances", Undoability.LOSSY),
        ("ec2:ModifyVolume", Undoability.NONE),
        ("ec2:DescribeInstances", Undoability.EXACT),
        ("sqs:SetQueueAttributes", Undoability.EXACT),
        ("sqs:CreateQueue", Undoability.EXACT),
        ("logs:CreateLogGroup", Undoability.EXACT),
        ("sns:Subscribe", Undoability.LOSSY),
        ("rds:CreateDBInstance", Undoability.EXACT),
    ],
)
def test_undoability(operation: str, undo: Undoability) -> None:
    told = _EFFECTS.undoability(Operation.parse(operation))
    assert told.undoability is undo
    assert not told.steps
    assert told.reason or undo is Undoability.EXACT


def test_growing_a_disk_has_no_way_back_and_an_unread_before_none_either() -> None:
    volume = {"Volumes": [{"VolumeId": "vol-1", "Size": 10, "VolumeType": "gp3", "Iops": 3000}]}
    grown = called("ec2:ModifyVolume", {"VolumeId": "vol-1", "Size": 20}, before=volume)
    assert _EFFECTS.way_back(grown).undoability is Undoability.NONE
    unread = called("ec2:CreateTags", {"Resources": ["i-1"], "Tags": [{"Key": "a"}]})
    assert _EFFECTS.way_back(unread).undoability is Undoability.NONE


def test_values_are_not_taken_for_references() -> None:
    before = {"Tags": [{"ResourceId": "i-1", "Key": "a", "Value": "${b.c}"}]}
    call = called(
        "ec2:CreateTags", {"Resources": ["i-1"], "Tags": [{"Key": "a", "Value": "x"}]}, before=before
    )
    (step,) = _EFFECTS.way_back(call).steps
    assert step.arguments["Tags"] == [{"Key": "a", "Value": "$${b.c}"}]


@pytest.mark.parametrize("name", ["TerminateInstanceInAutoScalingGroup", "SetInstanceHealth"])
def test_a_machine_that_its_group_ends_is_changed(name: str) -> None:
    assert touched(Operation("autoscaling", name), {"InstanceId": "i-1"}) == (("i-1", "ec2:instance"),)
