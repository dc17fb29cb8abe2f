"""Several workers admit reports of one event, and copies of one text, at the same instant."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from random import Random
from threading import Barrier

import pytest
import sqlalchemy as sa

from scraper.dedupe import sign
from scraper.pipeline.admit import Admission, Admitter, Candidate
from scraper.pipeline.by_hand import join, part
from storage.database import Database, UnitOfWork
from storage.records import Article, Entry, FrontierEntry
from tests.fakes import FakeClock
from tests.pipeline.reports import Desk, event, report, warmed
from tests.storage.making import NOW

WORKERS = 4


@pytest.fixture
def databases(address: str) -> Iterator[list[Database]]:
    """One database, opened by each of the workers."""
    with ExitStack() as stack:
        yield [stack.enter_context(Database.open(address)) for _ in range(WORKERS)]


def entries(desk: Desk, count: int) -> list[FrontierEntry]:
    with desk.database.begin() as unit:
        links = [f"https://a.example/at-once/{number}" for number in range(count)]
        told = [(link, "a.example", Entry(url=link)) for link in links]
        unit.entries.add(desk.source.id, told, now=NOW)
        return unit.entries.claim(desk.clock.now(), worker=desk.worker, hosts=1, per_host=count)


def at_once(
    databases: list[Database], bodies: list[str], found: list[FrontierEntry]
) -> list[Admission]:
    """Each worker admits its share; all begin together."""
    together = Barrier(WORKERS)

    def work(number: int) -> list[Admission]:
        admitter = Admitter(FakeClock(NOW))
        together.wait()
        done = []
        for body, entry in list(zip(bodies, found, strict=True))[number::WORKERS]:
            article = Article(url=entry.url, body=body, language="en")
            candidate = Candidate(
                article=article,
                signature=sign(None, body, "en"),
                entry=entry,
                source_name="wire",
            )
            with databases[number].begin() as unit:
                done.append(admitter.admit(unit, candidate))
        return done

    with ThreadPoolExecutor(WORKERS) as pool:
        return [each for done in pool.map(work, range(WORKERS)) for each in done]


def test_one_event_and_its_copies_are_one_story_and_ring_once(databases):
    desk = Desk(databases[0])
    warmed(desk)
    random = Random(3)
    names = event(random)
    reports = [f"{report(random, names)} ferry" for _ in range(6)]
    wire = f"{report(random, names)} ferry"
    copies = [f"{wire} {tail}" for tail in ("more", "to come", "soon", "later", "today", "now")]
    bodies = [body for pair in zip(reports, copies, strict=True) for body in pair]
    admissions = at_once(databases, bodies, entries(desk, len(bodies)))
    with desk.database.read() as unit:
        ids = [each.article.id for each in admissions]
        articles = [unit.articles.get(article_id) for article_id in ids]
        assert {article.story_id for article in articles} == {articles[0].story_id}
        story = unit.stories.get(articles[0].story_id)
        assert story.article_count == len(bodies)
        originals = Counter(article.copy_of for article in articles)
        assert originals[None] == len(reports) + 1
        assert len(originals) == 2
        assert len(unit.outbox.of_story(story.id)) == 1
    assert sum(len(each.rang) for each in admissions) == 1
    assert desk.database.check() == []


def test_a_story_is_parted_only_when_who_admits_a_copy_has_decided(databases):
    desk = Desk(databases[0])
    admitter = Admitter(FakeClock(NOW))
    random = Random(3)
    names = event(random)
    wire, other = (f"{report(random, names)} ferry" for _ in range(2))
    found = entries(desk, 3)

    def candidate(body: str, entry: FrontierEntry) -> Candidate:
        article = Article(url=entry.url, body=body, language="en")
        return Candidate(
            article=article, signature=sign(None, body, "en"), entry=entry, source_name="wire"
        )

    with databases[0].begin() as unit:
        first = admitter.admit(unit, candidate(wire, found[0])).article
        second = admitter.admit(unit, candidate(other, found[1])).article
        if first.story_id != second.story_id:
            join(unit, first.story_id, second.story_id, now=NOW)

    def parted() -> None:
        with databases[1].begin() as unit:
            part(unit, [first.id], now=NOW)

    with ThreadPoolExecutor(1) as pool:
        with databases[0].begin() as unit:
            copy = admitter.admit(unit, candidate(f"{wire} more", found[2])).article
            assert copy.copy_of == first.id
            parting = pool.submit(parted)
            wait_until_it_waits(unit, parting)
        parting.result()
    with desk.database.read() as unit:
        stories = [unit.articles.get(each.id).story_id for each in (first, copy, second)]
    assert stories[0] == stories[1] != stories[2]


def wait_until_it_waits(unit: UnitOfWork, other: Future[None]) -> None:
    """Return when `other` waits for a lock of PostgreSQL; in SQLite it cannot even begin."""
    waiting = sa.text(
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
        "WHERE NOT granted AND datname = current_database()"
    )
    while unit.connection.dialect.name == "postgresql" and not other.done():
        if unit.connection.scalar(waiting):
            return
