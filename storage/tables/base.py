"""What every table is made with."""

import sqlalchemy as sa
from sqlalchemy import Column, Index

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def partial_index(
    name: str,
    *columns: Column[object] | sa.ColumnElement[object],
    where: str,
    unique: bool = False,
) -> Index:
    """An index of the rows of which `where` is true, in both databases."""
    condition = sa.text(where)
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
