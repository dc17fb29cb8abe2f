import os
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage import migrations
from storage.database import Database
from storage.errors import DatabaseUnavailable, StorageError
from tests.storage.making import (
    DAY,
    HOUR,
    NOW,
    add_article,
    add_entries,
    ring,
    signature,
)


def test_how_much_there_is(database: Database):
    with database.begin() as unit:
        add_entries(unit, ["a", "b"])
        ring(unit, channels=["desk", "soc"])
    stats = database.stats()
    assert str(stats["database"]).startswith(("SQLite 3", "PostgreSQL "))
    assert stats["revision"] == migrations.HEAD
    assert int(stats["bytes"]) > 4096
    names = ("sources", "watches", "entries", "articles", "stories", "alerts", "deliveries")
    assert [stats[name] for name in names] == [1, 1, 2, 1, 1, 1, 2]
    assert stats["revisions"] == stats["channels"] == stats["matches"] == 0


def test_a_sound_database_has_no_problems(database: Database):
    with database.begin() as unit:
        ring(unit)
        unit.search.index_pending()
    assert database.check() == []


def test_a_story_without_its_leader_is_a_problem(database: Database):
    with database.begin() as unit:
        article = add_article(unit)
        unit.connection.exec_driver_sql("UPDATE stories SET leader_id = 12345")
    assert database.check() == [f"story {article.story_id} has no leader"]


def test_an_earlier_text_that_cannot_be_read_is_a_problem(database: Database):
    with database.begin() as unit:
        whole, broken = add_article(unit, "whole"), add_article(unit, "broken")
        for article in (whole, broken):
            for number in range(3):
                edited = replace(article.article, body=f"Text {number} of an article. " * 9)
                unit.articles.revise(article.id, edited, signature=signature(), now=NOW)
    assert database.check() == []
    with database.begin() as unit:
        unit.connection.execute(
            sa.text("UPDATE articles SET body = 'another' WHERE id = :id"), {"id": broken.id}
        )
    assert database.check() == [f"the earlier texts of article {broken.id} cannot be read"]


def test_a_row_that_refers_to_nothing_is_a_problem(sqlite_address: str):
    with Database.open(sqlite_address) as database:
        with database.begin() as unit:
            add_article(unit)
        other = sqlite3.connect(str(database.path), isolation_level=None)
        other.execute("PRAGMA foreign_keys = OFF")
        other.execute("UPDATE articles SET source_id = 99")
        other.close()
        assert database.check() == [
            "row 1 of articles refers to a row of sources that is not there"
        ]


def test_damage_is_found(sqlite_address: str):
    path = Path(sqlite_address.removeprefix("sqlite:///"))
    with Database.open(sqlite_address) as database, database.begin() as unit:
        for number in range(50):
            add_article(unit, f"{number}", body="x" * 5000)
    content = bytearray(path.read_bytes())
    start = len(content) * 3 // 4  # in the texts, so that it can be opened
    content[start : start + 40_000] = os.urandom(40_000)
    path.write_bytes(content)
    with Database.open(sqlite_address) as database:
        assert database.check() != []


def test_a_backup_is_whole_while_others_write(sqlite_address: str, tmp_path: Path):
    target = tmp_path / "backup.db"
    with Database.open(sqlite_address) as database:
        with database.begin() as unit:
            ring(unit)
        with database.begin() as unit:  # not committed yet: no part of it
            add_article(unit, "later")
            database.backup(target)
        with database.read() as unit:
            assert len(unit.articles.list()) == 2
        database.backup(tmp_path / "again.db")
    with Database.open(f"sqlite:///{target}") as copy, copy.begin() as unit:
        assert [article.article.title for article in unit.articles.list()] == ["Title of story"]
        assert len(unit.outbox.claim_due(NOW, worker="w", limit=5)) == 1
    with Database.open(f"sqlite:///{tmp_path}/again.db") as copy:
        assert copy.check() == []
        assert copy.stats()["articles"] == 2
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []


def test_a_backup_takes_the_place_of_an_earlier_one(sqlite_address: str, tmp_path: Path):
    target = tmp_path / "backup.db"
    target.write_text("an earlier one")
    with Database.open(sqlite_address) as database:
        database.backup(target)
    with Database.open(f"sqlite:///{target}") as copy:
        assert copy.check() == []


def test_a_backup_that_cannot_be_written_is_named_and_leaves_nothing(
    sqlite_address: str, tmp_path: Path
):
    with Database.open(sqlite_address) as database:
        with pytest.raises(DatabaseUnavailable, match=r"cannot be written.*folder there"):
            database.backup(tmp_path / "absent" / "backup.db")
        (tmp_path / "folder").mkdir()
        with pytest.raises(DatabaseUnavailable, match="cannot be written"):
            database.backup(tmp_path / "folder")
        assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []
        with pytest.raises(StorageError, match=r"the database itself.*another file"):
            database.backup(tmp_path / "." / "tocsin.db")
        assert database.check() == []


def test_postgresql_has_its_own_backups(postgres_address: str, tmp_path: Path):
    with (
        Database.open(postgres_address) as database,
        pytest.raises(StorageError, match="pg_dump"),
    ):
        database.backup(tmp_path / "x")


def test_vacuum_gives_space_back(database: Database):
    with database.begin() as unit:
        ring(unit)
    database.vacuum()
    with database.begin() as unit:
        assert len(unit.outbox.alerts()) == 1


def test_pruning_leaves_no_text_that_is_read_from_one_that_is_gone(database: Database):
    """The clock was set back between the edits."""
    with database.begin() as unit:
        article = add_article(unit, "1", now=NOW + 3 * DAY)
        for number, when in enumerate((NOW, NOW + 4 * DAY, NOW + 5 * DAY)):
            edited = replace(article.article, body=f"Text {number}")
            unit.articles.revise(article.id, edited, signature=signature(2), now=when)
    assert database.prune(NOW + DAY)["revisions"] == 2
    with database.begin() as unit:
        assert [text.body for text in unit.articles.revisions(article.id)] == ["Text 1"]


def test_pruning_forgets_earlier_texts_and_old_signatures_alone(database: Database):
    with database.begin() as unit:
        for number in range(3):
            when = NOW + number * DAY
            article = add_article(unit, f"{number}", signed=signature(1, 10 + number), now=when)
            unit.articles.revise(
                article.id, article.article, signature=signature(2, 20 + number), now=when + HOUR
            )
    assert database.prune(NOW + DAY) == {"revisions": 1, "signatures": 1, "vectors": 0, "terms": 0}
    assert database.prune(NOW + DAY) == dict.fromkeys(
        ("revisions", "signatures", "vectors", "terms"), 0
    )
    with database.begin() as unit:
        assert len(unit.articles.list()) == 3
        assert [len(unit.articles.revisions(n)) for n in (1, 2, 3)] == [0, 1, 1]
        assert unit.articles.signed(1) is None
        near = unit.articles.candidates(signature(2), since=NOW - DAY, limit=9)
        assert [c.article_id for c in near] == [2, 3]
        again = unit.articles.get(1)
        assert again is not None
        unit.articles.revise(1, again.article, signature=signature(3), now=NOW + 9 * DAY)
        assert unit.articles.signature(1) == signature(3)
    assert database.check() == []
