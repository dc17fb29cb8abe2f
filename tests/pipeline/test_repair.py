"""A kept page is read again, and what was read wrong is put right, and nothing else."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from scraper.extract import Site, Sites
from scraper.extract.sites import Pick, Version
from scraper.pipeline.admit import Admitter, Candidate
from scraper.pipeline.keeping import keep_page
from scraper.pipeline.packing import pack
from scraper.pipeline.reading import kept_page, read_page
from scraper.pipeline.repair import Repaired, Repairer, differences
from scraper.pipeline.sandbox import SandboxBrokenError, SandboxError
from storage.database import Database
from storage.records import (
    Article,
    ArticleKind,
    Entry,
    Page,
    Policy,
    Signature,
    SourceSpec,
    StoredArticle,
    WatchSpec,
)
from tests.end_to_end.outlets import story
from tests.fakes import FakeClock
from tests.servers import article_html

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WRONG = Signature(exact="wrong", keys=(1, 2, 3), sketch=b"")


class Here:
    """Stands in for the sandbox: reads in this very process, unless it is told to fail."""

    def __init__(self) -> None:
        self.fails: Exception | None = None
        self.meanwhile = lambda: None

    async def run(self, function, *arguments, **named):
        await asyncio.sleep(0)
        self.meanwhile()
        if self.fails is not None:
            raise self.fails
        return function(*arguments, **named)


class Archive:
    """A database of articles whose pages are kept."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = FakeClock(NOW)
        self.sandbox = Here()
        with database.begin() as unit:
            self.source = unit.sources.add(
                SourceSpec(name="wire", url="https://a.example/"), now=NOW
            )

    def admit(self, number: int, html: bytes, *, at: datetime = NOW) -> StoredArticle:
        """The page of this number as the pipeline admits it."""
        url = f"https://a.example/{number}"
        with self.database.begin() as unit:
            unit.entries.add(self.source.id, [(url, "a.example", Entry(url=url))], now=at)
            found = {
                entry.url: entry
                for entry in unit.entries.claim(at, worker="w", hosts=9, per_host=99)
            }
            if url in found:
                self.entry = found[url]
            page = Page(
                url=url,
                requested_url=url,
                status=200,
                headers={"content-type": "text/html; charset=utf-8"},
                body=html,
                fetched_at=at,
            )
            reading = read_page(page, self.entry, keep=True)
            candidate = Candidate(
                article=reading.article,
                signature=reading.signature,
                entry=self.entry,
                source_name="wire",
            )
            admission = Admitter(FakeClock(at)).admit(unit, candidate)
            keep_page(unit, admission, reading, entry_id=self.entry.id)
            return admission.article

    def spoil(self, stored: StoredArticle, **fields: object) -> StoredArticle:
        """As if other rules had read the page: the article with these fields instead."""
        with self.database.begin() as unit:
            spoilt = unit.articles.repair(
                stored.id,
                replace(stored.article, **fields),
                was=stored.article,
                signature=WRONG,
            )
        assert spoilt is not None
        return spoilt

    def repairer(self, **options: object) -> Repairer:
        return Repairer(
            database=self.database,
            sandbox=self.sandbox,
            clock=self.clock,
            random=Random(1),
            **options,
        )

    async def repair(self, stored: StoredArticle, **options: object):
        return await self.repairer(**options).repair(stored.id)

    def now(self, stored: StoredArticle) -> StoredArticle:
        with self.database.read() as unit:
            found = unit.articles.get(stored.id)
        assert found is not None
        return found


@pytest.fixture
def archive(sqlite_address):
    with Database.open(sqlite_address) as database:
        yield Archive(database)


def html(number: int = 1, *, title: str = "Rocket rises", published: datetime = NOW) -> bytes:
    return article_html(title, story(number, mention="a rocket"), published - HOUR)


async def test_a_site_that_has_rules_now_is_read_by_them(archive):
    stored = archive.admit(1, article_html("Headline", story(1), NOW))
    picks = {"section": (Pick("nav a"),)}
    rule = Site(name="x.toml", hosts=("a.example",), versions=(Version(picks=picks),))
    repair = await archive.repair(stored, sites=Sites([rule]))
    assert (repair.outcome, set(repair.changes)) == (Repaired.CHANGED, {"section"})
    assert archive.now(stored).article.section == "Home"


async def test_what_was_read_wrong_is_read_right_and_all_that_hangs_on_it(archive):
    right = archive.admit(1, html())
    with archive.database.read() as unit:
        signature = unit.articles.signature(right.id)
    archive.spoil(right, title="Menu", body="Home. Sport. Weather.", authors=("By",), word_count=3)
    repair = await archive.repair(right)
    assert repair.outcome is Repaired.CHANGED
    assert set(repair.changes) == {"title", "body", "authors", "word_count"}
    assert repair.changes["title"] == ("Menu", "Rocket rises")
    assert archive.now(right) == right  # no revision either, and no other time of being seen
    with archive.database.read() as unit:
        assert unit.articles.signature(right.id) == signature
        assert [hit.id for hit in unit.search.search("rocket")] == [right.id]
        assert unit.search.search("weather") == []
        assert unit.articles.revisions(right.id) == []
        assert unit.outbox.alerts() == []
    assert (await archive.repair(right)).outcome is Repaired.SAME


async def test_a_dry_run_tells_and_changes_nothing(archive):
    spoilt = archive.spoil(archive.admit(1, html()), title="Menu")
    repair = await archive.repair(spoilt, dry_run=True)
    assert repair.changes == {"title": ("Menu", "Rocket rises")}
    assert archive.now(spoilt) == spoilt


async def test_what_today_is_unknown_is_no_longer_claimed(archive):
    right = archive.admit(1, html())
    archive.spoil(right, section="Menu", tags=("Home", "Sport"), paywalled=True)
    repair = await archive.repair(right)
    assert set(repair.changes) == {"section", "tags", "paywalled"}
    assert archive.now(right).article.section is None


async def test_the_link_by_which_an_article_is_known_stays(archive):
    right = archive.admit(1, html())
    spoilt = archive.spoil(right, url="https://a.example/moved")
    assert (await archive.repair(spoilt)).outcome is Repaired.SAME
    assert archive.now(spoilt).article.url == "https://a.example/moved"


async def test_an_article_without_a_page_is_left_as_it_is(archive):
    right = archive.admit(1, html())
    archive.database.prune_pages(NOW + DAY, most=0)
    spoilt = archive.spoil(right, title="Menu")
    assert (await archive.repair(spoilt)).outcome is Repaired.NO_PAGE
    assert archive.now(spoilt) == spoilt


async def test_a_page_whose_entry_is_gone_is_not_said_to_be_gone(archive):
    spoilt = archive.spoil(archive.admit(1, html()), title="Menu")
    with archive.database.begin() as unit:
        unit.connection.exec_driver_sql("UPDATE pages SET entry_id = NULL")
    assert (await archive.repair(spoilt)).outcome is Repaired.NO_ENTRY
    assert archive.now(spoilt) == spoilt


async def test_a_repaired_article_is_known_by_its_canonical_link(archive):
    claimed = "https://a.example/rocket-rises"
    stored = archive.admit(1, html())
    linked = html().replace(b"<head>", f'<head><link rel="canonical" href="{claimed}">'.encode())
    with archive.database.begin() as unit:
        kept = unit.pages.latest(stored.id)
        page = pack(replace(kept_page(kept.page, stored.article.url), body=linked))
        unit.pages.keep(stored.id, page, entry_id=kept.entry_id, another_text=False)
        assert unit.articles.find([claimed]) is None
    assert set((await archive.repair(stored)).changes) == {"canonical_url"}
    with archive.database.read() as unit:
        found = unit.articles.find([claimed])
    assert found is not None
    assert found.id == stored.id


async def test_no_text_is_not_better_than_some(archive):
    """Rules that fail on a site must not empty its archive."""
    bare = b"<html><head><title>Rocket rises</title></head><body><h1>Rocket rises</h1></body>"
    spoilt = archive.spoil(archive.admit(1, bare), body="The rocket rose.")
    assert (await archive.repair(spoilt)).outcome is Repaired.NO_TEXT
    assert archive.now(spoilt) == spoilt


async def test_a_page_that_cannot_be_read_leaves_its_article_alone(archive):
    spoilt = archive.spoil(archive.admit(1, html()), title="Menu")
    archive.sandbox.fails = SandboxError("it took too long")
    repair = await archive.repair(spoilt)
    assert (repair.outcome, repair.reason) == (Repaired.UNREADABLE, "it took too long")
    assert archive.now(spoilt) == spoilt


async def test_a_damaged_page_leaves_its_article_alone(archive):
    spoilt = archive.spoil(archive.admit(1, html()), title="Menu")
    with archive.database.begin() as unit:
        unit.connection.exec_driver_sql("UPDATE pages SET content = x'00'")
    repair = await archive.repair(spoilt)
    assert repair.outcome is Repaired.UNREADABLE
    assert "damaged" in repair.reason


async def test_a_machine_that_reads_no_pages_says_so(archive):
    spoilt = archive.spoil(archive.admit(1, html()), title="Menu")
    archive.sandbox.fails = SandboxBrokenError("no memory")
    with pytest.raises(SandboxBrokenError):
        await archive.repair(spoilt)


# A revised article.


async def test_a_revised_article_is_repaired_from_its_last_page(archive):
    archive.admit(1, html(1))
    revised = archive.admit(1, html(2), at=NOW + HOUR)
    assert revised.revisions == 1
    archive.spoil(revised, title="Menu")
    assert (await archive.repair(revised)).outcome is Repaired.CHANGED
    assert archive.now(revised) == revised


async def test_the_first_page_tells_when_a_revised_article_was_published(archive):
    """The page of a revision may bear the time of the revision."""
    first = archive.admit(1, html(1, published=NOW))
    revised = archive.admit(1, html(2, published=NOW + DAY), at=NOW + DAY)
    assert revised.article.published_at == first.article.published_at
    for wrong in (NOW - 5000 * DAY, NOW + HOUR, None):
        archive.spoil(archive.now(revised), published_at=wrong)
        await archive.repair(revised)
        assert archive.now(revised) == revised


async def test_without_the_first_page_the_earlier_time_is_believed(archive):
    archive.admit(1, html(1, published=NOW))
    revised = archive.admit(1, html(2, published=NOW + DAY), at=NOW + DAY)
    archive.database.prune_pages(NOW + HOUR, most=10**9)
    assert (await archive.repair(revised)).outcome is Repaired.SAME
    archive.spoil(revised, published_at=None)
    await archive.repair(revised)
    assert archive.now(revised).article.published_at == NOW + DAY - HOUR


@pytest.mark.parametrize("damaged", [True, False])
async def test_a_first_page_that_cannot_be_read_is_as_one_that_is_gone(archive, damaged):
    archive.admit(1, html(1, published=NOW))
    revised = archive.admit(1, html(2, published=NOW + DAY), at=NOW + DAY)
    archive.spoil(revised, title="Menu")
    if damaged:
        with archive.database.begin() as unit:
            unit.connection.exec_driver_sql(
                "UPDATE pages SET content = x'00' WHERE id = (SELECT min(id) FROM pages)"
            )
    else:
        turns = iter([None, SandboxError("it took too long")])

        def fail_later():
            archive.sandbox.fails = next(turns)

        archive.sandbox.meanwhile = fail_later
    assert (await archive.repair(revised)).outcome is Repaired.CHANGED
    assert archive.now(revised) == revised


async def test_a_revision_that_comes_meanwhile_is_read_instead(archive):
    spoilt = archive.spoil(archive.admit(1, html(1)), title="Menu")
    later = [html(2, title="Rocket falls")]

    def revise():
        if later:
            archive.admit(1, later.pop(), at=NOW + HOUR)

    archive.sandbox.meanwhile = revise
    repair = await archive.repair(spoilt)
    assert repair.outcome is Repaired.SAME
    assert archive.now(spoilt).article.title == "Rocket falls"
    assert archive.now(spoilt).revisions == 1


async def test_an_article_that_never_rests_is_left_to_who_revises_it(archive):
    spoilt = archive.spoil(archive.admit(1, html(1)), title="Menu")
    numbers = iter(range(2, 99))

    def revise():
        number = next(numbers)
        archive.spoil(archive.now(spoilt), title=f"Menu {number}")

    archive.sandbox.meanwhile = revise
    assert (await archive.repair(spoilt)).outcome is Repaired.BUSY
    assert archive.now(spoilt).article.title.startswith("Menu")


# Alerts.


def watch(archive: Archive, name: str = "rocket", **spec: object) -> None:
    with archive.database.begin() as unit:
        unit.watches.add(WatchSpec(name=name, query="rocket", channels=("desk",), **spec), now=NOW)


async def test_with_alerts_a_watch_rings_for_what_it_was_not_shown(archive):
    spoilt = archive.spoil(archive.admit(1, html()), title="Menu", body="Home.")
    watch(archive)
    repair = await archive.repair(spoilt, alert=True)
    with archive.database.read() as unit:
        (alert,) = unit.outbox.alerts()
        assert [match.watch_id for match in unit.outbox.matches(spoilt.id)] == [alert.watch.id]
        assert len(unit.outbox.deliveries(alert.id)) == 1
    assert repair.alerts == (alert.id,)
    assert (alert.article.article.title, alert.revised) == ("Rocket rises", False)


@pytest.mark.parametrize("per", Policy)
async def test_what_rang_does_not_ring_again(archive, per):
    watch(archive, policy=per)
    right = archive.admit(1, html())
    with archive.database.read() as unit:
        assert len(unit.outbox.alerts()) == 1
    archive.spoil(right, title="Menu")
    repair = await archive.repair(right, alert=True)
    assert (repair.outcome, repair.alerts) == (Repaired.CHANGED, ())


async def test_what_is_too_old_for_a_watch_does_not_ring(archive):
    spoilt = archive.spoil(archive.admit(1, html()), body="Home.")
    watch(archive, max_age=DAY)
    archive.clock.advance(2 * DAY)
    assert (await archive.repair(spoilt, alert=True)).alerts == ()


async def test_without_alerts_nothing_rings(archive):
    spoilt = archive.spoil(archive.admit(1, html()), body="Home.")
    watch(archive)
    assert (await archive.repair(spoilt)).outcome is Repaired.CHANGED
    with archive.database.read() as unit:
        assert unit.outbox.alerts() == []


# Comparing.


def test_what_the_database_leaves_out_is_no_difference():
    stored = Article(url="u", title="A B", authors=("C",), body="x\ufffd", kind=ArticleKind.VIDEO)
    read = replace(stored, title="A \x00B", authors=("C\x00",), body="x\ud800")
    assert differences(stored, read) == {}
    assert differences(stored, replace(read, kind=ArticleKind.ARTICLE)) == {
        "kind": (ArticleKind.VIDEO, ArticleKind.ARTICLE)
    }
