"""What is known of each target's resources, now and at any moment since it was first looked at.

Owns the tables. A resource has a row for each form in which it was ever seen, with the look that saw it so
first and the look that saw it otherwise, so that what stood there at a moment is one query away. Judges
nothing; knows no cloud.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from skywright.journal import tables
from skywright.model.resource import Inventory, Resource, Survey, Unread, resource_of, row_of

_metadata = sa.MetaData()
_looks = sa.Table(
    "inventory_looks",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("target", sa.String, nullable=False, index=True),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("unread", sa.Text, nullable=False),
)
_forms = sa.Table(
    "inventory_forms",
    _metadata,
    sa.Column("target", sa.String, primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("since", sa.Integer, primary_key=True),
    sa.Column("until", sa.Integer, nullable=True),
    sa.Column("type", sa.String, nullable=False),
    sa.Column("region", sa.String, nullable=False),
    sa.Column("resource", sa.Text, nullable=False),
    sa.Index("inventory_forms_present", "target", "until"),
    sa.Index("inventory_forms_begun", "target", "since"),
)


@dataclass(frozen=True, slots=True)
class Look:
    """One time that somebody looked: when (seconds since the epoch), and what could not be seen.

    Attributes:
        number: the later the look, the greater.
    """

    number: int
    at: float
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What a look found otherwise than the one before, by ids."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]


class Inventories:
    """The inventories of all targets of a home."""

    def __init__(self, engine: Engine, clock: Callable[[], float]) -> None:
        tables.make(engine, _metadata)
        self._engine = engine
        self._clock = clock

    def renew(self, target: str, survey: Survey) -> Changes:
        """Take in what somebody saw just now. What was not covered stays as it was known."""
        seen = {id: text_of(resource) for id, resource in survey.resources.items()}
        with self._engine.connect() as connection:
            tables.begin_writing(connection, f"inventory of {target}")
            known = {row.id: row for row in connection.execute(_present(target))}
            new = tuple(sorted(seen.keys() - known.keys()))
            changed = tuple(sorted(id for id in seen.keys() & known.keys() if seen[id] != known[id].resource))
            unseen = (row for id, row in known.items() if id not in seen)
            gone = tuple(sorted(row.id for row in unseen if _would_be_seen(survey, row)))
            look = _note(connection, target, self._clock(), survey)
            _end(connection, target, [known[id] for id in (*changed, *gone)], look)
            begun = [(survey.resources[id], seen[id]) for id in (*new, *changed)]
            _begin(connection, target, begun, look)
            connection.commit()
        return Changes(new, changed, gone)

    def look(self, target: str, at: float | None = None) -> Look | None:
        """The last time that somebody looked, at that moment or before it; None: never."""
        query = _looks.select().where(_looks.c.target == target).order_by(_looks.c.id.desc()).limit(1)
        if at is not None:
            query = query.where(_looks.c.at <= at)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        unread = (Unread(tuple(types), *others) for types, *others in json.loads(row.unread))
        return Look(row.id, row.at, tuple(unread))

    def at(self, target: str, at: float | None = None) -> Inventory:
        """What was known to be there at a moment (seconds since the epoch); None: what is known now."""
        query = _present(target)
        if at is not None:
            last = sa.select(sa.func.max(_looks.c.id)).where(_looks.c.target == target, _looks.c.at <= at)
            last = last.scalar_subquery()
            stands = sa.or_(_forms.c.until.is_(None), _forms.c.until > last)
            query = _forms.select().where(_forms.c.target == target, _forms.c.since <= last, stands)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(_forms.c.id)).all()
        return {row.id: known_by(row.resource) for row in rows}

    def since(self, target: str, look: int) -> tuple[Sequence[str], Sequence[Resource]]:
        """Ids of all that was otherwise after that look, and what is there now of what came after it."""
        ended = sa.select(_forms.c.id).where(_forms.c.target == target, _forms.c.until > look).distinct()
        begun = _present(target).where(_forms.c.since > look)
        with self._engine.connect() as connection:
            gone = connection.execute(ended).scalars().all()
            return gone, [known_by(row.resource) for row in connection.execute(begun)]

    def forms(self, target: str, id: str) -> Sequence[tuple[float, float | None, Resource]]:
        """Every form in which a resource was seen: from when, until when (None: still), and how."""
        began, ended = _looks.alias(), _looks.alias()
        query = (
            sa.select(began.c.at.label("began"), ended.c.at.label("ended"), _forms.c.resource)
            .join(began, began.c.id == _forms.c.since)
            .outerjoin(ended, ended.c.id == _forms.c.until)
            .where(_forms.c.target == target, _forms.c.id == id)
            .order_by(_forms.c.since)
        )
        with self._engine.connect() as connection:
            return [(row.began, row.ended, known_by(row.resource)) for row in connection.execute(query)]

    def forget(self, target: str) -> None:
        """Forget all that is known of a target."""
        with self._engine.begin() as connection:
            connection.execute(_forms.delete().where(_forms.c.target == target))
            connection.execute(_looks.delete().where(_looks.c.target == target))


def _present(target: str) -> "sa.Select[Any]":
    return sa.select(_forms).where(_forms.c.target == target, _forms.c.until.is_(None))


def _would_be_seen(survey: Survey, row: Any) -> bool:
    return survey.covers(Resource(row.id, row.type, row.region))


def _note(connection: Connection, target: str, at: float, survey: Survey) -> int:
    unread = [(one.types, one.region, one.why, one.optional) for one in survey.unread]
    made = connection.execute(_looks.insert().values(target=target, at=at, unread=json.dumps(unread)))
    assert made.inserted_primary_key is not None
    return int(made.inserted_primary_key[0])


def _end(connection: Connection, target: str, rows: Sequence[Any], look: int) -> None:
    if rows:
        ended = _forms.update().where(
            _forms.c.target == target,
            _forms.c.id == sa.bindparam("its"),
            _forms.c.since == sa.bindparam("begun"),
        )
        connection.execute(ended.values(until=look), [{"its": row.id, "begun": row.since} for row in rows])


def _begin(connection: Connection, target: str, seen: Sequence[tuple[Resource, str]], look: int) -> None:
    rows: list[dict[str, object]] = [
        {
            "target": target,
            "id": resource.id,
            "since": look,
            "until": None,
            "type": resource.type,
            "region": resource.region,
            "resource": text,
        }
        for resource, text in seen
    ]
    if rows:
        connection.execute(_forms.insert(), rows)


def text_of(resource: Resource) -> str:
    """A resource as it is kept, the same for the same."""
    return json.dumps(row_of(resource), sort_keys=True)


def known_by(text: str) -> Resource:
    """What `text_of` kept."""
    return resource_of(json.loads(text))
