"""Behind the wall an artefact reads nothing of the user's and reaches nothing but its gate."""

import ctypes
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from skywright.modalities import process, wall, walled
from skywright.modalities.base import Attempt, Workplace
from skywright.model.target import Credential

pytestmark = pytest.mark.skipif(
    walled.version() < 4, reason="this kernel's Landlock does not know ports, or there is none"
)


@pytest.fixture
def doors() -> Iterator[list[socket.socket]]:
    """Two servers of this machine: the first is the gate."""
    opened = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    yield opened
    for door in opened:
        door.close()


def run(script: str, doors: list[socket.socket], folder: Path) -> Attempt:
    endpoint = f"http://127.0.0.1:{doors[0].getsockname()[1]}"
    place = Workplace(endpoint, Credential("a", "s"), "us-east-1", folder / "work", lambda _: None, 20)
    bash = process.find("bash", "")
    path = process.write(place, "artefact.sh", script)
    return process.attempt(script, wall.around([bash, "-e", str(path)], place, [bash]), place, [bash])


def test_it_works_in_its_own_folder_and_reaches_the_gate(doors: list[socket.socket], tmp_path: Path) -> None:
    port = doors[0].getsockname()[1]
    script = f"echo one > file; cat file; echo > /dev/tcp/127.0.0.1/{port}; python3 -c 'print(6*7)'"
    done = run(script, doors, tmp_path)
    assert done.ok and "one" in done.output and "42" in done.output, done


@pytest.mark.parametrize(
    "what",
    [
        "cat {secret}",
        "echo x >> {secret}",
        "ls {folder}",
        "cat /proc/{pid}/environ",
        "cat /etc/shadow",
        "echo > /dev/tcp/127.0.0.1/{other}",
        "kill -TERM {pid}",
        "python3 -c 'import socket; socket.create_server((\"127.0.0.1\", 0))'",
        "echo x > /tmp/skywright-was-here",
        "echo > /dev/udp/127.0.0.1/{other}",
        "ls /dev",
        "echo x > /dev/shm/skywright-was-here",
        "python3 -c 'import socket; socket.socket(socket.AF_UNIX).connect(\"{door}\")'",
        "python3 -c 'import socket; socket.socket(proto=262).connect((\"127.0.0.1\", {other}))'",
        'python3 -c \'import socket; socket.socket().sendto(b"x", 0x20000000, ("127.0.0.1", {other}))\'',
    ],
)
def test_everything_else_is_out_of_reach(what: str, doors: list[socket.socket], tmp_path: Path) -> None:
    secret = tmp_path / "credentials"
    secret.write_text("the-secret")
    other = doors[1].getsockname()[1]
    with socket.socket(socket.AF_UNIX) as server, TemporaryDirectory(dir="/tmp") as folder:
        server.bind(door := f"{folder}/door")
        server.listen()
        asked = what.format(secret=secret, folder=tmp_path, pid=os.getpid(), other=other, door=door)
        done = run(asked, doors, tmp_path)
    assert not done.ok and "the-secret" not in done.output
    assert "ermi" in done.output, done.output  # Permission denied, Operation not permitted, PermissionError
    assert secret.read_text() == "the-secret"


def test_memory_that_others_share_and_kept_keys_are_out_of_reach(
    doors: list[socket.socket], tmp_path: Path
) -> None:
    """Neither has a file, so that no rule about files keeps anybody from it."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.shmat.restype = ctypes.c_void_p
    segment = libc.shmget(0, 4096, 0o1600)
    place = libc.shmat(segment, None, 0)
    try:
        ctypes.memmove(place, b"the-secret", 10)
        script = (
            "import ctypes, os\n"
            "libc = ctypes.CDLL(None, use_errno=True); libc.shmat.restype = ctypes.c_void_p\n"
            f"at = libc.shmat({segment}, None, 0)\n"
            "print('shared', at, 'the-' + ctypes.string_at(at, 10).decode() if at != 2**64 - 1 else 'none')\n"
            "print('ring', libc.syscall({'x86_64': 250}.get(os.uname().machine, 219), 0, -3, 0))\n"
            "print('queue', libc.msgget(0, 0o1600), 'set', libc.semget(0, 1, 0o1600))"
        )
        done = run(f"python3 <<'END'\n{script}\nEND", doors, tmp_path)
    finally:
        libc.shmctl(segment, 0, None)
        libc.shmdt(ctypes.c_void_p(place))
    assert done.ok, done.output
    assert "none" in done.output and "the-secret" not in done.output
    assert "ring -1" in done.output and "queue -1 set -1" in done.output


def test_a_system_without_one_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(walled, "version", lambda: 0)
    place = Workplace("http://127.0.0.1:1", Credential("a", "s"), "r", tmp_path, said.append)
    assert wall.around(["/bin/true"], place, []) == ["/bin/true"] and "without a wall" in said[0]
