"""What is refused, in words that a client prints, at once and without a second try."""

from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from skywright.journal.calls import calls
from skywright.model.target import Credential
from skywright.model.verdict import Decision


def refusal(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    assert response["Error"]["Code"] == "SkywrightRefused"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert response["ResponseMetadata"]["RetryAttempts"] == 0
    return str(caught.value)


@pytest.mark.parametrize(
    ("service", "method", "arguments", "name"),
    [
        ("ec2", "create_vpc", {"CidrBlock": "10.0.0.0/16"}, "CreateVpc"),
        ("elbv2", "delete_load_balancer", {"LoadBalancerArn": "x"}, "DeleteLoadBalancer"),
        ("iam", "create_user", {"UserName": "x"}, "CreateUser"),
        ("cloudwatch", "delete_alarms", {"AlarmNames": ["x"]}, "DeleteAlarms"),
        ("dynamodb", "delete_table", {"TableName": "xyz"}, "DeleteTable"),
        ("sqs", "delete_queue", {"QueueUrl": "http://x"}, "DeleteQueue"),
        ("ssm", "delete_parameter", {"Name": "x"}, "DeleteParameter"),
        ("lambda", "delete_function", {"FunctionName": "x"}, "DeleteFunction"),
        ("s3", "create_bucket", {"Bucket": "xyz"}, "CreateBucket"),
        ("s3", "put_object", {"Bucket": "xyz", "Key": "k", "Body": b"x"}, "PutObject"),
        ("route53", "create_hosted_zone", {"Name": "x", "CallerReference": "y"}, "CreateHostedZone"),
        ("arc-region-switch", "delete_plan", {"arn": "x"}, "DeletePlan"),
    ],
)
def test_a_rule_is_named_in_every_protocol(
    world: Any, service: str, method: str, arguments: dict[str, Any], name: str
) -> None:
    world.rules.denied[name] = Decision.DENY
    client = world.client(world.mint(), service, "us-east-1")
    if service == "arc-region-switch":
        client = world.client(world.mint(), service, "us-east-1", parameter_validation=False)
        arguments = {"arn": "arn:aws:arc-region-switch::123456789012:plan/x:abcdef"}
    assert "the test says so (rule test-rule)" in refusal(getattr(client, method), **arguments)


def test_nobody_allowing_refuses(world: Any) -> None:
    world.deciders = ()
    world.restart()
    assert "default-deny" in refusal(world.client(world.mint(), "ec2").describe_vpcs)


def test_an_escalation_says_that_a_person_is_needed(world: Any) -> None:
    world.rules.denied["CreateVpc"] = Decision.ESCALATE
    world.deciders = (world.rules, type(world.rules)())
    world.restart()
    text = refusal(world.client(world.mint(), "ec2").create_vpc, CidrBlock="10.0.0.0/16")
    assert "approval" in text


def test_readers_only_read(world: Any) -> None:
    ec2 = world.client(world.mint("reader"), "ec2")
    ec2.describe_vpcs()
    assert "reader-may-only-read" in refusal(ec2.create_vpc, CidrBlock="10.0.0.0/16")


def test_only_the_services_of_the_session(world: Any) -> None:
    credential = world.mint(services=frozenset({"ec2"}))
    world.client(credential, "ec2").describe_vpcs()
    assert "service-not-allowed" in refusal(world.client(credential, "sts").get_caller_identity)


def test_an_unknown_region(world: Any) -> None:
    assert "unknown-region" in refusal(world.client(world.mint(), "ec2", "eu-west-9").describe_vpcs)


def test_credentials_that_are_not_the_sessions(world: Any) -> None:
    credential = world.mint()
    forged = replace(credential, secret_access_key="x")
    assert "signature-wrong" in refusal(world.client(forged, "ec2").describe_vpcs)
    foreign = Credential("AKIAIOSFODNN7EXAMPLE", "the-target's-secret")
    assert "session-unknown" in refusal(world.client(foreign, "ec2").describe_vpcs)
    world.gate.revoke(credential)
    assert "session-revoked" in refusal(world.client(credential, "ec2").describe_vpcs)


def test_a_session_ends(world: Any) -> None:
    credential = world.mint(lifetime_seconds=100)
    start = world.now()
    world.now = lambda: start + 101
    assert "session-expired" in refusal(world.client(credential, "ec2").describe_vpcs)


def test_presigned_addresses(world: Any) -> None:
    s3 = world.client(world.mint(), "s3", "us-east-1", signature_version="s3v4")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "abc", "Key": "k"})
    import urllib.error
    import urllib.request

    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(url)
    assert caught.value.code == 403
    assert b"presigned-url" in caught.value.read()


def test_unsigned_requests(world: Any) -> None:
    from botocore import UNSIGNED
    from botocore.config import Config

    sts = boto3.client(
        "sts",
        region_name="eu-west-1",
        endpoint_url=world.gate.endpoint,
        config=Config(signature_version=UNSIGNED),
    )
    assert "signature-missing" in refusal(sts.get_caller_identity)


def test_refusals_are_recorded_with_their_rule(world: Any) -> None:
    credential = world.mint("reader")
    refusal(world.client(credential, "ec2").create_vpc, CidrBlock="10.0.0.0/16")
    world.gate.revoke(credential)
    (call,) = calls(world.journal, "run")
    assert (str(call.operation), call.verdict.rule) == ("ec2:CreateVpc", "reader-may-only-read")
    assert call.verdict.decision is Decision.DENY
