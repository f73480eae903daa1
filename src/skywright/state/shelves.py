"""Folders that machines which share a database have in common: what a modality keeps of a target.

Owns the table, and which copy is the newest. A folder is borrowed by one process at a time, on whichever
machine: it is brought up to date before, and what is left in it is kept afterwards, also of who failed. Who
is killed leaves it to others as it was before, and to his own machine as it is, until another had it.
Without a shared database there is one copy, and nothing to do. Knows nothing of what is in the files.
"""

import fcntl
import io
import os
import time
import zipfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import InterfaceError, OperationalError

from skywright.errors import Corrupt, Unavailable
from skywright.journal import tables

_metadata = sa.MetaData()
_folders = sa.Table(
    "kept_folders",
    _metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

_MARK: Final = ".shelf"
"""Which version the files beside it are; locked by the process that borrows the folder."""

_NOT_SHARED: Final = frozenset({_MARK, "lock"})
_PATIENCE_SECONDS: Final = 120.0
_LOOK_SECONDS: Final = 0.5


class Shelves:
    """The folders under a root.

    Args:
        engine: SQLite: nobody else's machine has them.
    """

    def __init__(self, engine: Engine, root: Path) -> None:
        self._engine = engine
        self._root = root
        self._shared = engine.dialect.name != "sqlite"
        if self._shared:
            tables.make(engine, _metadata)

    @contextmanager
    def borrowed(self, folder: Path) -> Generator[None]:
        """Have a folder for oneself, as whoever had it last left it.

        Raises:
            Unavailable: Another had it for too long, or the database cannot be had.
            Corrupt: What is in it was made on this machine alone, and others share another.
        """
        if not self._shared:
            yield
            return
        name = folder.relative_to(self._root).as_posix()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _mapped(), self._engine.connect() as connection, _marked(folder) as mark:
            _wait_for(connection, name)
            try:
                version = _bring(connection, name, folder, mark)
                try:
                    yield
                finally:
                    _take_back(connection, name, folder, version, mark)
            finally:
                # Not back to the pool, which would keep the lock with the connection.
                connection.invalidate()

    def fetch(self, folder: Path) -> None:
        """Bring what is in a folder up to date, to be looked at; what is borrowed here is so already."""
        if not self._shared:
            return
        name = folder.relative_to(self._root).as_posix()
        within = sa.or_(_folders.c.name == name, _folders.c.name.startswith(f"{name}/", autoescape=True))
        with _mapped(), self._engine.connect() as connection:
            for found in connection.execute(sa.select(_folders.c.name).where(within)).scalars().all():
                one = self._root / found
                one.mkdir(parents=True, exist_ok=True, mode=0o700)
                # What is this machine's own tells whoever borrows it.
                with _marked(one) as mark, suppress(BlockingIOError, Corrupt):
                    fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    _bring(connection, found, one, mark)


def _wait_for(connection: Connection, name: str) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    key = sa.func.hashtextextended(f"kept folder {name}", 0)
    while not connection.execute(sa.select(sa.func.pg_try_advisory_lock(key))).scalar():
        connection.commit()  # the lock will be the connection's; no transaction is to stay open with it
        if time.monotonic() >= until:
            raise Unavailable(
                f"another run is at work in {name}, here or on another machine; try again later"
            )
        time.sleep(_LOOK_SECONDS)
    connection.commit()


def _bring(connection: Connection, name: str, folder: Path, mark: int) -> int:
    """Put the newest copy into the folder, unless it is there; gives its version, 0: there is none."""
    with suppress(BlockingIOError):
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    row = connection.execute(_folders.select().where(_folders.c.name == name)).first()
    connection.commit()
    here = int(os.pread(mark, 32, 0) or 0)
    if row is None or row.version == here:
        return 0 if row is None else here
    if not here and any(_files(folder)):
        raise Corrupt(
            f"{folder} was made on this machine alone, and the machines that share the database "
            "have another; move it away to go on with theirs"
        )
    _unpack(row.content, folder)
    _note(mark, row.version)
    return int(row.version)


def _take_back(connection: Connection, name: str, folder: Path, version: int, mark: int) -> None:
    """Keep what is in the folder now, if it is otherwise than it was.

    Raises:
        Unavailable: It was another's meanwhile: the connection was lost, and with it the right to it.
    """
    content = _packed(folder)
    with connection.begin():
        known = connection.execute(_folders.select().where(_folders.c.name == name).with_for_update()).first()
        if (0 if known is None else known.version) != version:
            raise Unavailable(f"{name} was changed on another machine meanwhile; {folder} is not kept")
        if known is not None and bytes(known.content) == content:
            return
        values: dict[str, Any] = {"version": version + 1, "content": content}
        if known is None:
            connection.execute(_folders.insert().values(name=name, **values))
        else:
            connection.execute(_folders.update().where(_folders.c.name == name).values(**values))
    _note(mark, version + 1)


@contextmanager
def _marked(folder: Path) -> Generator[int]:
    handle = os.open(folder / _MARK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def _note(mark: int, version: int) -> None:
    os.ftruncate(mark, 0)
    os.pwrite(mark, str(version).encode(), 0)


def _files(folder: Path) -> Iterator[Path]:
    """What is shared of a folder: its own files, and nothing of what is below it."""
    for path in sorted(folder.iterdir()):
        if path.is_file() and not path.is_symlink() and path.name not in _NOT_SHARED:
            yield path


def _packed(folder: Path) -> bytes:
    """The same for the same files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as whole:
        for path in _files(folder):
            whole.writestr(zipfile.ZipInfo(path.name), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _unpack(content: bytes, folder: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as whole:
        names = {name for name in whole.namelist() if name == Path(name).name and name not in _NOT_SHARED}
        for path in _files(folder):
            if path.name not in names:
                path.unlink()
        for name in names:
            new = folder / f"{name}.new"
            new.write_bytes(whole.read(name))
            new.chmod(0o600)
            new.replace(folder / name)


@contextmanager
def _mapped() -> Generator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        said = str(error.orig).strip().partition("\n")[0]
        raise Unavailable(f"the database that machines share cannot be had: {said}") from error
