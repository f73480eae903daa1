"""`skywright` typed without the second that each command would spend on imports.

A process that has imported all of it, and has read the tables that never change, forks itself for
each command: what then runs is a process of its own with its own arguments, environment, folder,
output and exit status, in which the command's `main` runs from start to end as it does at a
terminal. The process that forks does nothing else, so no command sees anything of another.
"""

import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import NoReturn

from skywright import cli
from skywright.brains.builtin import library
from skywright.brains.builtin.words import lexicon
from skywright.clouds.aws import models
from skywright.guard import policies
from skywright.guard.rego import Rego

SERVICES = ("ec2", "elbv2", "iam", "sts")


class Preloaded:
    """The process that forks. It ends with the one that started it, however that ends."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="skywright-")
        self._address = str(Path(self._folder.name) / "door")
        command = [sys.executable, __file__, self._address]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        self._process.stdout.readline()

    def run(
        self, words: Sequence[str], environment: Mapping[str, str], seconds: float
    ) -> "subprocess.CompletedProcess[str]":
        """Type a command and wait for its end.

        Raises:
            TimeoutExpired: It did not end in time and was killed.
        """
        asked = {"words": words, "environment": dict(environment), "folder": str(Path.cwd())}
        with (
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as err,
            socket.socket(socket.AF_UNIX) as line,
        ):
            line.connect(self._address)
            socket.send_fds(line, [b"\n"], [out.fileno(), err.fileno()])
            line.sendall(json.dumps(asked).encode() + b"\n")
            with line.makefile() as told:
                process = int(told.readline())
                line.settimeout(seconds)
                try:
                    status = int(told.readline())
                except TimeoutError:
                    os.kill(process, signal.SIGKILL)
                    raise subprocess.TimeoutExpired(list(words), seconds) from None
            said = [
                os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0).decode() for file in (out, err)
            ]
        return subprocess.CompletedProcess(words, status, *said)

    def close(self) -> None:
        """End it, and wait for its end."""
        self._process.communicate()
        self._folder.cleanup()


def _preload() -> None:
    """Import what commands import, and read the tables that never change: all of it is here to stay."""
    gc.disable()
    for file in iter_modules(cli.__path__):
        import_module(f"skywright.cli.{file.name}")
    import_module("typer._adapters")
    for service in SERVICES:
        models.service_model(service)
        for kind in ("paginators-1", "endpoint-rule-set-1"):
            models.loader().load_service_model(service, kind)
    for table in ("endpoints", "partitions", "sdk-default-configuration", "_retry"):
        models.loader().load_data(table)
    Rego(policies.shipped(), ())
    library.load()
    lexicon.load()
    gc.collect()
    gc.freeze()
    gc.enable()


def _serve(address: str) -> None:
    """Fork for whoever comes, until standard input ends."""
    _preload()
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen(32)
        print("ready", flush=True)
        while sys.stdin not in select.select([door, sys.stdin], [], [])[0]:
            line, _ = door.accept()
            attending = os.fork()
            if not attending:
                _attend(line)
            line.close()
            os.waitpid(attending, 0)


def _attend(line: socket.socket) -> NoReturn:
    """Fork the command, and tell its process and its status."""
    if os.fork():
        os._exit(0)  # whoever waits for this one goes on
    _, files, _, _ = socket.recv_fds(line, 1, 2)
    with line.makefile() as read:
        asked = json.loads(read.readline())
    command = os.fork()
    if not command:
        line.close()
        _become(asked["words"], asked["environment"], asked["folder"], files)
    line.sendall(f"{command}\n".encode())
    _, status = os.waitpid(command, 0)
    line.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _become(words: list[str], environment: dict[str, str], folder: str, files: list[int]) -> NoReturn:
    """Be the command."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, file in enumerate(files, start=1):
        os.dup2(file, number)
    sys.stdin, sys.stdout = os.fdopen(0, closefd=False), os.fdopen(1, "w", closefd=False)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["skywright", *words]
    try:
        import_module("skywright.cli.main").main()
    finally:
        # Only what crashes comes here: the command ends its process itself.
        traceback.print_exc()
        os._exit(1)


if __name__ == "__main__":
    _serve(sys.argv[1])
