"""The hands of a bare agent in the web portal: one action of the browser at a time, and the page after it."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from skywright.brains.model.talk import Said
from skywright.errors import Unavailable
from skywright.modalities.web.actions import (
    Action,
    Click,
    Fill,
    Fumble,
    Go,
    Gone,
    Press,
    Scroll,
    Select,
    Wait,
)
from skywright.modalities.web.driver import Driver, Tab
from skywright.modalities.web.enclosure import enclose, opened
from skywright.modalities.web.worker import sign_in
from skywright_bench.bare.words import cut

_MOST_WAIT_SECONDS = 120.0


class Portal:
    """Acts on a page. A page that is left is not shown to the model again, only where it was."""

    language = "action"

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def begin(self) -> Said | None:
        """See `loop.Hands`."""
        return self._look()

    def act(self, code: str, seconds: float) -> Said:
        """See `loop.Hands`."""
        try:
            self._driver.act(read(code, seconds))
        except Fumble as fumble:
            self._driver.note(str(fumble))
        except Gone as gone:
            raise Unavailable(f"the browser ended: {gone}") from gone
        return self._look()

    def _look(self) -> Said:
        seen = self._driver.look()
        return Said("user", cut(seen.text), gist=seen.text.partition("\n")[0] + " (no longer shown)")


def read(code: str, seconds: float) -> Action:
    """One action as a model writes it.

    Raises:
        Fumble: It is none.
    """
    verb, _, rest = code.strip().partition(" ")
    first, _, more = rest.strip().partition(" ")
    match verb.lower():
        case "click" if first:
            return Click(first)
        case "fill" if first:
            return Fill(first, _unquoted(more))
        case "select" if first and more:
            return Select(first, _unquoted(more))
        case "press" if first:
            return Press(first)
        case "go" if first:
            return Go(_unquoted(rest))
        case "scroll":
            return Scroll(_number(first or "1"))
        case "wait":
            return Wait(min(_number(first or "30"), _MOST_WAIT_SECONDS, seconds))
        case _:
            raise Fumble(f"'{code[:80]}' is no action")


def _unquoted(text: str) -> str:
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _number(text: str) -> float:
    try:
        return float(text.removesuffix("s"))
    except ValueError:
        raise Fumble(f"'{text[:40]}' is no number") from None


@contextmanager
def entered(program: str, portal: str, region: str, folder: Path) -> Generator[Portal]:
    """A browser that has been signed in at the portal, with the session that `skywright guard` gave.

    Raises:
        Unavailable: Browser or portal cannot be had.
    """
    with sync_playwright() as playwright, opened(playwright, program, portal, folder) as context:
        tab = Tab(context, portal)
        enclose(context, portal, tab.note)
        sign_in(context, portal, region)
        tab.act(Go("/"))
        yield Portal(tab)
