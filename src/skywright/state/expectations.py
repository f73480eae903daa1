"""What is meant to stand in each target: as it was when it was first seen, or as a run left it.

Owns the tables of what is expected, and of differences that somebody said to ignore. What a look finds
changes nothing here but for what nobody ever looked at before; so a change by others stays a difference,
however often it is seen, until somebody adopts or ignores it, or makes it what it was.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from skywright.journal import tables
from skywright.model.resource import Inventory, Resource, Survey, resource_of, row_of
from skywright.model.values import texts, with_texts
from skywright.state.inventories import known_by, text_of

FIRST_SEEN = "first seen"

_metadata = sa.MetaData()
_expected = sa.Table(
    "inventory_expected",
    _metadata,
    sa.Column("target", sa.String, primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("because", sa.Text, nullable=False),
    sa.Column("resource", sa.Text, nullable=False),
)
_watched = sa.Table(
    "inventory_watched",
    _metadata,
    sa.Column("target", sa.String, primary_key=True),
    sa.Column("type", sa.String, primary_key=True),
    sa.Column("region", sa.String, primary_key=True),
)
_ignored = sa.Table(
    "inventory_ignored",
    _metadata,
    sa.Column("target", sa.String, primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("field", sa.String, primary_key=True),
    sa.Column("actual", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Expected:
    """How a thing is meant to be: since when (seconds since the epoch), and who says so."""

    resource: Resource
    at: float
    because: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """A difference that somebody said to ignore, as long as the field is as it was then."""

    id: str
    field: str
    actual: str
    reason: str


class Expectations:
    """What is expected of all targets of a home."""

    def __init__(self, engine: Engine, clock: Callable[[], float]) -> None:
        tables.make(engine, _metadata)
        self._engine = engine
        self._clock = clock

    def of(self, target: str) -> Mapping[str, Expected]:
        """What is meant to be there, by id."""
        with self._engine.connect() as connection:
            rows = connection.execute(_expected.select().where(_expected.c.target == target)).all()
        return {row.id: Expected(known_by(row.resource), row.at, row.because) for row in rows}

    def welcome(self, target: str, survey: Survey) -> None:
        """Expect to stay what is found where nobody looked before."""
        with self._engine.connect() as connection:
            tables.begin_writing(connection, f"expectations of {target}")
            rows = connection.execute(_watched.select().where(_watched.c.target == target))
            watched = {(row.type, row.region) for row in rows}
            new = survey.covered - watched
            found = Survey(survey.resources, new)
            fresh = {id: one for id, one in survey.resources.items() if found.covers(one)}
            self._put(connection, target, fresh, FIRST_SEEN)
            if new:
                pairs = [{"target": target, "type": type, "region": region} for type, region in sorted(new)]
                connection.execute(_watched.insert(), pairs)
            connection.commit()

    def settle(self, target: str, ids: Iterable[str], inventory: Inventory, because: str) -> None:
        """Expect these to be as they are in the inventory; who is not in it is expected to be gone."""
        wanted = set(ids)
        with self._engine.connect() as connection:
            tables.begin_writing(connection, f"expectations of {target}")
            self._put(connection, target, {id: inventory[id] for id in wanted & inventory.keys()}, because)
            gone = [{"one": id} for id in wanted - inventory.keys()]
            if gone:
                where = (_expected.c.target == target, _expected.c.id == sa.bindparam("one"))
                connection.execute(_expected.delete().where(*where), gone)
            connection.commit()

    def rename(self, target: str, names: Mapping[str, str], there: Inventory) -> None:
        """Expect of things what is expected of them now, under new identifiers for old ones.

        Args:
            there: what is there; what does not name the new one there goes on with the old one.
        """
        expected = self.of(target) if names else {}
        renamed = {
            id: text_of(resource_of(_renamed(one.resource, _named_by(there[id], names))))
            for id, one in expected.items()
            if id in there
        }
        with self._engine.connect() as connection:
            tables.begin_writing(connection, f"expectations of {target}")
            for id, text in renamed.items():
                if text != text_of(expected[id].resource):
                    where = (_expected.c.target == target, _expected.c.id == id)
                    connection.execute(_expected.update().where(*where).values(resource=text))
            connection.commit()

    def ignore(self, target: str, differences: Iterable[Ignored]) -> None:
        """Say no more of these differences, as long as they are what they are."""
        with self._engine.connect() as connection:
            tables.begin_writing(connection, f"expectations of {target}")
            for one in differences:
                where = (_ignored.c.target == target, _ignored.c.id == one.id, _ignored.c.field == one.field)
                connection.execute(_ignored.delete().where(*where))
                connection.execute(
                    _ignored.insert().values(
                        target=target,
                        id=one.id,
                        field=one.field,
                        actual=one.actual,
                        reason=one.reason,
                        at=self._clock(),
                    )
                )
            connection.commit()

    def ignored(self, target: str) -> Mapping[tuple[str, str], Ignored]:
        """What is ignored, by id and field."""
        with self._engine.connect() as connection:
            rows = connection.execute(_ignored.select().where(_ignored.c.target == target)).all()
        return {(row.id, row.field): Ignored(row.id, row.field, row.actual, row.reason) for row in rows}

    def forget(self, target: str) -> None:
        """Forget all that is expected of a target, and what is ignored there."""
        with self._engine.begin() as connection:
            for table in (_expected, _watched, _ignored):
                connection.execute(table.delete().where(table.c.target == target))

    def _put(self, connection: Connection, target: str, resources: Inventory, because: str) -> None:
        if not resources:
            return
        where = (_expected.c.target == target, _expected.c.id == sa.bindparam("one"))
        connection.execute(_expected.delete().where(*where), [{"one": id} for id in resources])
        rows: list[dict[str, Any]] = [
            {"target": target, "id": id, "at": self._clock(), "because": because, "resource": text_of(one)}
            for id, one in resources.items()
        ]
        connection.execute(_expected.insert(), rows)


def spelt(value: Any) -> str:
    """A value as it is compared and kept."""
    return json.dumps(value, sort_keys=True, default=str)


def _named_by(resource: Resource, names: Mapping[str, str]) -> Mapping[str, str]:
    said = set(texts(row_of(resource)))
    return {old: new for old, new in names.items() if new in said}


def _renamed(resource: Resource, names: Mapping[str, str]) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", with_texts(row_of(resource), lambda text: names.get(text, text)))
