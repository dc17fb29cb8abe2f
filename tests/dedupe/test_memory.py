"""The index in memory finds what the database finds."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from scraper.dedupe import CANDIDATES, MemoryIndex, relate, sign
from scraper.dedupe.memory import PER_KEY
from scraper.pipeline.likeness import sketched
from storage.database import Database
from storage.records import Article, Signature, SignedArticle
from tests.dedupe import wire
from tests.dedupe.deciding import NOW, signed

EARLY = NOW - timedelta(days=30)


def bare(number: int, *keys: int, exact: str | None = None) -> SignedArticle:
    return SignedArticle(
        article_id=number,
        story_id=number,
        copy_of=None,
        signature=Signature(exact=exact or f"text {number}", keys=keys, sketch=b""),
        first_seen_at=NOW + timedelta(minutes=number),
    )


def found(index: MemoryIndex, *keys: int, exact: str = "", since=EARLY, limit=CANDIDATES):
    signature = Signature(exact=exact, keys=keys, sketch=b"")
    return [article.article_id for article in index.candidates(signature, since=since, limit=limit)]


@pytest.fixture
def index() -> MemoryIndex:
    return MemoryIndex()


def test_those_that_share_the_most_keys_come_first_and_then_the_earlier(index):
    for article in (bare(1, 10), bare(2, 10, 20), bare(3, 20), bare(4, 10, 20, 30), bare(5, 40)):
        index.add(article)
    assert found(index, 10, 20, 30) == [4, 2, 1, 3]
    assert found(index, 10, 20, 30, limit=2) == [4, 2]


def test_the_same_text_comes_before_all(index):
    for article in (bare(1, 10, 20), bare(2, exact="same"), bare(3, 10, 20, 30)):
        index.add(article)
    assert found(index, 10, 20, 30, exact="same") == [2, 3, 1]


def test_what_was_seen_too_long_ago_is_not_found(index):
    for article in (bare(1, 10), bare(2, 10), bare(3, 10)):
        index.add(article)
    assert found(index, 10, since=NOW + timedelta(minutes=2)) == [2, 3]


def test_for_a_key_that_all_articles_have_only_the_newest_are_looked_at(index):
    for number in range(200):
        index.add(bare(number, 10, 1000 + number))
    assert found(index, 10, limit=500) == list(range(200 - PER_KEY, 200))
    assert found(index, 10, 1003)[:1] == [3]


def test_beyond_its_capacity_the_oldest_is_forgotten():
    index = MemoryIndex(capacity=3)
    for number in range(10):
        index.add(bare(number, 10, 20 + number % 2, 1000 + number))
    assert len(index) == 3
    assert found(index, 10) == [7, 8, 9]
    assert found(index, 1001, 1007) == [7]
    assert len(index._by_key) == 3 + 2 * 3  # nothing of the forgotten is left


def test_an_index_that_may_hold_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        MemoryIndex(capacity=0)


def stream(seed: int) -> list[str]:
    """Texts of which many share paragraphs, some all of them, and some are empty."""
    random_ = random.Random(seed)
    texts = (wire.WIRE, wire.REPORT, wire.BUDGET, wire.ELECTION, wire.BOILERPLATE, wire.CHINESE)
    parts = [part for text in texts for part in wire.paragraphs(text)]
    made = [wire.join(random_.sample(parts, random_.randint(1, 8))) for _ in range(60)]
    return [*made, "", *random_.sample(made, 10), "", *texts]


def test_memory_and_database_find_the_same_and_so_decide_the_same(sqlite_address, index):
    database = Database.open(sqlite_address)
    related = 0
    try:
        for minute, body in enumerate(stream(11)):
            now = NOW + timedelta(hours=10 * minute)
            since = now - timedelta(days=10)
            signature = sign("Title", body)
            with database.begin() as unit:
                stored = sketched(unit.articles.candidates(signature, since=since, limit=8))
                remembered = index.candidates(signature, since=since, limit=8)
                assert remembered == [
                    replace(found, title=None, body="", language=None) for found in stored
                ]
                relation = relate(signature, stored)
                related += relation is not None
                added = unit.articles.add(
                    Article(url=f"https://outlet.example/{minute}", title="Title", body=body),
                    keys=[f"https://outlet.example/{minute}"],
                    source_id=None,
                    story_id=relation.story_id if relation else None,
                    copy_of=relation.article_id if relation and relation.kind == "copy" else None,
                    signature=signature,
                    now=now,
                )
            index.add(
                SignedArticle(
                    article_id=added.id,
                    story_id=added.story_id,
                    copy_of=added.copy_of,
                    signature=signature,
                    first_seen_at=now,
                )
            )
    finally:
        database.close()
    assert 10 < related < 70


def test_a_copy_is_found_among_a_thousand_articles_of_one_outlet(index):
    # All carry the same long boilerplate, and each key of it is looked at no further than 50 deep.
    random_ = random.Random(5)
    index.add(signed(0, wire.WIRE))
    for number in range(1, 1000):
        own = " ".join(f"word{random_.randrange(5000)}" for _ in range(150))
        index.add(signed(number, wire.join([own, wire.BOILERPLATE])))
    late = signed(1000, wire.join([wire.WIRE, wire.BOILERPLATE]))
    relation = relate(late.signature, index.candidates(late.signature, since=EARLY))
    assert relation is not None
    assert relation.article_id == 0
