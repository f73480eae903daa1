"""Requests and programs that are small and ask for much: depth, length, repetition. All of them end soon."""

import http.client
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from tests.adversary.test_gate_requests import XML, ask
from tests.unit.gate.conftest import World, moto, world  # noqa: F401

from skywright.clouds.aws.catalogue import Catalogue
from skywright.errors import Malformed, SkywrightError
from skywright.program.check import check
from skywright.program.expand import instances
from skywright.program.text import load

ITEM = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810.PutItem"}
CBOR = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}


@contextmanager
def soon(seconds: float = 8.0) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


def nested(depth: int) -> bytes:
    inner = '{"L":[' * depth + '{"S":"x"}' + "]}" * depth
    return f'{{"TableName":"abc","Item":{{"a":{inner}}}}}'.encode()


@pytest.mark.parametrize(
    "body",
    [
        nested(900),
        nested(20_000),
        b'{"TableName":"abc","Item":' + b"1" * 400 + b"}",
        b'{"TableName":"abc","Item":{},"ReturnValues":' + b"9" * 5000 + b"}",
    ],
)
def test_deep_and_long_json(world: World, body: bytes) -> None:  # noqa: F811
    with soon():
        status, answer = ask(world, body, service="dynamodb", headers=ITEM)
    assert (status, "(rule malformed-request)" in answer) == (403, True), answer[:500]


def test_a_number_beyond_all_bounds(world: World) -> None:  # noqa: F811
    body = b'{"TableName":"abc","Limit":' + b"9" * 400 + b"}"
    headers = ITEM | {"X-Amz-Target": "DynamoDB_20120810.Scan"}
    status, answer = ask(world, body, service="dynamodb", headers=headers)
    assert (status, "(rule malformed-request)" in answer) == (403, True), answer[:500]


@pytest.mark.parametrize(
    "body",
    [
        b"\x9b" + b"\xff" * 8,
        b"\xbb\x00\x00\x00\x00\xff\xff\xff\xff",
        b"\xa1\x80\x01",
        b"\xa1\xa0\x01",
        b"\x81" * 50_000,
        b"\xbf" * 50_000,
        b"\x5b" + b"\xff" * 8,
    ],
)
def test_cbor(world: World, body: bytes) -> None:  # noqa: F811
    path = "/service/GraniteServiceVersion20100801/operation/ListMetrics"
    with soon():
        status, answer = ask(world, body, service="monitoring", path=path, headers=CBOR)
    assert status == 403, answer[:500]


def test_billion_laughs_and_depth_in_xml(world: World) -> None:  # noqa: F811
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><CreateHostedZoneRequest/>'
    deep = b"<a>" * 100_000 + b"</a>" * 100_000
    for body in (laughs, deep):
        with soon():
            status, answer = ask(world, body, service="route53", path="/2013-04-01/hostedzone", headers=XML)
        assert status == 403, answer[:500]


def test_deep_forms(world: World) -> None:  # noqa: F811
    body = b"Action=DescribeVpcs&Version=2016-11-15&" + b".".join([b"a"] * 50_000) + b"=1"
    with soon():
        status, answer = ask(world, body)
    assert (status, "(rule unknown-argument)" in answer) == (403, True), answer[:500]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1"])
def test_a_page_in_a_browser_gets_nothing(world: World, host: str) -> None:  # noqa: F811
    """What a page can send (or a name that is bound to the loopback later) bears no signature."""
    place = urlsplit(world.gate.endpoint)
    for method, path, headers in (
        ("GET", "/", {"Origin": "http://evil.example"}),
        ("POST", "/", {"Origin": "null", "Content-Type": "text/plain"}),
        ("OPTIONS", "/", {"Access-Control-Request-Method": "POST", "Origin": "http://evil.example"}),
        ("GET", "http://169.254.169.254/latest/meta-data/", {}),
    ):
        connection = http.client.HTTPConnection(place.netloc, timeout=10)
        connection.request(method, path, b"Action=DescribeVpcs", {"Host": host, **headers})
        answer = connection.getresponse()
        assert answer.status in (400, 403)
        assert not [name for name, _ in answer.getheaders() if name.lower().startswith("access-control")]
        connection.close()


ALIASES = "a0: &a0 [x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)


@pytest.mark.parametrize(
    "text",
    [
        ALIASES,
        "[" * 20_000,
        "{a: " * 5_000,
        "a: !!python/object/apply:os.system ['true']",
        "<<: &x {a: *x}",
    ],
)
def test_files_that_are_no_programs(text: str) -> None:
    with soon(), pytest.raises(SkywrightError):
        load(text)


def program(rest: str) -> str:
    return f"skywright: 1\nname: n\nregion: eu-west-1\n{rest}"


@pytest.mark.parametrize(
    "rest",
    [
        "steps:\n  - {id: a, do: ec2:CreateVpc, repeat: 1000000000, with: {CidrBlock: x}}",
        'steps:\n  - {id: a, do: ec2:CreateVpc, with: {CidrBlock: "${run.id}"}}',
        'steps:\n  - {id: a, do: ec2:CreateVpc, with: {CidrBlock: "${env.HOME}"}}',
        'parameters:\n  p: {type: string, value: "' + "a" * 40 + '!", pattern: "(a+)+$"}\n'
        "steps:\n  - {id: a, do: ec2:DescribeVpcs}",
        'parameters:\n  p: {type: string, value: "' + "a" * 40 + '!", pattern: "(a|a)*$"}\n'
        "steps:\n  - {id: a, do: ec2:DescribeVpcs}",
        'parameters:\n  p: {type: string, value: "' + "a" * 40 + '!", pattern: "(a?){40}a{40}"}\n'
        "steps:\n  - {id: a, do: ec2:DescribeVpcs}",
    ],
)
def test_programs_that_would_never_end(rest: str) -> None:
    read = load(program(rest))
    with soon(), pytest.raises(Malformed):
        findings = check(read, Catalogue())
        if findings:
            raise Malformed("it", tuple(str(finding) for finding in findings))
        instances(read)


def test_a_tame_pattern_is_used() -> None:
    text = program(
        'parameters:\n  p: {type: string, value: "web-1", pattern: "[a-z]+-[0-9]{1,3}(-x)?"}\n'
        "steps:\n  - {id: a, do: ec2:DescribeVpcs}"
    )
    assert not check(load(text), Catalogue())
    assert json.dumps(load(text).values()) == '{"p": "web-1"}'
