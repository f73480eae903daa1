"""Questions to an inventory in SQL, by way of an SQLite database that holds nothing else.

Owns the tables that a question sees. The question is a stranger's words: it reads these tables, for so long
and so much, and reaches nothing beyond them.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from skywright.errors import Usage
from skywright.model.resource import Resource

TABLES: Final = (
    "CREATE TABLE resources (id TEXT PRIMARY KEY, type TEXT, region TEXT, name TEXT, managed_by TEXT,"
    " usd_month REAL, properties TEXT)",
    "CREATE TABLE dependencies (id TEXT, needs TEXT)",
    "CREATE TABLE tags (id TEXT, key TEXT, value TEXT)",
    "CREATE INDEX needing ON dependencies (id)",
    "CREATE INDEX needed ON dependencies (needs)",
    "CREATE INDEX tagging ON tags (id)",
    "CREATE INDEX tagged ON tags (key, value)",
)
_NAMES: Final = ("resources", "dependencies", "tags")
_SECONDS: Final = 10.0
_ROWS: Final = 100_000
_CHECKED_EVERY: Final = 10_000
"""So many of SQLite's own steps are done between two looks at the clock."""

_ALLOWED: Final = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a question found. A value is text, a number or None."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def ask(database: sqlite3.Connection, question: str) -> Found:
    """The answer to one SELECT over `resources`, `dependencies` and `tags`; the database is closed.

    `properties` is JSON: `json_extract(properties, '$.InstanceType')`.

    Raises:
        Usage: It is not SQL, is no question, or takes too long or too much.
    """
    try:
        ends = time.monotonic() + _SECONDS
        database.set_authorizer(_authorise)
        database.set_progress_handler(lambda: time.monotonic() > ends, _CHECKED_EVERY)
        cursor = database.execute(question)
        rows = cursor.fetchmany(_ROWS + 1)
        if cursor.description is None:
            raise Usage("the query asks nothing; give a SELECT over resources, dependencies and tags")
    except sqlite3.OperationalError as error:
        if str(error) == "interrupted":
            raise Usage(f"the query took longer than {_SECONDS:.0f} s") from error
        raise Usage(f"the query cannot be answered: {error}") from error
    except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
        reason = "it may only read" if "not authorized" in str(error) else str(error)
        raise Usage(f"the query cannot be answered: {reason}") from error
    finally:
        database.close()
    if len(rows) > _ROWS:
        raise Usage(f"the query found more than {_ROWS} rows; ask for fewer")
    return Found(tuple(column[0] for column in cursor.description), tuple(rows))


def filled(resources: Iterable[Resource], usd_month: Callable[[Resource], float]) -> sqlite3.Connection:
    """A database in memory that holds these."""
    database = sqlite3.connect(":memory:")
    database.executescript(";".join(TABLES))
    put(database, resources, usd_month)
    return database


def put(
    database: sqlite3.Connection, resources: Iterable[Resource], usd_month: Callable[[Resource], float]
) -> None:
    """Write resources into the tables, in which none of them is yet."""
    wanted = tuple(resources)
    database.executemany("INSERT INTO resources VALUES (?, ?, ?, ?, ?, ?, ?)", _rows(wanted, usd_month))
    needs = ((one.id, needed) for one in wanted for needed in one.depends_on)
    database.executemany("INSERT INTO dependencies VALUES (?, ?)", needs)
    database.executemany("INSERT INTO tags VALUES (?, ?, ?)", _tags(wanted))


def drop(database: sqlite3.Connection, ids: Iterable[str]) -> None:
    """Take resources out of the tables, if they are there."""
    gone = [(id,) for id in ids]
    for table in _NAMES:
        database.executemany(f"DELETE FROM {table} WHERE id = ?", gone)


def _rows(resources: Iterable[Resource], usd_month: Callable[[Resource], float]) -> Iterator[tuple[Any, ...]]:
    for one in resources:
        described = json.dumps(one.properties)
        yield one.id, one.type, one.region, one.name, one.managed_by, usd_month(one), described


def _tags(resources: Iterable[Resource]) -> Iterator[tuple[str, str, str]]:
    for one in resources:
        tags = one.properties.get("Tags")
        for tag in tags if isinstance(tags, (list, tuple)) else ():
            if isinstance(tag, Mapping):
                yield one.id, str(tag.get("Key", "")), str(tag.get("Value", ""))


def _authorise(action: int, *_about: object) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY
