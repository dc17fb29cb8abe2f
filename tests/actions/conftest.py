"""Databases for the actions: every test runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest

from storage.database import Database


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    with Database.open(address) as opened:
        yield opened
