"""Gyms that would outlive the tests that brought them up: found by their homes, and ended.

As a program it waits until its standard input ends, which it does however the tests end; and if they were
killed it looks for a while, for a command that goes on without them brings its gym up again.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path


def serving(folder: str) -> dict[int, str]:
    """The gyms whose homes are in a folder, their homes by their processes; none where there is no /proc."""
    found: dict[int, str] = {}
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_text(errors="replace").split("\0")
        except OSError:  # it has ended
            continue
        homes = [word for word in words if word.startswith(f"{folder}/")]
        if "skywright_gym" in words and homes:
            found[int(file.parent.name)] = homes[0]
    return found


def end(folder: str) -> dict[int, str]:
    """End them; gives which they were."""
    left = serving(folder)
    for process in left:
        with suppress(ProcessLookupError):  # it has ended meanwhile
            os.kill(process, signal.SIGKILL)
    return left


@contextmanager
def ended_with_us(folder: str) -> Generator[None]:
    """However this process ends, those gyms end with it."""
    command = [sys.executable, "-S", __file__, folder]
    # Ctrl-C is for the tests; this one waits until they are over.
    with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as watching:
        yield
        assert watching.stdin is not None
        watching.stdin.write(b"over")


if __name__ == "__main__":
    over = sys.stdin.read()
    for _ in range(1 if over else 30):
        end(sys.argv[1])
        time.sleep(0 if over else 1)
