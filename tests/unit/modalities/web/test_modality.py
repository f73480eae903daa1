"""The modality as the engine has it, at portals that fail."""

import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.unit.modalities.web.console import Console

from skywright.clouds.aws.cloud import aws
from skywright.errors import Unavailable
from skywright.modalities.base import Workplace
from skywright.modalities.web.browser import find
from skywright.modalities.web.modality import Web, portal_of
from skywright.model.operation import Operation
from skywright.model.program import Program, Step
from skywright.model.target import Credential

MACHINE = "i-0123456789abcdef0"
DELETE = Program(
    "delete", (Step("d", Operation("ec2", "TerminateInstances"), arguments={"InstanceIds": [MACHINE]}),)
)
SECRET = "a-secret-that-nobody-may-see"


class Portal(http.server.ThreadingHTTPServer):
    """Signs in, shows a console, and does with what is asked for as the test says."""

    def __init__(self, page: str, act: Callable[["Portal"], int], sign_in: int = 200) -> None:
        self.page, self.act, self.sign_in = page, act, sign_in
        self.signed_in: list[Any] = []
        super().__init__(("127.0.0.1", 0), _Handler)
        self.address = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Portal

    def do_GET(self) -> None:
        self._answer(200, "text/html; charset=utf-8", self.server.page)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/api/session":
            self._answer(self.server.act(self.server), "application/json", "{}")
            return
        self.server.signed_in.append(body)
        self._answer(self.server.sign_in, "application/json", '{"error": {"message": "the key is unknown"}}')

    def _answer(self, status: int, kind: str, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: Any) -> None:
        del format, args


@pytest.fixture
def start(program: str) -> Iterator[Callable[..., Portal]]:
    del program  # without a browser there is nothing to test
    started: list[Portal] = []

    def make(act: Callable[[Portal], int] = lambda portal: 200, sign_in: int = 200, more: str = "") -> Portal:
        portal = Portal(Console(1, [("db-1", MACHINE)]).page() + more, act, sign_in)
        started.append(portal)
        return portal

    yield make
    for portal in started:
        portal.shutdown()
        portal.server_close()


def web(portal: Portal) -> Web:
    return Web(aws().effects, lambda: portal.address, os.environ)


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    said: list[str] = []
    return Workplace(
        "http://127.0.0.1:9", Credential("AKIAX", SECRET), "us-east-1", tmp_path, said.append, 60.0
    )


def test_it_signs_in_with_the_sessions_credential_which_is_in_no_file(
    start: Callable[..., Portal], workplace: Workplace
) -> None:
    portal = start()
    attempt = web(portal).perform(DELETE, workplace)
    assert attempt.ok, attempt.error
    (body,) = portal.signed_in
    assert (body["endpoint"], body["secret_access_key"]) == ("http://127.0.0.1:9", SECRET)
    written = [path.read_text(errors="replace") for path in workplace.folder.rglob("*") if path.is_file()]
    assert written and not any(SECRET in text for text in [*written, attempt.artefact])
    assert attempt.steps == sum(line[:1].isdigit() for line in attempt.artefact.splitlines())


def test_who_is_not_let_in_is_told(start: Callable[..., Portal], workplace: Workplace) -> None:
    attempt = web(start(sign_in=401)).perform(DELETE, workplace)
    assert not attempt.ok
    assert attempt.error == "the web portal does not let the agent in: the key is unknown"


def test_a_portal_that_is_not_there(start: Callable[..., Portal], workplace: Workplace) -> None:
    portal = start()
    portal.shutdown()
    portal.server_close()
    attempt = web(portal).perform(DELETE, workplace)
    assert not attempt.ok
    assert attempt.error.startswith(f"the web portal at {portal.address} does not answer")


def test_a_portal_that_goes_down_in_the_middle(start: Callable[..., Portal], workplace: Workplace) -> None:
    failing = (
        "<script>addEventListener('unhandledrejection', () => { const box = document.createElement('div');"
        "box.setAttribute('role', 'alert'); box.textContent = 'The portal did not answer.';"
        "document.querySelector('[role=status]').remove(); document.body.append(box); })</script>"
    )

    def die(portal: Portal) -> int:
        portal.socket.close()
        raise ConnectionAbortedError

    attempt = web(start(die, more=failing)).perform(DELETE, workplace)
    assert not attempt.ok
    assert attempt.error == "The portal did not answer."


def test_the_time_is_limited(start: Callable[..., Portal], workplace: Workplace) -> None:
    def hang(portal: Portal) -> int:
        time.sleep(20)
        return 200

    short = Workplace(
        workplace.endpoint,
        workplace.credential,
        "us-east-1",
        workplace.folder,
        workplace.say,
        timeout_seconds=8,
    )
    attempt = web(start(hang)).perform(DELETE, short)
    assert not attempt.ok
    assert attempt.error == "it did not end within 8 s and was stopped"
    assert eventually(lambda: not browsers_of(workplace.folder))


def test_no_browser_is_left_when_we_are_killed(start: Callable[..., Portal], tmp_path: Path) -> None:
    def hang(portal: Portal) -> int:
        time.sleep(20)
        return 200

    portal = start(hang)
    code = (
        "import os, sys; from pathlib import Path; from tests.unit.modalities.web.test_modality import *\n"
        "place = Workplace('http://127.0.0.1:9', Credential('A', 'b'), 'us-east-1', "
        f"Path({str(tmp_path)!r}), print)\n"
        f"Web(aws().effects, lambda: {portal.address!r}, os.environ).perform(DELETE, place)"
    )
    us = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL)
    try:
        assert eventually(lambda: bool(browsers_of(tmp_path)))
    finally:
        os.kill(us.pid, signal.SIGKILL)
        us.wait()
    assert eventually(lambda: not browsers_of(tmp_path))


def test_a_missing_browser_is_said_before_anything_is_done(workplace: Workplace) -> None:
    with pytest.raises(Unavailable, match="run: apt-get install"):
        Web(aws().effects, lambda: "", {"PATH": "/nowhere"}).perform(DELETE, workplace)
    with pytest.raises(Unavailable, match="SKYWRIGHT_BROWSER names 'x'"):
        find({"SKYWRIGHT_BROWSER": "x"})


def test_what_it_will_do_is_told_in_words(start: Callable[..., Portal], workplace: Workplace) -> None:
    assert web(start()).foresee(DELETE, workplace).shown == f"in the web portal: delete machines ({MACHINE})"


def test_a_gym_without_a_portal_is_said() -> None:
    assert portal_of({"portal": "http://127.0.0.1:1"}) == "http://127.0.0.1:1"
    with pytest.raises(Unavailable, match="no web portal"):
        portal_of({"portal": None})


def browsers_of(folder: Path) -> list[str]:
    """Processes that have a folder below this one on their command line, as a browser's profile."""
    found: list[str] = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().decode(errors="replace")
        except OSError:  # it has ended meanwhile
            continue
        if f"--user-data-dir={folder}" in words:
            found.append(words)
    return found


def eventually(holds: Callable[[], bool], seconds: float = 30.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return False
