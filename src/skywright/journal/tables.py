"""Tables beside the journal's in the same database, made where they are not there. Owns nothing in them."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement


def make(engine: sa.Engine, metadata: sa.MetaData) -> None:
    """Make what is missing; several processes may do so at once.

    `MetaData.create_all` looks first and makes then, and fails where another was quicker.
    """
    with engine.begin() as connection:
        for statement in statements(metadata):
            connection.execute(statement)


def statements(metadata: sa.MetaData) -> Iterator[ExecutableDDLElement]:
    """What makes the tables and their indexes."""
    for table in metadata.sorted_tables:
        yield CreateTable(table, if_not_exists=True)
        yield from (CreateIndex(index, if_not_exists=True) for index in table.indexes)
