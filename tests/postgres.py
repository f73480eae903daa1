"""A real PostgreSQL for tests, where its programs are on the machine: empty, on loopback, gone afterwards."""

import getpass
import os
import pwd
import secrets
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest


def programs() -> Path | None:
    """The folder that holds `initdb` and `postgres`; None if there is none."""
    of_debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    path = [Path(folder) for folder in os.get_exec_path()]
    return next((each for each in [*of_debian, *path] if (each / "initdb").exists()), None)


needed = pytest.mark.skipif(programs() is None, reason="PostgreSQL's programs are not on this machine")


def _user() -> str:
    """Who runs it: it refuses to be run by root."""
    if os.getuid():
        return getpass.getuser()
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


@contextmanager
def served() -> Generator[str]:
    """A server with an empty database; gives its URL."""
    folder, user = programs(), _user()
    assert folder is not None
    with (
        tempfile.TemporaryDirectory(prefix="postgres-") as kept,
        socket.create_server(("127.0.0.1", 0)) as taken,
    ):
        port = taken.getsockname()[1]
        taken.close()
        os.chown(kept, pwd.getpwnam(user).pw_uid, -1)
        data = f"{kept}/data"
        as_user = {"user": user} if os.getuid() == 0 else {}
        subprocess.run(
            [folder / "initdb", "-D", data, "-U", "battle", "-A", "trust", "-E", "UTF8", "--no-sync"],
            **as_user,
            cwd=kept,
            check=True,
            capture_output=True,
        )
        settings = {
            "port": port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "off",
        }
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        server = subprocess.Popen(
            [folder / "postgres", "-D", data, *words],
            **as_user,
            cwd=kept,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        url = f"postgresql://battle@127.0.0.1:{port}/postgres"
        try:
            _wait(url, server)
            yield url
        finally:
            server.send_signal(signal.SIGQUIT)  # nobody is waited for, and nothing written
            server.wait(30)


def empty(url: str) -> str:
    """A place of its own in that database: a schema, since a whole database is many files."""
    name = f"t{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    return f"{url}?options=-csearch_path%3D{name}"


def _wait(url: str, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            assert server.poll() is None and time.monotonic() < deadline, "PostgreSQL does not start"
            time.sleep(0.1)
        else:
            return
