"""A browser under way, which reaches the portal and nothing else.

Two walls stand around a page. Every request, socket and window of it is asked about before it is made; and
the browser itself is told of a proxy that is not there for all addresses but the portal's, which also holds
for what is not asked about: redirections, workers, what the browser fetches for itself.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route, WebSocketRoute
from playwright.sync_api import Error as PlaywrightError

from skywright.errors import Unavailable
from skywright.modalities.web.browser import FLAGS

_NOWHERE = "http://127.0.0.1:1"
_START_SECONDS = 30.0


@contextmanager
def opened(playwright: Playwright, program: str, portal: str, folder: Path) -> Generator[BrowserContext]:
    """A browser with nothing in it, which can reach the portal alone; it is ended with the block.

    Args:
        portal: the portal's address.
        folder: where the browser may keep things; its home.

    Raises:
        Unavailable: It does not start.
    """
    place = urlsplit(portal).netloc
    try:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=[*FLAGS, f"--proxy-server={_NOWHERE}", f"--proxy-bypass-list=<-loopback>;{place}"],
            env={"HOME": str(folder), "TMPDIR": str(folder), "PATH": "/usr/bin:/bin"},
            timeout=_START_SECONDS * 1000,
        )
    except PlaywrightError as error:
        raise Unavailable(f"'{program}' does not start: {_first_line(error)}") from error
    try:
        yield fresh(browser)
    finally:
        browser.close()


def fresh(browser: Browser) -> BrowserContext:
    """A context with nothing in it."""
    return browser.new_context(
        viewport={"width": 1280, "height": 900},
        accept_downloads=False,
        service_workers="block",
        reduced_motion="reduce",
        locale="en-US",
    )


def inside(url: str, portal: str) -> bool:
    """Whether an address is the portal's own, scheme, host and port; WebSockets count by theirs."""
    there, here = urlsplit(url), urlsplit(portal)
    schemes = {here.scheme, "ws" if here.scheme == "http" else "wss"}
    return there.scheme in schemes and there.netloc == here.netloc


def enclose(context: BrowserContext, portal: str, blocked: Callable[[str], None]) -> None:
    """Put the wall around a context's pages.

    Args:
        blocked: is told in a sentence what was kept from leaving.
    """

    def ask(route: Route) -> None:
        url = route.request.url
        if inside(url, portal):
            route.continue_()
        else:
            blocked(f"the page tried to reach {_place(url)}, which is not the portal; it was not let")
            route.abort("blockedbyclient")

    def close(socket: WebSocketRoute) -> None:
        if inside(socket.url, portal):
            socket.connect_to_server()
        else:
            blocked(f"the page tried to reach {_place(socket.url)}, which is not the portal; it was not let")
            socket.close()

    def only(page: Page) -> None:
        if len(context.pages) > 1:
            blocked("the page tried to open another window; it was closed")
            page.close()

    context.route("**/*", ask)
    context.route_web_socket("**/*", close)
    context.on("page", only)


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"[:80]


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
