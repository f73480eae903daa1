"""Memory as it is kept: the tables of entries and of what came of each.

In a home's own database, or in one that several homes share. What a run left is written once, however often
it is written: its row bears the run's name.
"""

import json
from collections.abc import Collection, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import asdict, fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError

from skywright.errors import NotFound, Unavailable
from skywright.journal import tables
from skywright.memory.entry import Entry, Evidence, Kept, Lookup, Slot

_metadata = sa.MetaData()
_entries = sa.Table(
    "memory_entries",
    _metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("cloud", sa.String, nullable=False),
    sa.Column("region", sa.String, nullable=False),
    sa.Column("request", sa.Text, nullable=False),
    sa.Column("shape", sa.Text, nullable=False),
    sa.Column("program", sa.Text, nullable=False),
    sa.Column("slots", sa.Text, nullable=False),
    sa.Column("lookups", sa.Text, nullable=False),
    sa.Column("relied", sa.Text, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Index("memory_entries_shape", "cloud", "shape"),
)
_evidence = sa.Table(
    "memory_evidence",
    _metadata,
    sa.Column("entry", sa.String, primary_key=True),
    sa.Column("run", sa.String, primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("outcome", sa.String, nullable=False),
    sa.Column("target", sa.String, nullable=False),
    sa.Column("region", sa.String, nullable=False),
    sa.Column("modality", sa.String, nullable=False),
    sa.Column("brain", sa.String, nullable=False),
    sa.Column("steps", sa.Integer, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("tokens", sa.Integer, nullable=False),
    sa.Column("usd", sa.Float, nullable=False),
    sa.Column("api", sa.String, nullable=False),
    sa.Column("policies", sa.String, nullable=False),
)


class Memory:
    """All that is remembered in one database. Everything raises Unavailable if that cannot be had."""

    def __init__(self, engine: Engine) -> None:
        with _mapped():
            tables.make(engine, _metadata)
        self._engine = engine

    def keep(self, entry: Entry, evidence: Evidence | None = None, within: Connection | None = None) -> None:
        """Remember an entry, if it is not remembered already, and what came of it.

        Args:
            within: a transaction of the caller's; it is used if it is of this memory's database.
        """
        row: dict[str, Any] = {each.name: getattr(entry, each.name) for each in fields(Entry)}
        for name in ("slots", "lookups"):
            row[name] = json.dumps([asdict(one) for one in row[name]])
        row["relied"] = json.dumps(entry.relied)
        rows = [(_entries, row)]
        if evidence is not None:
            rows.append((_evidence, {**asdict(evidence), "entry": entry.id}))
        self._insert(rows, within)

    def note(self, entry: str, evidence: Evidence, within: Connection | None = None) -> None:
        """Write down what came of an entry once; `within` as for `keep`."""
        self._insert([(_evidence, {**asdict(evidence), "entry": entry})], within)

    def alike(self, cloud: str, shape: str) -> tuple[Kept, ...]:
        """What is remembered for requests of this shape."""
        return self._kept(_entries.select().where(_entries.c.cloud == cloud, _entries.c.shape == shape))

    def all(self) -> tuple[Kept, ...]:
        """Everything that is remembered, by id."""
        return self._kept(_entries.select().order_by(_entries.c.id))

    def get(self, id: str) -> Kept:
        """One entry.

        Raises:
            NotFound: There is none of that id.
        """
        found = self._kept(_entries.select().where(_entries.c.id == id))
        if not found:
            raise NotFound(f"there is no memory '{id}'; skywright memory list names them")
        return found[0]

    def forget(self, ids: Collection[str]) -> None:
        """Forget entries and all that came of them.

        Raises:
            NotFound: One is not there; then nothing is forgotten.
        """
        for id in ids:
            self.get(id)
        with _mapped(), self._engine.begin() as connection:
            connection.execute(_evidence.delete().where(_evidence.c.entry.in_(ids)))
            connection.execute(_entries.delete().where(_entries.c.id.in_(ids)))

    def _insert(self, rows: Iterable[tuple[sa.Table, Mapping[str, Any]]], within: Connection | None) -> None:
        statements = [tables.insert_new(self._engine, table).values(**row) for table, row in rows]
        if within is not None and within.engine is self._engine:
            for statement in statements:
                within.execute(statement)
            return
        with _mapped(), self._engine.begin() as connection:
            for statement in statements:
                connection.execute(statement)

    def _kept(self, query: sa.Select[Any]) -> tuple[Kept, ...]:
        with _mapped(), self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
            ids = [row["id"] for row in rows]
            said = _evidence.select().where(_evidence.c.entry.in_(ids)).order_by(_evidence.c.at.desc())
            known: dict[str, list[Evidence]] = {id: [] for id in ids}
            for one in connection.execute(said).mappings():
                values = {each.name: one[each.name] for each in fields(Evidence)}
                known[one["entry"]].append(Evidence(**values))
        return tuple(Kept(_entry(row), tuple(known[row["id"]])) for row in rows)


@contextmanager
def _mapped() -> Generator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, ProgrammingError) as error:  # the last: a role may not write
        said = str(error.orig).strip().partition("\n")[0]
        raise Unavailable(f"the database of memory cannot be had: {said}") from error


def _entry(row: Mapping[Any, Any]) -> Entry:
    values = {each.name: row[each.name] for each in fields(Entry)}
    values["slots"] = tuple(Slot(**one) for one in json.loads(row["slots"]))
    values["lookups"] = tuple(Lookup(**one) for one in json.loads(row["lookups"]))
    values["relied"] = tuple(json.loads(row["relied"]))
    return Entry(**values)
