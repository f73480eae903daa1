"""The portal that the gym's own process serves, before the gym's accounts."""

import threading
import time
from datetime import datetime

import pytest
from tests.conftest import start_gym
from tests.page import Page

REGION = "eu-west-1"


@pytest.fixture
def account(gym):
    fresh = gym.fresh_account()
    yield fresh
    gym.delete(fresh)


@pytest.fixture
def page(gym, account):
    page = Page(gym.ask("GET", "/status")["portal"])
    answer = page.sign_in(account.access_key_id, account.secret_access_key, region=REGION)
    assert answer.status == 200
    assert answer.json["account"] == {"name": account.name, "id": account.account_id}
    return page


def test_only_the_owner_of_a_key_gets_in(gym, account):
    page = Page(gym.ask("GET", "/status")["portal"])
    answer = page.sign_in(account.access_key_id, "of somebody else".replace(" ", ""))
    assert answer.status == 401 and answer.error["code"] == "SignatureDoesNotMatch" and not page.cookies


def test_calls_have_the_apis_own_names_and_reach_the_region_that_is_named(page, account):
    vpc = page.call("ec2:CreateVpc", REGION, CidrBlock="10.7.0.0/16").json["Vpc"]["VpcId"]
    here = account.client("ec2", REGION).describe_vpcs(VpcIds=[vpc])["Vpcs"]
    assert [each["CidrBlock"] for each in here] == ["10.7.0.0/16"]
    elsewhere = page.call("ec2:DescribeVpcs", "us-west-2", VpcIds=[vpc])
    assert (elsewhere.status, elsewhere.error["code"]) == (400, "InvalidVpcID.NotFound")
    # Without a region of its own a call goes to the one that was signed in to.
    answer = page.ask("POST", "/api/call/ec2/DescribeVpcs", {"VpcIds": [vpc]}, X_Skywright_Portal="1")
    assert answer.status == 200 and set(answer.json) == {"Vpcs"}


def test_pages_are_the_clouds_own(page):
    page.call("s3:CreateBucket", Bucket="paged")
    for key in "abc":
        page.call("s3:PutObject", Bucket="paged", Key=key)
    first = page.call("s3:ListObjectsV2", Bucket="paged", MaxKeys=2).json
    assert [each["Key"] for each in first["Contents"]] == ["a", "b"] and first["IsTruncated"]
    more = {"ContinuationToken": first["NextContinuationToken"]}
    second = page.call("s3:ListObjectsV2", Bucket="paged", MaxKeys=2, **more).json
    assert [each["Key"] for each in second["Contents"]] == ["c"] and not second["IsTruncated"]


def test_times_and_blobs_are_text(page):
    zone = page.call("ec2:DescribeAvailabilityZones", REGION).json["AvailabilityZones"][0]["ZoneName"]
    volume = page.call("ec2:CreateVolume", REGION, AvailabilityZone=zone, Size=1).json
    assert datetime.fromisoformat(volume["CreateTime"]).tzinfo is not None
    page.call("s3:CreateBucket", Bucket="some-bucket")
    assert page.call("s3:PutObject", Bucket="some-bucket", Key="k", Body="AAH/").status == 200
    assert page.call("s3:GetObject", Bucket="some-bucket", Key="k").json["Body"] == "AAH/"


def test_every_service_of_the_page_answers(gym, page, account):
    fault = {"kind": "health-event", "service": "EC2", "code": "AWS_EC2_RAIN", "text": "rain"}
    gym.ask("POST", f"/accounts/{account.name}/faults", fault)
    assert page.call("health:DescribeEvents", REGION).json["events"][0]["service"] == "EC2"
    for operation, member in {
        "elbv2:DescribeLoadBalancers": "LoadBalancers",
        "cloudwatch:DescribeAlarms": "MetricAlarms",
        "iam:ListUsers": "Users",
        "autoscaling:DescribeAutoScalingGroups": "AutoScalingGroups",
        "sts:GetCallerIdentity": "Account",
    }.items():
        answer = page.call(operation, REGION)
        assert answer.status == 200 and member in answer.json, operation
    metrics = {
        "Namespace": "AWS/EC2",
        "MetricName": "CPUUtilization",
        "StartTime": "2026-01-01T00:00:00Z",
        "EndTime": "2026-01-01T01:00:00Z",
        "Period": 300,
        "Statistics": ["Average"],
    }
    assert page.call("cloudwatch:GetMetricStatistics", REGION, **metrics).json["Datapoints"] == []


def test_long_answers_are_compressed(page):
    path = "/api/call/ec2/DescribeRegions"
    answer = page.ask("POST", path, {}, X_Skywright_Portal="1", Accept_Encoding="gzip")
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < len(answer.body) / 4
    assert len(answer.json["Regions"]) > 10


def test_many_calls_at_once(page):
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(page.call("ec2:DescribeVpcs", REGION).status))
        for _ in range(24)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers == [200] * 24


@pytest.mark.parametrize("path", ["/api/session", "/api/call/ec2/DescribeVpcs"])
@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_no_body_takes_the_gym_down(gym, page, path, opening):
    body = opening * (4_000_000 // len(opening))
    assert page.ask("POST", path, body, X_Skywright_Portal="1").status == 400
    assert page.call("ec2:DescribeVpcs", REGION).status == 200


def test_an_account_that_is_gone_cannot_be_reached(gym):
    fresh = gym.fresh_account()
    page = Page(gym.ask("GET", "/status")["portal"])
    assert page.sign_in(fresh.access_key_id, fresh.secret_access_key).status == 200
    gym.delete(fresh)
    answer = page.call("ec2:DescribeVpcs")
    assert answer.status == 502 and fresh.endpoint in answer.error["message"]
    assert page.sign_in(fresh.access_key_id, fresh.secret_access_key).status == 401


@pytest.mark.slow
def test_the_gym_goes_down_whatever_a_cloud_keeps_waiting(cloud, tmp_path):
    gym, over = start_gym(tmp_path / "gym"), threading.Event()
    page = Page(gym.ask("GET", "/status")["portal"])
    assert page.sign_in("AKIAIOSFODNN7EXAMPLE", "secret", endpoint=cloud.endpoint).status == 200
    cloud.asked.clear()
    cloud.answer = lambda _request: over.wait(30) and None

    def call():
        with pytest.raises(OSError):
            page.call("ec2:DescribeVpcs")

    waiting = threading.Thread(target=call)
    waiting.start()
    while not cloud.asked:
        time.sleep(0.01)
    started = time.monotonic()
    gym.down()
    took = time.monotonic() - started
    over.set()
    waiting.join(10)
    assert took < 20, "the cloud would have kept it waiting for 30"
