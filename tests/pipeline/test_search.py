"""The search finds what a watch would, the newest first, page by page, at a bounded cost."""

from datetime import timedelta

import pytest

from scraper.errors import QueryError, UsageError
from scraper.pipeline import search as module
from scraper.pipeline.indexing import index_articles
from scraper.pipeline.search import Wanted, search
from scraper.watch.lists import Lists
from storage.database import Database
from tests.storage.making import DAY, NOW, add_article, add_source, signature

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path}/tocsin.db"
    else:
        address = request.getfixturevalue("postgres_address")
    with Database.open(address) as opened:
        yield opened


def fill(database):
    """Ten articles: the even ones on rockets, every third in Arabic, the first of a source."""
    with database.begin() as unit:
        wire = add_source(unit, "wire", tags=("agency",))
        for number in range(10):
            add_article(
                unit,
                f"k{number}",
                title=f"Report {number}",
                body="A rocket hit Baghdad." if number % 2 == 0 else "Oil rose.",
                language="ar" if number % 3 == 0 else "en",
                tags=("Iraq",) if number < 4 else (),
                section="World" if number == 9 else None,
                source_id=wire.id if number == 0 else None,
                signed=signature(number),
                now=NOW + number * DAY,
            )


def ask(database, *, limit=50, before=None, lists=None, **wanted):
    with database.read() as unit:
        return search(
            unit,
            Wanted(**wanted),
            now=NOW + 10 * DAY,
            limit=limit,
            before=before,
            lists=lists or Lists(),
        )


def numbers(results):
    return [int(hit.stored.article.title.split()[1]) for hit in results.hits]


@pytest.mark.parametrize("few", [0, 600])
@pytest.mark.parametrize("indexed", [True, False])
@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]),
        ({"query": "baghdad AND rockets"}, [8, 6, 4, 2, 0]),
        ({"query": "report NOT rocket"}, [9, 7, 5, 3, 1]),
        ({"query": "rocket", "language": "ar"}, [6, 0]),
        ({"query": "rocket", "source": "wire"}, [0]),
        ({"query": "rocket", "tag": "iraq"}, [2, 0]),
        ({"query": "report NOT rocket", "source": "wire"}, []),
        ({"query": "rocket", "within": timedelta(days=4)}, [8, 6]),
        ({"query": "set:arms"}, [8, 6, 4, 2, 0]),
        ({"language": "ar"}, [9, 6, 3, 0]),
        ({"source": "wire"}, [0]),
        ({"tag": "IRAQ"}, [3, 2, 1, 0]),
        ({"tag": "world"}, [9]),
        ({"tag": "agency"}, [0]),
        ({"within": timedelta(days=2)}, [9, 8]),
        ({"within": timedelta(0)}, []),
        ({"query": "tsunami"}, []),
    ],
)
async def test_it_finds_what_is_wanted_the_newest_first(
    database, monkeypatch, wanted, found, indexed, few
):
    monkeypatch.setattr("storage.search_keys._FEW", few)
    fill(database)
    if indexed:
        await index_articles(database, 100)
    results = ask(database, lists=Lists({"arms": ("rocket", "missile")}), **wanted)
    assert numbers(results) == found
    assert results.more is None


@pytest.mark.parametrize("wanted", [{}, {"query": "report"}, {"tag": "iraq"}])
async def test_pages_follow_one_another_without_gap_or_repeat(database, monkeypatch, wanted):
    monkeypatch.setattr(module, "_STRETCH", 2)
    monkeypatch.setattr(module, "_AT_ONCE", 2)
    fill(database)
    found, before = [], None
    while True:
        results = ask(database, limit=3, before=before, **wanted)
        assert len(results.hits) <= 3
        found += numbers(results)
        if results.more is None:
            break
        before = results.more
    assert found == numbers(ask(database, **wanted))


async def test_who_looks_for_the_rare_is_asked_whether_to_look_further_back(database, monkeypatch):
    monkeypatch.setattr(module, "_MOST_READ", 4)
    monkeypatch.setattr(module, "_AT_ONCE", 2)
    fill(database)
    first = ask(database, query="report NOT body:oil NOT body:rocket OR title:0")
    assert numbers(first) == []
    assert first.looked_until == NOW + 6 * DAY
    found, before = [], first.more
    while before is not None:
        results = ask(database, query="title:0", before=before)
        found += numbers(results)
        before = results.more
    assert found == [0]


async def test_passages_say_where_it_is(database):
    fill(database)
    (hit,) = ask(database, query="rocket", source="wire").hits
    (passage,) = hit.passages
    (span,) = passage.highlights
    assert passage.text[slice(*span)] == "rocket"
    assert hit.source_name == "wire"


async def test_what_makes_no_sense_is_refused(database):
    with pytest.raises(QueryError):
        ask(database, query="(")
    with pytest.raises(UsageError, match="no source named 'x'"):
        ask(database, source="x")
