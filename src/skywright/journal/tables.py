"""Tables beside the journal's in the same database, made where they are not there. Owns nothing in them."""

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable


def make(engine: sa.Engine, metadata: sa.MetaData) -> None:
    """Make what is missing; several processes may do so at once.

    `MetaData.create_all` looks first and makes then, and fails where another was quicker.
    """
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))
            for index in table.indexes:
                connection.execute(CreateIndex(index, if_not_exists=True))
