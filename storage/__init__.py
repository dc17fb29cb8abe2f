"""The database, and all SQL.

`Database.open(address)` gives a database whose tables are up to date: SQLite in one file, or
PostgreSQL. Nobody outside sees a connection; what can be asked is asked of a `UnitOfWork`, which is
one transaction and has the tables as attributes:

    with database.begin() as unit:          # one write transaction
        article = unit.articles.add(…)
        unit.outbox.ring(…)
    articles = await database.query(lambda unit: unit.articles.list(limit=20))

Work is claimed (`claim…`) under a worker's id, and finished after its effect; every call that
finishes says whether the claim was still the worker's. Times are aware, texts are made harmless on
their way in, and every error is a StorageError with a remedy.
"""

from typing import TYPE_CHECKING, Any

from storage.errors import (
    ConflictError,
    DatabaseAddressError,
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseUnavailable,
    DatabaseVersionError,
    StorageError,
)

if TYPE_CHECKING:
    from storage.database import Database
    from storage.unit import UnitOfWork

__all__ = [
    "ConflictError",
    "Database",
    "DatabaseAddressError",
    "DatabaseBusy",
    "DatabaseDamaged",
    "DatabaseUnavailable",
    "DatabaseVersionError",
    "StorageError",
    "UnitOfWork",
]


def __getattr__(name: str) -> Any:
    # The stages need storage.records alone. In their processes, and in commands without a database,
    # loading SQLAlchemy would be most of the time it takes to start.
    if name == "Database":
        from storage.database import Database  # noqa: PLC0415 - see above

        return Database
    if name == "UnitOfWork":
        from storage.unit import UnitOfWork  # noqa: PLC0415 - see above

        return UnitOfWork
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
