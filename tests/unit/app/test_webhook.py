"""Alarms reach a real server, hold no secrets, and never hold up or fail a run."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from skywright.app.webhook import Webhook, webhook
from skywright.errors import Usage


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.heard: list[tuple[str, str | None, Any]] = []
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.path, self.headers["Content-Type"], json.loads(body)))
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", f"{self.server.url}/elsewhere")
        elif self.path == "/drip":
            while not self.server.over.wait(0.05):
                self.wfile.write(b"H")
            return
        else:
            self.send_response(500 if self.path == "/broken" else 204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        raise AssertionError("an alarm is posted")

    def log_message(self, format: str, *args: object) -> None:
        del format, args


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()
    thread.join()


def test_it_arrives_as_json_without_secrets(server: Server) -> None:
    said: list[str] = []
    webhook(f"{server.url}/hook", said.append)(
        {"event": "run.failed", "request": "set password=hunter2hunter2 on db", "asks": []}
    )
    ((path, kind, event),) = server.heard
    assert (path, kind, said) == ("/hook", "application/json", [])
    assert event["event"] == "run.failed" and "hunter2" not in json.dumps(event)


@pytest.mark.parametrize(("path", "why"), [("/broken", "it answers 500"), ("/moved", "it answers 302")])
def test_what_the_server_makes_of_it_is_only_told(server: Server, path: str, why: str) -> None:
    said: list[str] = []
    webhook(server.url + path, said.append)({"event": "run.failed"})
    assert said == [f"the alarm did not reach 127.0.0.1: {why}"]
    assert [heard[0] for heard in server.heard] == [path]  # it is not led on


def test_a_server_that_lets_its_answer_drip_holds_nobody_up(server: Server) -> None:
    said: list[str] = []
    began = time.monotonic()
    Webhook(f"{server.url}/drip", said.append, seconds=0.3)({"event": "run.failed"})
    assert time.monotonic() - began < 2
    assert said == ["the alarm did not reach 127.0.0.1: no answer within 0.3 s"]


def test_nobody_listens(server: Server) -> None:
    said: list[str] = []
    webhook("http://127.0.0.1:1/", said.append)({"event": "run.failed"})
    assert len(said) == 1 and "refused" in said[0]


def test_what_the_address_holds_is_not_told() -> None:
    said: list[str] = []
    webhook("http://127.0.0.1:1/hook?token=sesame 77", said.append)({"event": "run.failed"})
    assert len(said) == 1 and "sesame" not in said[0]
    with pytest.raises(Usage, match="holds a user or a password") as problem:
        webhook("https://user:sesame@127.0.0.1/", said.append)
    assert "sesame" not in str(problem.value)


def test_without_an_address_nobody_is_told() -> None:
    webhook("", pytest.fail)({"event": "run.failed"})


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://h/", "hook", "http://", "http://[::1", "http://h:x/"]
)
def test_only_addresses_of_the_web(url: str) -> None:
    with pytest.raises(Usage, match="http:// or https://"):
        webhook(url, print)
