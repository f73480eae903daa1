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
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

import sqlalchemy as sa

from skywright.errors import Corrupt, Unavailable
from skywright.journal.canonical import canonical
from skywright.journal.keys import Head, Keys
from skywright.journal.record import Record, Stored, digest_of
from skywright.journal.redact import redact
from skywright.journal.storage import HEADS, RECORDS, Storage, Transaction
from skywright.journal.verification import Verification, examine
from skywright.model.values import Value

_PAGE: Final = 1000
_SEE: Final = "see `skywright journal verify`"


@dataclass(frozen=True, slots=True)
class Entry:
    """A record to be: its body is canonical JSON text already, without secrets."""

    kind: str
    body: str
    run: str


def entry(kind: str, body: Mapping[str, Value], run: str = "") -> Entry:
    """What is to be appended, written out.

    The body passes `redact` first: the last net under what callers strike out themselves.

    Raises:
        TypeError: The body is not made of JSON values.
    """
    return Entry(kind, canonical(redact(body)), run)


class Journal:
    """Append, read back and verify. Safe to share between threads; open one in each process."""

    def __init__(self, storage: Storage, keys: Keys, clock: Callable[[], float]) -> None:
        """Use `open`."""
        self._storage = storage
        self._keys = keys
        self._clock = clock
        # SQLite's own waiting is a poll; within a process this queue is shorter and fair.
        self._turn = Lock()
        self._newest = head.seq if (head := keys.head()) else 0
        self._known: Stored | None = None
        self._settled = True

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
        storage = Storage(engine)
        storage.prepare()
        with storage.exclusive() as transaction:
            storage.make(transaction)
            newest, _ = transaction.newest()
            if newest is not None and not Keys.exist(keys):
                if storage.shared:
                    raise Unavailable(_copied(keys))
                raise Corrupt(
                    f"the journal has records, but the key that signed them is not in {keys}; "
                    "restore journal.key and journal.head from a copy, or move the database aside"
                )
            opened = Keys.open(keys)
        if storage.shared and storage.founder() not in (None, opened.fingerprint):
            raise Unavailable(_copied(keys))
        if storage.shared and newest is not None and opened.head() is None:
            # A machine that joined before it wrote anything: from now on it finds a tail that is cut off.
            opened.keep_head(Head(newest.seq, newest.digest, newest.signature))
        return Journal(storage, opened, clock)

    def append(self, kind: str, body: Mapping[str, Value], run: str = "") -> Record:
        """Add one record and return it once it is durable.

        Raises:
            Corrupt: The newest record is not what it was; nothing is added to such a journal.
            Unavailable: The database cannot be written.
            TypeError: The body is not made of JSON values.
        """
        return self.extend((entry(kind, body, run),))[0].read()

    def extend(
        self,
        entries: Sequence[Entry],
        *,
        durable: bool = True,
        beside: Callable[[Transaction], None] | None = None,
    ) -> tuple[Stored, ...]:
        """Add records one after the other, all of them or none.

        Args:
            durable: return once they, and all before them, are on the disk. Otherwise they survive the
                death of this process but not that of the machine, until `settle` or any durable append.
                The head beside the key follows only then: it must never be ahead of the records.
            beside: writes to other tables of the same database, in the same transaction.

        Raises:
            Corrupt: As for `append`; nothing is added then, nor written beside.
            Unavailable: As for `append`.
        """
        with self._turn:
            with self._storage.exclusive(durable=durable) as transaction:
                added = self._extend(transaction, entries)
                if beside is not None:
                    beside(transaction)
            if added:
                self._known, self._newest, self._settled = added[-1], added[-1].seq, False
            if durable:
                self._keep_head()
        return added

    @property
    def settled(self) -> bool:
        """Whether everything that was appended through this object is on the disk."""
        return self._settled

    def settle(self) -> None:
        """Return once everything that was appended is on the disk.

        Raises:
            Unavailable: The database cannot be written.
        """
        with self._turn:
            if self._settled:
                return
            with self._storage.exclusive() as transaction:
                transaction.touch()
            self._keep_head()

    def _keep_head(self) -> None:
        if not self._settled and self._known is not None:
            known = self._known
            self._keys.keep_head(Head(known.seq, known.digest, known.signature))
        self._settled = True

    def _extend(self, transaction: Transaction, entries: Sequence[Entry]) -> tuple[Stored, ...]:
        last = self._last(transaction)
        seq, previous = (last.seq, last.digest) if last else (0, self._keys.fingerprint)
        added: list[Stored] = []
        for new in entries:
            seq, at = seq + 1, self._clock()
            digest = digest_of(seq, at, new.run, new.kind, new.body, previous)
            signature = self._keys.sign(digest)
            added.append(Stored(seq, at, new.run, new.kind, new.body, previous, digest, signature))
            previous = digest
        if added:
            transaction.add(added, first=last is None)
        return tuple(added)

    def _last(self, transaction: Transaction) -> Stored | None:
        """The newest record, after making sure that a chain may be continued from it."""
        last, kept = transaction.newest()
        if last is None and kept is None and not self._newest:
            return None
        if last is None or kept is None or last.seq < max(kept.seq, self._newest):
            raise Corrupt(f"the journal has lost its newest records; {_SEE}")
        # What stands there to the letter as this object wrote it needs no second proof.
        genuine = last == self._known
        if kept.digest != last.digest or not (genuine or last.intact_as(last.seq)):
            raise Corrupt(f"the journal's record {last.seq} was tampered with; {_SEE}")
        if not genuine and not self._keys.signed(last.digest, last.signature):
            raise Corrupt(f"the journal's record {last.seq} was not signed with its key; {_SEE}")
        return last

    def read(
        self,
        run: str | None = None,
        kinds: Sequence[str] = (),
        *,
        since: float | None = None,
        checked: bool = False,
    ) -> Iterator[Record]:
        """Records in order, without verifying the chain.

        Args:
            run: of that run only.
            kinds: of these kinds only; one that ends in a dot means all that begin with it.
            since: none written before that moment, in seconds since the epoch.
            checked: whether each record has to be as it was signed; that none is missing is `verify`'s
                affair. For whoever acts on what is read.

        Raises:
            Corrupt: A record is not JSON or, if checked, not what was signed.
        """
        query = sa.select(RECORDS)
        if run is not None:
            query = query.where(RECORDS.c.run == run)
        if since is not None:
            query = query.where(RECORDS.c.at >= since)
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
            rows = self._storage.rows(page.order_by(RECORDS.c.seq).limit(_PAGE))
            yield from (Stored(**row) for row in rows)
            if len(rows) < _PAGE:
                return
            after = rows[-1]["seq"]

    def verify(self) -> Verification:
        """Check every record, and both heads, against the chain and the key.

        Takes about 0.2 ms a record, nearly all of it the signatures.
        """
        # The heads first: whatever is appended meanwhile comes after them, never before.
        heads = self._storage.rows(sa.select(HEADS.c.seq, HEADS.c.digest, HEADS.c.signature))
        in_database = Head(**heads[0]) if heads else None
        return examine(lambda: self._rows(sa.select(RECORDS)), self._keys, (in_database, self._keys.head()))


def _copied(keys: Path) -> str:
    return (
        f"the journal was begun with another key than is in {keys}; all machines that share a database need "
        "the same: copy journal.key and journal.head from the one that began it"
    )


def _seal_of(content: bytes) -> str:
    # No record's canonical JSON begins like this, so no seal can pass for a record's signature.
    return hashlib.sha256(b"skywright seal 1\n" + content).hexdigest()
