"""Connections to the cloud: kept, never mixed up, and no change is sent twice on them."""

import asyncio
import socketserver
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from tests.unit.gate.conftest import World

from skywright.clouds.wire import Answer, Outgoing
from skywright.gate.limits import Limits
from skywright.gate.traffic import Lost, Traffic

ONCE = {"retries": {"total_max_attempts": 1}}
PLAIN = b"HTTP/1.1 200 OK\r\nX-Which: plain\r\nContent-Length: 2\r\n\r\nok"
SILENT: tuple[bytes, ...] = (b"",)


class Cloud:
    """Says what it is told to, for each connection in turn; an empty answer is the end of the connection.

    What is said for the last connection is said for all that follow.
    """

    def __init__(self, *connections: Sequence[bytes]) -> None:
        self.connections = connections
        self.opened = 0
        self.heads: list[str] = []
        self.address = ""

    def serve(self, handler: socketserver.StreamRequestHandler) -> None:
        script = self.connections[min(self.opened, len(self.connections) - 1)]
        self.opened += 1
        for answer in script:
            first = handler.rfile.readline().decode().strip()
            if not first:
                return
            length = 0
            while line := handler.rfile.readline().strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            handler.rfile.read(length)
            self.heads.append(first)
            if not answer:
                return
            handler.wfile.write(answer)


@contextmanager
def cloud(*connections: Sequence[bytes]) -> Iterator[Cloud]:
    there = Cloud(*connections)

    class Handler(socketserver.StreamRequestHandler):
        timeout = 5

        def handle(self) -> None:
            there.serve(self)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        there.address = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield there
        finally:
            server.shutdown()
            thread.join()


def ask(there: Cloud, *methods: str, wait: float = 0.0) -> list[Answer | Lost]:
    """One request after the other, over what one gate keeps."""

    async def all_of_them() -> list[Answer | Lost]:
        traffic, said = Traffic(Limits(silence_seconds=2)), list[Answer | Lost]()
        for method in methods:
            body = b"" if method in ("GET", "HEAD", "DELETE") else b"x=1"
            try:
                said.append(await traffic.ask(Outgoing(method, f"{there.address}/a?b", {"host": "h"}, body)))
            except Lost as lost:
                said.append(lost)
            await asyncio.sleep(wait)
        await traffic.close()
        return said

    return asyncio.run(all_of_them())


def bodies(said: list[Answer | Lost]) -> list[bytes | None]:
    return [answer.body if isinstance(answer, Answer) else None for answer in said]


def test_a_connection_is_kept() -> None:
    with cloud([PLAIN] * 3) as there:
        assert bodies(ask(there, "POST", "GET", "DELETE")) == [b"ok"] * 3
        assert there.opened == 1
        assert there.heads == ["POST /a?b HTTP/1.1", "GET /a?b HTTP/1.1", "DELETE /a?b HTTP/1.1"]


def test_one_that_the_cloud_closed_is_not_used() -> None:
    with cloud([PLAIN]) as there:
        assert bodies(ask(there, "POST", "POST", wait=0.2)) == [b"ok", b"ok"]
        assert there.opened == 2


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("kept", [False, True])
def test_what_may_change_something_is_sent_once(method: str, kept: bool) -> None:
    script = [PLAIN, b""] if kept else SILENT
    with cloud(script) as there:
        said = ask(there, *(["GET"] if kept else []), method)[-1]
        assert isinstance(said, Lost) and said.sent
        assert [head.split()[0] for head in there.heads] == [*(["GET"] if kept else []), method]


def test_a_stream_is_sent_once() -> None:
    async def upload(there: Cloud) -> None:
        async def body() -> AsyncIterator[bytes]:
            yield b"12345"

        traffic = Traffic(Limits(silence_seconds=2))
        headers = {"host": "h", "content-length": "5"}
        try:
            async with traffic.open(Outgoing("PUT", f"{there.address}/a", headers), body(), 5):
                pass
        finally:
            await traffic.close()

    with cloud(SILENT) as there:
        with pytest.raises(Lost) as lost:
            asyncio.run(upload(there))
        assert lost.value.sent
        assert there.heads == ["PUT /a HTTP/1.1"]


def test_a_question_is_asked_again_where_a_kept_connection_ends() -> None:
    with cloud([PLAIN, b""], [PLAIN]) as there:
        assert bodies(ask(there, "GET", "GET")) == [b"ok", b"ok"]
        assert there.opened == 2


def test_a_question_on_a_new_connection_is_asked_once() -> None:
    with cloud(SILENT) as there:
        assert isinstance(ask(there, "GET")[0], Lost)
        assert there.opened == 1


@pytest.mark.parametrize("more", [PLAIN, b"x", b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged"])
def test_what_follows_an_answer_is_nobodys(more: bytes) -> None:
    """A cloud, or whoever is before it, that says more than it was asked: never the next request's answer."""
    with cloud([PLAIN + more, b""], [PLAIN.replace(b"ok", b"me")]) as there:
        said = ask(there, "POST", "POST", wait=0.1)
        assert bodies(said)[-1] == b"me"
        assert there.opened == 2


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", b"abc"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + PLAIN, b"ok"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b""),
    ],
)
def test_forms_of_an_answer(answer: bytes, body: bytes) -> None:
    with cloud([answer, PLAIN]) as there:
        assert bodies(ask(there, "POST", "POST")) == [body, b"ok"]
        assert there.opened == 1


def test_an_answer_that_the_end_of_the_connection_ends() -> None:
    with cloud([b"HTTP/1.1 200 OK\r\n\r\nall of it", b""][:1]) as there:
        assert bodies(ask(there, "POST")) == [b"all of it"]


def test_the_answer_to_a_head_has_no_body() -> None:
    with cloud([b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", PLAIN]) as there:
        said = ask(there, "HEAD", "GET")
        assert bodies(said) == [b"", b"ok"]
        assert isinstance(said[0], Answer) and said[0].headers["Content-Length"] == "9"


@pytest.mark.parametrize(
    "answer",
    [
        b"220 mail.example.com ESMTP\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
    ],
)
def test_what_is_no_answer(answer: bytes) -> None:
    with cloud([answer]) as there:
        said = ask(there, "POST")[0]
        assert isinstance(said, Lost) and said.sent


def test_nobody_there() -> None:
    with cloud(SILENT) as there:
        pass
    said = ask(there, "POST")[0]
    assert isinstance(said, Lost) and not said.sent


def test_a_line_break_in_a_head() -> None:
    async def smuggled() -> None:
        headers = {"host": "h", "x-amz-meta-a": "1\r\nX-Amz-Meta-B: 2"}
        await Traffic(Limits()).ask(Outgoing("POST", "http://127.0.0.1:9/", headers, b""))

    with pytest.raises(ValueError, match="line break"):
        asyncio.run(smuggled())


def test_a_deletion_whose_answer_is_lost_is_in_doubt(tmp_path: Path) -> None:
    """Sent a second time it would say that there is no such bucket, as if it had never been done."""
    there_is = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    there_is_none = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    with cloud([there_is, b""], [there_is_none]) as there:
        world = World(there.address, tmp_path)
        try:
            with pytest.raises(ClientError, match="SkywrightOutcomeUnknown"):
                world.client(world.mint(), "s3", **ONCE).delete_bucket(Bucket="bucket")
        finally:
            world.gate.close()
        assert [head.split()[0] for head in there.heads].count("DELETE") == 1
