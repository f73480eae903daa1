"""What came of requests before, for whoever picks brain and modality. Owns the sums, not what follows."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine

from skywright.journal import tables
from skywright.model.result import OWN, Cell, Result

_metadata = sa.MetaData()
_results = sa.Table(
    "results",
    _metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("brain", sa.String, nullable=False),
    sa.Column("modality", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("size", sa.String, nullable=False),
    sa.Column("fault", sa.String, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("steps", sa.Float, nullable=False),
    sa.Column("usd", sa.Float, nullable=False),
    # In what order they came. SQLite has it by itself.
    sa.Column("rowid", sa.BigInteger, system=True),
)
_ORDER = sa.text("ALTER TABLE results ADD COLUMN IF NOT EXISTS rowid bigint GENERATED ALWAYS AS IDENTITY")

NEWEST = 20
"""So many results of a cell count, the newest: what was good for long may be so no more. An assumption."""


class Results:
    """All results of a home."""

    def __init__(self, engine: Engine) -> None:
        tables.make(engine, _metadata)
        if engine.dialect.name != "sqlite" and not _ordered(engine):
            with engine.begin() as connection:
                connection.execute(_ORDER)
        self._engine = engine

    def add(self, source: str, name: str, results: Sequence[Result]) -> int:
        """Write down what came of a run or a battle, once: the same name again changes nothing.

        Returns:
            How many are new.
        """
        rows = [
            {"id": f"{name}/{number}", "source": source, **_row(one)} for number, one in enumerate(results)
        ]
        if not rows:
            return 0
        with self._engine.connect() as connection:
            tables.begin_writing(connection, "results")
            before = connection.scalar(_count()) or 0
            connection.execute(tables.insert_new(self._engine, _results), rows)
            new = (connection.scalar(_count()) or 0) - before
            connection.commit()
        return int(new)

    def cells(self) -> tuple[Cell, ...]:
        """The sums over the newest, by source, brain, modality, kind and size; of battles over all."""
        named = ("source", "brain", "modality", "kind", "size")
        by = [_results.c[name] for name in named]
        age = sa.func.row_number().over(partition_by=by, order_by=sa.desc(_results.c.rowid))
        aged = sa.select(_results, age.label("age")).subquery()
        keys = [aged.c[name] for name in named]
        sums = [
            sa.func.count(),
            *(sa.func.sum(sa.cast(aged.c.fault == who, sa.Integer)) for who in ("brain", "modality")),
            *(
                sa.func.sum(sa.case((aged.c.fault == "brain", 0.0), else_=aged.c[name]))
                for name in ("seconds", "steps")
            ),
            *(sa.func.sum(aged.c[name]) for name in ("seconds", "usd")),
        ]
        counts = sa.or_(aged.c.source != OWN, aged.c.age <= NEWEST)
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(*keys, *sums).where(counts).group_by(*keys).order_by(*keys))
            return tuple(Cell(*row) for row in rows)

    def forget(self) -> int:
        """Drop all of them; gives how many there were."""
        with self._engine.begin() as connection:
            return connection.execute(_results.delete()).rowcount


def _ordered(engine: Engine) -> bool:
    return any(column["name"] == "rowid" for column in sa.inspect(engine).get_columns("results"))


def _count() -> sa.Select[int]:
    return sa.select(sa.func.count()).select_from(_results)


def _row(result: Result) -> dict[str, Any]:
    return {name: getattr(result, name) for name in Result.__dataclass_fields__}
