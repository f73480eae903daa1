"""A browser for the tests, and a small site of pages that they write themselves."""

import http.server
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from skywright.errors import Unavailable
from skywright.modalities.web import browser
from skywright.modalities.web.driver import Tab
from skywright.modalities.web.enclosure import enclose, fresh, opened


@dataclass
class Site:
    """Pages by path, redirections, seconds until an answer, and what was asked for and posted."""

    address: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    delays: dict[str, float] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    posted: list[Any] = field(default_factory=list)

    def show(self, body: str, path: str = "/") -> None:
        self.pages[path] = f"<!doctype html><meta charset=utf-8><title>Test</title>{body}"


def serve(site: Site) -> http.server.ThreadingHTTPServer:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            site.asked.append(self.path)
            time.sleep(site.delays.get(path, 0))
            if path in site.moved:
                self.send_response(302)
                self.send_header("Location", site.moved[path])
                self.end_headers()
                return
            body = site.pages.get(path)
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write((body or "").encode())

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            site.posted.append(json.loads(self.rfile.read(length)))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: Any) -> None:
            del format, args

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def make_site() -> Iterator[Callable[[], Site]]:
    servers: list[http.server.ThreadingHTTPServer] = []

    def make() -> Site:
        site = Site()
        servers.append(serve(site))
        return site

    yield make
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def only_site() -> Iterator[Site]:
    made = Site()
    server = serve(made)
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def site(only_site: Site) -> Site:
    """The module's one site, with no page yet."""
    for kept in (only_site.pages, only_site.moved, only_site.delays, only_site.asked, only_site.posted):
        kept.clear()
    return only_site


@pytest.fixture(scope="session")
def program() -> str:
    try:
        return browser.find(os.environ)
    except Unavailable as why:
        pytest.skip(str(why))


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Its event loop runs as long as it lives, and nothing that wants one of its own may run beside it."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def started(
    playwright: Playwright, program: str, only_site: Site, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """A browser that can reach the site alone: to start one takes a second."""
    with opened(playwright, program, only_site.address, tmp_path_factory.mktemp("browser")) as context:
        assert context.browser is not None
        yield context.browser


@pytest.fixture
def tab(started: Browser, site: Site) -> Iterator[Tab]:
    """A tab of its own, of that browser."""
    with fresh(started) as context:
        made = Tab(context, site.address)
        enclose(context, site.address, made.note)
        yield made
