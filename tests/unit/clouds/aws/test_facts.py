"""What policies are told, in every form in which AWS takes it."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skywright.clouds.aws import tags
from skywright.clouds.aws.facts import facts
from skywright.clouds.aws.reach import is_public
from skywright.model.operation import Operation

_WORLD = {"cidr": "0.0.0.0/0", "public": True}
_SSH = {"protocol": "tcp", "from_port": 22, "to_port": 22, **_WORLD}


def _form(protocol: str, first: int, last: int, where: dict[str, Any]) -> dict[str, Any]:
    return {"IpPermissions": [{"IpProtocol": protocol, "FromPort": first, "ToPort": last, **where}]}


def _facts(operation: str, **arguments: Any) -> Any:
    return facts(Operation.parse(operation), arguments)


@pytest.mark.parametrize(
    ("arguments", "exposed"),
    [
        (
            _form("tcp", 22, 22, {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}),
            _SSH,
        ),
        ({"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}, _SSH),
        ({"IpProtocol": "6", "FromPort": "22", "ToPort": "22", "CidrIp": "0.0.0.0/0"}, _SSH),
        (
            {"IpPermissions": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]},
            {"protocol": "all", "from_port": 0, "to_port": 65535, **_WORLD},
        ),
        (
            _form("udp", 1, 99, {"Ipv6Ranges": [{"CidrIpv6": "::/0"}]}),
            {"protocol": "udp", "from_port": 1, "to_port": 99, "cidr": "::/0", "public": True},
        ),
        (
            _form("tcp", 1, 9, {"PrefixListIds": [{"PrefixListId": "pl-1"}]}),
            {"protocol": "tcp", "from_port": 1, "to_port": 9, "cidr": "pl-1", "public": "unknown"},
        ),
        (
            _form("tcp", 1, 9, {"IpRanges": [{"CidrIp": "${where}"}]}),
            {"protocol": "tcp", "from_port": 1, "to_port": 9, "cidr": "${where}", "public": "unknown"},
        ),
    ],
)
def test_every_form_of_a_rule(arguments: dict[str, Any], exposed: dict[str, Any]) -> None:
    assert _facts("ec2:AuthorizeSecurityGroupIngress", GroupId="sg-1", **arguments)["exposes"] == [exposed]


def test_a_changed_rule_exposes_too() -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIpv4": "0.0.0.0/1"}
    changed = [{"SecurityGroupRuleId": "sgr-1", "SecurityGroupRule": rule}]
    told = _facts("ec2:ModifySecurityGroupRules", GroupId="sg-1", SecurityGroupRules=changed)
    assert told["exposes"] == [{**_SSH, "cidr": "0.0.0.0/1"}]


def test_letting_out_and_revoking_expose_nothing() -> None:
    for name in ("AuthorizeSecurityGroupEgress", "RevokeSecurityGroupIngress"):
        assert "exposes" not in _facts(f"ec2:{name}", GroupId="sg-1", IpProtocol="-1", CidrIp="0.0.0.0/0")


@pytest.mark.parametrize(
    ("cidr", "public"),
    [
        ("0.0.0.0/0", True),
        ("0.0.0.0/1", True),
        ("128.0.0.0/1", True),
        ("1.2.3.4/0", True),
        ("::/0", True),
        ("::/1", True),
        ("10.0.0.0/8", False),
        ("10.0.0.0/7", True),
        ("172.16.0.0/12", False),
        ("172.16.0.0/11", True),
        ("fd00::/8", False),
        ("52.0.0.0/15", True),
        ("52.1.0.0/16", False),
        ("203.0.113.7/32", False),
        ("2000::/3", True),
        ("nonsense", "unknown"),
        ("", "unknown"),
        ("${x}", "unknown"),
        ("0.0.0.0", False),
    ],
)
def test_public(cidr: str, public: Any) -> None:
    assert is_public(cidr) == public


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["IpPermissions", "IpRanges", "CidrIp", "Tags", "Key", "Ebs", "Policy", "Group", "Add"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


# How long it takes depends on whether the models are read already, and on who else is at work.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(
        [
            "ec2:AuthorizeSecurityGroupIngress",
            "ec2:RunInstances",
            "s3:PutBucketPolicy",
            "ec2:ModifyImageAttribute",
        ]
    ),
    st.dictionaries(
        st.sampled_from(
            [
                "IpPermissions",
                "SecurityGroupRules",
                "CidrIp",
                "IpProtocol",
                "Policy",
                "Tags",
                "TagSpecifications",
                "LaunchPermission",
                "NetworkInterfaces",
                "BlockDeviceMappings",
            ]
        ),
        _JSON,
        max_size=5,
    ),
)
def test_whatever_the_arguments_it_answers(operation: str, arguments: dict[str, Any]) -> None:
    facts(Operation.parse(operation), arguments)


def test_addresses_and_disks() -> None:
    assert _facts("ec2:AllocateAddress")["public_address"] is True
    assert _facts("elbv2:CreateLoadBalancer", Name="x")["public_address"] is True
    assert _facts("elbv2:CreateLoadBalancer", Name="x", Scheme="internal")["public_address"] is False
    nic = [{"DeviceIndex": 0, "AssociatePublicIpAddress": False}]
    assert _facts("ec2:RunInstances", NetworkInterfaces=nic)["public_address"] is False
    assert _facts("ec2:RunInstances")["public_address"] == "unknown"
    assert _facts("ec2:CreateVolume", Size=1)["encrypted"] is False
    assert _facts("ec2:CreateVolume", Size=1, Encrypted=True)["encrypted"] is True


def test_privileges_and_secrets() -> None:
    assert _facts("ec2:RunInstances", IamInstanceProfile={"Name": "admin"})["privilege_change"] is True
    assert _facts("iam:PutRolePolicy", RoleName="r")["privilege_change"] is True
    assert "privilege_change" not in _facts("ec2:CreateVolume", Size=1)
    assert _facts("secretsmanager:GetSecretValue", SecretId="s")["yields_secret"] is True
    assert _facts("ssm:GetParameter", Name="/db/password", WithDecryption=True)["yields_secret"] is True
    assert "yields_secret" not in _facts("ssm:GetParameter", Name="/aws/service/ami", WithDecryption=True)


def test_data_and_the_public() -> None:
    assert _facts("ec2:DeleteVolume", VolumeId="vol-1")["deletes_data"] is True
    assert _facts("ec2:TerminateInstances", InstanceIds=["i-1"])["deletes_data"] is True
    assert "deletes_data" not in _facts("ec2:DeleteSubnet", SubnetId="subnet-1")
    everybody = {"Add": [{"Group": "all"}]}
    assert _facts("ec2:ModifyImageAttribute", LaunchPermission=everybody)["public_snapshot_or_image"] is True
    assert _facts("ec2:ModifySnapshotAttribute", GroupNames=["all"], OperationType="add")[
        "public_snapshot_or_image"
    ]
    assert _facts("s3:PutBucketAcl", Bucket="b", ACL="public-read")["public_bucket"] is True
    policy = '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:*"}]}'
    assert _facts("s3:PutBucketPolicy", Bucket="b", Policy=policy)["public_bucket"] is True
    assert _facts("ec2:RunInstances", MaxCount=3)["count"] == 3
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "a", "Value": "b"}]}]
    assert _facts("ec2:RunInstances", TagSpecifications=tags)["tags"] == {"a": "b"}


@pytest.mark.parametrize(
    ("does", "arguments"),
    [
        ("ec2:CreateTags", {"Tags": [{"Key": "a", "Value": "b"}]}),
        ("ec2:RunInstances", {"TagSpecifications": [{"Tags": [{"Key": "a", "Value": "b"}]}]}),
        ("sqs:TagQueue", {"Tags": {"a": "b"}}),
        ("ecs:TagResource", {"tags": [{"key": "a", "value": "b"}]}),
        ("kms:TagResource", {"Tags": [{"TagKey": "a", "TagValue": "b"}]}),
        ("glue:TagResource", {"TagsToAdd": {"a": "b"}}),
        ("cloudfront:TagResource", {"Tags": {"Items": [{"Key": "a", "Value": "b"}]}}),
        ("cloudtrail:AddTags", {"TagsList": [{"Key": "a", "Value": "b"}]}),
        ("route53:ChangeTagsForResource", {"AddTags": [{"Key": "a", "Value": "b"}]}),
        ("s3:PutObjectTagging", {"Tagging": {"TagSet": [{"Key": "a", "Value": "b"}]}}),
    ],
)
def test_tags_are_known_whatever_a_service_calls_them(does: str, arguments: dict[str, Any]) -> None:
    assert _facts(does, **arguments)["tags"] == {"a": "b"}


def _public_queue(condition: Any = None, spelt: str = "Statement") -> Any:
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sqs:*", "Resource": "*"}
    policy = json.dumps({"Statement": [{**statement, **({"Condition": condition} if condition else {})}]})
    written = policy.replace("Statement", spelt, 1)
    return _facts("sqs:SetQueueAttributes", QueueUrl="u", Attributes={"Policy": written}).get("public_policy")


@pytest.mark.parametrize(
    "condition",
    [
        None,
        {"StringLike": {"aws:PrincipalArn": "*"}},
        {"ArnLike": {"aws:SourceArn": ["arn:aws:sns:us-east-1:111122223333:t", "arn:aws:sns:*:*:*"]}},
        {"Bool": {"aws:SecureTransport": "true"}},
        {"StringNotEquals": {"aws:PrincipalAccount": "111122223333"}},
        {"StringEqualsIfExists": {"aws:SourceAccount": "111122223333"}},
        {"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-1"}},
        {"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}},
        {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "::/0"]}},
        {"StringLike": {"aws:SourceAccount": "????????????"}},
        {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}},
    ],
)
def test_a_policy_that_bounds_nobody_lets_everybody_in(condition: Any) -> None:
    assert _public_queue(condition) is True


@pytest.mark.parametrize(
    "condition",
    [
        {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:t"}},
        {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::mine"}},
        {"StringEquals": {"aws:SourceAccount": ["111122223333"]}, "Bool": {"aws:SecureTransport": "true"}},
        {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        {"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}},
    ],
)
def test_a_policy_that_bounds_who_calls_is_told_apart(condition: Any) -> None:
    assert _public_queue(condition) == "conditional"


def test_a_policy_is_known_however_it_is_written() -> None:
    assert _public_queue(spelt="St\\u0061tement") is _public_queue(spelt="statement") is True
    broken = {"Policy": '{"Statement": [}'}
    assert _facts("sqs:SetQueueAttributes", QueueUrl="u", Attributes=broken)["public_policy"] == "unknown"


@pytest.mark.parametrize(
    ("does", "who"),
    [("lambda", {"Principal": "*"}), ("sns", {"AWSAccountId": ["*"]}), ("sqs", {"AWSAccountIds": ["*"]})],
)
def test_a_permission_for_everybody_is_a_policy_for_everybody(does: str, who: dict[str, Any]) -> None:
    assert _facts(f"{does}:AddPermission", **who)["public_policy"] is True
    assert "public_policy" not in _facts(f"{does}:AddPermission", **{name: ["1234"] for name in who})
    bounded = _facts("lambda:AddPermission", Principal="*", SourceAccount="111122223333")
    assert bounded["public_policy"] == "conditional"


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("Owner", "shop", {}),
        ("owner", "jo@example.com", {"address_in_tags": True}),
        ("key", "AKIAIOSFODNN7EXAMPLE", {"secret_in_tags": True}),
        ("-----BEGIN PRIVATE KEY-----", "", {"secret_in_tags": True}),
        ("protected", "true", {}),
        ("Protected", "no", {"unprotects": True}),
        ("${which}", "x", {"unprotects": True}),
        ("Data-Residency", "eu", {"residency": "eu"}),
    ],
)
def test_what_tags_say(key: str, value: str, said: dict[str, Any]) -> None:
    assert tags.said({key: value}) == {"tagged": True, **said}


@pytest.mark.parametrize(
    ("operation", "arguments", "before", "smaller"),
    [
        (
            "autoscaling:SetDesiredCapacity",
            {"DesiredCapacity": 1},
            {"AutoScalingGroups": [{"DesiredCapacity": 2}]},
            True,
        ),
        (
            "autoscaling:SetDesiredCapacity",
            {"DesiredCapacity": 3},
            {"AutoScalingGroups": [{"DesiredCapacity": 2}]},
            False,
        ),
        (
            "autoscaling:UpdateAutoScalingGroup",
            {"MaxSize": 1},
            {"AutoScalingGroups": [{"DesiredCapacity": 2}]},
            True,
        ),
        (
            "autoscaling:UpdateAutoScalingGroup",
            {"MinSize": 1},
            {"AutoScalingGroups": [{"DesiredCapacity": 2}]},
            None,
        ),
        (
            "autoscaling:SetDesiredCapacity",
            {"DesiredCapacity": "${n}"},
            {"AutoScalingGroups": [{"DesiredCapacity": 2}]},
            "unknown",
        ),
        (
            "ec2:ModifyFleet",
            {"TargetCapacitySpecification": {"TotalTargetCapacity": 0}},
            {"Fleets": []},
            "unknown",
        ),
    ],
)
def test_whether_a_group_or_fleet_becomes_smaller(
    operation: str, arguments: dict[str, Any], before: Any, smaller: bool | str | None
) -> None:
    assert facts(Operation.parse(operation), arguments, before).get("shrinks") == smaller
