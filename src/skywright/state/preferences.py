"""Preferences as they are kept: of a user, for a target. What they lead to is not known here."""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine

from skywright.errors import NotFound, Usage
from skywright.journal import tables
from skywright.model.preference import Kind, Preference, Wish

_metadata = sa.MetaData()
_preferences = sa.Table(
    "preferences",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("user", sa.String, nullable=False),
    sa.Column("target", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("key", sa.String, nullable=False),
    sa.Column("value", sa.String, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("created", sa.Float, nullable=False),
    sqlite_autoincrement=True,  # a number that a run was shown with never means another
)


class Preferences:
    """The preferences of one user of a home.

    Args:
        user: whose; those of others are neither shown nor used nor removed.
    """

    def __init__(self, engine: Engine, user: str, clock: Callable[[], float]) -> None:
        tables.make(engine, _metadata)
        self._engine = engine
        self._user = user
        self._clock = clock

    def add(self, target: str, wish: Wish, words: str) -> Preference:
        """Keep a wish. One of the same kind and key gives way to it; the very same is kept once.

        Raises:
            Usage: It contradicts another that is kept.
        """
        with self._engine.connect() as connection:
            tables.begin_writing(connection, f"preferences of {self._user}")
            kept = [_preference(row) for row in connection.execute(self._mine(target)).mappings()]
            same = [each for each in kept if (each.wish.kind, each.wish.key) == (wish.kind, wish.key)]
            if same and same[0].wish == wish:
                return same[0]
            _insist_on_sense(wish, kept)
            ids = [each.id for each in same]
            connection.execute(_preferences.delete().where(_preferences.c.id.in_(ids)))
            row = {"kind": wish.kind.value, "key": wish.key, "value": wish.value, "words": words}
            row |= {"user": self._user, "target": target, "created": self._clock()}
            made = connection.execute(_preferences.insert().values(**row)).inserted_primary_key
            connection.commit()
        return _preference({**row, "id": made[0] if made else 0})

    def all(self, target: str | None = None) -> tuple[Preference, ...]:
        """In the order in which they were added; None: of every target."""
        with self._engine.connect() as connection:
            return tuple(_preference(row) for row in connection.execute(self._mine(target)).mappings())

    def remove(self, id: int) -> Preference:
        """Forget one.

        Raises:
            NotFound: This user has none of that number.
        """
        found = next((each for each in self.all() if each.id == id), None)
        if found is None:
            raise NotFound(f"you have no preference {id}; skywright preferences list shows what there is")
        with self._engine.begin() as connection:
            connection.execute(_preferences.delete().where(_preferences.c.id == id))
        return found

    def forget(self, target: str) -> None:
        """Forget all of a target, whoever's: its name may come to mean another account."""
        with self._engine.begin() as connection:
            connection.execute(_preferences.delete().where(_preferences.c.target == target))

    def _mine(self, target: str | None) -> sa.Select[Any]:
        mine = sa.select(_preferences).where(_preferences.c.user == self._user).order_by(_preferences.c.id)
        return mine if target is None else mine.where(_preferences.c.target == target)


def _insist_on_sense(wish: Wish, kept: list[Preference]) -> None:
    """A region cannot be where things go and where nothing may be made."""
    other = {Kind.REGION: Kind.NEVER_REGION, Kind.NEVER_REGION: Kind.REGION}.get(wish.kind)
    for each in kept:
        if each.wish.kind is other and (each.wish.key or each.wish.value) == (wish.key or wish.value):
            raise Usage(f"that contradicts preference {each.id}, {each.wish}; remove that one first")


def _preference(row: Mapping[Any, Any]) -> Preference:
    wish = Wish(Kind(row["kind"]), row["key"], row["value"])
    return Preference(row["id"], row["user"], row["target"], wish, row["words"], row["created"])
