"""The errors of the database. This package imports nothing of ours, so it has a tree of its own.

StorageError
├── ConflictError           it is there already, or another worker changed it first: look again
├── DatabaseAddressError    the address names no database that this program can open
├── DatabaseUnavailable     it cannot be reached or written at this moment
│   └── DatabaseBusy        another process holds the write lock for too long
├── DatabaseDamaged         what is there is not a database, or is broken
└── DatabaseVersionError    another version of this program made it

A docstring's first line is the message an error has when it is raised without one.
"""


class StorageError(Exception):
    """The database failed.

    `remedy` says what to do next; it is part of `str(error)`, too.
    """

    def __init__(self, message: str = "", *, remedy: str = "") -> None:
        self.message = message or (type(self).__doc__ or "").strip().splitlines()[0]
        self.remedy = remedy
        super().__init__(f"{self.message} {remedy}".strip())


class ConflictError(StorageError):
    """It is there already, or another worker changed it at the same moment."""


class DatabaseAddressError(StorageError):
    """The address of the database is wrong."""


class DatabaseUnavailable(StorageError):  # noqa: N818 - reads as what it says: the state, not the act
    """The database cannot be reached."""


class DatabaseBusy(DatabaseUnavailable):
    """Another process is writing to the database for too long."""


class DatabaseDamaged(StorageError):  # noqa: N818 - see above
    """The file is not a database, or it is damaged."""


class DatabaseVersionError(StorageError):
    """The database was made by another version of this program."""
