"""A portal in the process of the test, and a cloud that answers what the test says."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.page import Page

from skywright_gym import clients
from skywright_gym.portal.assets import Assets
from skywright_gym.portal.server import Portal
from skywright_gym.portal.signin import OwnAccount

KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "a-secret-that-nobody-may-read"
Said = tuple[int, str]


def who_am_i(_request: str) -> Said:
    """What STS says, to whatever is asked."""
    return 200, (
        "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account>"
        "<Arn>arn:aws:iam::123456789012:root</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>"
    )


def refusal(status: int, code: str, message: str) -> Callable[[str], Said]:
    """What EC2 says when it refuses."""
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return lambda _request: (status, f"<Response><Errors>{error}</Errors></Response>")


@dataclass
class Cloud:
    """A cloud of one answer. `asked` are the bodies that came; an answer may be None: it hangs up."""

    server: ThreadingHTTPServer
    answer: Callable[[str], Said | None] = who_am_i
    asked: list[str] = field(default_factory=list)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            there.asked.append(body)
            said = there.answer(body)
            if said is None:
                self.close_connection = True
                return
            self.send_response(said[0])
            self.send_header("Content-Length", str(len(said[1].encode())))
            self.end_headers()
            self.wfile.write(said[1].encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there = Cloud(server)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield there
    server.shutdown()
    server.server_close()


@dataclass
class Served:
    """A portal that is up, its folder of assets, and the clock by which its sessions end."""

    address: str
    folder: Path
    own: list[OwnAccount]
    late_seconds: float = 0.0

    def page(self) -> Page:
        return Page(self.address)


isolated_session = cache(clients.session)


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    # One for all tests: it is the models that take long to read.
    monkeypatch.setattr(clients, "session", isolated_session)
    there = Served("", tmp_path / "static", [])
    loop = asyncio.new_event_loop()

    async def begin() -> Portal:
        ready: asyncio.Future[None] = loop.create_future()
        ready.set_result(None)
        clock = lambda: time.time() + there.late_seconds  # noqa: E731
        portal = Portal(lambda: there.own, ready, Assets(there.folder), clock)
        await portal.open()
        return portal

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    portal = asyncio.run_coroutine_threadsafe(begin(), loop).result(10)
    there.address = portal.address
    yield there
    asyncio.run_coroutine_threadsafe(portal.close(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


@pytest.fixture
def page(served: Served, cloud: Cloud) -> Page:
    """A page of somebody who has signed in at the cloud."""
    page = served.page()
    assert page.sign_in(KEY, SECRET, endpoint=cloud.endpoint).status == 200
    cloud.asked.clear()
    return page
