"""Requests made by hand to slip something past the gate: doubled, hidden, framed twice or half signed."""

import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from tests.unit.gate.conftest import World, moto, world  # noqa: F401

FORM = "application/x-www-form-urlencoded; charset=utf-8"


def ask(
    there: World,
    body: bytes,
    *,
    path: str = "/",
    service: str = "ec2",
    method: str = "POST",
    headers: Mapping[str, str] | None = None,
    extra: bytes = b"",
) -> tuple[int, str]:
    """Send a request that is signed well, with further header lines that are not; status and answer."""
    credential = there.mint()
    url = there.gate.endpoint + path
    request = AWSRequest(method, url, data=body, headers={"Content-Type": FORM, **(headers or {})})
    keys = Credentials(credential.access_key_id, credential.secret_access_key)
    SigV4Auth(keys, service, "eu-west-1").add_auth(request)
    place = urlsplit(url)
    lines = [f"{method} {path} HTTP/1.1", f"Host: {place.netloc}"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    lines += [f"Content-Length: {len(body)}", "Connection: close"]
    with socket.create_connection((place.hostname, place.port or 80), timeout=10) as connection:
        connection.sendall("\r\n".join(lines).encode() + b"\r\n" + extra + b"\r\n" + body)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return int(answer.split(b" ", 2)[1]), answer.decode("latin-1")


def test_a_good_request_passes(world: World) -> None:  # noqa: F811
    status, _ = ask(world, b"Action=DescribeVpcs&Version=2016-11-15")
    assert status == 200


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (b"Action=DescribeVpcs&Action=DeleteVpc&Version=2016-11-15&VpcId=vpc-1", "duplicate-argument"),
        (b"Action=DescribeVpcs&Version=2016-11-15&VpcId.1=a&VpcId.1=b", "duplicate-argument"),
        (b"Action=DescribeVpcs&Version=2016-11-15&Evil=1", "unknown-argument"),
        (b"Action=DescribeVpcs&Version=2016-11-15&VpcId.1=a&VpcId.3=b", "malformed-request"),
        (b"Action=DescribeVpcs&Version=2016-11-15&VpcId.1=a&VpcId.1.x=b", "malformed-request"),
        (b"Action=DescribeVpcs&Version=2016-11-15&VpcId.01=a", "malformed-request"),
        (b"Action=DescribeVpcs&Version=1999-01-01", "unknown-operation"),
        (b"Action=describevpcs&Version=2016-11-15", "unknown-operation"),
        (b"Action=&Version=2016-11-15", "unknown-operation"),
        (b"Action=DescribeVpcs&Version=2016-11-15&VpcId.1=%ff%fe", "malformed-request"),
        (b"Action=DescribeVpcs&Version=2016-11-15&DryRun=maybe", "malformed-request"),
        ("Action=DescribeVpcs&Version=2016-11-15&VpcId.1=é".encode(), "malformed-request"),
    ],
)
def test_forms(world: World, body: bytes, rule: str) -> None:  # noqa: F811
    status, answer = ask(world, body)
    assert (status, f"(rule {rule})" in answer) == (403, True), answer


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("/?Action=DeleteVpc", "malformed-request"),
        ("/x", "malformed-request"),
        ("//", "malformed-request"),
        ("/%2e%2e/", "malformed-request"),
    ],
)
def test_paths_and_queries_beside_a_form(world: World, path: str, rule: str) -> None:  # noqa: F811
    status, answer = ask(world, b"Action=DescribeVpcs&Version=2016-11-15", path=path)
    assert (status, f"(rule {rule})" in answer) == (403, True), answer


@pytest.mark.parametrize(
    "extra",
    [
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Length: 5\r\n",
        b"X-Amz-Target: DynamoDB_20120810.DeleteTable\r\n",
        b"X-Amz-Security-Token: stolen\r\n",
        b"Authorization: AWS4-HMAC-SHA256 Credential=x\r\n",
        b"Host: ec2.amazonaws.com\r\n",
        b"smithy-protocol: rpc-v2-cbor\r\n",
    ],
)
def test_headers_beside_the_signed_ones(world: World, extra: bytes) -> None:  # noqa: F811
    before = len(world.gate._sessions._sessions)
    status, answer = ask(world, b"Action=DescribeVpcs&Version=2016-11-15", extra=extra)
    assert status in (400, 403), answer
    assert before + 1 == len(world.gate._sessions._sessions)


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (b'{"TableName":"a","TableName":"b"}', "duplicate-argument"),
        (b'{"TableName":"abc","Evil":1}', "unknown-argument"),
        (b'{"TableName":["abc"]}', "malformed-request"),
        (b'{"TableName":NaN}', "malformed-request"),
        (b"[]", "malformed-request"),
        (b'{"TableName":"abc"}x', "malformed-request"),
        (b"[" * 100_000, "malformed-request"),
    ],
)
def test_json(world: World, body: bytes, rule: str) -> None:  # noqa: F811
    headers = {
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": "DynamoDB_20120810.DescribeTable",
    }
    status, answer = ask(world, body, service="dynamodb", headers=headers)
    assert (status, f"(rule {rule})" in answer) == (403, True), answer


def test_entities_in_xml(world: World) -> None:  # noqa: F811
    body = (
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        b"<CreateHostedZoneRequest><Name>&e;</Name></CreateHostedZoneRequest>"
    )
    status, answer = ask(world, body, service="route53", path="/2013-04-01/hostedzone", headers=XML)
    assert (status, "(rule malformed-request)" in answer) == (403, True), answer


XML = {"Content-Type": "application/xml"}


def test_a_session_for_one_service_cannot_speak_to_another(world: World) -> None:  # noqa: F811
    status, answer = ask(world, b"Action=DescribeVpcs&Version=2016-11-15", service="sts")
    assert (status, "(rule unknown-operation)" in answer) == (403, True), answer


def test_what_the_cloud_gets_is_what_was_decided(world: World) -> None:  # noqa: F811
    """Another spelling of the same arguments arrives in the one that we write."""
    seen: list[Any] = []

    class Watch:
        def decide(self, proposal: Any) -> None:
            seen.append(dict(proposal.arguments))

    world.deciders = (Watch(), world.rules)
    world.restart()
    status, _ = ask(world, b"Version=2016-11-15&DryRun=FALSE&Action=DescribeV%70cs")
    assert status == 200
    assert seen == [{"DryRun": False}]
