"""The separate process: what it knows, how it ends, what is kept of it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from skywright.errors import Unavailable
from skywright.modalities import process
from skywright.modalities.base import Workplace
from skywright.modalities.failure import explain, failure, step_of
from skywright.modalities.printed import KEPT_BYTES
from skywright.model.target import Credential


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    return Workplace(
        "http://127.0.0.1:9", Credential("KEY", "SECRET"), "eu-west-1", tmp_path, lambda line: None, 20
    )


def shell(script: str, workplace: Workplace) -> process.Ended:
    return process.run(["/bin/sh", "-c", script], process.environment(workplace, ["/bin/sh"]), workplace)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pid: int, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not alive(pid)


def test_the_environment_is_only_what_is_needed(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "real")
    monkeypatch.setenv("A_SECRET", "real")
    code = "import json, os; print(json.dumps(dict(os.environ)))"
    command = [sys.executable, "-I", "-c", code]
    ended = process.run(command, process.environment(workplace, command[:1]), workplace)
    found = json.loads(ended.output)
    assert found["HOME"] == str(workplace.folder)
    assert found["AWS_ENDPOINT_URL"] == workplace.endpoint
    assert found["AWS_CONFIG_FILE"].startswith(str(workplace.folder))
    assert "real" not in found.values()
    assert not {name for name in found if "PROXY" in name.upper()} - {"NO_PROXY"}


def test_lines_are_said_as_they_come_and_made_harmless(workplace: Workplace, tmp_path: Path) -> None:
    said: list[str] = []
    listening = Workplace(workplace.endpoint, workplace.credential, "eu-west-1", tmp_path, said.append, 20)
    ended = shell("printf 'one\\n\\033[2Jtwo\\n' >&2; printf 'rest' >&2; echo quiet", listening)
    assert said == ["one", " [2Jtwo", "rest"]
    assert "quiet" in ended.output


def test_only_the_end_of_a_flood_is_kept(workplace: Workplace) -> None:
    ended = shell("yes 0123456789 | head -c 3000000; echo; echo last", workplace)
    assert ended.status == 0
    assert len(ended.output) <= KEPT_BYTES
    assert ended.output.endswith("last\n")


def test_the_whole_group_ends_with_its_time(tmp_path: Path) -> None:
    brief = Workplace("", Credential("k", "s"), "", tmp_path, lambda line: None, 1)
    started = time.monotonic()
    ended = shell("trap '' TERM; sleep 60 & echo $!; wait; sleep 60", brief)
    assert ended.timed_out
    assert time.monotonic() - started < 10
    assert gone(int(ended.output.split()[0]))


def test_what_is_left_behind_is_ended_and_not_waited_for(workplace: Workplace) -> None:
    started = time.monotonic()
    ended = shell("sleep 60 & echo $!", workplace)
    assert ended.status == 0 and not ended.timed_out
    assert time.monotonic() - started < 10
    assert gone(int(ended.output))


PARENT = """
import sys
from pathlib import Path
from skywright.modalities import process
from skywright.modalities.base import Workplace
from skywright.model.target import Credential
def say(line): print(line, flush=True)
workplace = Workplace("", Credential("k", "s"), "", Path(sys.argv[1]), say, 60)
script = "sleep 60 & echo $! >&2; echo $$ >&2; wait"
process.run(["/bin/sh", "-c", script], {"PATH": "/usr/bin:/bin"}, workplace)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_the_child_dies_with_its_parent(tmp_path: Path, how: signal.Signals) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever runs the tests in the background may have made them deaf to it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert parent.stdout is not None
    pids = [int(parent.stdout.readline()) for _ in range(2)]
    assert all(alive(pid) for pid in pids)
    parent.send_signal(how)
    _, errors = parent.communicate(timeout=60)
    assert all(gone(pid) for pid in pids)
    assert ("KeyboardInterrupt" in errors) is (how is signal.SIGINT)


SERVED = """
import sys
from pathlib import Path
from skywright.modalities import process
from skywright.modalities.base import Workplace
from skywright.model.target import Credential
workplace = Workplace("", Credential("k", "s"), "", Path(sys.argv[1]), print, 60)
script = 'sleep 60 & echo "$! $$ $TMPDIR"; wait'
with process.serving(["/bin/sh", "-c", script], {"PATH": "/usr/bin:/bin"}, workplace, "no") as line:
    print(line, flush=True)
    if len(sys.argv) == 2:
        sys.stdin.read()
"""


@pytest.mark.parametrize("killed", [True, False])
def test_what_serves_ends_with_the_one_it_serves(tmp_path: Path, killed: bool) -> None:
    words = [] if killed else ["at once"]
    parent = subprocess.Popen(
        [sys.executable, "-c", SERVED, str(tmp_path), *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    *pids, folder = parent.stdout.readline().split()
    assert len(folder) < 60
    if killed:
        assert Path(folder).is_dir() and all(alive(int(pid)) for pid in pids)
        parent.kill()
    parent.communicate(timeout=60)
    assert all(gone(int(pid)) for pid in pids)
    deadline = time.monotonic() + 10
    while Path(folder).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(folder).exists()


def test_what_is_never_ready_to_serve_is_unavailable(workplace: Workplace) -> None:
    with (
        pytest.raises(Unavailable, match="it does not start"),
        process.serving(["/bin/true"], {}, workplace, "it does not start"),
    ):
        pass


def test_a_missing_program_is_unavailable(workplace: Workplace) -> None:
    with pytest.raises(Unavailable, match="'no-such-thing' is not on the path; get it"):
        process.find("no-such-thing", "get it")
    with pytest.raises(Unavailable, match="cannot be started"):
        process.run(["/nonexistent/x"], {}, workplace)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    workplace = Workplace("", Credential("k", "s"), "", tmp_path / "x", lambda line: None)
    with pytest.raises(Unavailable, match="cannot be written"):
        process.write(workplace, "a", "b")


AWS = """-- vpc
-- vm[1]

An error occurred (VcpuLimitExceeded) when calling the RunInstances operation (reached max retries: 2): Full.
step vm[1] failed with status 255
"""
BOTO = """-- vm[1]
step vm[1] failed: An error occurred (VcpuLimitExceeded) when calling the RunInstances operation: Full.
"""


@pytest.mark.parametrize("output", [AWS, BOTO])
def test_a_failure_is_read_from_what_was_printed(output: str) -> None:
    cause = failure(output)
    assert cause is not None
    assert (cause.code, cause.operation, cause.message) == ("VcpuLimitExceeded", "RunInstances", "Full.")
    assert explain(output, 1).startswith("step vm[1]: An error occurred (VcpuLimitExceeded) when calling the")
    assert failure(explain(output, 1)) is not None


@pytest.mark.parametrize(
    ("output", "status", "sentence"),
    [
        ("-- a\nstep a failed: LookupError: nothing at Vpcs[0]\n", 1, "step a: nothing at Vpcs[0]"),
        (
            "-- a\nthe answer has no such value\nstep a failed with status 1\n",
            1,
            "step a: the answer has no such value",
        ),
        ("Traceback (most recent call last):\n  File x\nNameError: y\n", 1, "NameError: y"),
        ("", 3, "it ended with status 3"),
        ("-- a\n", -9, "it was ended by signal 9"),
        (
            "An error occurred (Old): x\n-- b\nnew trouble\nstep b failed with status 1\n",
            1,
            "step b: new trouble",
        ),
    ],
)
def test_other_failures_are_the_last_words(output: str, status: int, sentence: str) -> None:
    assert explain(output, status) == sentence


def test_the_step_that_was_begun_last() -> None:
    assert step_of("-- a\n-- b\n") == "b"
    assert step_of("-- a\nstep a failed with status 1\n") == "a"
    assert step_of("") == ""
