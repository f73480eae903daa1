"""Which process drives a run: one at most, on one machine. Knows nothing of what a run is.

Within a machine it is a lock on a file in the run's folder, among machines that share a database one in it;
whoever dies gives both back, however he dies.
"""

import fcntl
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from skywright.errors import Usage

_LOCK = "driver.lock"
"""Locked by the process that drives the run, whose id is in it."""

_TRIES = 10
_TRY_SECONDS = 0.03


@contextmanager
def beside_no_process(folder: Path, id: str) -> Generator[None]:
    """Drive a run whose folder that is, alone on this machine.

    Raises:
        Usage: Another process drives it.
    """
    handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not _locked(handle):
            raise Usage(f"run {id} is being carried out by another process")
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


def driver(folder: Path) -> int | None:
    """The living process of this machine that drives the run whose folder that is; None: none does."""
    try:
        handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                written = os.pread(handle, 32, 0)
                if written:
                    return int(written)
                time.sleep(_TRY_SECONDS)  # it has taken the lock and not yet said who it is
            else:
                return None
    finally:
        os.close(handle)


@contextmanager
def beside_no_machine(engine: Engine, id: str) -> Generator[None]:
    """Drive a run alone among all machines that share the database.

    Raises:
        Usage: Another machine drives it.
    """
    if engine.dialect.name == "sqlite":
        yield  # a file, of this machine's processes alone
        return
    with engine.connect() as connection:
        if not _taken(connection, id):
            raise Usage(f"run {id} is being carried out on another machine")
        try:
            yield
        finally:
            # Not back to the pool, which would keep the lock with the connection.
            connection.invalidate()


def driven_elsewhere(engine: Engine, id: str) -> bool:
    """Whether a process drives the run that shares the database, on whichever machine."""
    if engine.dialect.name == "sqlite":
        return False
    with engine.connect() as connection:
        free = bool(connection.execute(sa.select(sa.func.pg_try_advisory_xact_lock(_key(id)))).scalar())
        connection.rollback()
    return not free


def _locked(handle: int) -> bool:
    """Take the lock; somebody who only asks who has it holds it for an instant, and is waited for."""
    for _ in range(_TRIES):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_TRY_SECONDS)
        else:
            return True
    return False


def _taken(connection: Connection, id: str) -> bool:
    """As `_locked`, for as long as the connection lasts."""
    for _ in range(_TRIES):
        taken = connection.execute(sa.select(sa.func.pg_try_advisory_lock(_key(id)))).scalar()
        connection.commit()  # the lock is the connection's; no transaction is to stay open with it
        if taken:
            return True
        time.sleep(_TRY_SECONDS)
    return False


def _key(id: str) -> "sa.Function[int]":
    return sa.func.hashtextextended(f"driver of run {id}", 0)
