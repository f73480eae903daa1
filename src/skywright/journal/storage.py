"""The chain's tables and the transactions on them. Owns the SQL; knows nothing of digests or keys.

The statements of an append go to the database's driver directly: through an abstraction they cost
several times what the database itself does, and every call of an agent waits for them.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from skywright.errors import Unavailable
from skywright.journal import tables
from skywright.journal.keys import Head
from skywright.journal.record import Stored

METADATA: Final = sa.MetaData()
_SEQ: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

RECORDS: Final = sa.Table(
    "journal",
    METADATA,
    sa.Column("seq", _SEQ, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("run", sa.Text, nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("signature", sa.Text, nullable=False),
)
HEADS: Final = sa.Table(
    "journal_head",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", _SEQ, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("signature", sa.Text, nullable=False),
)
_COLUMNS: Final = "seq, at, run, kind, body, previous, digest, signature"
_NEWEST: Final = f"SELECT {_COLUMNS} FROM journal ORDER BY seq DESC LIMIT 1"
_HEAD: Final = "SELECT seq, digest, signature FROM journal_head WHERE id = 1"
_BUSY_MILLISECONDS: Final = 60_000
_ADVISORY_LOCK: Final = 0x736B7977


class Transaction:
    """What can be done while nobody else may append."""

    def __init__(self, cursor: Any, mark: str) -> None:
        """
        Args:
            cursor: the driver's own.
            mark: how the driver writes a parameter.
        """
        self._cursor = cursor
        self._mark = mark

    def execute(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Another write in the same transaction; `?` stands for each of the values, and for nothing else."""
        self._cursor.execute(statement.replace("?", self._mark), values)

    def newest(self) -> tuple[Stored | None, Head | None]:
        """The newest record and the head that was kept, as somebody may have left them."""
        self._cursor.execute(_NEWEST)
        record = self._cursor.fetchone()
        self._cursor.execute(_HEAD)
        head = self._cursor.fetchone()
        return (Stored(*record) if record else None, Head(*head) if head else None)

    def add(self, records: Sequence[Stored], *, first: bool) -> None:
        """Write records and move the head to the last of them.

        Args:
            first: whether there is no head yet.
        """
        marks = ", ".join([self._mark] * 8)
        rows = [
            (new.seq, new.at, new.run, new.kind, new.body, new.previous, new.digest, new.signature)
            for new in records
        ]
        self._cursor.executemany(f"INSERT INTO journal ({_COLUMNS}) VALUES ({marks})", rows)
        head, mark = (records[-1].seq, records[-1].digest, records[-1].signature), self._mark
        if first:
            self._cursor.execute(
                f"INSERT INTO journal_head (id, seq, digest, signature) VALUES (1, {mark}, {mark}, {mark})",
                head,
            )
        else:
            self._cursor.execute(
                f"UPDATE journal_head SET seq = {mark}, digest = {mark}, signature = {mark}", head
            )

    def touch(self) -> None:
        """Write something without changing anything, so that ending the transaction reaches the disk.

        A row that is set to what it is would not be written at all.
        """
        for _ in range(2):
            self._cursor.execute("UPDATE journal_head SET seq = -seq")


class Storage:
    """The journal's part of a database: SQLite or PostgreSQL. Safe to share between threads."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._failure: Any = engine.dialect.loaded_dbapi.OperationalError
        self.shared = engine.dialect.name != "sqlite"
        """Whether other machines may append, too."""

    def prepare(self) -> None:
        """Let readers go on while one writes.

        Raises:
            Unavailable: The database cannot be used.
        """
        if self.shared:
            return
        try:
            with self._engine.connect() as connection:
                connection.exec_driver_sql(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        except OperationalError as error:
            raise Unavailable(f"the journal's database cannot be used: {error.orig}") from error

    def make(self, transaction: Transaction) -> None:
        """Make the tables if there are none."""
        for statement in tables.statements(METADATA):
            transaction.execute(str(statement.compile(dialect=self._engine.dialect)))

    @contextmanager
    def exclusive(self, *, durable: bool = True) -> Generator[Transaction]:
        """A transaction that no other process's appends can run beside.

        pysqlite begins transactions late and as readers, which then cannot be upgraded without
        SQLITE_BUSY; so BEGIN IMMEDIATE is issued by hand.

        Args:
            durable: whether it is on the disk when this ends (`synchronous=FULL`: one fsync). If not, it
                survives the death of the process but not that of the machine, until a later transaction
                that is durable: SQLite's log is one file, kept up to some point and lost from there on.
                PostgreSQL is always durable.

        Raises:
            Unavailable: The database cannot be written.
        """
        try:
            with closing(self._engine.raw_connection()) as connection:
                cursor = connection.cursor()
                try:
                    self._begin(cursor, durable)
                    mark = "%s" if self.shared else "?"
                    yield Transaction(cursor, mark)
                    connection.commit()
                except BaseException:
                    connection.rollback()
                    raise
                finally:
                    cursor.close()
        except OperationalError as error:
            raise Unavailable(f"the journal cannot be written: {error.orig}") from error
        except self._failure as error:
            raise Unavailable(f"the journal cannot be written: {error}") from error

    def _begin(self, cursor: Any, durable: bool) -> None:
        if self.shared:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_ADVISORY_LOCK,))
            return
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")
        cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        cursor.execute("BEGIN IMMEDIATE")

    def founder(self) -> str | None:
        """What the first record says it follows, which is the fingerprint of a key; None: there is none."""
        with self._engine.connect() as connection:
            return connection.execute(sa.select(RECORDS.c.previous).where(RECORDS.c.seq == 1)).scalar()

    def rows(self, query: sa.Executable) -> Sequence[Mapping[str, Any]]:
        """What a query of `RECORDS` or `HEADS` gives."""
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]
