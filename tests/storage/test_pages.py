"""Kept pages: one for each text of an article, and none for ever."""

from dataclasses import replace

import pytest

from storage.database import Database
from storage.records import Article
from tests.storage.making import (
    DAY,
    HOUR,
    NOW,
    add_article,
    add_entries,
    add_source,
    claim,
    page,
    signature,
)


def kept(database: Database) -> list[bytes]:
    with database.read() as unit:
        rows = unit.connection.exec_driver_sql("SELECT content FROM pages ORDER BY id")
        return [bytes(row.content) for row in rows]


def test_a_page_comes_back_as_it_was_given(database: Database):
    given = page(bytes(range(256)) * 40)
    with database.begin() as unit:
        add_entries(unit, ["story"])
        (entry,) = claim(unit)
        article = add_article(unit)
        unit.pages.keep(article.id, given, entry_id=entry.id, another_text=True)
    with database.read() as unit:
        found = unit.pages.latest(article.id)
        assert found is not None
        assert (found.article_id, found.entry_id, found.page) == (article.id, entry.id, given)
        assert unit.pages.earliest(article.id) == found
        assert unit.pages.latest(12345) is None


def test_the_same_page_is_stored_once_and_another_text_beside_the_last(database: Database):
    with database.begin() as unit:
        article = add_article(unit)

        def keep(content: bytes, *, another_text: bool, **fields: object) -> None:
            unit.pages.keep(
                article.id, page(content, **fields), entry_id=None, another_text=another_text
            )

        keep(b"one", another_text=True)
        keep(b"one", another_text=False, fetched_at=NOW + HOUR)
        keep(b"one, other advertisement", another_text=False, digest=b"o", fetched_at=NOW + HOUR)
        keep(b"two", another_text=True, fetched_at=NOW + DAY)
    assert kept(database) == [b"one, other advertisement", b"two"]
    with database.read() as unit:
        latest, earliest = unit.pages.latest(article.id), unit.pages.earliest(article.id)
        assert latest is not None
        assert earliest is not None
        assert (latest.page.content, latest.page.fetched_at) == (b"two", NOW + DAY)
        assert (earliest.page.digest, earliest.page.fetched_at) == (b"o", NOW + HOUR)


def test_the_same_page_that_brought_another_text_is_stored_once(database: Database):
    """By other rules the same bytes may be another text."""
    with database.begin() as unit:
        article = add_article(unit)
        for hours in range(3):
            given = page(b"one", fetched_at=NOW + hours * HOUR)
            unit.pages.keep(article.id, given, entry_id=None, another_text=True)
        found = unit.pages.latest(article.id)
    assert kept(database) == [b"one"]
    assert found is not None
    assert found.page.fetched_at == NOW


def test_the_pages_of_one_article_are_forgotten_alone(database: Database):
    with database.begin() as unit:
        for key in ("a", "b"):
            article = add_article(unit, key)
            unit.pages.keep(article.id, page(key.encode()), entry_id=None, another_text=True)
        unit.pages.forget(article.id)
    assert kept(database) == [b"a"]


def test_a_walk_meets_every_article_once_in_their_order(database: Database):
    with database.begin() as unit:
        wire = add_source(unit)
        ids = []
        for number in range(7):
            article = add_article(
                unit,
                f"{number}",
                source_id=wire.id if number % 2 else None,
                now=NOW + number * HOUR,
            )
            ids.append(article.id)
            for content in (b"first", b"second") if number != 3 else ():
                unit.pages.keep(
                    article.id,
                    page(content, url=f"https://n.example/{number}/{content.decode()}"),
                    entry_id=None,
                    another_text=True,
                )
    with_page = [article_id for number, article_id in enumerate(ids) if number != 3]
    with database.read() as unit:
        found = []
        while step := unit.pages.walk(after=found[-1].article_id if found else 0, limit=2):
            found += step
        assert [line.article_id for line in found] == with_page
        assert all(line.url.endswith("/second") for line in found)
        of_wire = unit.pages.walk(source="wire")
        assert [line.article_id for line in of_wire] == [ids[1], ids[5]]
        late = unit.pages.walk(since=NOW + 5 * HOUR)
        assert [line.article_id for line in late] == ids[5:]
        assert unit.pages.walk(source="nobody") == []


def fill(database: Database, number: int, size: int = 100) -> None:
    """Pages of that size, an hour between them."""
    with database.begin() as unit:
        for index in range(number):
            article = add_article(unit, f"{index}")
            unit.pages.keep(
                article.id,
                page(b"%03d" % index + b"x" * (size - 3), fetched_at=NOW + index * HOUR),
                entry_id=None,
                another_text=True,
            )


def test_pages_that_are_too_old_are_deleted_the_others_stay(database: Database):
    fill(database, 5)
    assert database.prune_pages(NOW + 2 * HOUR, most=10_000) == 2
    assert [content[:3] for content in kept(database)] == [b"002", b"003", b"004"]
    assert database.prune_pages(NOW + 2 * HOUR, most=10_000) == 0
    assert database.prune_pages(NOW + DAY, most=10_000) == 3
    assert kept(database) == []
    assert database.stats()["articles"] == 5


@pytest.mark.anyio
async def test_beyond_their_room_the_oldest_go_first_in_steps(database: Database):
    fill(database, 230)
    assert await database.tidy_pages(NOW - DAY, most=450) == 226
    assert [content[:3] for content in kept(database)] == [b"226", b"227", b"228", b"229"]
    assert await database.tidy_pages(NOW - DAY, most=400) == 0


def test_the_database_tells_how_much_room_they_take(database: Database):
    assert (database.stats()["pages"], database.stats()["pages_bytes"]) == (0, 0)
    fill(database, 3, size=50)
    assert (database.stats()["pages"], database.stats()["pages_bytes"]) == (3, 150)
    assert database.check() == []


# Repair, which needs no page but is what they are kept for.


def test_a_repair_replaces_every_field_and_leaves_no_revision(database: Database):
    with database.begin() as unit:
        article = add_article(
            unit, body="A menu. The rocket.", signed=signature(1, 2, exact="wrong"), title="Wrong"
        )
        unit.search.index_pending()
    right = Article(url=article.article.url, title="Right", body="The rocket rose.", word_count=3)
    with database.begin() as unit:
        repaired = unit.articles.repair(
            article.id, right, was=article.article, signature=signature(2, 3, exact="right")
        )
    assert repaired == replace(article, article=right)
    with database.read() as unit:
        assert unit.articles.get(article.id) == repaired
        assert unit.articles.revisions(article.id) == []
        # The search knows the new text and forgot the old one, at once.
        assert unit.search.search("menu") == []
        assert [hit.id for hit in unit.search.search("rose")] == [article.id]
        assert unit.search.pending() == 0
        # It is found in copies by its new text, from the time it was first seen.
        assert unit.articles.signature(article.id) == signature(2, 3, exact="right")
        near = unit.articles.candidates(signature(1), since=NOW, limit=9)
        assert near == []
        (candidate,) = unit.articles.candidates(signature(3), since=NOW, limit=9)
        assert candidate.first_seen_at == NOW
    with database.begin() as unit:
        unit.articles.revise(article.id, right, signature=signature(9), now=NOW + DAY)
        unit.search.index_pending()
    with database.read() as unit:
        assert [hit.id for hit in unit.search.search("rose")] == [article.id]


def test_a_repair_and_a_revision_in_one_transaction(database: Database):
    """The rules changed and the publisher edited, both since the last look."""
    with database.begin() as unit:
        article = add_article(unit, body="A menu.", signed=signature(1, exact="wrong"))
        unit.search.index_pending()
    read = replace(article.article, body="The rocket rose.")
    edited = replace(article.article, body="The rocket fell.")
    with database.begin() as unit:
        assert unit.articles.repair(
            article.id, read, was=article.article, signature=signature(2, exact="read")
        )
        unit.articles.revise(article.id, edited, signature=signature(3), now=NOW + HOUR)
    with database.begin() as unit:
        unit.search.index_pending()
        (revision,) = unit.articles.revisions(article.id)
        assert (revision.body, revision.seen_at) == ("The rocket rose.", NOW)
        assert [hit.id for hit in unit.search.search("fell")] == [article.id]
        assert unit.search.search("menu") == unit.search.search("rose") == []
        assert unit.articles.signature(article.id) == signature(3)
        for former in (1, 2):
            assert unit.articles.candidates(signature(former), since=NOW, limit=9) == []
    assert database.check() == []


def test_an_article_that_changed_meanwhile_is_not_repaired(database: Database):
    with database.begin() as unit:
        article = add_article(unit, body="One.")
        later = replace(article.article, body="Two.")
        revised = unit.articles.revise(article.id, later, signature=signature(5), now=NOW + HOUR)
    with database.begin() as unit:
        wrong = replace(article.article, body="One again.")
        done = unit.articles.repair(article.id, wrong, was=article.article, signature=signature(6))
        assert done is None
    with database.read() as unit:
        assert unit.articles.get(article.id) == revised
        assert unit.articles.signature(article.id) == signature(5)


def test_an_article_whose_signature_is_gone_gets_none(database: Database):
    with database.begin() as unit:
        article = add_article(unit, body="One.")
    database.prune(NOW + DAY)
    with database.begin() as unit:
        better = replace(article.article, body="Two.")
        assert unit.articles.repair(article.id, better, was=article.article, signature=signature(6))
        assert unit.articles.signed(article.id) is None
        assert unit.articles.candidates(signature(6), since=NOW, limit=9) == []
