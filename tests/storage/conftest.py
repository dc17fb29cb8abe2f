"""Databases for the tests: every test that asks for one runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest

from storage.database import Database


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    """A migrated database of either kind, open."""
    with Database.open(address) as opened:
        yield opened
