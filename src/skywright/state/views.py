"""What questions in SQL are asked of: a file a target, in step with what is known of it.

Owns the files. Each holds one target's inventory as `query` lays it out, and which look it is of; what was
otherwise since then is put into it before it is asked, so that nobody waits for all of it to be read again.
Nothing is in one that `Inventories` does not know: it may be thrown away at any time.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from skywright.errors import Unavailable
from skywright.model.resource import Resource
from skywright.state.home import own
from skywright.state.inventories import Inventories
from skywright.state.query import TABLES, drop, put

_WAIT_SECONDS: Final = 30.0


@dataclass(frozen=True)
class Views:
    """The files of one home.

    Attributes:
        usd_month: what a thing costs.
        edition: of the tables and of the prices; a file of another one is written anew.
    """

    folder: Path
    inventories: Inventories
    usd_month: Callable[[Resource], float]
    edition: str

    def of(self, target: str) -> sqlite3.Connection:
        """A database of what is known of a target now; it can only be read.

        Raises:
            Unavailable: Its file cannot be written.
        """
        file = self._file(target)
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            own(file)
            try:
                self._renew(file, target)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                file.write_bytes(b"")  # It is no database, or is damaged.
                self._renew(file, target)
            return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=_WAIT_SECONDS)
        except (OSError, sqlite3.Error) as error:
            raise Unavailable(f"{file} cannot be used: {error}") from error

    def forget(self, target: str) -> None:
        """Throw the file away."""
        self._file(target).unlink(missing_ok=True)

    def _file(self, target: str) -> Path:
        return self.folder / f"{target}.db"

    def _renew(self, file: Path, target: str) -> None:
        newest = self.inventories.look(target)
        with closing(sqlite3.connect(file, timeout=_WAIT_SECONDS, isolation_level=None)) as database:
            if newest is None or self._look(database) == newest.number:
                return
            # Who waited here while another wrote finds the work done.
            database.execute("BEGIN IMMEDIATE")
            known = self._look(database)
            if known is None:
                _empty(database)
            gone, there = self.inventories.since(target, known or 0)
            drop(database, gone)
            put(database, there, self.usd_month)
            database.execute("DELETE FROM look")
            database.execute("INSERT INTO look VALUES (?, ?)", (newest.number, self.edition))
            database.execute("COMMIT")

    def _look(self, database: sqlite3.Connection) -> int | None:
        """The look that a file is of; None: it is of none from which one could go on."""
        if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'look'").fetchone():
            return None
        number, edition = database.execute("SELECT number, edition FROM look").fetchone()
        return number if edition == self.edition else None


def _empty(database: sqlite3.Connection) -> None:
    """Lay the tables out, none of them there; `executescript` would end the transaction."""
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        database.execute(f"DROP TABLE {name}")
    for statement in (*TABLES, "CREATE TABLE look (number INTEGER, edition TEXT)"):
        database.execute(statement)
