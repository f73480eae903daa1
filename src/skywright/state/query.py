"""Questions to an inventory in SQL, by way of an SQLite in memory that holds nothing else.

Owns the tables that a question sees. The question is a stranger's words: it reads these tables, for so long
and so much, and reaches nothing beyond them.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from skywright.errors import Usage
from skywright.model.resource import Inventory, Resource

TABLES: Final = """\
CREATE TABLE resources (id TEXT PRIMARY KEY, type TEXT, region TEXT, name TEXT, managed_by TEXT,
    usd_month REAL, properties TEXT) WITHOUT ROWID;
CREATE TABLE dependencies (id TEXT, needs TEXT);
CREATE TABLE tags (id TEXT, key TEXT, value TEXT);
"""
_INDEXES: Final = "CREATE INDEX needed ON dependencies (needs); CREATE INDEX tagged ON tags (key, value)"
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


def ask(inventory: Inventory, usd_month: Callable[[Resource], float], question: str) -> Found:
    """The answer to one SELECT over `resources`, `dependencies` and `tags`.

    `properties` is JSON: `json_extract(properties, '$.InstanceType')`.

    Raises:
        Usage: It is not SQL, is no question, or takes too long or too much.
    """
    database = sqlite3.connect(":memory:")
    try:
        _fill(database, inventory, usd_month)
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


def _fill(database: sqlite3.Connection, inventory: Inventory, usd_month: Callable[[Resource], float]) -> None:
    database.executescript(TABLES)
    with database:
        database.executemany(
            "INSERT INTO resources VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    id,
                    one.type,
                    one.region,
                    one.name,
                    one.managed_by,
                    usd_month(one),
                    json.dumps(one.properties),
                )
                for id, one in inventory.items()
            ),
        )
        database.executemany(
            "INSERT INTO dependencies VALUES (?, ?)",
            ((id, needed) for id, one in inventory.items() for needed in one.depends_on),
        )
        database.executemany("INSERT INTO tags VALUES (?, ?, ?)", _tags(inventory))
    database.executescript(_INDEXES)


def _tags(inventory: Inventory) -> Iterator[tuple[str, str, str]]:
    for id, one in inventory.items():
        tags = one.properties.get("Tags")
        for tag in tags if isinstance(tags, (list, tuple)) else ():
            if isinstance(tag, Mapping):
                yield id, str(tag.get("Key", "")), str(tag.get("Value", ""))


def _authorise(action: int, *_about: object) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY
