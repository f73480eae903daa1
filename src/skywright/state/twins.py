"""Which accounts of the gym are twins of a target, and which ids things have in them.

Owns the table. How a twin is made is `engine.twin`'s affair.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine

from skywright.clouds.restoring import Lacking
from skywright.journal import tables
from skywright.model.resource import Resource, Survey
from skywright.state.inventories import text_of

_metadata = sa.MetaData()
_twins = sa.Table(
    "twins",
    _metadata,
    sa.Column("account", sa.String, primary_key=True),
    sa.Column("target", sa.String, nullable=False, index=True),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("regions", sa.Text, nullable=False),
    sa.Column("seen", sa.Text, nullable=False),
    sa.Column("ids", sa.Text, nullable=False),
    sa.Column("lost", sa.Text, nullable=False),
)


Seen = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Twin:
    """A gym account that is a target's twin.

    Attributes:
        at: when the target was read, in seconds since the epoch.
        seen: by id, what each thing of the target was like: its type, its region, and a digest of it.
        ids: the target's own ids, and those of the same things in the twin.
        lacking: what it does not have of the target.
    """

    account: str
    target: str
    at: float
    regions: tuple[str, ...]
    seen: Mapping[str, Seen]
    ids: Mapping[str, str]
    lacking: tuple[Lacking, ...]

    def outdated(self, survey: Survey) -> frozenset[str]:
        """Ids of what a look at the target finds otherwise than it was when the twin was made."""
        now = seen_in(survey)
        changed = {id for id in now if now[id] != self.seen.get(id)}
        gone = {
            id
            for id, (type, region, _) in self.seen.items()
            if id not in now and survey.covers(Resource(id, type, region))
        }
        return frozenset(changed | gone)

    def renamed(self) -> dict[str, str]:
        """Those of the ids that are others in the twin."""
        return {id: its for id, its in self.ids.items() if id != its}


class Twins:
    """The twins of a home."""

    def __init__(self, engine: Engine) -> None:
        tables.make(engine, _metadata)
        self._engine = engine

    def keep(self, twin: Twin) -> None:
        """Keep what is known of a twin, in place of any of the same name."""
        row: dict[str, Any] = {
            "account": twin.account,
            "target": twin.target,
            "at": twin.at,
            "regions": json.dumps(twin.regions),
            "seen": json.dumps(dict(twin.seen)),
            "ids": json.dumps(dict(twin.ids)),
            "lost": json.dumps([[getattr(one, name) for name in Lacking.__slots__] for one in twin.lacking]),
        }
        with self._engine.begin() as connection:
            connection.execute(_twins.delete().where(_twins.c.account == twin.account))
            connection.execute(_twins.insert().values(**row))

    def get(self, account: str) -> Twin | None:
        """What is known of the twin of that name; None: it is no twin."""
        return self._first(_twins.select().where(_twins.c.account == account))

    def of(self, target: str) -> Twin | None:
        """The target's newest twin; None: it has none."""
        return self._first(
            _twins.select().where(_twins.c.target == target).order_by(_twins.c.at.desc()).limit(1)
        )

    def forget(self, target: str) -> None:
        """Forget all twins of a target: under its name there may be another account by and by."""
        with self._engine.begin() as connection:
            connection.execute(_twins.delete().where(_twins.c.target == target))

    def _first(self, query: "sa.Select[Any]") -> Twin | None:
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        lacking = tuple(Lacking(*each) for each in json.loads(row.lost))
        regions = tuple(json.loads(row.regions))
        seen = {id: (type, region, digest) for id, (type, region, digest) in json.loads(row.seen).items()}
        return Twin(row.account, row.target, row.at, regions, seen, json.loads(row.ids), lacking)


def seen_in(survey: Survey) -> dict[str, Seen]:
    """What a twin keeps of a look at its target."""
    return {id: _seen(resource) for id, resource in survey.resources.items()}


def _seen(resource: Resource) -> Seen:
    digest = hashlib.sha256(text_of(resource).encode()).hexdigest()[:16]
    return resource.type, resource.region, digest
