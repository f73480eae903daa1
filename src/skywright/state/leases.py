"""Leases as they are kept: in SQLite, or in a PostgreSQL that machines share. Who may have one is
`granting`'s.

Every change of who holds what is one transaction that no other of the same account runs beside. Times are the
database's own clock, read inside it: nobody else's counts. What lapses is not forgotten: who let a lease
lapse and comes back is told whether another has had the resource since.

On SQLite nothing is forced on the disk here: the record of a change is, before the change is sent, and with
it all that was written to the same file earlier.
"""

from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import InterfaceError, OperationalError

from skywright.errors import Unavailable
from skywright.journal import tables
from skywright.model.lease import Blocked, Claim, Granted, Lease, Mode, Waiting
from skywright.state import lease_rows as rows
from skywright.state.granting import hopeless, obstacles

LASTING_SECONDS: Final = 30.0
"""How long a lease is good for without being renewed."""

GRACE_SECONDS: Final = 10.0
"""How long after it lapsed nobody gets it: a request that was sent while it was good may still be on its
way.
"""

_PATIENCE_SECONDS: Final = 5.0
"""Who waits and has not asked for so long has gone."""

_FORGOTTEN_SECONDS: Final = 30 * 86_400.0
_PERSON: Final = "a person, who broke the lease"
_CLOCKS: Final = {
    "sqlite": "((julianday('now') - 2440587.5) * 86400.0)",
    "postgresql": "extract(epoch from clock_timestamp())",
}


class Leases:
    """All leases of a home, or of all homes that share the database. Safe to use from several threads."""

    def __init__(self, engine: Engine, clock: str = "") -> None:
        """
        Args:
            clock: an SQL expression for seconds since the epoch, in place of the database's own clock.

        Raises:
            Unavailable: The database cannot be had.
        """
        self._engine = engine
        self._failure: type[Exception] = engine.dialect.loaded_dbapi.OperationalError
        with _mapped():
            tables.make(engine, rows.METADATA)
        self._clock = clock or _CLOCKS[engine.dialect.name]
        self.near = engine.dialect.name == "sqlite"
        """Whether it is a file, which is read in less time than it takes to ask another thread."""
        self._mark = "?" if self.near else "%s"

    def take(self, claim: Claim, ticket: int = 0) -> Granted | Blocked | Lease:
        """Give all that is wanted under a new fencing number, or nothing.

        Args:
            ticket: what the same claim was refused with before; 0: it is new.

        Returns:
            What was given; who is in the way; or a lease of the claimant's own that it lost to another
            meanwhile.
        """
        with self._open() as connection:
            number, now = self._begin(connection, claim.realm)
            known = rows.leases_on(connection, claim.realm, claim.wanted)
            lost = (row for row in known if row.holder == claim.holder and row.lost_to)
            if overtaken := next(lost, None):
                return overtaken
            found = self._refused(connection, claim, ticket or number + 1, now, known)
            if found is None:
                found = _give(connection, claim, number, now, known)
            else:
                rows.count(connection, claim.realm, max(number, found.ticket))
            if isinstance(found, Blocked) and not found.hopeless:
                rows.wait(connection, claim, found.ticket, now)
            elif ticket:
                rows.leave(connection, claim.realm, ticket)
            connection.commit()
        return found

    def _refused(
        self, connection: Connection, claim: Claim, ticket: int, now: float, known: Sequence[Lease]
    ) -> Blocked | None:
        queue = rows.waiting(connection, claim.realm, now - _PATIENCE_SECONDS)
        holds = bool(queue) and rows.holds(connection, claim.realm, claim.holder)
        obstacle = next(obstacles(claim, ticket, holds, _standing(known, now), queue), None)
        if obstacle is None:
            return None
        everything = _standing(rows.leases(connection, claim.realm), now)
        return Blocked(_told(claim, obstacle), ticket, hopeless(claim, everything, queue))

    def appear(self, claim: Claim) -> Granted | Blocked | Lease:
        """As `take`, of what has just been made, so that hardly anybody else can have heard of it."""
        mark, ids = self._mark, sorted(claim.wanted)
        until = f"{self._clock} + {LASTING_SECONDS}"
        names = ", ".join(column.name for column in rows.LEASES.columns)
        values = f"({mark}, {mark}, {mark}, {mark}, {mark}, {self._clock}, {until}, {mark}, '')"
        marks = ", ".join([mark] * len(ids))
        with self._open() as connection:
            self._lock(connection)
            following = f"UPDATE lease_realms SET number = number + 1 WHERE realm = {mark} RETURNING number"
            fence = connection.exec_driver_sql(following, (claim.realm,)).scalar()
            known = f"SELECT 1 FROM leases WHERE realm = {mark} AND resource IN ({marks}) LIMIT 1"
            if fence is not None and not connection.exec_driver_sql(known, (claim.realm, *ids)).first():
                given = [
                    (claim.realm, id, claim.holder, claim.wanted[id].value, fence, claim.purpose)
                    for id in ids
                ]
                connection.exec_driver_sql(f"INSERT INTO leases ({names}) VALUES {values}", given)
                connection.commit()
                return Granted(fence)
        return self.take(claim)

    def leave(self, realm: str, ticket: int) -> None:
        """Wait no more."""
        with self._open() as connection:
            rows.leave(connection, realm, ticket)
            connection.commit()

    def renew(self, realm: str, holder: str, newest: int) -> frozenset[str]:
        """Put off the end of a holder's leases, never of those that lapsed or were lost; gives their
        resources.

        Args:
            newest: the greatest fencing number that the asker was given: later ones are another process's.
        """
        table = rows.LEASES
        with self._open() as connection:
            _, now = self._begin(connection, realm)
            good = (
                table.c.realm == realm,
                table.c.holder == holder,
                table.c.fence <= newest,
                table.c.until > now,
                table.c.lost_to == "",
            )
            connection.execute(table.update().where(*good).values(until=now + LASTING_SECONDS))
            renewed = frozenset(connection.execute(sa.select(table.c.resource).where(*good)).scalars())
            connection.commit()
        return renewed

    def good(
        self, realm: str, holder: str, resources: Collection[str]
    ) -> tuple[Mapping[str, int], Mapping[str, str]]:
        """Fencing numbers of the holder's leases in force, and to whom it lost others, by resource."""
        # To the driver itself: every change asks, and SQLAlchemy takes many times as long to pass a statement
        # on as SQLite to carry it out.
        mark = self._mark
        query = (
            f"SELECT resource, fence, lost_to FROM leases WHERE realm = {mark} AND holder = {mark}"
            f" AND resource IN ({', '.join([mark] * len(resources))})"
            f" AND (until > {self._clock} OR lost_to <> '')"
        )
        with _mapped(self._failure), closing(self._engine.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute(query, (realm, holder, *resources))
            found = cursor.fetchall()
        return {row[0]: row[1] for row in found if not row[2]}, {row[0]: row[2] for row in found if row[2]}

    def release(
        self, realm: str, holder: str, only: Collection[str] | None = None, *, used: bool = True
    ) -> None:
        """Give back what somebody holds: all of it, or only these resources; harmless if it is nothing.

        Args:
            used: whether anything may have been changed meanwhile, so that others are told.
        """
        with self._open() as connection:
            number, now = self._begin(connection, realm)
            every = rows.leases(connection, realm)
            mine = [row for row in every if row.holder == holder and (only is None or row.resource in only)]
            if mine:
                if used:
                    rows.ended(connection, [row for row in mine if not row.lost_to], number + 1, now)
                rows.drop(connection, mine)
                rows.count(connection, realm, number + 1)
            rows.sweep(connection, realm, now - _FORGOTTEN_SECONDS, now - _PATIENCE_SECONDS)
            connection.commit()

    def break_(self, realm: str, named: str) -> tuple[Lease, ...]:
        """End leases against the will of who has them: all on a resource, or all of a holder; gives them."""
        with self._open() as connection:
            number, now = self._begin(connection, realm)
            standing = _standing(rows.leases(connection, realm), now)
            broken = tuple(row for row in standing if named in (row.resource, row.holder))
            if broken:
                rows.lose(connection, broken, _PERSON)
                rows.ended(connection, broken, number + 1, now)
                rows.count(connection, realm, number + 1)
            connection.commit()
        return broken

    def number(self, realm: str) -> int:
        """The realm's last number, for `written_since`."""
        query = sa.select(rows.REALMS.c.number).where(rows.REALMS.c.realm == realm)
        with self._open() as connection:
            return int(connection.execute(query).scalar() or 0)

    def written_since(
        self, realm: str, resources: Collection[str], number: int, holder: str
    ) -> Mapping[str, str]:
        """Which resources others may have changed since the realm had that number, and who, by resource."""
        with self._open() as connection:
            found = rows.written_since(connection, realm, number)
        return {id: found[id] for id in sorted(found.keys() & set(resources)) if found[id] != holder}

    def contested(self, realm: str, resources: Collection[str], fence: int, holder: str) -> Mapping[str, str]:
        """As `written_since`, with those who have a lease to write one now, or let it lapse."""
        with self._open() as connection:
            known = rows.leases_on(connection, realm, resources)
        later = (row for row in known if row.mode is Mode.WRITE and row.fence > fence)
        theirs = {row.resource: row.holder for row in later if row.holder != holder}
        return {**self.written_since(realm, resources, fence, holder), **theirs}

    def held(self, realm: str) -> tuple[tuple[Lease, ...], tuple[Waiting, ...]]:
        """All leases that keep others away now, and all who wait."""
        with self._open() as connection:
            now = self._now(connection)
            standing = _standing(rows.leases(connection, realm), now)
            return standing, tuple(rows.waiting(connection, realm, now - _PATIENCE_SECONDS))

    @contextmanager
    def _open(self) -> Generator[Connection]:
        with _mapped(), self._engine.connect() as connection:
            yield connection

    def _begin(self, connection: Connection, realm: str) -> tuple[int, float]:
        """Begin a change of who holds what in a realm; its last number, and the time."""
        self._lock(connection)
        return rows.begin(connection, realm), self._now(connection)

    def _lock(self, connection: Connection) -> None:
        if self.near:
            # The journal leaves its connections such that each transaction waits for the disk.
            connection.exec_driver_sql("PRAGMA synchronous=NORMAL")
            tables.begin_writing(connection, "leases")

    def _now(self, connection: Connection) -> float:
        return float(connection.exec_driver_sql(f"SELECT {self._clock}").scalar_one())


@contextmanager
def _mapped(*drivers: type[Exception]) -> Generator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, *drivers) as error:
        said = str(getattr(error, "orig", error)).strip().partition("\n")[0]
        raise Unavailable(f"the database of leases cannot be had: {said}") from error


def _give(connection: Connection, claim: Claim, number: int, now: float, known: Sequence[Lease]) -> Granted:
    """Give what is claimed; who let a lease on it lapse has lost it."""
    fence, until = number + 1, now + LASTING_SECONDS
    wanted = sorted(claim.wanted.items())
    theirs = [row for row in known if row.resource in claim.wanted and row.holder != claim.holder]
    overtaken = [row for row in theirs if not row.lost_to and row.mode.against(claim.wanted[row.resource])]
    rows.lose(connection, overtaken, f"run {claim.holder}")
    rows.ended(connection, overtaken, fence, now)
    rows.drop(
        connection, [row for row in known if row.holder == claim.holder and row.resource in claim.wanted]
    )
    purpose, holder, realm = claim.purpose, claim.holder, claim.realm
    new = [Lease(realm, id, holder, mode, fence, now, until, purpose) for id, mode in wanted]
    rows.add(connection, new)
    rows.count(connection, realm, fence)
    return Granted(fence)


def _standing(known: Sequence[Lease], now: float) -> tuple[Lease, ...]:
    """Those of the leases that keep others away."""
    return tuple(row for row in known if not row.lost_to and row.until + GRACE_SECONDS > now)


def _told(claim: Claim, obstacle: Lease | Waiting) -> str:
    since = datetime.fromtimestamp(obstacle.since, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    what_for = f" ({obstacle.purpose})" if obstacle.purpose else ""
    if isinstance(obstacle, Lease):
        how = "changes it" if obstacle.mode is Mode.WRITE else "relies on it"
        return f"run {obstacle.holder} {how} since {since}{what_for}: {obstacle.resource}"
    first = min(claim.wanted.keys() & obstacle.wanted.keys())
    return f"run {obstacle.holder} was there before and waits since {since}{what_for}: {first}"
