"""Clients and clouds that are slow, endless or silent cost the gate neither its time nor its memory."""

import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError, ClientError
from tests.unit.gate.conftest import World

from skywright.gate.limits import Limits

ONCE = {"retries": {"total_max_attempts": 1}}
HASTY = Limits(
    connections=4,
    idle_seconds=0.4,
    grace_seconds=0.4,
    silence_seconds=0.4,
    body_bytes=50_000,
    held_bytes=60_000,
    answer_bytes=50_000,
)
Behaviour = Callable[[socket.socket], None]


@contextmanager
def cloud(behaviour: Behaviour) -> Iterator[str]:
    """Something that listens, reads a request and then does as it likes."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            try:
                self.request.settimeout(5)
                self.request.recv(65536)
                behaviour(self.request)
            except OSError:
                pass

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@contextmanager
def hasty(folder: Path, upstream: str, **changed: Any) -> Iterator[World]:
    there = World(upstream, folder, limits=replace(HASTY, **changed))
    yield there
    there.gate.close()


def dial(there: World) -> socket.socket:
    place = urlsplit(there.gate.endpoint)
    assert place.hostname and place.port
    return socket.create_connection((place.hostname, place.port), timeout=5)


def head(there: World, body: bytes, framing: str) -> bytes:
    """The head of a request that is signed well, for that body."""
    credential = there.mint()
    form = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    request = AWSRequest("POST", f"{there.gate.endpoint}/", data=body, headers=form)
    keys = Credentials(credential.access_key_id, credential.secret_access_key)
    SigV4Auth(keys, "ec2", "eu-west-1").add_auth(request)
    lines = ["POST / HTTP/1.1", f"Host: {urlsplit(there.gate.endpoint).netloc}"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    return "\r\n".join([*lines, framing, "", ""]).encode()


def rest(connection: socket.socket) -> bytes:
    """What comes until the other side ends the connection."""
    answer = b""
    try:
        while piece := connection.recv(65536):
            answer += piece
    except ConnectionError:
        pass
    return answer


def never(_: socket.socket) -> None:
    time.sleep(3)


def test_a_head_that_does_not_end(tmp_path: Path, moto: str) -> None:
    with hasty(tmp_path, moto) as there, dial(there) as connection:
        began = time.monotonic()
        for letter in b"POST / HTTP/1.1\r\nX-A: ":
            try:
                connection.sendall(bytes([letter]))
            except ConnectionError:
                break
            time.sleep(0.05)
        assert rest(connection) == b""
        assert time.monotonic() - began < 3


def test_a_body_that_does_not_come(tmp_path: Path, moto: str) -> None:
    with hasty(tmp_path, moto) as there, dial(there) as connection:
        connection.sendall(head(there, b"x" * 100, "Content-Length: 100\r\nConnection: close"))
        began = time.monotonic()
        connection.sendall(b"xx")
        assert b"(rule request-too-slow)" in connection.recv(65536)
        assert time.monotonic() - began < 3


def test_a_body_that_trickles(tmp_path: Path, moto: str) -> None:
    """Each piece comes soon enough; all together they never end."""
    with hasty(tmp_path, moto) as there, dial(there) as connection:
        connection.sendall(head(there, b"x" * 1000, "Content-Length: 1000\r\nConnection: close"))
        stop = threading.Event()

        def trickle() -> None:
            while not stop.wait(0.05):
                try:
                    connection.sendall(b"x")
                except OSError:
                    return

        thread = threading.Thread(target=trickle)
        thread.start()
        began = time.monotonic()
        assert b"(rule request-too-slow)" in connection.recv(65536)
        assert time.monotonic() - began < 3
        stop.set()
        thread.join()


def test_a_body_without_end(tmp_path: Path, moto: str) -> None:
    with hasty(tmp_path, moto) as there, dial(there) as connection:
        connection.sendall(head(there, b"x", "Transfer-Encoding: chunked\r\nConnection: close"))
        piece = b"1000\r\n" + b"x" * 4096 + b"\r\n"
        connection.sendall(piece * 20)
        assert b"(rule body-too-long)" in connection.recv(65536)


def test_bodies_that_are_too_much_together(tmp_path: Path, moto: str) -> None:
    body = b"x" * 40_000
    with hasty(tmp_path, moto) as there, dial(there) as first, dial(there) as second:
        first.sendall(head(there, body, "Content-Length: 40000\r\nConnection: close") + body[:-1])
        time.sleep(0.1)
        second.sendall(head(there, body, "Content-Length: 40000\r\nConnection: close") + body)
        assert b"(rule too-much-at-once)" in second.recv(65536)
        first.recv(65536)
        with dial(there) as third:
            third.sendall(head(there, body, "Content-Length: 40000\r\nConnection: close") + body)
            assert b"(rule unknown-operation)" in third.recv(65536)


def test_more_connections_than_there_may_be(tmp_path: Path, moto: str) -> None:
    with hasty(tmp_path, moto, silence_seconds=20) as there:
        open_ones = [dial(there) for _ in range(4)]
        time.sleep(0.1)
        with dial(there) as further:
            assert rest(further) == b""
        for connection in open_ones:
            connection.close()
        time.sleep(0.1)
        assert there.client(there.mint(), "ec2", **ONCE).describe_vpcs()["Vpcs"]


def test_a_client_that_does_not_read(tmp_path: Path) -> None:
    answer = b"<R>" + b"x" * 8_000_000 + b"</R>"

    def much(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(answer), answer))

    body = b"Action=DescribeVpcs&Version=2016-11-15"
    with (
        cloud(much) as upstream,
        hasty(tmp_path, upstream, answer_bytes=10_000_000, bytes_a_second=1e9) as there,
    ):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        place = urlsplit(there.gate.endpoint)
        connection.connect((place.hostname, place.port))
        request = head(there, body, f"Content-Length: {len(body)}") + body
        connection.sendall(request)
        time.sleep(1.5)
        assert len(rest(connection)) < len(answer)
        connection.close()


@pytest.mark.parametrize("streamed", [False, True])
def test_a_cloud_that_never_answers(tmp_path: Path, streamed: bool) -> None:
    with cloud(never) as upstream, hasty(tmp_path, upstream) as there:
        client = there.client(there.mint(), "s3" if streamed else "ec2", **ONCE)
        began = time.monotonic()
        with pytest.raises(ClientError, match=r"SkywrightUnavailable|503"):
            if streamed:
                client.get_object(Bucket="b", Key="k")
            else:
                client.describe_vpcs()
        assert time.monotonic() - began < 3


def test_a_cloud_that_answers_without_end(tmp_path: Path) -> None:
    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(b"1000\r\n" + b"x" * 4096 + b"\r\n")

    with cloud(endless) as upstream, hasty(tmp_path, upstream) as there:
        with pytest.raises(ClientError, match="longer than"):
            there.client(there.mint(), "ec2", **ONCE).describe_vpcs()
        with pytest.raises(ClientError, match="SkywrightOutcomeUnknown"):
            there.client(there.mint(), "ec2", **ONCE).create_vpc(CidrBlock="10.0.0.0/16")


def test_a_cloud_whose_answer_trickles(tmp_path: Path) -> None:
    def trickle(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            connection.sendall(b"x")
            time.sleep(0.05)

    with cloud(trickle) as upstream, hasty(tmp_path, upstream) as there:
        began = time.monotonic()
        with pytest.raises(ClientError, match="not waited for"):
            there.client(there.mint(), "ec2", **ONCE).describe_vpcs()
        assert time.monotonic() - began < 3


def test_half_an_object_is_never_filled_up(tmp_path: Path) -> None:
    """The cloud ends in the middle of an object: the client must notice, and get nothing of ours in it."""

    def half(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b"o" * 100)

    with cloud(half) as upstream, hasty(tmp_path, upstream) as there:
        answer: Any = there.client(there.mint(), "s3", **ONCE).get_object(Bucket="b", Key="k")
        got = b""
        with pytest.raises((BotoCoreError, OSError)):
            while piece := answer["Body"].read(50):
                got += piece
        assert set(got) <= {ord("o")}
