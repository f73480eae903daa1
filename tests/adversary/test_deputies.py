"""Somebody else does it for the agent: the cloud's own services, told to act. None may do so unasked."""

from typing import Any

import pytest

from skywright.clouds.aws.effect_names import effect
from skywright.clouds.aws.facts import facts
from skywright.guard.base import combine
from skywright.guard.policies import Policies
from skywright.guard.privileges import Privileges
from skywright.model.operation import Operation
from skywright.model.verdict import Decision, Principal, Proposal

DECIDERS = (Privileges.load(), Policies.load())
TERMINATE = "arn:aws:automate:eu-west-1:ec2:terminate"
SWF = "arn:aws:swf:eu-west-1:123456789012:action/actions/AWS_EC2.InstanceId.Terminate/1.0"
FOREIGN = '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "999999999999"}, "Action": "*"}]}'


def decided(operation: str, arguments: dict[str, Any], kind: str = "perform") -> tuple[Decision, str]:
    named = Operation.parse(operation)
    who = Principal("r-1", kind, "builtin", "cli", "gym")
    proposal = Proposal(who, named, effect(named), "eu-west-1", arguments, facts(named, arguments))
    verdict = combine(DECIDERS, proposal)
    return verdict.decision, verdict.rule


@pytest.mark.parametrize(
    ("operation", "arguments", "rule"),
    [
        ("cloudwatch:PutMetricAlarm", {"AlarmActions": [TERMINATE]}, "alarm.runs-code"),
        ("cloudwatch:PutMetricAlarm", {"OKActions": ["arn:aws:sns:eu-west-1:1:t", SWF]}, "alarm.runs-code"),
        ("cloudwatch:PutCompositeAlarm", {"InsufficientDataActions": "${x.Arns}"}, "alarm.runs-code"),
        ("cloudwatch:PutLogAlarm", {"AlarmActions": ["arn:aws:newthing:eu-west-1:1:x"]}, "alarm.runs-code"),
        ("cloudwatch:SetAlarmState", {"AlarmName": "a", "StateValue": "ALARM"}, "alarm.set-off"),
        (
            "ec2:CreateLaunchTemplateVersion",
            {"LaunchTemplateData": {"UserData": "eA=="}},
            "compute.template-changed",
        ),
        ("ec2:ModifyLaunchTemplate", {"DefaultVersion": "7"}, "compute.template-changed"),
        ("s3:CopyObject", {"CopySource": "b/k", "SSECustomerKey": "x"}, "s3.callers-key"),
        ("rds:ModifyDBCluster", {"EnableHttpEndpoint": True}, "rds.http-endpoint"),
        ("rds:AuthorizeDBSecurityGroupIngress", {"CIDRIP": "0.0.0.0/0"}, "ask.other-networks"),
        ("ec2:CreateRouteServerPeer", {"PeerAddress": "10.0.0.9"}, "ask.other-networks"),
        ("dynamodb:CreateTable", {"ResourcePolicy": FOREIGN}, "iam.privileges-changed"),
        ("ecr:CreateRepositoryCreationTemplate", {"repositoryPolicy": FOREIGN}, "iam.privileges-changed"),
        ("elasticache:CopySnapshot", {"TargetBucket": "b"}, "data.exported"),
    ],
)
def test_a_person_is_asked(operation: str, arguments: dict[str, Any], rule: str) -> None:
    assert decided(operation, arguments) == (Decision.ESCALATE, rule)


@pytest.mark.parametrize(
    ("operation", "arguments", "rule"),
    [
        ("events:PutEvents", {"Entries": [{"Source": "x", "Detail": "{}"}]}, "beyond.messages"),
        ("sqs:StartMessageMoveTask", {"SourceArn": "a"}, "beyond.messages"),
        ("ssm:StartChangeRequestExecution", {"Runbooks": [{"DocumentName": "d"}]}, "never.commands-inside"),
        ("ssm:UpdatePatchBaseline", {"Sources": [{"Name": "x"}]}, "compute.patch-sources"),
        ("ssm:UpdateServiceSetting", {"SettingValue": "admin"}, "beyond.grants"),
        ("ssm:RegisterDefaultHostManagementConfiguration", {"RoleArn": "r"}, "beyond.grants"),
        ("logs:PutBearerTokenAuthentication", {"bearerTokenAuthenticationEnabled": True}, "beyond.grants"),
        ("ec2:BundleInstance", {"Storage": {"S3": {"Bucket": "b"}}}, "beyond.data-leaves"),
        ("ec2:EnableAddressTransfer", {"TransferAccountId": "9"}, "beyond.data-leaves"),
        ("ec2:ModifyTrafficMirrorSession", {"TrafficMirrorTargetId": "t"}, "beyond.data-leaves"),
        ("service-quotas:StartAutoManagement", {}, "beyond.schedules"),
        ("service-quotas:AssociateServiceQuotaTemplate", {}, "never.organisation"),
        ("ec2:EnableIpamOrganizationAdminAccount", {"DelegatedAdminAccountId": "9"}, "never.organisation"),
        ("ec2:ModifyVpcEndpointPayerResponsibility", {}, "never.billing"),
        # Those that were refused already, and have to stay so: services that act for whoever asks.
        ("cloudcontrol:CreateResource", {"TypeName": "AWS::IAM::User"}, "default-deny"),
        ("rds-data:ExecuteStatement", {"sql": "drop table x"}, "never.unknown-effects"),
        ("codebuild:StartBuild", {"buildspecOverride": "x"}, "default-deny"),
        ("lambda:Invoke", {"FunctionName": "f"}, "never.unknown-effects"),
        ("stepfunctions:StartExecution", {}, "default-deny"),
        ("cloudformation:ExecuteChangeSet", {}, "never.unknown-effects"),
        ("redshift-data:ExecuteStatement", {}, "never.unknown-effects"),
    ],
)
def test_nobody_acts_for_it(operation: str, arguments: dict[str, Any], rule: str) -> None:
    assert decided(operation, arguments) == (Decision.DENY, rule)


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("acm:GetAcmeExternalAccountBindingCredentials", {}),
        ("ec2:GetVpnConnectionDeviceSampleConfiguration", {"VpnConnectionId": "v"}),
        ("lambda:GetLayerVersion", {"LayerName": "l"}),
        ("ecr:GetDownloadUrlForLayer", {}),
        ("support:GetAttachmentDownloadLink", {}),
        ("logs:GetLogEvents", {"unmask": True}),
        ("logs:GetLogObject", {"unmask": True}),
    ],
)
@pytest.mark.parametrize("kind", ["reader", "perform", "guest"])
def test_reading_hands_out_no_credential(operation: str, arguments: dict[str, Any], kind: str) -> None:
    assert decided(operation, arguments, kind)[0] is Decision.DENY


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("resourcegroupstaggingapi:TagResources", {"ResourceARNList": ["i"], "Tags": {"Protected": "no"}}),
        ("resourcegroupstaggingapi:UntagResources", {"ResourceARNList": ["i"], "TagKeys": ["protected"]}),
        ("autoscaling:CreateOrUpdateTags", {"Tags": [{"Key": "protected", "Value": "false"}]}),
        ("autoscaling:DeleteTags", {"Tags": [{"Key": "protected"}]}),
        ("efs:DeleteTags", {"TagKeys": ["protected"]}),
        ("logs:UntagResource", {"tagKeys": ["protected"]}),
        ("logs:UntagLogGroup", {"tags": ["protected"]}),
        ("ecs:TagResource", {"tags": [{"key": "protected", "value": "false"}]}),
        ("sqs:TagQueue", {"Tags": {"protected": ""}}),
    ],
)
def test_protection_is_not_taken_away_by_another_service(operation: str, arguments: dict[str, Any]) -> None:
    assert decided(operation, arguments) == (Decision.DENY, "destroy.protected")


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("logs:CreateLogGroup", {"logGroupName": "g", "tags": {"skywright:run": "r/s"}}),
        ("sqs:CreateQueue", {"QueueName": "q", "tags": {"skywright:run": "r/s"}}),
        ("ecs:TagResource", {"tags": [{"key": "skywright:run", "value": "r/s"}]}),
        ("ecs:UntagResource", {"tagKeys": ["skywright:run"]}),
        ("logs:UntagLogGroup", {"tags": ["skywright:run"]}),
        ("resourcegroupstaggingapi:TagResources", {"Tags": {"Skywright:Run": "r/s"}}),
    ],
)
def test_guests_set_no_marks_of_the_gates(operation: str, arguments: dict[str, Any]) -> None:
    assert decided(operation, arguments, "guest") == (Decision.DENY, "tags.reserved")


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("cloudwatch:PutMetricAlarm", {"AlarmActions": ["arn:aws:sns:eu-west-1:1:t"]}),
        ("cloudwatch:PutMetricAlarm", {"AlarmActions": ["arn:aws:automate:eu-west-1:ec2:recover"]}),
        ("cloudwatch:SetAlarmState", {"AlarmName": "a", "StateValue": "OK"}),
        ("resourcegroupstaggingapi:TagResources", {"Tags": {"protected": "true", "team": "x"}}),
        ("efs:DeleteTags", {"TagKeys": ["team"]}),
        ("ssm:CreatePatchBaseline", {"Name": "b"}),
        ("logs:GetLogEvents", {"logStreamName": "s", "unmask": False}),
        ("s3:PutObject", {"Bucket": "b", "Key": "k", "ServerSideEncryption": "aws:kms"}),
        ("logs:CreateLogGroup", {"logGroupName": "g", "tags": {"team": "x"}}),
    ],
)
def test_what_is_sound_passes(operation: str, arguments: dict[str, Any]) -> None:
    assert decided(operation, arguments)[0] is Decision.ALLOW
