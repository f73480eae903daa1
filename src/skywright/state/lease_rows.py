"""The tables of leases, and their rows as what they mean. Decides nothing; every transaction is `leases`'."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection

from skywright.model.lease import Claim, Lease, Mode, Waiting

METADATA: Final = sa.MetaData()
REALMS: Final = sa.Table(
    "lease_realms",
    METADATA,
    sa.Column("realm", sa.String, primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
)
"""The last number that was given out in an account: a fencing number, a ticket, or that of a release."""

LEASES: Final = sa.Table(
    "leases",
    METADATA,
    sa.Column("realm", sa.String, primary_key=True),
    sa.Column("resource", sa.String, primary_key=True),
    sa.Column("holder", sa.String, primary_key=True),
    sa.Column("mode", sa.String, nullable=False),
    sa.Column("fence", sa.BigInteger, nullable=False),
    sa.Column("since", sa.Double, nullable=False),
    sa.Column("until", sa.Double, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("lost_to", sa.String, nullable=False),
)
WRITTEN: Final = sa.Table(
    "leases_written",
    METADATA,
    sa.Column("realm", sa.String, primary_key=True),
    sa.Column("resource", sa.String, primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("holder", sa.String, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
)
"""Who was the last to have had a lease to write each resource, and the realm's number when that ended."""

WAITING: Final = sa.Table(
    "leases_awaited",
    METADATA,
    sa.Column("realm", sa.String, primary_key=True),
    sa.Column("ticket", sa.BigInteger, primary_key=True),
    sa.Column("holder", sa.String, nullable=False),
    sa.Column("wanted", sa.Text, nullable=False),
    sa.Column("since", sa.Double, nullable=False),
    sa.Column("seen", sa.Double, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
)


def begin(connection: Connection, realm: str) -> int:
    """Let nobody else change who holds what in the realm until the transaction ends; gives its last
    number.
    """
    made = sa.text("INSERT INTO lease_realms (realm, number) VALUES (:realm, 0) ON CONFLICT DO NOTHING")
    connection.execute(made, {"realm": realm})
    query = sa.select(REALMS.c.number).where(REALMS.c.realm == realm).with_for_update()
    return int(connection.execute(query).scalar_one())


def count(connection: Connection, realm: str, number: int) -> None:
    """Make that the realm's last number."""
    connection.execute(REALMS.update().where(REALMS.c.realm == realm).values(number=number))


def leases(connection: Connection, realm: str) -> list[Lease]:
    """Every lease that is kept of a realm, lapsed and lost ones too, by resource."""
    rows = connection.execute(LEASES.select().where(LEASES.c.realm == realm).order_by(LEASES.c.resource))
    return [_lease(row) for row in rows.mappings()]


def leases_on(connection: Connection, realm: str, resources: Collection[str]) -> list[Lease]:
    """Every lease that is kept of these resources, by resource."""
    wanted = (LEASES.c.realm == realm, LEASES.c.resource.in_(list(resources)))
    found = connection.execute(LEASES.select().where(*wanted).order_by(LEASES.c.resource)).mappings()
    return [_lease(row) for row in found]


def holds(connection: Connection, realm: str, holder: str) -> bool:
    """Whether any lease of somebody's is kept."""
    mine = sa.select(LEASES.c.resource).where(LEASES.c.realm == realm, LEASES.c.holder == holder)
    return connection.execute(mine.limit(1)).first() is not None


def add(connection: Connection, rows: Sequence[Lease]) -> None:
    names = [column.name for column in LEASES.columns]
    if rows:
        connection.execute(LEASES.insert(), [{name: getattr(row, name) for name in names} for row in rows])


def lose(connection: Connection, rows: Collection[Lease], to: str) -> None:
    """Note that these are lost, and to whom."""
    for row in rows:
        connection.execute(LEASES.update().where(*_is(row)).values(lost_to=to))


def drop(connection: Connection, rows: Collection[Lease]) -> None:
    for row in rows:
        connection.execute(LEASES.delete().where(*_is(row)))


def ended(connection: Connection, held: Collection[Lease], number: int, now: float) -> None:
    """Note when leases ended under which something may have been written."""
    for row in held:
        values = {"number": number, "holder": row.holder, "at": now}
        if row.mode is Mode.WRITE:
            mine = (WRITTEN.c.realm == row.realm, WRITTEN.c.resource == row.resource)
            if not connection.execute(WRITTEN.update().where(*mine).values(**values)).rowcount:
                connection.execute(WRITTEN.insert().values(realm=row.realm, resource=row.resource, **values))


def written_since(connection: Connection, realm: str, number: int) -> dict[str, str]:
    """Who had the last lease to write, by resource, of all where that ended after the number."""
    there = (WRITTEN.c.realm == realm, WRITTEN.c.number > number)
    rows = connection.execute(sa.select(WRITTEN.c.resource, WRITTEN.c.holder).where(*there))
    return {row.resource: row.holder for row in rows}


def waiting(connection: Connection, realm: str, since: float) -> list[Waiting]:
    """Those who have shown since then that they wait, the first come first."""
    there = (WAITING.c.realm == realm, WAITING.c.seen >= since)
    rows = connection.execute(WAITING.select().where(*there).order_by(WAITING.c.ticket)).mappings()
    return [_waiting(row) for row in rows]


def wait(connection: Connection, claim: Claim, ticket: int, now: float) -> None:
    """Note that a claim waits, or still does."""
    row = (WAITING.c.realm == claim.realm, WAITING.c.ticket == ticket)
    if connection.execute(WAITING.update().where(*row).values(seen=now)).rowcount:
        return
    wanted = json.dumps({id: mode.value for id, mode in claim.wanted.items()})
    values = {"ticket": ticket, "holder": claim.holder, "wanted": wanted, "purpose": claim.purpose}
    connection.execute(WAITING.insert().values(realm=claim.realm, since=now, seen=now, **values))


def leave(connection: Connection, realm: str, ticket: int) -> None:
    """Note that a claim waits no more."""
    connection.execute(WAITING.delete().where(WAITING.c.realm == realm, WAITING.c.ticket == ticket))


def sweep(connection: Connection, realm: str, lapsed: float, gone: float) -> None:
    """Forget leases that ended before the one moment, and those who waited before the other."""
    connection.execute(LEASES.delete().where(LEASES.c.realm == realm, LEASES.c.until < lapsed))
    connection.execute(WRITTEN.delete().where(WRITTEN.c.realm == realm, WRITTEN.c.at < lapsed))
    connection.execute(WAITING.delete().where(WAITING.c.realm == realm, WAITING.c.seen < gone))


def _lease(row: Mapping[Any, Any]) -> Lease:
    values: dict[str, Any] = {**row, "mode": Mode(row["mode"])}
    return Lease(**values)


def _waiting(row: Mapping[Any, Any]) -> Waiting:
    wanted = {id: Mode(mode) for id, mode in json.loads(row["wanted"]).items()}
    values: dict[str, Any] = {**row, "wanted": wanted}
    return Waiting(**values)


def _is(row: Lease) -> tuple[Any, ...]:
    return (
        LEASES.c.realm == row.realm,
        LEASES.c.resource == row.resource,
        LEASES.c.holder == row.holder,
    )
