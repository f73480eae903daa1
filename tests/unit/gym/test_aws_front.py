"""An account's AWS endpoint, with the real boto3."""

import socket
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError


@pytest.fixture(scope="module")
def account(gym):
    return gym.fresh_account()


def test_says_who_one_is(account):
    told = account.client("sts").get_caller_identity()
    assert told["Account"] == account.account_id


def test_ec2(account):
    ec2 = account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]
    assert vpc["VpcId"] in [v["VpcId"] for v in ec2.describe_vpcs()["Vpcs"]]


@pytest.mark.parametrize("protocol", ["smithy-rpc-v2-cbor", "json", "query"])
def test_cloudwatch_in_each_of_its_protocols(account, protocol, monkeypatch):
    monkeypatch.setattr("botocore.args.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS", [protocol], raising=False)
    cloudwatch = account.client("cloudwatch")
    cloudwatch.put_metric_data(Namespace=protocol, MetricData=[{"MetricName": "m", "Value": 1.5}])
    assert cloudwatch.list_metrics(Namespace=protocol)["Metrics"][0]["MetricName"] == "m"


@pytest.mark.parametrize("size", [0, 1, 20_000_000])
def test_s3_bodies_of_any_size_both_ways(account, size):
    s3 = account.client("s3", "us-east-1")
    s3.create_bucket(Bucket="some-bucket")  # idempotent in us-east-1
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    s3.put_object(Bucket="some-bucket", Key="a key/with ü+& %2F", Body=body, Metadata={"under_score": "1"})
    got = s3.get_object(Bucket="some-bucket", Key="a key/with ü+& %2F")
    assert got["Body"].read() == body
    assert s3.head_object(Bucket="some-bucket", Key="a key/with ü+& %2F")["ContentLength"] == size


def test_who_waits_for_leave_to_send_a_body_gets_it(account):
    place = urlsplit(account.endpoint)
    with socket.create_connection((place.hostname, place.port), timeout=10) as connection:
        head = (
            f"PUT /b/k HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n"
        )
        connection.sendall(head.encode())
        assert connection.recv(1024).startswith(b"HTTP/1.1 100 ")


@pytest.mark.parametrize(
    ("service", "operation", "code", "status"),
    [
        ("ec2", "describe_vpcs", "AuthFailure", 401),
        ("sts", "get_caller_identity", "InvalidClientTokenId", 403),
        ("s3", "list_buckets", "InvalidAccessKeyId", 403),
        ("ssm", "describe_parameters", "UnrecognizedClientException", 403),
        ("cloudwatch", "list_metrics", "InvalidClientTokenId", 403),
    ],
)
def test_a_foreign_key_is_refused_as_the_cloud_refuses_it(gym, account, service, operation, code, status):
    other = gym.fresh_account()
    stranger = type(account)(
        "", account.endpoint, other.access_key_id, other.secret_access_key, account.account_id
    )
    with pytest.raises(ClientError) as refused:
        getattr(stranger.client(service), operation)()
    assert refused.value.response["Error"]["Code"] == code
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
