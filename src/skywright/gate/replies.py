"""Kept answers: what the cloud said to each step of a bound session, so that nothing is asked twice.

Owns one table. An answer with a secret in it is never kept.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from skywright.clouds.wire import Answer

_METADATA: Final = sa.MetaData()

REPLIES: Final = sa.Table(
    "replies",
    _METADATA,
    sa.Column("run", sa.Text, primary_key=True),
    sa.Column("step", sa.Text, primary_key=True),
    sa.Column("protocol", sa.Text, nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("headers", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer and the protocol that it is in."""

    protocol: str
    answer: Answer


class Replies:
    """Safe to share between threads."""

    def __init__(self, engine: sa.Engine) -> None:
        """Make the table if it is not there."""
        self._engine = engine
        _METADATA.create_all(engine)

    def keep(self, run: str, step: str, kept: Kept) -> None:
        """Keep the answer to a step, in place of any before it."""
        answer = kept.answer
        row = {
            "protocol": kept.protocol,
            "status": answer.status,
            "headers": json.dumps(dict(answer.headers)),
            "body": answer.body,
        }
        with self._engine.begin() as connection:
            connection.execute(REPLIES.delete().where(REPLIES.c.run == run, REPLIES.c.step == step))
            connection.execute(REPLIES.insert().values(run=run, step=step, **row))

    def of(self, run: str) -> Mapping[str, Kept]:
        """Every kept answer of a run, by step."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(REPLIES).where(REPLIES.c.run == run)).all()
        return {
            row.step: Kept(row.protocol, Answer(row.status, json.loads(row.headers), row.body))
            for row in rows
        }
