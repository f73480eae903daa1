"""How databases are opened, a home's own and one that machines share; what is in them is their tables'
affair.
"""

from pathlib import Path

import sqlalchemy
from sqlalchemy import URL, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from skywright.errors import Unavailable, Usage


def open_database(path: Path) -> Engine:
    """Several processes may have it open."""
    engine = sqlalchemy.create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
    event.listen(engine, "connect", _set_pragmas)
    return engine


def parse(url: str) -> URL:
    """The address of a database that machines share: `postgresql://USER@HOST/NAME`, or `sqlite:///FILE`.

    Raises:
        Usage: It is no such URL.
    """
    try:
        made = sqlalchemy.make_url(url)
    except ArgumentError as error:
        raise Usage(f"'{url}' is not the URL of a database, such as postgresql://USER@HOST/NAME") from error
    if made.drivername == "postgresql":
        made = made.set(drivername="postgresql+psycopg")
    if made.drivername not in ("postgresql+psycopg", "sqlite"):
        raise Usage(f"a database of kind '{made.drivername}' is not known; use postgresql or sqlite")
    return made


def open_shared(url: str) -> Engine:
    """A database by its URL, as `parse` takes it; if it cannot be had, whatever asks raises Unavailable.

    Raises:
        Usage: It is no such URL.
    """
    made = parse(url)
    if made.drivername == "sqlite":
        return open_database(Path(made.database or ""))
    # A connection that a restart of the server has cut is found out before it is used.
    engine = sqlalchemy.create_engine(made, pool_pre_ping=True)
    event.listen(engine.dialect, "handle_error", _tell)  # not only of connections that were made
    return engine


def _tell(context: ExceptionContext) -> None:
    """A server that cannot be reached is the world's failure, whoever asked it what."""
    if context.is_pre_ping or not isinstance(
        context.sqlalchemy_exception, (OperationalError, InterfaceError)
    ):
        return
    where = context.engine.url if context.engine else context.dialect
    said = str(context.original_exception).strip().partition("\n")[0]
    raise Unavailable(f"the database {where} cannot be had: {said}") from context.original_exception


def _set_pragmas(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """WAL lets readers go on while one writes; NORMAL loses no commit when a process is killed."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()
