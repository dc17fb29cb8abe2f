"""Databases for the tests: every test that asks for one runs on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "tocsin.db"
    Database.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def sqlite_address(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite database."""
    path = tmp_path / "tocsin.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> str:
    """A migrated database of either kind."""
    name = "sqlite_address" if request.param == "sqlite" else "postgres_address"
    return str(request.getfixturevalue(name))


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    """A migrated database of either kind, open."""
    with Database.open(address) as opened:
        yield opened
