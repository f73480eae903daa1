"""The append-only record: one hash chain in a database table, every record signed. Knows no kind of record.

Each record's digest is SHA-256 over its canonical JSON (RFC 8785), which holds the digest of
the record before it; the first holds the key's fingerprint instead. Each digest is signed
(Ed25519). The newest head is kept in the database and, apart from it, beside the key.

What `verify` finds, done by anybody who can write to the database but has not got the key:
records changed, removed (at the tail as well), reordered, inserted, or signed by another key.

What it cannot find: anything done by someone who has the signing key, that is who can read the
key folder as this user; the database and the key folder together put back to an earlier copy;
what was never appended. Whoever needs more sends the head, now and then, to a place that this
machine cannot write to.
"""

import hashlib
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from skywright.errors import Corrupt, Unavailable
from skywright.journal.canonical import canonical
from skywright.journal.keys import Head, Keys
from skywright.journal.record import Record, Stored, digest_of
from skywright.journal.redact import redact
from skywright.journal.verification import Verification, examine
from skywright.model.values import Value

_METADATA: Final = sa.MetaData()
_SEQ: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

RECORDS: Final = sa.Table(
    "journal",
    _METADATA,
    sa.Column("seq", _SEQ, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("run", sa.Text, nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("signature", sa.Text, nullable=False),
)
_HEADS: Final = sa.Table(
    "journal_head",
    _METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", _SEQ, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("signature", sa.Text, nullable=False),
)
# Built once: building them costs more than running them.
_NEWEST: Final = sa.select(RECORDS).order_by(RECORDS.c.seq.desc()).limit(1)
_HEAD: Final = sa.select(_HEADS)
_ADD: Final = RECORDS.insert()
_MOVE_HEAD: Final = _HEADS.update()
_PAGE: Final = 1000
_BUSY_MILLISECONDS: Final = 60_000
_ADVISORY_LOCK: Final = 0x736B7977
_SEE: Final = "see `skywright journal verify`"


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: str
    body: str
    run: str


class Journal:
    """Append, read back and verify. Safe to share between threads; open one in each process."""

    def __init__(self, engine: sa.Engine, keys: Keys, clock: Callable[[], float]) -> None:
        self._engine = engine
        self._keys = keys
        self._clock = clock
        # SQLite's own waiting is a poll; within a process this queue is shorter and fair.
        self._turn = Lock()
        self._newest = head.seq if (head := keys.head()) else 0

    @staticmethod
    def open(engine: sa.Engine, keys: Path, clock: Callable[[], float]) -> "Journal":
        """The journal in that database, made if there is none.

        Args:
            keys: the folder of the signing key; made, with a key, if there is none.
            clock: seconds since the epoch.

        Raises:
            Unavailable: The database or the key folder cannot be used.
            Corrupt: There are records, but the key that signed them is gone.
        """
        try:
            if engine.dialect.name == "sqlite":
                with engine.connect() as connection:
                    connection.exec_driver_sql(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")
                    connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            with _exclusive(engine) as connection:
                _METADATA.create_all(connection)
                any_record = connection.execute(sa.select(RECORDS.c.seq).limit(1)).first()
                if any_record is not None and not Keys.exist(keys):
                    raise Corrupt(
                        f"the journal has records, but the key that signed them is not in {keys}; "
                        "restore journal.key and journal.head from a copy, or move the database aside"
                    )
                opened = Keys.open(keys)
        except OperationalError as error:
            raise Unavailable(f"the journal's database cannot be used: {error.orig}") from error
        return Journal(engine, opened, clock)

    def append(self, kind: str, body: Mapping[str, Value], run: str = "") -> Record:
        """Add one record and return it once it is durable.

        The body passes `redact` first: the last net under what callers strike out themselves.

        Raises:
            Corrupt: The newest record is not what it was; nothing is added to such a journal.
            Unavailable: The database cannot be written.
            TypeError: The body is not made of JSON values.
        """
        entry = _Entry(kind, canonical(redact(body)), run)
        with self._turn:
            try:
                with _exclusive(self._engine) as connection:
                    record = self._append(connection, entry)
            except OperationalError as error:
                raise Unavailable(f"the journal cannot be written: {error.orig}") from error
            self._newest = record.seq
            self._keys.keep_head(Head(record.seq, record.digest, record.signature))
        return record

    def _append(self, connection: sa.Connection, entry: _Entry) -> Record:
        last = self._last(connection)
        seq = last.seq + 1 if last else 1
        previous = last.digest if last else self._keys.fingerprint
        at = self._clock()
        digest = digest_of(seq, at, entry.run, entry.kind, entry.body, previous)
        signature = self._keys.sign(digest)
        stored = Stored(seq, at, entry.run, entry.kind, entry.body, previous, digest, signature)
        connection.execute(_ADD, asdict(stored))
        head = {"seq": seq, "digest": digest, "signature": signature}
        if last is None:
            connection.execute(_HEADS.insert(), {"id": 1, **head})
        else:
            connection.execute(_MOVE_HEAD, head)
        return stored.read()

    def _last(self, connection: sa.Connection) -> Head | None:
        """The newest record's head, after making sure that a chain may be continued from it."""
        row = connection.execute(_NEWEST).first()
        kept = connection.execute(_HEAD).first()
        if row is None and kept is None and not self._newest:
            return None
        if row is None or kept is None or row.seq < max(kept.seq, self._newest):
            raise Corrupt(f"the journal has lost its newest records; {_SEE}")
        last = Stored(*row)
        if kept.digest != last.digest or not last.intact_as(last.seq):
            raise Corrupt(f"the journal's record {last.seq} was tampered with; {_SEE}")
        if not self._keys.signed(last.digest, last.signature):
            raise Corrupt(f"the journal's record {last.seq} was not signed with its key; {_SEE}")
        return Head(last.seq, last.digest, last.signature)

    def read(
        self, run: str | None = None, kinds: Sequence[str] = (), *, checked: bool = False
    ) -> Iterator[Record]:
        """Records in order, without verifying the chain.

        Args:
            run: of that run only.
            kinds: of these kinds only; one that ends in a dot means all that begin with it.
            checked: whether each record has to be as it was signed; that none is missing is `verify`'s
                affair. For whoever acts on what is read.

        Raises:
            Corrupt: A record is not JSON or, if checked, not what was signed.
        """
        query = sa.select(RECORDS)
        if run is not None:
            query = query.where(RECORDS.c.run == run)
        if kinds:
            query = query.where(
                sa.or_(
                    *(
                        RECORDS.c.kind.startswith(kind, autoescape=True)
                        if kind.endswith(".")
                        else RECORDS.c.kind == kind
                        for kind in kinds
                    )
                )
            )
        for row in self._rows(query):
            if checked and not (row.intact_as(row.seq) and self._keys.signed(row.digest, row.signature)):
                raise Corrupt(f"the journal's record {row.seq} was tampered with; {_SEE}")
            try:
                yield row.read()
            except (TypeError, ValueError) as error:
                raise Corrupt(f"the journal's record {row.seq} is not JSON; {_SEE}") from error

    def seal(self, content: bytes) -> str:
        """A signature over something that is kept beside the journal, so that `sealed` finds any change."""
        return self._keys.sign(_seal_of(content))

    def sealed(self, content: bytes, seal: str) -> bool:
        """Whether the content is what was sealed."""
        return self._keys.signed(_seal_of(content), seal)

    def _rows(self, query: "sa.Select[tuple[int, float, str, str, str, str, str, str]]") -> Iterator[Stored]:
        """Page by page, so that no reader keeps a transaction open while its caller works."""
        after = None
        while True:
            page = query if after is None else query.where(RECORDS.c.seq > after)
            with self._engine.connect() as connection:
                rows = connection.execute(page.order_by(RECORDS.c.seq).limit(_PAGE)).all()
            yield from (Stored(*row) for row in rows)
            if len(rows) < _PAGE:
                return
            after = rows[-1].seq

    def verify(self) -> Verification:
        """Check every record, and both heads, against the chain and the key.

        Takes about 0.2 ms a record, nearly all of it the signatures.
        """
        # The heads first: whatever is appended meanwhile comes after them, never before.
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(_HEADS)).first()
        in_database = Head(row.seq, row.digest, row.signature) if row else None
        return examine(lambda: self._rows(sa.select(RECORDS)), self._keys, (in_database, self._keys.head()))


def _seal_of(content: bytes) -> str:
    # No record's canonical JSON begins like this, so no seal can pass for a record's signature.
    return hashlib.sha256(b"skywright seal 1\n" + content).hexdigest()


@contextmanager
def _exclusive(engine: sa.Engine) -> Generator[sa.Connection]:
    """A transaction that no other process's appends can run beside.

    pysqlite begins transactions late and as readers, which then cannot be upgraded without
    SQLITE_BUSY; so BEGIN IMMEDIATE is issued by hand. `synchronous=FULL`: a record must be on
    the disk before the effect that it announces, and before its head is written beside the key.
    """
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
            yield connection
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")
        connection.exec_driver_sql("PRAGMA synchronous=FULL")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise
        connection.exec_driver_sql("COMMIT")
