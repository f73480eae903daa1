"""Calls to a cloud that refuses, is slow, goes away or answers what it should not."""

import threading
import time

import pytest

from skywright_gym import clients
from skywright_gym.portal import calls, crew

from .conftest import KEY, SECRET, isolated_session, refusal, who_am_i

VPCS = (200, "<DescribeVpcsResponse><vpcSet/></DescribeVpcsResponse>")


def test_the_clouds_own_refusal_comes_through_whole(page, cloud):
    cloud.answer = refusal(400, "InvalidVpcID.NotFound", "The vpc ID 'vpc-1' does not exist")
    answer = page.call("ec2:DescribeVpcs", VpcIds=["vpc-1"])
    assert answer.status == 400
    assert answer.error == {
        "code": "InvalidVpcID.NotFound",
        "message": "The vpc ID 'vpc-1' does not exist",
        "operation": "ec2:DescribeVpcs",
    }
    assert page.cookies


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (401, "AuthFailure", "AWS was not able to validate the provided access credentials"),
        (400, "ExpiredToken", "The security token included in the request is expired"),
        (403, "SkywrightRefused", "the session's time is over (rule session-expired)"),
        (403, "SkywrightRefused", "the session is over (rule session-revoked)"),
    ],
)
def test_a_credential_that_is_no_longer_good_ends_the_session(page, cloud, status, code, message):
    cloud.answer = refusal(status, code, message)
    answer = page.call("ec2:DescribeVpcs")
    assert (answer.status, answer.error["code"], answer.error["message"]) == (401, code, message)
    assert not page.cookies
    assert page.call("ec2:DescribeVpcs").error["code"] == "NoSession"


@pytest.mark.parametrize(
    ("status", "code", "message", "told"),
    [
        (401, "OptInRequired", "You are not subscribed to this service", 403),
        (400, "AuthFailure", "Not authorized for image:ami-1", 400),
        (403, "SkywrightRefused", "it opens port 22 (SSH) to 0.0.0.0/0 (rule network.public-ssh)", 403),
    ],
)
def test_another_refusal_leaves_one_signed_in(page, cloud, status, code, message, told):
    cloud.answer = refusal(status, code, message)
    answer = page.call("ec2:DescribeVpcs")
    assert (answer.status, answer.error["code"], answer.error["message"]) == (told, code, message)
    assert page.cookies


@pytest.mark.parametrize(
    ("operation", "status", "named"),
    [
        ("nothing:DescribeVpcs", 404, "nothing"),
        ("ec2:Dance", 404, "Dance"),
        ("ec2:describe_vpcs", 404, "describe_vpcs"),
        ("ec2:meta", 404, "meta"),
    ],
)
def test_what_there_is_not_is_said_in_a_sentence(page, cloud, operation, status, named):
    answer = page.call(operation)
    assert answer.status == status and named in answer.error["message"]
    assert not cloud.asked


@pytest.mark.parametrize(
    "body",
    [b"nonsense", b"[]", b"[" * 1_000_000, b'{"VpcIds": "vpc-1"}', b'{"Vpcs": []}', b'{"Filters": [[{}]]}'],
)
def test_arguments_that_are_none_never_reach_the_cloud(page, cloud, body):
    answer = page.ask("POST", "/api/call/ec2/DescribeVpcs", body, X_Skywright_Portal="1")
    assert (answer.status, answer.error["code"]) == (400, "InvalidArguments")
    assert not cloud.asked


def test_a_blob_is_base64_both_ways(page, cloud):
    cloud.answer = lambda _request: (200, "<ImportKeyPairResponse/>")
    assert page.call("ec2:ImportKeyPair", KeyName="k", PublicKeyMaterial="c3NoLXJzYQ==").status == 200
    assert "PublicKeyMaterial=c3NoLXJzYQ%3D%3D" in cloud.asked[0]
    answer = page.call("ec2:ImportKeyPair", KeyName="k", PublicKeyMaterial="ssh-rsa AAAA")
    assert answer.status == 400 and "PublicKeyMaterial" in answer.error["message"]
    assert len(cloud.asked) == 1


def test_user_data_goes_as_the_api_has_it(page, cloud):
    cloud.answer = lambda _request: (200, "<RunInstancesResponse/>")
    page.call("ec2:RunInstances", MinCount=1, MaxCount=1, UserData="IyEvYmluL3No")
    assert "UserData=IyEvYmluL3No&" in cloud.asked[0] + "&"


@pytest.mark.parametrize("region", ["nowhere", "us-east-1.example.com", "us-east-1/../x"])
def test_a_region_is_a_regions_name(page, cloud, region):
    answer = page.call("ec2:DescribeVpcs", region=region)
    assert (answer.status, answer.error["code"]) == (400, "InvalidRegion") and not cloud.asked


def test_no_argument_sends_a_call_to_another_address(page, cloud):
    answer = page.call(
        "machinelearning:Predict", MLModelId="m", Record={}, PredictEndpoint="http://127.0.0.1:1"
    )
    assert (answer.status, answer.error["code"]) == (400, "EndpointRefused") and not cloud.asked


def test_a_read_is_tried_again_and_a_change_is_not(page, cloud):
    answers = iter([None, VPCS])
    cloud.answer = lambda _request: next(answers)
    assert page.call("ec2:DescribeVpcs").json == {"Vpcs": []}
    cloud.asked.clear()
    cloud.answer = lambda _request: None
    answer = page.call("ec2:CreateVpc", CidrBlock="10.0.0.0/16")
    assert answer.status == 502 and answer.error["code"] == "CloudUnreachable"
    assert "not known" in answer.error["message"] and len(cloud.asked) == 1
    answer = page.call("ec2:DescribeVpcs")
    assert answer.status == 502 and "not known" not in answer.error["message"]
    cloud.asked.clear()
    cloud.answer = refusal(503, "RequestLimitExceeded", "slow down")
    assert page.call("ec2:CreateVpc", CidrBlock="10.0.0.0/16").status == 503 and len(cloud.asked) == 1


def test_a_cloud_that_goes_down_in_the_middle_is_said_to_be(page, cloud):
    cloud.server.shutdown()
    cloud.server.server_close()
    answer = page.call("ec2:DescribeVpcs")
    assert answer.status == 502 and cloud.endpoint in answer.error["message"]
    assert page.cookies


def test_a_cloud_that_does_not_answer_is_not_waited_for_for_ever(served, cloud, monkeypatch):
    monkeypatch.setattr(calls, "_READ_SECONDS", 0.3)
    page, over = served.page(), threading.Event()
    page.sign_in(KEY, SECRET, endpoint=cloud.endpoint)
    cloud.answer = lambda _request: over.wait(10) and None
    answer = page.call("ec2:CreateVpc", CidrBlock="10.0.0.0/16")
    over.set()
    assert answer.status == 504 and "not known" in answer.error["message"]


def test_one_slow_cloud_takes_nobody_elses_turn(served, page, cloud):
    over, pages = threading.Event(), []
    cloud.answer = lambda request: VPCS if over.wait(20) else None
    waiting = [
        threading.Thread(target=lambda: pages.append(page.call("ec2:DescribeVpcs")))
        for _ in range(crew._MOST_PER_CLOUD + 4)
    ]
    for thread in waiting:
        thread.start()
    deadline = time.monotonic() + 10
    while len(cloud.asked) < crew._MOST_PER_CLOUD and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.1)
    assert len(cloud.asked) == crew._MOST_PER_CLOUD
    # The same cloud by another name: another cloud, to the portal.
    other = served.page()
    there = cloud.endpoint.replace("127.0.0.1", "localhost")
    cloud.answer = who_am_i
    assert other.sign_in(KEY, SECRET, endpoint=there).status == 200
    cloud.answer = lambda _request: VPCS
    over.set()
    for thread in waiting:
        thread.join(20)
    assert [answer.status for answer in pages] == [200] * len(waiting)


def test_too_many_waiting_are_told_so(page, cloud, monkeypatch):
    monkeypatch.setattr(crew, "_MOST", 0)
    monkeypatch.setattr(crew, "_MOST_WAITING", 0)
    answer = page.call("ec2:DescribeVpcs")
    assert (answer.status, answer.error["code"]) == (503, "TooBusy")


def test_a_body_longer_than_any_call_is_not_read(page, cloud):
    answer = page.ask("POST", "/api/call/ec2/DescribeVpcs", b" " * 5_000_000, X_Skywright_Portal="1")
    assert answer.status == 413 and answer.error["code"] == "NotAccepted"
    assert not cloud.asked


def test_the_environment_steers_nothing(served, cloud, monkeypatch):
    monkeypatch.setattr(clients, "session", isolated_session.__wrapped__)
    for name, value in {
        "AWS_PROFILE": "of-nobody",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "HTTP_PROXY": "http://127.0.0.1:1",
        "http_proxy": "http://127.0.0.1:1",
        "AWS_USE_FIPS_ENDPOINT": "true",
    }.items():
        monkeypatch.setenv(name, value)
    assert served.page().sign_in(KEY, SECRET, endpoint=cloud.endpoint).status == 200


def test_clients_are_kept_up_to_a_number(cloud, monkeypatch):
    monkeypatch.setattr(calls, "_MOST_CLIENTS", 2)
    kept = calls.Calls()
    first = kept._client(cloud.endpoint, "sts", True)
    assert kept._client(cloud.endpoint, "sts", True) is first
    for service in ("health", "iam"):
        kept._client(cloud.endpoint, service, True)
    assert len(kept._clients) == 2
    assert kept._client(cloud.endpoint, "sts", True) is not first


def test_models_are_kept_up_to_a_number(cloud, monkeypatch):
    monkeypatch.setattr(calls, "_MOST_MODELS", 2)
    kept = calls.Calls()
    first = kept._boto
    for service in ("sts", "health", "sts", "health"):
        kept._client(cloud.endpoint, service, False)
    assert kept._boto is first
    kept._client(cloud.endpoint, "iam", False)
    assert kept._boto is not first
