"""Ways round the guard: odd spellings of an open port, odd facts, policies that fail. None may pass."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skywright.clouds.aws.effect_names import effect
from skywright.clouds.aws.facts import facts
from skywright.clouds.aws.models import operation_model
from skywright.errors import Malformed
from skywright.guard.base import combine
from skywright.guard.policies import FAILED, Policies
from skywright.guard.privileges import UNDECIDABLE, Privileges
from skywright.model.operation import Effect, Operation
from skywright.model.verdict import Decision, Principal, Proposal

DECIDERS = (Privileges.load(), Policies.load())
WHO = Principal("r-1", "perform", "builtin", "cli", "gym")


def decided(operation: str, arguments: Mapping[str, Any], **more: Any) -> tuple[Decision, str]:
    """End to end: from the arguments of a call, by way of the cloud's facts, to a verdict."""
    named = Operation.parse(operation)
    found = {**facts(named, arguments), **more}
    verdict = combine(DECIDERS, Proposal(WHO, named, effect(named), "eu-west-1", arguments, found))
    return verdict.decision, verdict.rule


def permission(protocol: Any = "tcp", first: Any = 22, last: Any = 22, **ranges: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"IpProtocol": protocol, **ranges}
    return given | {key: port for key, port in (("FromPort", first), ("ToPort", last)) if port is not None}


ANYWHERE = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
HARMLESS = permission(first=443, last=443, IpRanges=[{"CidrIp": "10.0.0.0/8"}])
OPENINGS: dict[str, dict[str, Any]] = {
    "plain": {"IpPermissions": [permission(**ANYWHERE)]},
    "range": {"IpPermissions": [permission(first=1, last=1024, **ANYWHERE)]},
    "all ports": {"IpPermissions": [permission(first=0, last=65535, **ANYWHERE)]},
    "all protocols": {"IpPermissions": [permission("-1", None, None, **ANYWHERE)]},
    "all protocols, other ports": {"IpPermissions": [permission("-1", 443, 443, **ANYWHERE)]},
    "protocol by number": {"IpPermissions": [permission("6", **ANYWHERE)]},
    "protocol in capitals": {"IpPermissions": [permission("TCP", **ANYWHERE)]},
    "no protocol": {"IpPermissions": [{"FromPort": 443, "ToPort": 443, **ANYWHERE}]},
    "no ports": {"IpPermissions": [permission(first=None, last=None, **ANYWHERE)]},
    "minus one": {"IpPermissions": [permission(first=-1, last=-1, **ANYWHERE)]},
    "backwards": {"IpPermissions": [permission(first=80, last=10, **ANYWHERE)]},
    "ports as text": {"IpPermissions": [permission(first="22", last="22", **ANYWHERE)]},
    "ipv6": {"IpPermissions": [permission(Ipv6Ranges=[{"CidrIpv6": "::/0"}])]},
    "ipv6 in long": {"IpPermissions": [permission(Ipv6Ranges=[{"CidrIpv6": "0:0:0:0:0:0:0:0/0"}])]},
    "two halves": {
        "IpPermissions": [permission(IpRanges=[{"CidrIp": "0.0.0.0/1"}, {"CidrIp": "128.0.0.0/1"}])]
    },
    "host bits": {"IpPermissions": [permission(IpRanges=[{"CidrIp": "10.0.0.1/0"}])]},
    "private, but wider": {"IpPermissions": [permission(IpRanges=[{"CidrIp": "10.0.0.0/7"}])]},
    "hidden behind a harmless one": {"IpPermissions": [HARMLESS, permission(**ANYWHERE)]},
    "second range": {
        "IpPermissions": [permission(IpRanges=[{"CidrIp": "10.0.0.0/8"}, {"CidrIp": "0.0.0.0/0"}])]
    },
    "beside a group": {"IpPermissions": [permission(UserIdGroupPairs=[{"GroupId": "sg-1"}], **ANYWHERE)]},
    "prefix list": {"IpPermissions": [permission(PrefixListIds=[{"PrefixListId": "pl-1"}])]},
    "legacy": {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"},
    "legacy, all": {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"},
    "legacy beside harmless": {
        "IpPermissions": [HARMLESS], "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0",
    },
    "legacy group and range": {
        "SourceSecurityGroupName": "x",
        "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0",
    },
    "reference for a range": {"IpPermissions": [permission(IpRanges=[{"CidrIp": "${where}"}])]},
    "reference for ports": {"IpPermissions": [permission(first="${p}", last="${p}", **ANYWHERE)]},
    "reference for a permission": {"IpPermissions": [HARMLESS, "${rule}"]},
    "reference for all": {"IpPermissions": "${rules}"},
    "range in a reference": {"IpPermissions": [permission(IpRanges="${ranges}")]},
    "nonsense": {"IpPermissions": [permission(IpRanges=[{"CidrIp": "everybody"}])]},
    "nothing": {},
    "empty": {"IpPermissions": []},
}  # fmt: skip


@pytest.mark.parametrize("name", OPENINGS)
def test_no_spelling_opens_ssh_to_the_public(name: str) -> None:
    arguments = {"GroupId": "sg-1", **OPENINGS[name]}
    decision, rule = decided("ec2:AuthorizeSecurityGroupIngress", arguments)
    assert decision is Decision.DENY
    assert rule.startswith("network.")


@pytest.mark.parametrize(
    "rule",
    [
        {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIpv4": "0.0.0.0/0"},
        {"IpProtocol": "-1", "CidrIpv6": "::/0"},
        {"IpProtocol": "tcp", "FromPort": 0, "ToPort": 65535, "CidrIpv4": "0.0.0.0/1"},
        "${rule}",
    ],
)
def test_changing_a_rule_is_no_way_round(rule: Any) -> None:
    arguments = {
        "GroupId": "sg-1",
        "SecurityGroupRules": [{"SecurityGroupRuleId": "sgr-1", "SecurityGroupRule": rule}],
    }
    assert decided("ec2:ModifySecurityGroupRules", arguments)[0] is Decision.DENY


@pytest.mark.parametrize(
    "arguments",
    [
        {"IpPermissions": [HARMLESS]},
        {"IpPermissions": [permission(first=80, last=80, **ANYWHERE)]},
        {"IpPermissions": [permission(UserIdGroupPairs=[{"GroupId": "sg-2"}])]},
        {"IpPermissions": [permission(IpRanges=[{"CidrIp": "192.0.2.7/32"}])]},
    ],
)
def test_what_is_harmless_passes(arguments: dict[str, Any]) -> None:
    assert decided("ec2:AuthorizeSecurityGroupIngress", arguments)[0] is Decision.ALLOW


odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
open_ssh = {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr": "0.0.0.0/0", "public": True}


@pytest.mark.slow
@given(
    facts=st.dictionaries(st.sampled_from(["count", "protected", "tags", "before", "public_bucket"]), odd),
    arguments=st.dictionaries(st.sampled_from(["Tags", "IpPermissions", "MaxCount", "Policy", "ACL"]), odd),
)
@settings(max_examples=150, deadline=None)
def test_odd_company_never_hides_an_open_port(facts: dict[str, Any], arguments: dict[str, Any]) -> None:
    """Whatever else is in a proposal, however malformed, the verdict is a verdict and it is no."""
    proposal = Proposal(WHO, Operation("ec2", "AuthorizeSecurityGroupIngress"), Effect.CHANGE, "eu-west-1",
                        arguments, {**facts, "exposes": [open_ssh]})  # fmt: skip
    assert combine(DECIDERS, proposal).decision is Decision.DENY


@given(exposes=odd.filter(lambda value: value is not None and value != [] and value != {} and value != ""))
@settings(max_examples=150, deadline=None)
def test_odd_exposures_count_as_open(exposes: Any) -> None:
    proposal = Proposal(WHO, Operation("ec2", "AuthorizeSecurityGroupIngress"), Effect.CHANGE, "eu-west-1",
                        {},
                        {"exposes": exposes})  # fmt: skip
    assert combine(DECIDERS, proposal).decision is Decision.DENY


@pytest.mark.parametrize(
    "body",
    [
        "1 / input.arguments.Zero == 1",
        'lower(input.arguments.Zero) == "x"',
        'to_number("x") == 1',
        'net.cidr_contains("x", "y")',
        "count(input.arguments.Zero) == 1",
    ],
)
def test_a_policy_that_fails_while_it_judges_refuses(tmp_path: Path, body: str) -> None:
    guard = 'input.name == "StopInstances"; '
    (tmp_path / "own.rego").write_text(
        f'package skywright.own\ndeny contains m if {{ {guard}{body}; m := "x" }}\n'
    )
    policies = Policies.load(tmp_path)
    stop = Proposal(WHO, Operation("ec2", "StopInstances"), Effect.CHANGE, "eu-west-1", {"Zero": 0})
    start = Proposal(WHO, Operation("ec2", "StartInstances"), Effect.CHANGE, "eu-west-1", {"Zero": 0})
    verdict = policies.decide(stop)
    assert verdict is not None
    assert (verdict.decision, verdict.rule) == (Decision.DENY, FAILED)
    assert "line 2" in verdict.reason
    assert policies.decide(start) is None
    judged = policies.judge_all([start, stop, start])
    assert [bool(judgement.denials) for judgement in judged] == [False, True, False]


def test_a_cedar_policy_that_fails_while_it_judges_refuses(tmp_path: Path) -> None:
    """Cedar itself would leave an overflowing forbid out, and allow."""
    (tmp_path / "own.cedar").write_text(
        "forbid (principal, action, resource) when { context.count * 9223372036854775807 > 5 };"
    )
    privileges = Privileges.load(tmp_path)
    many = Proposal(WHO, Operation("ec2", "RunInstances"), Effect.CREATE, "eu-west-1", {}, {"count": 9})
    verdict = privileges.decide(many)
    assert (verdict.decision, verdict.rule) == (Decision.DENY, UNDECIDABLE)


@pytest.mark.parametrize("words", ['x"; permit', "a\nb", "\0", "'}", "é" * 300, 'Skywright::Agent::"root"'])
def test_names_from_outside_are_data(words: str) -> None:
    """A run, region or service that looks like policy text is only a strange name."""
    who = Principal(words, "reader", words, words, words)
    proposal = Proposal(who, Operation(words, words), Effect.CREATE, words, {words: words}, {words: words})
    assert combine(DECIDERS, proposal).decision is Decision.DENY
    reading = Proposal(who, Operation("ec2", "DescribeInstances"), Effect.READ, words, {words: words})
    assert combine(DECIDERS, reading).decision is Decision.ALLOW


def test_deep_arguments_refuse_rather_than_crash() -> None:
    deep: Any = "end"
    for _ in range(5000):
        deep = [deep]
    proposal = Proposal(WHO, Operation("ec2", "RunInstances"), Effect.CREATE, "eu-west-1", {"Tags": deep})
    assert combine(DECIDERS, proposal).decision is Decision.DENY


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("ec2:ModifySnapshotAttribute", {"SnapshotId": "s", "OperationType": "add", "GroupNames": ["all"]}),
        (
            "ec2:ModifyImageAttribute",
            {"ImageId": "a", "LaunchPermission": {"Add": [{"UserId": "1"}, {"Group": "all"}]}},
        ),
        (
            "s3:PutBucketAcl",
            {"Bucket": "b", "GrantFullControl": "uri=http://acs.amazonaws.com/groups/global/AllUsers"},
        ),
        ("s3:CreateBucket", {"Bucket": "b", "ACL": "public-read-write"}),
        ("ec2:GetPasswordData", {"InstanceId": "i-1"}),
        ("iam:PassRole", {}),
        ("sts:AssumeRole", {"RoleArn": "arn:aws:iam::1:role/x"}),
        ("ec2:NoSuchThing", {}),
        ("ssm:GetParameter", {"Name": "/db", "WithDecryption": True}),
        ("cloudtrail:DeleteTrail", {"Name": "t"}),
    ],
)
def test_other_ways_to_harm(operation: str, arguments: dict[str, Any]) -> None:
    assert decided(operation, arguments)[0] is Decision.DENY


FOLLOWS = ["beyond.code-that-stays", "beyond.schedules", "beyond.grants", "beyond.data-leaves"]


@pytest.mark.parametrize(
    ("operation", "arguments", "rule"),
    [
        ("lambda:CreateFunction", {"Role": "arn:aws:iam::1:role/x"}, "beyond.code-that-stays"),
        ("lambda:UpdateFunctionCode", {}, "beyond.code-that-stays"),
        ("ecs:RunTask", {"taskDefinition": "t"}, "beyond.code-that-stays"),
        ("events:PutTargets", {}, "beyond.schedules"),
        ("autoscaling:PutScheduledUpdateGroupAction", {}, "beyond.schedules"),
        ("ssm:RegisterTaskWithMaintenanceWindow", {}, "beyond.schedules"),
        ("lambda:AddPermission", {"Principal": "1"}, "beyond.grants"),
        ("sqs:AddPermission", {}, "beyond.grants"),
        ("s3:PutBucketReplication", {"Bucket": "b"}, "beyond.data-leaves"),
        ("logs:PutSubscriptionFilter", {}, "beyond.data-leaves"),
        ("ssm:SendCommand", {}, "never.commands-inside"),
        ("iam:CreateRole", {}, "never.identity"),
        ("sts:AssumeRole", {}, "never.credentials"),
        ("organizations:LeaveOrganization", {}, "never.identity"),
        ("cloudformation:CreateStack", {}, "default-deny"),
        ("kms:CreateGrant", {}, "default-deny"),
        ("stepfunctions:CreateStateMachine", {}, "default-deny"),
        ("scheduler:CreateSchedule", {}, "default-deny"),
        ("secretsmanager:GetSecretValue", {"SecretId": "s"}, "never.credentials"),
        ("ec2:ModifyInstanceAttribute", {"UserData": {"Value": "eA=="}}, "compute.user-data-changed"),
        ("ssm:GetParameter", {"Name": "/db", "WithDecryption": True}, "secrets.decrypted"),
        (
            "ssm:GetParameters",
            {"Names": ["/aws/reference/secretsmanager/db"], "WithDecryption": True},
            "secrets.decrypted",
        ),
    ],
)
def test_nothing_acts_beyond_the_session(operation: str, arguments: dict[str, Any], rule: str) -> None:
    assert decided(operation, arguments) == (Decision.DENY, rule)


@pytest.mark.parametrize(
    ("operation", "arguments", "rule"),
    [
        ("ec2:RunInstances", {"LaunchTemplate": {"LaunchTemplateId": "lt-1"}}, "compute.hidden-arguments"),
        ("ec2:RunInstances", {"IamInstanceProfile": {"Name": "admin"}}, "iam.privileges-changed"),
        (
            "ec2:RequestSpotInstances",
            {"LaunchSpecification": {"IamInstanceProfile": {"Name": "admin"}}},
            "iam.privileges-changed",
        ),
        ("ec2:CreateInstanceConnectEndpoint", {"SubnetId": "s"}, "ask.other-networks"),
        ("ec2:CreateVpcPeeringConnection", {"PeerOwnerId": "1"}, "ask.other-networks"),
        ("route53:ChangeResourceRecordSets", {"HostedZoneId": "Z1"}, "ask.names"),
        ("elbv2:CreateListener", {"Protocol": "TCP", "Port": 22}, "network.forwarded"),
        ("elbv2:RegisterTargets", {"Targets": [{"Id": "i-1", "Port": 22}]}, "network.forwarded"),
        ("ec2:ModifySnapshotAttribute", {"OperationType": "add", "UserIds": ["1"]}, "storage.shared"),
        ("s3:PutBucketLifecycleConfiguration", {"Bucket": "b"}, "storage.deletes-later"),
    ],
)
def test_a_person_is_asked(operation: str, arguments: dict[str, Any], rule: str) -> None:
    assert decided(operation, arguments) == (Decision.ESCALATE, rule)


def test_what_acts_beyond_the_session_can_be_lifted_and_nothing_else(tmp_path: Path) -> None:
    settings = tmp_path / "config.yaml"
    settings.write_text("privileges: {lifted: [beyond.schedules]}")
    later = Proposal(WHO, Operation("events", "PutRule"), Effect.CHANGE, "eu-west-1", {}, {})
    assert Privileges.load(tmp_path).decide(later).decision is Decision.ALLOW
    for wrong in ("never.identity", "beyond.nothing"):
        settings.write_text(f"privileges: {{lifted: [{wrong}]}}")
        with pytest.raises(Malformed):
            Privileges.load(tmp_path)


@pytest.mark.parametrize("rule", FOLLOWS)
def test_rules_name_operations_that_exist(rule: str) -> None:
    text = next(each.text for each in Privileges.load().rules() if each.id == rule)
    names = re.findall(r'"([a-z0-9-]+:[A-Za-z0-9]+)"', text)
    strange = [name for name in names if operation_model(Operation.parse(name)) is None]
    assert names
    assert not strange
