"""Targets as they are kept, by the names that users gave them. Knows no credential."""

import re
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine

from skywright.errors import NotFound, Usage
from skywright.journal import tables
from skywright.model.target import Target
from skywright.state.gym import DEFAULT_ACCOUNT

BUILT_IN = Target("gym", "gym", DEFAULT_ACCOUNT)
"""The target of a home where nothing is configured."""

_metadata = sa.MetaData()
_targets = sa.Table(
    "targets",
    _metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("reference", sa.String, nullable=False),
    sa.Column("account", sa.String, nullable=False),
    sa.Column("region", sa.String, nullable=False),
)


class Targets:
    """All targets of a home."""

    def __init__(self, engine: Engine) -> None:
        tables.make(engine, _metadata)
        self._engine = engine

    def add(self, target: Target) -> None:
        """Keep a target.

        Raises:
            Usage: The name is taken or is not a name.
        """
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", target.name):
            raise Usage(f"'{target.name}' is not a target's name; use letters, digits, '.', '_' and '-'")
        if any(known.name == target.name for known in self.all()):
            raise Usage(f"there is a target '{target.name}' already; remove it first")
        with self._engine.begin() as connection:
            connection.execute(
                _targets.insert().values(
                    name=target.name,
                    kind=target.kind,
                    reference=target.reference,
                    account=target.account,
                    region=target.region,
                )
            )

    def remove(self, name: str) -> None:
        """Forget a target; nothing in the account changes.

        Raises:
            NotFound: There is none of that name, or it is the built-in one.
        """
        with self._engine.begin() as connection:
            if not connection.execute(_targets.delete().where(_targets.c.name == name)).rowcount:
                raise NotFound(f"there is no target '{name}' to remove")

    def get(self, name: str) -> Target:
        """The target of that name.

        Raises:
            NotFound: There is none; the sentence names those that are.
        """
        for target in self.all():
            if target.name == name:
                return target
        known = ", ".join(target.name for target in self.all())
        raise NotFound(f"there is no target '{name}'; there is {known}; skywright target add makes one")

    def all(self) -> tuple[Target, ...]:
        with self._engine.connect() as connection:
            rows = connection.execute(_targets.select().order_by(_targets.c.name)).mappings().all()
        return (BUILT_IN, *(_target(row) for row in rows))


def _target(row: Mapping[Any, Any]) -> Target:
    return Target(row["name"], row["kind"], row["reference"], row["account"], row["region"])
