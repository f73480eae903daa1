"""Answers that are not the cloud's: the pages of proxies and of broken servers before it."""

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from tests.unit.gate.conftest import World

from skywright.model.operation import Operation
from skywright.model.program import Program, Step

PAGE = b"<!doctype html>\n<html lang=en><title>Bad Gateway</title><h1>Bad Gateway</h1>"
IMAGE = "ami-12c6146b"


class Proxy:
    """Passes requests on, and gives a page in place of the first answers to what is in `spoilt`."""

    def __init__(self, upstream: str) -> None:
        self.spoilt: dict[str, int] = {}
        self.status = 502
        self.seen: list[str] = []
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                name = body.partition(b"Action=")[2].partition(b"&")[0].decode()
                proxy.seen.append(name)
                headers = {key: value for key, value in self.headers.items() if key.lower() != "host"}
                request = urllib.request.Request(upstream + self.path, body, headers, method="POST")
                try:
                    with urllib.request.urlopen(request) as answer:
                        status, whole = answer.status, answer.read()
                except urllib.error.HTTPError as error:
                    status, whole = error.code, error.read()
                if proxy.spoilt.get(name, 0) > 0:
                    proxy.spoilt[name] -= 1
                    status, whole = proxy.status, PAGE
                self.send_response(status)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(whole)))
                self.end_headers()
                self.wfile.write(whole)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def proxy(moto: str) -> Iterator[Proxy]:
    proxy = Proxy(moto)
    yield proxy
    proxy.server.shutdown()
    proxy.server.server_close()


@pytest.fixture
def behind(proxy: Proxy, tmp_path: Path) -> Iterator[World]:
    world = World(proxy.address, tmp_path)
    yield world
    world.gate.close()


def a_machine(tag: str) -> Program:
    arguments = {
        "ImageId": IMAGE,
        "InstanceType": "t3.micro",
        "MinCount": 1,
        "MaxCount": 1,
        "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": tag}]}],
    }
    step = Step("vm", Operation("ec2", "RunInstances"), arguments=arguments)
    return Program(tag, region="eu-west-1", steps=(step,))


def run_one(client: Any, tag: str) -> str:
    made = client.run_instances(
        ImageId=IMAGE,
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": tag}]}],
    )
    return made["Instances"][0]["InstanceId"]


def machines(world: World, tag: str) -> list[str]:
    found = world.behind("ec2").describe_instances(Filters=[{"Name": "tag:Name", "Values": [tag]}])
    return [each["InstanceId"] for row in found["Reservations"] for each in row["Instances"]]


@pytest.mark.slow
def test_a_read_is_tried_again_by_a_stock_client(behind: World, proxy: Proxy) -> None:
    ec2 = behind.client(behind.mint(), "ec2", retries={"mode": "standard"})
    proxy.spoilt = {"DescribeSnapshots": 2}
    assert ec2.describe_snapshots()["Snapshots"]
    assert proxy.seen.count("DescribeSnapshots") == 3


def test_a_read_that_never_comes_says_so(behind: World, proxy: Proxy) -> None:
    ec2 = behind.client(behind.mint(), "ec2", retries={"total_max_attempts": 1})
    proxy.spoilt = {"DescribeSnapshots": 1}
    with pytest.raises(ClientError, match=r"SkywrightUnavailable.*cannot be read \(HTTP 502"):
        ec2.describe_snapshots()


@pytest.mark.parametrize("status", [200, 502])
def test_a_step_behind_a_page_happens_once(behind: World, proxy: Proxy, status: int) -> None:
    tag = f"page-{status}"
    credential = behind.mint("perform", tag, a_machine(tag))
    proxy.status, proxy.spoilt = status, {"RunInstances": 1}
    made = run_one(behind.client(credential, "ec2", retries={"mode": "standard"}), tag)
    assert machines(behind, tag) == [made]
    assert proxy.seen.count("RunInstances") == 1


@pytest.mark.parametrize("status", [200, 502])
def test_a_free_change_behind_a_page_is_not_known_to_have_happened(
    behind: World, proxy: Proxy, status: int
) -> None:
    tag = f"free-{status}"
    proxy.status, proxy.spoilt = status, {"RunInstances": 1}
    with pytest.raises(ClientError, match="SkywrightOutcomeUnknown"):
        run_one(behind.client(behind.mint(), "ec2", retries={"mode": "standard"}), tag)
    assert len(machines(behind, tag)) == 1


def test_a_page_that_refuses_is_final(behind: World, proxy: Proxy) -> None:
    proxy.status, proxy.spoilt = 403, {"RunInstances": 1}
    credential = behind.mint("perform", "refused", a_machine("refused"))
    ec2 = behind.client(credential, "ec2", retries={"total_max_attempts": 1})
    with pytest.raises(ResponseParserError):
        run_one(ec2, "refused")
    behind.gate.revoke(credential)
    (call,) = [call for call in behind.gate.trace(credential) if call.effect.mutates]
    assert call.outcome is not None and call.outcome.error is not None
    assert "cannot be read (HTTP 403" in call.outcome.error.message
