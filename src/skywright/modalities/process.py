"""Running an artefact in a separate process that is given nothing but the gate.

Owns the process's environment, its time, its output and its end. Must not know what the artefact
does, nor which modality it is of. The process leads a group of its own, which is killed as a whole:
at the end of its time, on Ctrl-C, and (by a watchdog, so that SIGKILL is no way out) when we die.
"""

import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from skywright.errors import Unavailable
from skywright.modalities.base import Attempt, Workplace
from skywright.modalities.failure import explain, step_of
from skywright.modalities.printed import Lines, Tail

_SOCKETS = "/tmp"
"""A socket's path has 107 bytes at most, so that it cannot be in the workplace."""

_GRACE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended.

    Attributes:
        status: what it returned; negative if it was ended by that signal.
        output: the end of what it printed, both streams as they came.
    """

    status: int
    output: str
    timed_out: bool


def environment(workplace: Workplace, programs: Sequence[str]) -> dict[str, str]:
    """All that the process may know: the gate's address, the session's credential, a home of its own.

    Args:
        programs: files whose folders the process needs on its path.
    """
    folders = [str(Path(program).parent) for program in programs] + os.defpath.split(os.pathsep)
    nowhere = str(workplace.folder / "nothing-here")
    credential = workplace.credential
    variables = {
        "PATH": os.pathsep.join(dict.fromkeys(folder for folder in folders if folder)),
        "HOME": str(workplace.folder),
        "TMPDIR": str(workplace.folder),
        "LC_ALL": "C.UTF-8",
        "PYTHONUTF8": "1",
        "PYTHONNOUSERSITE": "1",
        "NO_PROXY": "*",
        "AWS_ENDPOINT_URL": workplace.endpoint,
        "AWS_ACCESS_KEY_ID": credential.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credential.secret_access_key,
        "AWS_REGION": workplace.region,
        "AWS_DEFAULT_REGION": workplace.region,
        "AWS_CONFIG_FILE": nowhere,
        "AWS_SHARED_CREDENTIALS_FILE": nowhere,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
        "AWS_RETRY_MODE": "standard",
        "AWS_MAX_ATTEMPTS": "3",
    }
    if credential.session_token:
        variables["AWS_SESSION_TOKEN"] = credential.session_token
    return variables


def find(program: str, advice: str) -> str:
    """Where a program is: beside the running Python, or on the path.

    Raises:
        Unavailable: It is in neither place; `advice` says how to get it.
    """
    beside = shutil.which(program, path=str(Path(sys.executable).parent))
    found = beside or shutil.which(program)
    if found is None:
        raise Unavailable(f"'{program}' is not on the path; {advice}")
    return found


def write(workplace: Workplace, name: str, artefact: str) -> Path:
    """Put the artefact into the workplace, for its owner's eyes only.

    Raises:
        Unavailable: The folder cannot be written.
    """
    try:
        workplace.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        workplace.folder.chmod(0o700)
        path = workplace.folder / name
        path.write_text(artefact, encoding="utf-8")
        path.chmod(0o700)
    except OSError as error:
        raise Unavailable(f"{workplace.folder} cannot be written: {error.strerror}") from error
    return path


def attempt(artefact: str, command: Sequence[str], workplace: Workplace, programs: Sequence[str]) -> Attempt:
    """Run a command to its end and tell what came of it.

    Raises:
        Unavailable: The command cannot be started.
    """
    ended = run(command, environment(workplace, programs), workplace)
    if ended.timed_out:
        error = f"it did not end within {workplace.timeout_seconds:g} s and was stopped"
        step = step_of(ended.output)
        return Attempt(False, artefact, ended.output, f"step {step}: {error}" if step else error)
    if ended.status == 0:
        return Attempt(True, artefact, ended.output)
    return Attempt(False, artefact, ended.output, explain(ended.output, ended.status))


def run(command: Sequence[str], variables: Mapping[str, str], workplace: Workplace) -> Ended:
    """Run a command in the workplace, saying what it prints on its standard error line by line.

    Raises:
        Unavailable: It cannot be started.
    """
    process = _started(command, variables, workplace, subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    deadline = time.monotonic() + workplace.timeout_seconds
    kept = Tail()
    with process.stdout, process.stderr, _watched(process.pid):
        try:
            finished = _listen(process, kept, workplace.say, deadline)
        except BaseException:
            _kill(process, signal.SIGKILL)
            raise
        if not finished:
            _kill(process, signal.SIGTERM)
        # Whatever it left running in its group has no business any more.
        _kill(process, signal.SIGKILL)
    return Ended(process.returncode, kept.text(), timed_out=not finished)


@contextmanager
def serving(
    command: Sequence[str],
    variables: Mapping[str, str],
    workplace: Workplace,
    excuse: str,
    around: Callable[[Sequence[str], str], Sequence[str]] | None = None,
) -> Generator[str]:
    """A process that serves others while inside, and is ended then; its first line, said when it is ready.

    Args:
        excuse: what to say if it is never ready.
        around: puts a wall around the command, in which it may write that folder for its sockets.

    Raises:
        Unavailable: It cannot be started, or ended without a line.
    """
    with TemporaryDirectory(prefix="skywright-", dir=_SOCKETS) as folder:
        command = around(command, folder) if around is not None else command
        process = _started(command, {**variables, "TMPDIR": folder}, workplace, subprocess.DEVNULL)
        assert process.stdout is not None
        with process.stdout, _watched(process.pid, folder):
            try:
                line = process.stdout.readline().decode("utf-8", "replace").strip()
                if not line:
                    raise Unavailable(excuse)
                yield line
            finally:
                _kill(process, signal.SIGTERM)
                _kill(process, signal.SIGKILL)


def _started(
    command: Sequence[str], variables: Mapping[str, str], workplace: Workplace, errors: int
) -> "subprocess.Popen[bytes]":
    """The process, at the head of a group of its own."""
    try:
        return subprocess.Popen(
            command,
            cwd=workplace.folder,
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
    except OSError as error:
        raise Unavailable(f"'{command[0]}' cannot be started: {error.strerror}") from error


def _listen(
    process: "subprocess.Popen[bytes]", kept: Tail, say: Callable[[str], None], deadline: float
) -> bool:
    """Read until the process has ended; whether it did so in time."""
    streams: dict[IO[bytes], Lines | None] = {}
    assert process.stdout is not None and process.stderr is not None
    streams[process.stdout] = None
    enough = float("inf")
    streams[process.stderr] = Lines(say)
    with selectors.DefaultSelector() as selector:
        for stream in streams:
            selector.register(stream, selectors.EVENT_READ)
        while selector.get_map():
            left = min(deadline, enough) - time.monotonic()
            if left <= 0:
                break
            for key, _ in selector.select(min(left, 0.5)):
                stream = next(stream for stream in streams if stream is key.fileobj)
                piece = os.read(stream.fileno(), 65536)
                lines = streams[stream]
                if piece:
                    kept.add(piece)
                if lines is not None:
                    lines.take(piece) if piece else lines.end()
                if not piece:
                    selector.unregister(stream)
            if process.poll() is not None:
                # Something that it left behind may hold its streams open for ever.
                enough = min(enough, time.monotonic() + _GRACE_SECONDS)
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return False
    return True


def _kill(process: "subprocess.Popen[bytes]", how: signal.Signals) -> None:
    """Signal the whole group and, with SIGKILL, wait for its leader."""
    with suppress(ProcessLookupError, PermissionError):  # nobody is left in it
        os.killpg(process.pid, how)
    with suppress(subprocess.TimeoutExpired):  # it is killed next
        process.wait(_GRACE_SECONDS if how is signal.SIGTERM else None)


@contextmanager
def _watched(group: int, folder: str = "") -> Generator[None]:
    """While inside, the group is killed should we die: a shell waits for the end of a pipe that we hold.

    Args:
        folder: what is to be removed then.
    """
    end = f'kill -s KILL -- -{group}; [ -z "$1" ] || rm -rf -- "$1"'
    watchdog = subprocess.Popen(
        ["/bin/sh", "-c", f"read -r line || {{ {end}; }}", "sh", folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.defpath},
        start_new_session=True,
    )
    assert watchdog.stdin is not None
    try:
        yield
    finally:
        with suppress(BrokenPipeError):  # somebody has ended it
            watchdog.stdin.write(b"done\n")
            watchdog.stdin.close()
        watchdog.wait()
