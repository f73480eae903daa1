"""The index of all pages: a file of SQLite's full-text search, made on first use and kept.

Owns the file: its form, its making and where a half-made one stays (nowhere). Knows nothing of ranking.
"""

import os
import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import awscli
import botocore

from skywright.clouds.aws.docs.pages import Page
from skywright.clouds.aws.docs.words import terms
from skywright.errors import Unavailable

FORM: Final = 1
"""Of the file. Another number makes a new index."""

FIELDS: Final = ("name", "service", "summary", "text", "parameters", "examples")


@dataclass(frozen=True, slots=True)
class Entry:
    """An operation as the index has it: the stems of its name, its summary, and its service's names."""

    service: str
    name: str
    name_terms: tuple[str, ...]
    summary_terms: tuple[str, ...]
    called: frozenset[str] = field(compare=False)


def file_name() -> str:
    """What the index of the documentation on this machine is called."""
    return f"docs-{FORM}-{botocore.__version__}-{awscli.__version__}.sqlite"


def make(path: Path, pages: Iterable[Page]) -> None:
    """Write an index. It is there whole or not at all, whoever else is making it.

    Raises:
        Unavailable: It cannot be written.
    """
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with closing(sqlite3.connect(draft)) as database:
            fill(database, pages)
        draft.replace(path)
        for older in set(path.parent.glob("docs-*.sqlite")) - {path}:
            older.unlink(missing_ok=True)
    except (OSError, sqlite3.Error) as error:
        with suppress(OSError):
            draft.unlink()
        raise Unavailable(
            f"the index of the documentation cannot be written to {path.parent}: {error}"
        ) from error


def fill(database: sqlite3.Connection, pages: Iterable[Page]) -> None:
    """Put the pages into an empty database."""
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("CREATE TABLE operations (id INTEGER PRIMARY KEY, service, operation, name, summary)")
    database.execute("CREATE TABLE services (service PRIMARY KEY, called, terms, names)")
    columns = ", ".join(FIELDS)
    options = "content='', tokenize='unicode61'"
    database.execute(f"CREATE VIRTUAL TABLE pages USING fts5({columns}, {options})")
    with database:
        for number, page in enumerate(pages, 1):
            name, summary = " ".join(terms(page.operation.name)), " ".join(terms(page.summary))
            row = (number, page.operation.service, page.operation.name, name, summary)
            database.execute("INSERT INTO operations VALUES (?, ?, ?, ?, ?)", row)
            others = (" ".join(sorted(page.called)), page.text, page.parameters, page.examples)
            service, text, parameters, examples = (" ".join(terms(other)) for other in others)
            named = (page.operation.service, others[0], service, " ".join(sorted(page.names)))
            database.execute("INSERT OR IGNORE INTO services VALUES (?, ?, ?, ?)", named)
            database.execute(
                f"INSERT INTO pages (rowid, {columns}) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (number, name, service, summary, text, parameters, examples),
            )
        database.execute("INSERT INTO pages (pages) VALUES ('optimize')")
        database.execute("CREATE VIRTUAL TABLE words USING fts5vocab(pages, row)")


def found(
    database: sqlite3.Connection,
    query: str,
    weights: Sequence[float],
    most: int,
    services: Collection[str] = (),
) -> Iterator[int]:
    """The numbers of the entries that a query finds, best first by BM25 with the fields so weighted."""
    ranked = f"bm25(pages, {', '.join(f'{weight:g}' for weight in weights)})"
    among = (
        f"AND rowid IN (SELECT id FROM operations WHERE service IN ({_marks(services)}))" if services else ""
    )
    rows = database.execute(
        f"SELECT rowid FROM pages WHERE pages MATCH ? {among} ORDER BY {ranked}, rowid LIMIT ?",
        (query, *sorted(services), most),
    )
    return (int(row[0]) for row in rows)


def called(database: sqlite3.Connection) -> dict[str, frozenset[str]]:
    """The words that each service is called by."""
    rows = database.execute("SELECT service, called FROM services")
    return {service: frozenset(names.split()) for service, names in rows}


def named(database: sqlite3.Connection, text: str) -> frozenset[str]:
    """The services of which a name stands in the text, in one word or in up to three."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    said = {"".join(words[at : at + length]) for length in (1, 2, 3) for at in range(len(words))}
    rows = database.execute("SELECT service, names FROM services")
    return frozenset(service for service, names in rows if not said.isdisjoint(names.split()))


def entries(database: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, Entry]:
    """The entries of these numbers."""
    rows = database.execute(
        "SELECT id, service, operation, name, summary, terms FROM operations JOIN services USING (service) "
        f"WHERE id IN ({_marks(numbers)})",
        tuple(numbers),
    )
    return {
        int(id): Entry(
            service, operation, tuple(name.split()), tuple(summary.split()), frozenset(called.split())
        )
        for id, service, operation, name, summary, called in rows
    }


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))
