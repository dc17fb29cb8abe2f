"""The migrations make what storage.tables says, and nothing else."""

import re
import zipfile
from importlib import import_module
from pathlib import Path
from struct import pack
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

from scraper.dedupe import sign
from scraper.dedupe.shingles import shingle
from scraper.text.words import texts
from storage import migrations
from storage.database import Database
from storage.engines import parse_url
from storage.records import Article
from storage.sources import host_of
from storage.tables import metadata
from storage.types import UtcDateTime
from tests.storage.making import NOW

TEXT = " ".join(f"word{number}" for number in range(60))
FULL_TEXT = "article_text"  # made by the migrations alone: each database has its own kind


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    return kind != "table" or not (name or "").startswith(FULL_TEXT)


def test_the_tables_are_those_of_the_metadata(database: Database):
    with database.begin() as unit:
        context = MigrationContext.configure(
            unit.connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "include_name": is_ours,
                "version_table": migrations.VERSION_TABLE,
            },
        )
        assert compare_metadata(context, metadata) == []


def schema(unit_of: Database) -> dict[str, str]:
    """Every table and index as SQLite would make it again."""
    with unit_of.read() as unit:
        rows = unit.connection.execute(
            sa.text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        )
        return {row.name: re.sub(r'[\s"]+', " ", row.sql) for row in rows}


def test_partial_indexes_and_options_are_those_of_the_metadata(sqlite_address: str, tmp_path: Path):
    """Alembic does not compare these; SQLite keeps the statements that made them."""
    direct = Database.open(sqlite_address)
    engine = sa.create_engine(f"sqlite:///{tmp_path}/direct.db")
    metadata.create_all(engine)
    engine.dispose()
    with direct:
        migrated = schema(direct)
    connection = sa.create_engine(f"sqlite:///{tmp_path}/direct.db").connect()
    rows = connection.execute(
        sa.text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    ).all()
    connection.close()
    connection.engine.dispose()
    made = {row.name: re.sub(r'[\s"]+', " ", row.sql) for row in rows}
    ours = {
        name: text
        for name, text in migrated.items()
        if not name.startswith((FULL_TEXT, migrations.VERSION_TABLE))
    }
    assert {name: text for name, text in ours.items() if "INDEX" in text} == {
        name: text for name, text in made.items() if "INDEX" in text
    }
    assert {name for name in ours if "WITHOUT ROWID" in ours[name]} == {
        name for name in made if "WITHOUT ROWID" in made[name]
    }


def test_the_newest_revision_is_the_one_that_opening_looks_for():
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    assert script.get_heads() == [migrations.HEAD]
    assert script.get_bases() == ["0001"]


def upgrade_to(engine: sa.Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@pytest.mark.parametrize("revision", ["0001", "0002", "0003"])
def test_a_database_of_an_earlier_version_is_brought_up_to_date(tmp_path: Path, revision: str):
    address = f"sqlite:///{tmp_path}/earlier.db"
    engine = sa.create_engine(address)
    upgrade_to(engine, revision)
    with engine.begin() as connection:
        connection.execute(metadata.tables["versions"].insert().values(name="kept", value=7))
    engine.dispose()
    with Database.open(address) as database, database.read() as unit:
        assert migrations.current(unit.connection) == migrations.HEAD
        names = sa.inspect(unit.connection).get_table_names()
        assert set(metadata.tables) <= set(names)
        kept = unit.connection.execute(sa.text("SELECT value FROM versions WHERE name = 'kept'"))
        assert kept.scalar() == 7


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_watches_from_before_they_had_tags_are_told_as_changes(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
):
    address = f"sqlite:///{tmp_path}/earlier.db"
    if kind == "postgresql":
        server = request.getfixturevalue("postgres")
        address = server.address(server.create())
    engine = sa.create_engine(parse_url(address))
    upgrade_to(engine, "0003")
    before = sa.Table("watches", sa.MetaData(), autoload_with=engine)
    with engine.begin() as connection:
        for number, gone in enumerate((False, True), start=1):
            row = {"name": f"watch {number}", "query": "x", "alert_per": "story"}
            row |= dict.fromkeys(("channels", "languages", "sources"), sa.text("'[]'"))
            row |= {"origin": "command", "paused": False, "retired": gone}
            row["created_at"] = sa.bindparam("now", NOW, type_=UtcDateTime)
            connection.execute(before.insert().values(row))
        connection.execute(metadata.tables["versions"].insert().values(name="watches", value=4))
    engine.dispose()
    with Database.open(address) as database, database.begin() as unit:
        changes = unit.watches.changes(0)
        assert changes.version == 4
        assert [(watch.name, watch.spec.tags) for watch in changes.active] == [("watch 1", ())]
        assert changes.gone == (2,)
        assert unit.watches.changes(4).active == ()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_policies_of_watches_have_their_present_names(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
):
    address = f"sqlite:///{tmp_path}/earlier.db"
    if kind == "postgresql":
        server = request.getfixturevalue("postgres")
        address = server.address(server.create())
    engine = sa.create_engine(parse_url(address))
    upgrade_to(engine, "0004")
    before = sa.Table("watches", sa.MetaData(), autoload_with=engine)
    with engine.begin() as connection:
        for former in ("story", "article"):
            row = {"name": former, "query": "x", "alert_per": former}
            row |= dict.fromkeys(("channels", "languages", "sources"), sa.text("'[]'"))
            row |= {"origin": "command", "paused": False, "retired": False, "changed": 1}
            row["created_at"] = sa.bindparam("now", NOW, type_=UtcDateTime)
            connection.execute(before.insert().values(row))
    engine.dispose()
    with Database.open(address) as database, database.read() as unit:
        specs = {watch.name: watch.spec for watch in unit.watches.list()}
    assert {name: spec.policy.value for name, spec in specs.items()} == {
        "story": "first",
        "article": "every",
    }
    assert {spec.outlets for spec in specs.values()} == {1}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_sources_from_before_their_hosts_were_known_have_them(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
):
    address = f"sqlite:///{tmp_path}/earlier.db"
    if kind == "postgresql":
        server = request.getfixturevalue("postgres")
        address = server.address(server.create())
    engine = sa.create_engine(parse_url(address))
    upgrade_to(engine, "0007")
    before = sa.Table("sources", sa.MetaData(), autoload_with=engine)
    urls = ("https://www.A.example/rss", "http://a.example:81/", "https://[broken")
    with engine.begin() as connection:
        for number, url in enumerate(urls, start=1):
            row = {"name": f"source {number}", "url": url, "origin": "command", "failures": 0}
            row |= {"paused": False, "retired": False, "interval": 60_000_000}
            row["next_visit_at"] = sa.bindparam("now", NOW, type_=UtcDateTime)
            connection.execute(before.insert().values(row))
    engine.dispose()
    with Database.open(address) as database, database.begin() as unit:
        assert [source.state.health for source in unit.sources.list()] == ["healthy"] * 3
        hosts = unit.connection.execute(sa.text("SELECT host FROM sources ORDER BY id"))
        assert [row.host for row in hosts] == [host_of(url) for url in urls]
        assert len(unit.sources.claim_due(NOW, worker="worker", limit=9)) == 3


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_articles_signed_with_twice_as_many_keys_are_found_in_their_copies(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
):
    address = f"sqlite:///{tmp_path}/earlier.db"
    if kind == "postgresql":
        server = request.getfixturevalue("postgres")
        address = server.address(server.create())
    engine = sa.create_engine(parse_url(address))
    upgrade_to(engine, "0016")
    tables = sa.MetaData()
    tables.reflect(engine)
    runs = sorted(shingle(texts(TEXT)).quads)[:32]
    now = sa.bindparam("now", NOW, type_=UtcDateTime)
    with engine.begin() as connection:
        add = {name: table.insert() for name, table in tables.tables.items()}
        connection.execute(
            add["stories"].values(
                id=1, leader_id=1, article_count=2, created_at=now, updated_at=now
            )
        )
        for number, keys in ((1, runs), (2, [])):
            connection.execute(
                add["articles"].values(
                    id=number,
                    url=f"https://a.example/{number}",
                    authors=sa.text("'[]'"),
                    tags=sa.text("'[]'"),
                    body=TEXT,
                    word_count=60,
                    kind="article",
                    story_id=1,
                    first_seen_at=now,
                    revisions=0,
                    indexed=False,
                )
            )
            packed = pack(f"<{len(keys)}q", *keys)
            connection.execute(
                add["signatures"].values(
                    article_id=number, exact=str(number), keys=packed, sketch=b"", seen_at=now
                )
            )
    engine.dispose()
    signature = sign(None, TEXT)
    with Database.open(address) as database, database.begin() as unit:
        (found,) = unit.articles.candidates(signature, since=NOW, limit=9)
        assert (found.article_id, found.body) == (1, TEXT)
        assert found.signature.keys == signature.keys
        unit.articles.revise(
            1, Article(url="https://a.example/1"), signature=sign(None, ""), now=NOW
        )
        assert unit.articles.candidates(signature, since=NOW, limit=9) == []


def test_opening_twice_migrates_once(address: str):
    with Database.open(address) as first, Database.open(address) as second:
        for database in (first, second):
            with database.read() as unit:
                assert migrations.current(unit.connection) == migrations.HEAD


def test_a_migration_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    address = f"sqlite:///{tmp_path}/new.db"

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("alembic.op.create_index", fail)
        with pytest.raises(ZeroDivisionError):
            Database.open(address)
    with sa.create_engine(address).connect() as connection:
        assert sa.inspect(connection).get_table_names() == []
        connection.engine.dispose()
    Database.open(address).close()


def test_the_migrations_are_in_the_wheel(tmp_path: Path, pytestconfig: pytest.Config):
    """They run from an installed package: what Alembic reads must be packed."""
    from hatchling.builders.wheel import WheelBuilder  # noqa: PLC0415 - needed here only

    builder = WheelBuilder(str(pytestconfig.rootpath))
    (wheel,) = builder.build(directory=str(tmp_path), versions=["standard"])
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
    folder = pytestconfig.rootpath / "storage" / "migrations"
    scripts = [p for p in folder.rglob("*.py") if "__pycache__" not in p.parts]
    assert len(scripts) >= 3
    assert {f"storage/migrations/{p.relative_to(folder)}" for p in scripts} <= names


def test_keys_of_requests_go_and_come_with_their_migration(database: Database):
    """A database that is taken back has nothing of them left, and comes forward again."""
    module = import_module("storage.migrations.versions.0030_idempotency_keys")
    with database.begin() as unit, Operations.context(MigrationContext.configure(unit.connection)):
        module.downgrade()
        assert "idempotency_keys" not in sa.inspect(unit.connection).get_table_names()
        module.upgrade()
        assert "idempotency_keys" in sa.inspect(unit.connection).get_table_names()
