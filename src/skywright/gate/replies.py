"""Kept answers: what the cloud said to each step of a bound session, so that nothing is asked twice.

Owns one table. An answer with a secret in it is never kept. Each is sealed: what a step is told
that an earlier one made decides what is done next, so nobody may put another answer in its place.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from skywright.clouds.wire import Answer
from skywright.errors import Corrupt
from skywright.journal import tables
from skywright.journal.chain import Journal
from skywright.journal.storage import Transaction

_METADATA: Final = sa.MetaData()

REPLIES: Final = sa.Table(
    "kept_answers",
    _METADATA,
    sa.Column("run", sa.Text, primary_key=True),
    sa.Column("step", sa.Text, primary_key=True),
    sa.Column("protocol", sa.Text, nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("headers", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("seal", sa.Text, nullable=False),
)
# SQLite and PostgreSQL say it alike.
_KEEP: Final = (
    "INSERT INTO kept_answers (run, step, protocol, status, headers, body, seal)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (run, step) DO UPDATE SET protocol = excluded.protocol, status = excluded.status,"
    " headers = excluded.headers, body = excluded.body, seal = excluded.seal"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer and the protocol that it is in."""

    protocol: str
    answer: Answer


class Replies:
    """Safe to share between threads."""

    def __init__(self, engine: sa.Engine, journal: Journal) -> None:
        """Make the table if it is not there.

        Args:
            journal: in the same database; its key seals the answers.
        """
        self._engine = engine
        self._journal = journal
        tables.make(engine, _METADATA)

    def keep(self, transaction: Transaction, run: str, step: str, kept: Kept) -> None:
        """Keep the answer to a step, in place of any before it.

        Args:
            transaction: on the journal's database.
        """
        answer = kept.answer
        headers = json.dumps(dict(answer.headers))
        seal = self._journal.seal(_content(run, step, kept))
        row = (run, step, kept.protocol, answer.status, headers, answer.body, seal)
        transaction.execute(_KEEP, row)

    def of(self, run: str) -> Mapping[str, Kept]:
        """Every kept answer of a run, by step.

        Raises:
            Corrupt: An answer is not the one that was kept for that step.
        """
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(REPLIES).where(REPLIES.c.run == run)).all()
        return {row.step: self._kept(run, row) for row in rows}

    def _kept(self, run: str, row: Any) -> Kept:
        try:
            kept = Kept(row.protocol, Answer(row.status, json.loads(row.headers), row.body))
            genuine = self._journal.sealed(_content(run, row.step, kept), row.seal)
        except (TypeError, ValueError, AttributeError):
            genuine, kept = False, Kept("", Answer(0, {}))
        if not genuine:
            raise Corrupt(f"the answer kept for step {row.step} of run {run} was tampered with")
        return kept


def _content(run: str, step: str, kept: Kept) -> bytes:
    """Everything of a kept answer, written so that no part can be taken for another."""
    answer = kept.answer
    head = [run, step, kept.protocol, answer.status, sorted(dict(answer.headers).items())]
    return json.dumps(head).encode() + b"\n" + answer.body
