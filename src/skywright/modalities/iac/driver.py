"""Runs Terraform's commands one after the other, with one provider beside them: a program of its own.

Run as `python -I driver.py JSON`. A provider started once and attached to saves each command the start of its
own. It leads no group, so whoever ends this program's group ends all. Imports nothing of ours.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from typing import IO, Any

_ATTACH = re.compile(rb"TF_REATTACH_PROVIDERS='(\{.*\})'")
_START_SECONDS = 60.0
_LONGEST_SOCKET = 60
"""A socket's path has 107 bytes; the provider adds its own name."""


def main(asked: dict[str, Any]) -> int:
    """Run the commands; the first that fails ends it, and gives the status.

    Args:
        asked: `provider`, a file, or null; `source`, what the provider is called in configurations;
            `commands`, each with `words` and, if its output belongs into a file, `output`.
    """
    with ExitStack() as stack:
        log = stack.enter_context(tempfile.TemporaryFile())
        if len(os.environ["TMPDIR"]) > _LONGEST_SOCKET:
            os.environ["TMPDIR"] = stack.enter_context(tempfile.TemporaryDirectory(prefix="sky", dir="/tmp"))
        provider = _start(asked, log) if asked["provider"] else None
        try:
            for command in asked["commands"]:
                status = _run(command)
                if status:
                    return status
        finally:
            if provider is not None:
                provider.kill()
                provider.wait()
    return 0


def _start(asked: dict[str, Any], log: IO[bytes]) -> "subprocess.Popen[bytes]":
    provider = subprocess.Popen(
        [asked["provider"], "-debug"], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and provider.poll() is None:
        found = _ATTACH.search(os.pread(log.fileno(), 65536, 0))
        if found:
            attach = next(iter(json.loads(found[1]).values()))
            os.environ["TF_REATTACH_PROVIDERS"] = json.dumps({asked["source"]: attach})
            return provider
        time.sleep(0.02)
    provider.kill()
    provider.wait()
    sys.stderr.write("Error: the provider does not start\n")
    sys.exit(1)


def _run(command: dict[str, Any]) -> int:
    if not command.get("output"):
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
