"""Tables beside the journal's in the same database, made where they are not there, and how those who write
to them take turns. Owns nothing in them.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement


def make(engine: sa.Engine, metadata: sa.MetaData) -> None:
    """Make what is missing; several processes may do so at once.

    `MetaData.create_all` looks first and makes then, and fails where another was quicker.
    """
    with engine.begin() as connection:
        if connection.dialect.name != "sqlite":
            begin_writing(connection, "tables")  # two that make the same at once fail on PostgreSQL
        for statement in statements(metadata):
            connection.execute(statement)


def begin_writing(connection: sa.Connection, turn: str) -> None:
    """Begin a transaction that reads and then writes what it read, so that no other gets in between.

    SQLite has one turn for all, and does not let one that reads first write beside another. PostgreSQL
    lets all run beside each other but those of the same turn.

    Args:
        turn: names what is read and written.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(turn, 0))))


def statements(metadata: sa.MetaData) -> Iterator[ExecutableDDLElement]:
    """What makes the tables and their indexes."""
    for table in metadata.sorted_tables:
        yield CreateTable(table, if_not_exists=True)
        yield from (CreateIndex(index, if_not_exists=True) for index in table.indexes)


def insert_new(engine: sa.Engine, table: sa.Table) -> Any:
    """An INSERT that leaves rows alone whose key is there already."""
    # Each dialect spells it in its own way; its module is there, since the engine uses it.
    return import_module(f"sqlalchemy.dialects.{engine.dialect.name}").insert(table).on_conflict_do_nothing()
