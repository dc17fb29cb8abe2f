"""The keys of articles are made after admission, of all their texts, in bounded steps."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scraper.pipeline import indexing
from scraper.pipeline.indexing import index_articles, keys_of, told
from scraper.watch import RULES, MatchText, compile_query, narrow
from storage.database import Database
from storage.records import Article
from tests.storage.making import add_article, signature

NOW = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def database(sqlite_address):
    with Database.open(sqlite_address) as opened:
        yield opened


def candidates(database: Database, query: str) -> list[int]:
    with database.read() as unit:
        wanted = narrow(compile_query(query).root)
        found = unit.keys.candidates(wanted, since=NOW, until=NOW + 99 * HOUR, rules=RULES)
        return list(found.ids)


def revise(database: Database, article_id: int, at: datetime, **fields: str) -> None:
    with database.begin() as unit:
        known = unit.articles.get(article_id)
        assert known is not None
        later = replace(known.article, **fields)
        unit.articles.revise(article_id, later, signature=signature(3), now=at)


@pytest.mark.anyio
async def test_indexing_goes_on_in_steps(database: Database):
    with database.begin() as unit:
        for number in range(120):
            add_article(unit, str(number), body=f"word{number}", language="en")
    assert await index_articles(database, 70) == 50
    assert len(candidates(database, "word7")) == 50  # and nothing is said of 50
    assert await index_articles(database, 70) == 0
    assert await index_articles(database, 70) == 0
    assert candidates(database, "word7") == [8]


@pytest.mark.anyio
async def test_an_article_is_found_by_its_earlier_texts_too(database: Database):
    with database.begin() as unit:
        add_article(unit, "one", title="Rocket", body="A missile", language="en")
        add_article(unit, "two", title="Quiet", body="Nothing", language="en")
    revise(database, 1, NOW + HOUR, title="Rain", body="Wind")
    await index_articles(database, 10)
    for query in ("rocket", "missile", "rain", "wind"):
        assert candidates(database, query) == [1]
    with database.read() as unit:
        (texts,) = unit.keys.texts([1])
    assert [(article.title, at) for article, at in told(texts)] == [
        ("Rocket", NOW),
        ("Rain", NOW + HOUR),
    ]


@pytest.mark.anyio
async def test_of_a_text_beyond_measure_no_keys_are_made(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(indexing, "LONGEST", 1_000)
    with database.begin() as unit:
        add_article(unit, "one", body="word " * 300)
        add_article(unit, "two", body="word " * 100)
        assert keys_of(unit.keys.texts([1])[0]) is None
    assert await index_articles(database, 10) == 0
    assert candidates(database, "another") == [1]


@pytest.mark.anyio
async def test_an_article_that_cannot_be_indexed_holds_up_no_other(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    with database.begin() as unit:
        add_article(unit, "one", body="good")
        add_article(unit, "two", body="bad")
    make = indexing.index_keys

    def break_on_bad(text: MatchText) -> frozenset[str]:
        if text.body == "bad":
            raise ZeroDivisionError
        return make(text)

    monkeypatch.setattr(indexing, "index_keys", break_on_bad)
    assert await index_articles(database, 10) == 0
    assert candidates(database, "good") == [2, 1]  # the other is always looked at
    assert candidates(database, "another") == [2]
    assert "https://news.example/two: cannot be indexed" in caplog.text


@pytest.mark.anyio
async def test_rules_that_changed_index_everything_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    with database.begin() as unit:
        add_article(unit, "one", body="colour")
    await index_articles(database, 10)
    monkeypatch.setattr(indexing, "RULES", RULES + 1)
    monkeypatch.setattr(indexing, "index_keys", lambda _: frozenset(["other"]))
    assert candidates(database, "other") == []
    assert await index_articles(database, 10) == 0
    with database.read() as unit:
        assert unit.keys.pending(RULES) == 1  # by the rules of before it is not indexed
        assert unit.keys.pending(RULES + 1) == 0


def test_every_field_has_keys(database: Database):
    article = Article(
        url="https://news.example/politics/1",
        title="One",
        standfirst="Two",
        body="Three",
        authors=("Four",),
        section="Five",
        tags=("Six",),
        image_caption="Seven",
        language="en",
    )
    with database.begin() as unit:
        fields = {name: getattr(article, name) for name in Article.__slots__}
        add_article(unit, "one", **fields)
        (texts,) = unit.keys.texts([1])
    keys = keys_of(texts)
    assert keys is not None
    words = {"one", "two", "three", "four", "five", "six", "seven", "politics"}
    assert words | {":lang:en", ":site:news.example"} <= set(keys)
