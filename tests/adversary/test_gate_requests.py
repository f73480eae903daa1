"""Requests made by hand to slip something past the gate: doubled, hidden, framed twice or half signed."""

import re
import socket
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from tests.unit.gate.conftest import World, moto, world  # noqa: F401
from tests.unit.gate.test_streams import aws

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


@pytest.mark.parametrize(
    "name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-URL"]
)
def test_no_header_makes_it_another_request(world: World, name: str) -> None:  # noqa: F811
    behind = world.behind("s3", "us-east-1")
    behind.create_bucket(Bucket="kept-bucket")
    value = "/kept-bucket?acl" if name.endswith("URL") else "DELETE"
    extra = f"{name}: {value}\r\n".encode()
    status, answer = ask(
        world, b"", method="GET", service="s3", path="/kept-bucket", headers=XML, extra=extra
    )
    assert status == 200 and "ListBucketResult" in answer
    assert behind.head_bucket(Bucket="kept-bucket")


def test_no_form_of_a_browser_uploads(world: World, decided: list[str]) -> None:  # noqa: F811
    body = b'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\nk\r\n--x--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    status, answer = ask(world, body, service="s3", path="/kept-bucket", headers=headers)
    assert (status, "(rule unknown-operation)" in answer) == (403, True), answer
    assert not decided


def exchange(there: World, sent: bytes, patience: float = 5.0) -> bytes:
    """Everything that the gate says to some bytes, until it ends the connection or says no more."""
    place = urlsplit(there.gate.endpoint)
    with socket.create_connection((place.hostname, place.port or 80), timeout=patience) as connection:
        connection.sendall(sent)
        answer = b""
        try:
            while piece := connection.recv(65536):
                answer += piece
        except (TimeoutError, ConnectionError):
            pass
    return answer


def signed(there: World, body: bytes, framing: str = "", first: str = "POST / HTTP/1.1") -> bytes:
    """A request that is signed well, with a first line and a framing of its own."""
    request = AWSRequest("POST", f"{there.gate.endpoint}/", data=body, headers={"Content-Type": FORM})
    credential = there.mint()
    keys = Credentials(credential.access_key_id, credential.secret_access_key)
    SigV4Auth(keys, "ec2", "eu-west-1").add_auth(request)
    lines = [first, f"Host: {urlsplit(there.gate.endpoint).netloc}"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    lines += [framing or f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def statuses_in(answer: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", answer)]


@pytest.fixture
def decided(world: World) -> list[str]:  # noqa: F811
    """The names of the operations that the gate has had to decide on."""
    names: list[str] = []

    class Watch:
        def decide(self, proposal: Any) -> None:
            names.append(proposal.operation.name)

    world.deciders = (Watch(), world.rules)
    world.restart()
    return names


VPCS = b"Action=DescribeVpcs&Version=2016-11-15"
ZONES = b"Action=DescribeAvailabilityZones&Version=2016-11-15"


def test_requests_in_one_go_are_answered_in_their_order(world: World, decided: list[str]) -> None:  # noqa: F811
    last = f"Content-Length: {len(ZONES)}\r\nConnection: close"
    answer = exchange(
        world,
        signed(world, VPCS) + VPCS
        + signed(world, b"Action=Nothing&Version=2016-11-15") + b"Action=Nothing&Version=2016-11-15"
        + signed(world, ZONES, last) + ZONES,
    )  # fmt: skip
    assert decided == ["DescribeVpcs", "DescribeAvailabilityZones"]
    assert statuses_in(answer) == [200, 403, 200]
    assert answer.index(b"DescribeVpcsResponse") < answer.index(b"(rule unknown-operation)")


def test_leave_to_send_a_body_is_given_when_it_is_wanted(world: World, decided: list[str]) -> None:  # noqa: F811
    place = urlsplit(world.gate.endpoint)
    head = signed(world, VPCS, f"Content-Length: {len(VPCS)}\r\nExpect: 100-continue\r\nConnection: close")
    with socket.create_connection((place.hostname, place.port or 80), timeout=5) as connection:
        connection.sendall(head)
        assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert decided == []
        connection.sendall(VPCS)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")


def test_leave_to_send_a_body_is_not_given_to_strangers(world: World) -> None:  # noqa: F811
    head = signed(world, VPCS, f"Content-Length: {len(VPCS)}\r\nExpect: 100-continue")
    answer = exchange(world, head.replace(b"Credential=SKYW", b"Credential=AKIA"), patience=1)
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert b"(rule session-unknown)" in answer


def test_a_body_in_chunks(world: World, decided: list[str]) -> None:  # noqa: F811
    framing = "Transfer-Encoding: chunked\r\nConnection: close"
    chunks = b"%x\r\n%b\r\n5\r\n%b\r\n0\r\n\r\n" % (len(VPCS) - 5, VPCS[:-5], VPCS[-5:])
    answer = exchange(world, signed(world, VPCS, framing) + chunks)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert decided == ["DescribeVpcs"]


HIDDEN = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize(
    "framing",
    [
        "Transfer-Encoding: chunked\r\nContent-Length: {n}",
        "Content-Length: {n}\r\nTransfer-Encoding: chunked",
        "Content-Length: {n}\r\nTransfer-Encoding: identity",
        "Content-Length: {n}\r\nTransfer-Encoding : chunked",
        "Content-Length: {n}\r\nTransfer-Encoding:\x0bchunked",
        "Content-Length: {n}\r\n Transfer-Encoding: chunked",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: identity, chunked, identity",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Content-Length: {n}\r\nContent-Length: 0",
        "Content-Length: {n}, 0",
        "Content-Length: +{n}",
        "Content-Length: 0x26",
        "Content-Length: -1",
        "Content-Length: {n}\nX-A: b",
        "Content-Length: {n}\r\nX-\0A: b",
        "Content-Length: {n}\r\nUpgrade: h2c\r\nConnection: Upgrade",
        "Content-Length: {n}\r\nUpgrade: websocket\r\nConnection: Upgrade",
    ],
)
def test_no_request_hides_in_another(world: World, decided: list[str], framing: str) -> None:  # noqa: F811
    """Two ways to read where a body ends: at most the one request that was signed may come of it."""
    body = b"0\r\n\r\n" + HIDDEN
    text = framing.replace("{n}", str(len(body)))
    answer = exchange(world, signed(world, body, text) + body, patience=0.25)
    statuses = statuses_in(answer)
    assert len(statuses) <= 1
    assert set(statuses) <= {400, 403}
    assert decided == []


@pytest.mark.parametrize(
    "first",
    [
        "POST http://ec2.amazonaws.com/ HTTP/1.1",
        "POST http://127.0.0.1/ HTTP/1.1",
        "POST //evil/ HTTP/1.1",
        "POST * HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "CONNECT ec2.amazonaws.com:443 HTTP/1.1",
        "POST /#/x HTTP/1.1",
        "POST / HTTP/2.0",
        "POST / HTTP/1.1 HTTP/1.1",
        "PRI * HTTP/2.0",
        "P\u00d6ST / HTTP/1.1",
    ],
)
def test_first_lines_that_say_something_else(world: World, decided: list[str], first: str) -> None:  # noqa: F811
    answer = exchange(world, signed(world, VPCS, first=first) + VPCS, patience=0.25)
    assert answer[9:12] in (b"", b"400", b"403")
    assert decided == []


@pytest.mark.parametrize("service", ["s3", "sts"])
def test_addresses_that_bear_their_signature(world: World, service: str) -> None:  # noqa: F811
    client = world.client(world.mint(), service)
    call, parameters = {
        "s3": ("get_object", {"Bucket": "b", "Key": "k"}),
        "sts": ("get_caller_identity", {}),
    }[service]
    address = client.generate_presigned_url(call, parameters)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(address, timeout=10)
    text = refused.value.read().decode()
    assert refused.value.code == 403
    assert ElementTree.fromstring(text).findtext(".//Code") == "SkywrightRefused"
    assert "sign its headers (rule presigned-url)" in text
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(
            f"{world.gate.endpoint}/b/k?AWSAccessKeyId=a&Signature=b&Expires=1", timeout=10
        )
    assert b"(rule presigned-url)" in refused.value.read()


def test_boto3_says_why_a_session_may_not(world: World) -> None:  # noqa: F811
    narrow = world.mint(services=frozenset({"s3"}))
    with pytest.raises(ClientError, match=r"this session may not use ec2 \(rule service-not-allowed\)"):
        world.client(narrow, "ec2").describe_vpcs()
    with pytest.raises(ClientError, match=r"time is over \(rule session-expired\)"):
        world.client(world.mint(lifetime_seconds=-1), "ec2").describe_vpcs()
    ended = world.mint()
    world.gate.revoke(ended)
    with pytest.raises(ClientError, match=r"the session is over \(rule session-revoked\)"):
        world.client(ended, "dynamodb").list_tables()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("session", "rule"),
    [
        ({"services": frozenset({"s3"})}, "this session may not use ec2 (rule service-not-allowed)"),
        ({"lifetime_seconds": -1}, "the session's time is over (rule session-expired)"),
    ],
)
def test_aws_says_why_a_session_may_not(world: World, session: dict[str, Any], rule: str) -> None:  # noqa: F811
    done = aws(world, world.mint(**session), "ec2", "describe-vpcs")
    assert done.returncode != 0
    assert rule in done.stderr
