"""What a change is about: too much rather than too little, and nothing that is not known yet."""

import pytest

from skywright.clouds.aws.concern import concerned
from skywright.clouds.aws.effects import Effects
from skywright.model.operation import Operation
from skywright.model.values import Value

_DB = "arn:aws:dynamodb:r:1:table"


@pytest.mark.parametrize(
    ("operation", "arguments", "changed", "named"),
    [
        ("ec2:StopInstances", {"InstanceIds": ["i-1", "i-2"]}, {"i-1", "i-2"}, set()),
        ("ec2:AttachVolume", {"VolumeId": "vol-1", "InstanceId": "i-1"}, {"vol-1", "i-1"}, set()),
        ("ec2:CreateTags", {"Resources": ["sg-1"], "Tags": [{"Key": "k", "Value": "v"}]}, {"sg-1"}, set()),
        ("ec2:CreateSnapshot", {"VolumeId": "vol-1"}, set(), {"vol-1"}),
        ("ec2:RunInstances", {"SubnetId": "subnet-1", "ImageId": "ami-1"}, set(), {"subnet-1", "ami-1"}),
        ("ec2:DeleteVolume", {"VolumeId": "${made.VolumeId}"}, set(), set()),
        ("ec2:DescribeVolumes", {"VolumeIds": ["vol-1"]}, set(), {"vol-1"}),
        ("s3:CreateBucket", {"Bucket": "mine"}, {"mine"}, set()),
        ("cloudwatch:PutMetricAlarm", {"AlarmName": "hot", "Namespace": "AWS/EC2"}, {"hot"}, set()),
        ("dynamodb:UpdateTable", {"TableName": "t"}, {"t"}, set()),
        ("dynamodb:CreateTable", {"TableName": "t"}, {"t"}, set()),
        ("dynamodb:TagResource", {"ResourceArn": f"{_DB}/t", "Tags": []}, {f"{_DB}/t", "t"}, set()),
        ("dynamodb:PutItem", {"TableName": "t", "Item": {"id": {"S": "a patient"}}}, {"t"}, set()),
        ("dynamodb:BatchWriteItem", {"RequestItems": {"t": []}}, {"t"}, set()),
        (
            "dynamodb:ExecuteStatement",
            {"Statement": "DELETE /* FROM x */ FROM \"Of.a-shop\" WHERE id='it''s FROM x'"},
            {"Of.a-shop"},
            set(),
        ),
        (
            "dynamodb:ExecuteTransaction",
            {
                "TransactStatements": [
                    {"Statement": "insert into t value {'id': 'x'}"},
                    {"Statement": f'UPDATE"{_DB}/u"'},
                    {"Statement": """DELETE FROM "my--v" WHERE id='--'"""},
                ]
            },
            {"t", f"{_DB}/u", "u", "my--v"},
            set(),
        ),
        (
            "dynamodb:TransactWriteItems",
            {
                "TransactItems": [
                    {"Put": {"TableName": "t", "Item": {"id": {"S": "a patient"}}}},
                    {"Delete": {"TableName": "u", "Key": {"id": {"S": "another"}}}},
                ]
            },
            {"t", "u"},
            set(),
        ),
        (
            "autoscaling:CreateOrUpdateTags",
            {"Tags": [{"ResourceId": "g", "ResourceType": "auto-scaling-group", "Key": "k", "Value": "v"}]},
            {"g"},
            set(),
        ),
        ("cloudwatch:PutMetricAlarm", {"AlarmName": "$${hot}"}, {"${hot}"}, set()),
        ("sqs:CreateQueue", {"QueueName": "q"}, {"q"}, set()),
        (
            "sqs:SendMessage",
            {"QueueUrl": "https://q.r/1/q", "MessageBody": "m"},
            {"https://q.r/1/q", "q"},
            set(),
        ),
        ("iam:ChangePassword", {"OldPassword": "one", "NewPassword": "two"}, {"iam:Password"}, set()),
        ("cognito-idp:AdminSetUserPassword", {"UserPoolId": "p", "Password": "two"}, {"p"}, set()),
        ("ec2:EnableEbsEncryptionByDefault", {}, {"ec2:EbsEncryptionByDefault"}, set()),
        ("ec2:AttachVpnGateway", {"VpcId": "vpc-1", "VpnGatewayId": "vgw-1"}, {"vpc-1", "vgw-1"}, set()),
        (
            "resourcegroupstaggingapi:TagResources",
            {"ResourceARNList": ["arn:aws:ec2:r:1:instance/i-1"], "Tags": {}},
            {"arn:aws:ec2:r:1:instance/i-1", "i-1"},
            set(),
        ),
        (
            "elbv2:RegisterTargets",
            {
                "TargetGroupArn": "arn:aws:elasticloadbalancing:r:1:targetgroup/t/1",
                "Targets": [{"Id": "i-1"}],
            },
            {"arn:aws:elasticloadbalancing:r:1:targetgroup/t/1"},
            {"i-1"},
        ),
        (
            "ec2:AuthorizeSecurityGroupIngress",
            {"GroupId": "sg-1", "IpPermissions": [{"UserIdGroupPairs": [{"GroupId": "sg-2"}]}]},
            {"sg-1"},
            {"sg-2"},
        ),
    ],
)
def test_what_is_changed_and_what_else_is_named(
    operation: str, arguments: dict[str, Value], changed: set[str], named: set[str]
) -> None:
    assert concerned(Operation.parse(operation), arguments) == (changed, named)


def test_no_name_of_something_sent_is_a_reference() -> None:
    alarm = {"AlarmNames": ["${hot}"]}
    delete = Operation("cloudwatch", "DeleteAlarms")
    assert Effects().concerned(delete, alarm, sent=True) == ({"${hot}"}, frozenset())
    assert Effects().concerned(delete, alarm) == (frozenset(), frozenset())
    assert Effects().before_image(delete, alarm) == (Operation("cloudwatch", "DescribeAlarms"), alarm)
