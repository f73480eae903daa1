"""Runs Terraform's commands one after the other: a program of its own.

Run as `python -I driver.py JSON`. The first command that fails ends it, and gives the status. Imports nothing
of ours.
"""

import json
import subprocess
import sys
from typing import Any


def main(commands: list[dict[str, Any]]) -> int:
    """Run them.

    Args:
        commands: each with `words` and, if its output belongs into a file, `output`.
    """
    return next((status for command in commands if (status := _run(command))), 0)


def _run(command: dict[str, Any]) -> int:
    if not command["output"]:
        return subprocess.run(
            command["words"], stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False
        ).returncode
    with open(command["output"], "wb") as output:
        done = subprocess.run(
            command["words"], stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.PIPE
        )
    if done.returncode:
        sys.stderr.buffer.write(done.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
