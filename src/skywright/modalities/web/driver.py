"""A page that is looked at and acted on. Owns Playwright's page: its errors, its settling, its one tab.

Knows no task: what to do is decided elsewhere. Every action ends when the page has settled, and its
failure is a `Fumble`, which the next look tells.
"""

import time
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Dialog, Locator, Request
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from skywright.modalities.web import tree
from skywright.modalities.web.actions import (
    Action,
    Click,
    Covered,
    DialogOpen,
    Disabled,
    Fill,
    Fumble,
    Go,
    Gone,
    NavigationFailed,
    NoSuchOption,
    Press,
    Scroll,
    Select,
    StaleReference,
    TimedOut,
    Wait,
)
from skywright.modalities.web.enclosure import inside
from skywright.modalities.web.observation import Observation, observe
from skywright.modalities.web.tree import Node

_ACTION_SECONDS = 4.0
_GO_SECONDS = 20.0
_QUIET_MILLISECONDS = 100
_SETTLE_SECONDS = 6.0
_STEP_MILLISECONDS = 20
_LOOK_AGAIN_SECONDS = 0.5
_WATCH = """
(() => {
  let last = performance.now();
  const watch = () => new MutationObserver(() => { last = performance.now(); })
    .observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
  watch();
  const later = window.setTimeout.bind(window);
  const quiet = wait => new Promise(done => later(() => done(performance.now() - last), wait));
  Object.defineProperty(window, '__quiet', {value: quiet});
})();
"""
# The page's own timer is waited for, so what the page had to do before has been done; it is asked once, not
# again and again, since each question takes three processes.
_QUIET = """
wait => window.__quiet ? window.__quiet(wait) : new Promise(done => setTimeout(() => done(1e6), wait))
"""
_SECRETS = "() => [...document.querySelectorAll('input[type=password]')].map(field => field.value)"


class Driver(Protocol):
    """What the agent's loop needs of a page."""

    def look(self) -> Observation:
        """The page as it is now, with the troubles since the last look."""
        ...

    def act(self, action: Action) -> None:
        """Do it and wait until the page has settled.

        Raises:
            Fumble: It did not work.
            Gone: There is no page any more.
        """
        ...

    def note(self, trouble: str) -> None:
        """Tell something with the next look."""
        ...


class Tab:
    """The one page of a browser."""

    def __init__(self, context: BrowserContext, portal: str) -> None:
        self._portal = portal.rstrip("/")
        self._flying: set[Request] = set()
        self._stirred = 0.0
        self._troubles: list[str] = []
        self._asked: list[str] = []
        self._seen: dict[str, Node] = {}
        context.add_init_script(_WATCH)
        context.set_default_timeout(_ACTION_SECONDS * 1000)
        self._page = context.new_page()
        self._page.on("request", self._begin)
        self._page.on("requestfinished", self._end)
        self._page.on("requestfailed", self._end)
        self._page.on("dialog", self._refuse)

    def note(self, trouble: str) -> None:
        """Tell something with the next look."""
        if trouble not in self._troubles:
            self._troubles.append(trouble)

    def look(self) -> Observation:
        """See `Driver`."""
        try:
            secrets = frozenset(str(value) for value in self._page.evaluate(_SECRETS) if value)
            root = tree.read(self._page.aria_snapshot(mode="ai"), secrets)
            parts = urlsplit(self._page.url)
            place = parts.path + (f"#{parts.fragment}" if parts.fragment else "")
            title = self._page.title()
        except PlaywrightError as error:
            raise Gone(f"the page can no longer be seen: {_sentence(error)}") from error
        troubles, self._troubles = tuple(self._troubles), []
        self._seen = {node.ref: node for node in root.walk() if node.ref}
        return observe(place, title, root, troubles)

    def screenshot(self, path: Path) -> None:
        """A picture of the page as it is on the screen."""
        self._page.screenshot(path=path)

    def act(self, action: Action) -> None:
        """See `Driver`."""
        try:
            self._stirred = time.monotonic()
            self._do(action)
            self._settle()
        except PlaywrightTimeout as error:
            raise _of_timeout(error) from error
        except PlaywrightError as error:
            if self._page.is_closed() or "has been closed" in str(error):
                raise Gone(f"the browser has ended: {_sentence(error)}") from error
            raise Fumble(_sentence(error)) from error
        if self._asked:
            raise DialogOpen(f"the page asked {self._asked.pop()!r}, and was told no")

    def _do(self, action: Action) -> None:
        match action:
            case Click(ref):
                self._find(ref).click()
            case Fill(ref, text):
                self._fill(self._find(ref), self._seen[ref], text)
            case Select(ref, option):
                self._select(self._find(ref), self._seen[ref], option)
            case Press(key):
                self._page.keyboard.press(key)
            case Go(place):
                self._go(place)
            case Scroll(screens):
                self._page.mouse.wheel(0, screens * 900)
            case Wait(seconds):
                self._wait(seconds)
            case _:
                raise Fumble(f"{type(action).__name__} is nothing that a page can do")

    def _find(self, ref: str) -> Locator:
        node = self._seen.get(ref)
        if node is None:
            raise StaleReference(f"there is no {ref!r} on the page as it was last seen")
        if node.disabled:
            raise Disabled(f"{node.role} {node.name!r} is switched off")
        found = self._page.locator(f"aria-ref={ref}")
        if found.count() == 0:
            raise StaleReference(f"{node.role} {node.name!r} is no longer there")
        return found

    def _fill(self, found: Locator, node: Node, text: str) -> None:
        found.fill(text)
        if node.role == "combobox":
            # Suggestions lie over what comes next until the field is left.
            found.blur()

    def _select(self, found: Locator, node: Node, option: str) -> None:
        if not node.children:
            found.click()
            choice = self._page.get_by_role("option", name=option, exact=True)
            if choice.count() == 0:
                self._page.keyboard.press("Escape")
                raise NoSuchOption(f"{node.name!r} has no {option!r}")
            choice.first.click()
            return
        names = [child.name or child.text for child in node.children]
        if option not in names:
            raise NoSuchOption(f"{node.name!r} has no {option!r}; it has {', '.join(names[:20])}")
        found.select_option(index=names.index(option))

    def _go(self, place: str) -> None:
        url = place if "://" in place else f"{self._portal}/{place.lstrip('/')}"
        if not inside(url, self._portal):
            raise NavigationFailed(f"{place!r} is not the portal's")
        try:
            answer = self._page.goto(url, wait_until="domcontentloaded", timeout=_GO_SECONDS * 1000)
        except PlaywrightError as error:
            raise NavigationFailed(_sentence(error)) from error
        if answer is not None and answer.status >= 400:
            raise NavigationFailed(f"the portal answered {answer.status} at {place}")

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while True:
            self._settle()
            seen = self.look()
            for trouble in seen.troubles:
                self.note(trouble)
            if not seen.busy:
                return
            if time.monotonic() > end:
                raise TimedOut(f"the page is still at it after {seconds:g} s")
            self._page.wait_for_timeout(_LOOK_AGAIN_SECONDS * 1000)

    def _settle(self) -> None:
        """Wait until nothing is on its way and the page has not changed for a moment."""
        end = time.monotonic() + _SETTLE_SECONDS
        wait: float = _QUIET_MILLISECONDS
        while time.monotonic() < end:
            try:
                quiet = float(self._page.evaluate(_QUIET, wait))
            except PlaywrightError:
                # A page that is being left has no answer; the next one is asked.
                if self._page.is_closed():
                    raise
                quiet = 0.0
                self._page.wait_for_timeout(_STEP_MILLISECONDS)
            still = (time.monotonic() - self._stirred) * 1000
            left = _QUIET_MILLISECONDS - min(quiet, still)
            if left <= 0 and not self._flying:
                return
            wait = max(left, _STEP_MILLISECONDS)

    def _begin(self, request: Request) -> None:
        self._flying.add(request)
        self._stirred = time.monotonic()

    def _end(self, request: Request) -> None:
        self._flying.discard(request)
        self._stirred = time.monotonic()

    def _refuse(self, dialog: Dialog) -> None:
        self._asked.append(dialog.message)
        dialog.dismiss()


def _of_timeout(error: PlaywrightTimeout) -> Fumble:
    said = str(error)
    if "intercepts pointer events" in said:
        return Covered("something else lies over it")
    if "not enabled" in said:
        return Disabled("it is switched off")
    if "waiting for locator" in said and "resolved to" not in said:
        return StaleReference("it is no longer there")
    return TimedOut(_sentence(error))


def _sentence(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__).removeprefix("Page.").removeprefix("Locator.")
