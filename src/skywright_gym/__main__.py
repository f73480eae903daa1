"""`python -m skywright_gym serve`. Owns its arguments, exit statuses and going to the background.

The daemon is imported by the process that serves, not by the one that only starts it.
"""

import argparse
import gc
import importlib
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

from skywright_gym import home

_START_SECONDS = 30.0


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 after going down (detached: once it serves), 1 if it cannot serve, 2 for a wrong use."""
    parser = argparse.ArgumentParser(prog="python -m skywright_gym", description="Sandbox clouds over HTTP.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("serve", help="serve until told to stop")
    command.add_argument("--home", type=Path, required=True, help="the folder that everything is kept in")
    command.add_argument("--host", default="127.0.0.1", help="listen here; loopback unless you say otherwise")
    command.add_argument("--port", type=int, default=0, help="the control port; any free one unless given")
    command.add_argument("--detach", action="store_true", help="go to the background once it serves")
    given = parser.parse_args(arguments)
    if not 0 <= given.port <= 65535:
        parser.error("--port is a number from 0 to 65535")
    if given.detach:
        return _detach(given.home.absolute(), given.host, given.port)
    # Nearly all that is imported stays, so until moto is loaded it is vain to look for garbage.
    gc.disable()
    daemon = importlib.import_module("skywright_gym.daemon")
    try:
        daemon.serve(daemon.Options(given.home.absolute(), given.host, given.port))
    except home.CannotServe as why:
        return _tell(str(why))
    return 0


def _tell(sentence: str) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201 - this is the command line
    return 1


def _detach(folder: Path, host: str, port: int) -> int:
    """Start the same command in a session of its own, and wait until it serves or has ended."""
    command = [sys.executable, "-m", "skywright_gym", "serve", "--home", str(folder)]
    command += ["--host", host, "--port", str(port)]
    with tempfile.TemporaryFile("w+") as complaints:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            start_new_session=True,
        )
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            announced = home.announced(folder)
            if announced is not None and announced.get("pid") == child.pid:
                return _pass_on(complaints, 0)
            if child.poll() is not None:
                return _pass_on(complaints, child.returncode or 1)
            time.sleep(0.02)
        child.terminate()
    return _tell(f"the gym did not come up within {_START_SECONDS:.0f} seconds; see gym.log in {folder}")


def _pass_on(complaints: IO[str], status: int) -> int:
    complaints.seek(0)
    sys.stderr.write(complaints.read())
    return status


if __name__ == "__main__":
    sys.exit(main())
