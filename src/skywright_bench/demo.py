"""`make demo`: the main job from end to end, on the embedded gym, in a state folder of its own.

It types what a user would type and stops at the first thing that does not end as it must;
it knows nothing of Skywright but its command line.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.text import Text

_SKYWRIGHT = Path(sys.executable).with_name("skywright")
_OK, _REFUSED = 0, 4


class Show:
    """One showing: a terminal, a state folder, and what the commands said."""

    def __init__(self, home: Path) -> None:
        self._out = Console(highlight=False)
        self._environment = {**os.environ, "SKYWRIGHT_HOME": str(home)}

    def title(self, text: str) -> None:
        """Say what comes next."""
        self._out.print(Text(f"\n{text}", style="bold"))

    def type(self, *words: str, must_end: int = _OK) -> None:
        """Type a command and let it speak for itself.

        Raises:
            SystemExit: It ended in another way than it must.
        """
        self._out.print(Text("$ skywright " + " ".join(map(_quoted, words)), style="cyan"))
        done = subprocess.run([_SKYWRIGHT, *words], env=self._environment, check=False)
        if done.returncode != must_end:
            sys.exit(f"demo: that ended with status {done.returncode} instead of {must_end}")

    def ask(self, *words: str) -> dict[str, object]:
        """A command's JSON, not shown."""
        done = subprocess.run(
            [_SKYWRIGHT, *words, "--json"], env=self._environment, check=True, capture_output=True
        )
        return json.loads(done.stdout)

    def run_of(self, request: str) -> str:
        """The run that a request became."""
        runs = self.ask("runs")["runs"]
        assert isinstance(runs, list)
        return next(line["run"] for line in runs if line["request"] == request)


def main() -> None:
    """Show it all; the gym is stopped and the folder removed at the end, however it ends."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="skywright-demo-") as folder:
        show = Show(Path(folder))
        try:
            _show(show)
        finally:
            show.type("gym", "down")
    Console().print(Text(f"\n{time.monotonic() - began:.0f} s in all", style="bold"))


def _show(show: Show) -> None:
    show.title("The gym comes up: a cloud of one's own, on this machine")
    show.type("gym", "up")
    show.title("A request in words: rehearsed, proven, performed with the real aws, confirmed")
    create = "Create three VMs in the same network behind a load balancer in eu-west-1"
    show.type("do", create, "--modality", "cli", "--yes")
    show.title("A policy forbids this one, whoever asks")
    show.type("do", "Create a VM in eu-west-1 with SSH open to the internet", "--yes", must_end=_REFUSED)
    show.title("Changing and asking")
    attach = "attach a 100 GB disk to web-1"
    show.type("do", attach, "--modality", "cli")
    show.type("do", "what are the public addresses of the VMs in eu-west-1?", "--modality", "cli")
    show.title("And back: undo is read from the journal")
    for request in (attach, create):
        show.type("undo", show.run_of(request))
    show.title("Nobody has touched the record")
    show.type("journal", "verify")


def _quoted(word: str) -> str:
    return f'"{word}"' if " " in word else word


if __name__ == "__main__":
    main()
