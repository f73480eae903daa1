"""Every protocol, with real boto3 against moto: the call arrives, and its result comes back."""

import gzip
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from skywright.journal.calls import calls


def test_ec2(world: Any) -> None:
    ec2 = world.client(world.mint(), "ec2")
    tags = [{"Key": "Name", "Value": "a b&c=é"}]
    made = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=[{"ResourceType": "vpc", "Tags": tags}])
    found = ec2.describe_vpcs(VpcIds=[made["Vpc"]["VpcId"]])["Vpcs"]
    assert found[0]["Tags"] == tags


def test_query_and_global_services(world: Any) -> None:
    credential = world.mint()
    name = f"user-{uuid4().hex[:8]}"
    world.client(credential, "iam").create_user(UserName=name, Tags=[{"Key": "a", "Value": "b"}])
    assert world.behind("iam").get_user(UserName=name)["User"]["UserName"] == name
    assert world.client(credential, "sts").get_caller_identity()["Account"] == "123456789012"
    assert "LoadBalancers" in world.client(credential, "elbv2").describe_load_balancers()


def test_cloudwatch_whatever_protocol_botocore_chose(world: Any) -> None:
    client = world.client(world.mint(), "cloudwatch")
    moment = datetime(2026, 11, 22, 1, 2, 3, 500000, tzinfo=UTC)
    client.put_metric_data(
        Namespace="Gate", MetricData=[{"MetricName": "m", "Value": 1.5, "Timestamp": moment}]
    )
    assert client.list_metrics(Namespace="Gate")["Metrics"][0]["MetricName"] == "m"


def test_a_compressed_body_is_understood(world: Any) -> None:
    client = world.client(world.mint(), "cloudwatch", request_min_compression_size_bytes=1)
    client.put_metric_data(Namespace="Packed", MetricData=[{"MetricName": "m", "Value": 1.0}])
    assert client.list_metrics(Namespace="Packed")["Metrics"]


def test_json(world: Any) -> None:
    credential, table = world.mint(), f"table-{uuid4().hex[:8]}"
    dynamodb = world.client(credential, "dynamodb")
    dynamodb.create_table(
        TableName=table,
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    item = {"k": {"S": "x"}, "b": {"B": b"\x00\x01"}, "n": {"N": "1.5"}}
    dynamodb.put_item(TableName=table, Item=item)
    assert dynamodb.get_item(TableName=table, Key={"k": {"S": "x"}})["Item"] == item
    queue = world.client(credential, "sqs").create_queue(QueueName=f"q-{uuid4().hex[:8]}", tags={"a": "b"})
    assert queue["QueueUrl"]


def test_the_clouds_own_errors_arrive_as_they_are(world: Any) -> None:
    sqs = world.client(world.mint(), "sqs")
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.get_queue_url(QueueName="nowhere")


def test_rest_json(world: Any) -> None:
    credential = world.mint()
    made = world.client(credential, "apigateway").create_rest_api(name="x", description="y")
    assert world.behind("apigateway").get_rest_api(restApiId=made["id"])["name"] == "x"
    assert world.client(credential, "lambda").list_functions()["Functions"] == []


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_s3(world: Any, region: str) -> None:
    bucket, key = f"b-{uuid4().hex}", "a b/c+é.txt"
    s3 = world.client(world.mint(), "s3", region)
    place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=bucket, **place)
    s3.put_object(Bucket=bucket, Key=key, Body=b"hello", Metadata={"x": "y"}, ContentType="text/plain")
    got = s3.get_object(Bucket=bucket, Key=key)
    assert (got["Body"].read(), got["Metadata"], got["ContentType"]) == (b"hello", {"x": "y"}, "text/plain")
    assert s3.head_object(Bucket=bucket, Key=key)["ContentLength"] == 5
    assert [row["Key"] for row in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [key]
    s3.put_object_tagging(Bucket=bucket, Key=key, Tagging={"TagSet": [{"Key": "k", "Value": "v"}]})
    assert s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key}]})["Deleted"]
    assert bucket in [row["Name"] for row in s3.list_buckets()["Buckets"]]
    with pytest.raises(ClientError, match="404"):
        s3.head_object(Bucket=bucket, Key="nowhere")


def test_a_compressed_object_stays_compressed(world: Any) -> None:
    bucket, packed = f"b-{uuid4().hex}", gzip.compress(b"hello")
    s3 = world.client(world.mint(), "s3", "us-east-1")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=packed, ContentEncoding="gzip")
    assert world.behind("s3").get_object(Bucket=bucket, Key="k")["Body"].read() == packed


def test_secrets_stay_out_of_trace_and_journal(world: Any) -> None:
    credential = world.mint()
    ssm = world.client(credential, "ssm")
    ssm.put_parameter(Name="/gate/p", Value="s3cr3t-value", Type="SecureString", Overwrite=True)
    assert ssm.get_parameter(Name="/gate/p", WithDecryption=True)["Parameter"]["Value"] == "s3cr3t-value"
    user = f"user-{uuid4().hex[:8]}"
    iam = world.client(credential, "iam")
    iam.create_user(UserName=user)
    key = iam.create_access_key(UserName=user)["AccessKey"]["SecretAccessKey"]
    trace = world.gate.trace(credential)
    world.gate.revoke(credential)
    recorded = calls(world.journal, "run")
    assert len(recorded) == len(trace) == 4
    for text in (repr(trace), repr(recorded)):
        assert "s3cr3t-value" not in text
        assert key not in text


def test_the_trace_has_results_and_the_journal_has_them_for_changes_only(world: Any) -> None:
    credential = world.mint()
    ec2 = world.client(credential, "ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    ec2.describe_vpcs(VpcIds=[vpc])
    made, changed, read = world.gate.trace(credential)
    assert made.outcome.result["Vpc"]["VpcId"] == vpc
    assert read.outcome.result["Vpcs"][0]["VpcId"] == vpc
    assert changed.before["VpcId"] == vpc
    assert changed.before["EnableDnsHostnames"] == {"Value": False}
    world.gate.revoke(credential)
    recorded = {call.operation.name: call for call in calls(world.journal, "run")}
    assert recorded["DescribeVpcs"].outcome.result is None
    assert recorded["CreateVpc"].outcome.result["Vpc"]["VpcId"] == vpc
    assert world.journal.verify().ok
