"""Progress on standard error: a live display in a terminal, plain lines anywhere else."""

import sys
import time
from collections.abc import Generator
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from skywright.cli.shared import shown

_TITLES = {
    "understand": "understand the request",
    "explore": "rehearse it in a twin, distil a program",
    "prove": "prove the program",
    "approve": "approval",
    "survey": "look at what is there",
    "perform": "perform the program",
    "roll back": "take back what was done",
    "confirm": "confirm what came of it",
}


class Plain:
    """A line for each stage and each thing said."""

    def stage(self, name: str) -> None:
        sys.stderr.write(f"skywright: {_TITLES.get(name, name)}\n")

    def say(self, line: str) -> None:
        for part in line.splitlines():
            sys.stderr.write(f"  {shown(part)}\n")


class Silent:
    """Nothing at all."""

    def stage(self, name: str) -> None:
        del name

    def say(self, line: str) -> None:
        del line


class Display:
    """Stages with ticks and times, the present one turning, and the last lines that were said in it."""

    _SHOWN = 6

    def __init__(self, console: Console) -> None:
        self._console = console
        self._stage = ""
        self._began = 0.0
        self._said: list[str] = []
        self._live: Live | None = None

    @contextmanager
    def shown(self) -> Generator[None]:
        """Show it; the terminal is as it was afterwards."""
        with Live(self, console=self._console, refresh_per_second=8, transient=True) as self._live:
            try:
                yield
            finally:
                self._settle()
                self._live = None

    def stage(self, name: str) -> None:
        self._settle()
        self._stage, self._began = _TITLES.get(name, name), time.monotonic()

    def say(self, line: str) -> None:
        self._said.extend(shown(part) for part in line.splitlines())

    def __rich__(self) -> RenderableType:
        if not self._stage:
            return Text("")
        title = Text(f"{self._stage}  {time.monotonic() - self._began:.0f} s")
        lines = [Text(f"    {line}", style="dim", overflow="ellipsis", no_wrap=True) for line in self._tail()]
        return Group(Spinner("dots", text=title), *lines)

    def _tail(self) -> list[str]:
        return self._said[-self._SHOWN :]

    def _settle(self) -> None:
        """The stage is over: leave a line of it, and what it said, above the live part."""
        if self._stage:
            took = time.monotonic() - self._began
            self._console.print(Text(f"✓ {self._stage}  {took:.1f} s", style="green"))
            for line in self._tail():
                self._console.print(Text(f"    {line}", style="dim"), soft_wrap=True)
        self._stage, self._said = "", []


def choose(json: bool) -> Plain | Display:
    """The display that fits where standard error goes."""
    console = Console(stderr=True)
    return Display(console) if console.is_terminal and not json else Plain()
