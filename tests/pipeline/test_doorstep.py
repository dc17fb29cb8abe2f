"""What reads otherwise since our rules are others was not edited by its publisher."""

import logging
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from scraper.pipeline.reading import read_earlier
from scraper.pipeline.sandbox import SandboxBrokenError, SandboxError
from storage.database import Database
from storage.records import EntryState, Signature, WatchSpec
from tests.end_to_end.outlets import story
from tests.pipeline.kept import Desk
from tests.pipeline.room import NOW, Here
from tests.servers import article_html

pytestmark = pytest.mark.anyio

CUT = Signature(exact="cut", keys=(1, 2, 3), sketch=b"")
TEXT = story(1, mention="a rocket")


class Sandbox(Here):
    """Reads in this very process, counts the kept pages it reads, and fails at them if told to."""

    def __init__(self) -> None:
        self.read_again = 0
        self.fails: Exception | None = None
        self.meanwhile = lambda: None

    async def run(self, function, *arguments, **named):
        if function is read_earlier:
            self.read_again += 1
            self.meanwhile()
            if self.fails is not None:
                raise self.fails
        return await super().run(function, *arguments, **named)


class Newsroom(Desk):
    """One article, stored by rules that cut its text before the rocket, and a watch for rockets."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sandbox = Sandbox()
        self.reader._sandbox = self.reader._doorstep._sandbox = self.sandbox

    async def cut(self, page: bytes) -> None:
        """The page is read by earlier rules, and later there is a watch."""
        assert await self.look(page) == "new"
        self.spoil(body="\n\n".join(TEXT[:2]), word_count=60)
        with self.database.begin() as unit:
            unit.watches.add(WatchSpec(name="rocket", query="rocket", channels=("d",)), now=NOW)

    def spoil(self, *, signature: Signature = CUT, **fields: object) -> None:
        was = self.article().article
        with self.database.begin() as unit:
            assert unit.articles.repair(1, replace(was, **fields), was=was, signature=signature)

    def article(self):
        with self.database.read() as unit:
            return unit.articles.get(1)

    def earlier(self) -> list[str]:
        with self.database.read() as unit:
            return [revision.body for revision in unit.articles.revisions(1)]

    def alerts(self) -> int:
        with self.database.read() as unit:
            return len(unit.outbox.alerts())


@pytest.fixture
def newsroom(sqlite_address):
    with Database.open(sqlite_address) as database:
        yield Newsroom(database)


@pytest.fixture
def either(address):
    """The newsroom, on a database of either kind."""
    with Database.open(address) as database:
        yield Newsroom(database)


def page(paragraphs=TEXT, *, title: str = "Night over the bay", around: str = "") -> bytes:
    return article_html(title, paragraphs, NOW).replace(
        b"</body>", f"<!-- {around} --></body>".encode()
    )


@pytest.mark.parametrize("around", ["", "other advertisements"])
async def test_what_only_we_read_otherwise_is_repaired_and_rings_for_nobody(either, around):
    await either.cut(page())
    first = either.article()
    assert await either.look(page(around=around)) == "repaired"
    repaired = either.article()
    assert repaired.article.body == "\n\n".join(TEXT)
    assert repaired == replace(first, article=repaired.article)  # no revision, no other times
    assert (either.earlier(), either.alerts()) == ([], 0)
    assert either.sandbox.read_again == bool(around)  # the very same page need not be read
    assert either.kept() == [page(around=around)]
    with either.database.read() as unit:
        assert [hit.id for hit in unit.search.search("witness spoke")] == [1]
        assert unit.articles.signature(1).exact != CUT.exact
    assert await either.look(page(around="later still")) == "unchanged"


async def test_the_repaired_article_is_what_its_kept_page_says(newsroom):
    """The later page may give the time of an edit that touched no word."""
    await newsroom.cut(page())
    later = article_html("Night over the bay", TEXT, NOW + timedelta(days=1))
    assert await newsroom.look(later) == "repaired"
    assert newsroom.article().article.published_at == NOW


async def test_an_edit_at_the_same_time_is_a_revision_of_what_the_publisher_wrote(either):
    """The first text of the two is the publisher's, whole, not the one that we had cut."""
    await either.cut(page())
    edited = [*TEXT, "The harbour was closed for the night."]
    assert await either.look(page(edited)) == "revision"
    assert either.article().article.body == "\n\n".join(edited)
    assert either.earlier() == ["\n\n".join(TEXT)]
    assert either.article().revisions == 1
    assert either.alerts() == 1
    assert either.kept() == [page(), page(edited)]
    with either.database.begin() as unit:
        unit.search.index_pending()
        assert [hit.id for hit in unit.search.search("harbour was closed")] == [1]


async def test_an_edit_of_what_was_read_right_is_a_revision_as_ever(newsroom):
    await newsroom.look(page(TEXT[:3]))
    assert await newsroom.look(page()) == "revision"
    assert newsroom.earlier() == ["\n\n".join(TEXT[:3])]
    assert newsroom.sandbox.read_again == 1
    assert await newsroom.look(page(around="other advertisements")) == "unchanged"
    assert newsroom.sandbox.read_again == 1  # nothing is read twice that is no revision


async def test_a_headline_that_only_we_read_otherwise_is_repaired(newsroom):
    await newsroom.cut(page())
    newsroom.spoil(title="Menu", body="\n\n".join(TEXT))
    assert await newsroom.look(page(around="other advertisements")) == "repaired"
    assert newsroom.article().article.title == "Night over the bay"


def bare(around: str = "") -> bytes:
    """A page without a headline."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in story(1))
    return f"<html><body><article>{text}</article><!-- {around} --></body></html>".encode()


@pytest.mark.parametrize("around", ["", "other advertisements"])
async def test_another_headline_of_the_source_is_an_edit_though_the_page_is_the_same(
    newsroom, around
):
    """It is not on the page, so no page tells that it changed."""
    newsroom.see("https://a.example/1", title="Night over the bay")
    await newsroom.cut(bare())
    newsroom.spoil(title="Night over the bay", body="\n\n".join(story(1)))
    newsroom.see("https://a.example/1", title="A rocket over the bay")
    assert await newsroom.look(bare(around)) == "revision"
    assert newsroom.alerts() == 1


@pytest.mark.parametrize("around", ["", "other advertisements"])
async def test_rules_that_lose_most_of_a_text_do_not_take_it_away(newsroom, around):
    await newsroom.cut(page())
    whole = "\n\n".join([*TEXT, *story(2), *story(3)])
    newsroom.spoil(body=whole)
    assert await newsroom.look(page(around=around)) == "unchanged"
    assert newsroom.article().article.body == whole
    assert (newsroom.earlier(), newsroom.alerts()) == ([], 0)
    edited = [*TEXT, "The harbour was closed for the night."]
    assert await newsroom.look(page(edited)) == "revision"
    assert newsroom.earlier() == [whole]


async def test_without_a_kept_page_it_is_a_revision(newsroom):
    await newsroom.cut(page())
    newsroom.database.prune_pages(NOW + timedelta(days=1), most=0)
    assert await newsroom.look(page()) == "revision"
    assert newsroom.alerts() == 1


@pytest.mark.parametrize(
    ("error", "level"), [(SandboxError("it hung"), "INFO"), (KeyError("a bug"), "ERROR")]
)
async def test_a_kept_page_that_cannot_be_read_leaves_all_as_it_would_be(
    newsroom, caplog, error, level
):
    caplog.set_level(logging.INFO, "scraper.pipeline.doorstep")
    await newsroom.cut(page())
    newsroom.sandbox.fails = error
    assert await newsroom.look(page(around="other advertisements")) == "revision"
    assert newsroom.earlier() == ["\n\n".join(TEXT[:2])]
    (record,) = [each for each in caplog.records if each.name.endswith("doorstep")]
    assert (record.levelname, record.action) == (level, "read.kept")


async def test_a_damaged_page_leaves_all_as_it_would_be(newsroom):
    await newsroom.cut(page())
    with newsroom.database.begin() as unit:
        unit.connection.exec_driver_sql("UPDATE pages SET content = x'00'")
    assert await newsroom.look(page(around="other advertisements")) == "revision"


async def test_a_machine_that_reads_no_pages_decides_nothing(newsroom, caplog):
    caplog.set_level(logging.CRITICAL, "scraper")
    await newsroom.cut(page())
    newsroom.sandbox.fails = SandboxBrokenError("no memory")
    await newsroom.look(page(around="other advertisements"))
    assert newsroom.article().article.body == "\n\n".join(TEXT[:2])
    entry = newsroom.entries()[1]
    assert (entry.state, entry.attempts) == (EntryState.RECHECK, 0)
    newsroom.sandbox.fails = None
    assert await newsroom.look(page(around="other advertisements")) == "repaired"


async def test_an_article_that_is_repaired_meanwhile_is_left_alone(newsroom):
    await newsroom.cut(page())
    newsroom.sandbox.meanwhile = lambda: newsroom.spoil(body="\n\n".join(TEXT))
    assert await newsroom.look(page(around="other advertisements")) == "unchanged"
    assert newsroom.earlier() == []


async def test_an_article_that_changes_meanwhile_is_judged_by_what_it_is_then(either):
    await either.cut(page())
    either.sandbox.meanwhile = lambda: either.spoil(body="Yet another text.")
    assert await either.look(page(around="other advertisements")) == "revision"
    assert either.earlier() == ["Yet another text."]


async def test_nobody_waits_for_the_transaction_while_a_kept_page_is_read(newsroom, monkeypatch):
    writing = set()  # threads in a transaction
    begin = newsroom.database.begin

    @contextmanager
    def watched():
        with begin() as unit:
            writing.add(threading.get_ident())
            try:
                yield unit
            finally:
                writing.remove(threading.get_ident())

    def look():
        assert not writing

    await newsroom.cut(page())
    newsroom.sandbox.meanwhile = look
    monkeypatch.setattr(newsroom.database, "begin", watched)
    assert await newsroom.look(page(around="other advertisements")) == "repaired"
    assert newsroom.sandbox.read_again == 1


async def test_what_is_known_by_its_canonical_link_alone_is_looked_at_too(newsroom):
    newsroom.reader._rechecks = []
    link = "https://a.example/story/night-over-the-bay"
    whole = article_html("Night over the bay", TEXT, NOW, url=link)
    assert await newsroom.look(whole) == "new"
    with newsroom.database.read() as unit:
        signature = unit.articles.signature(1)
    newsroom.spoil(title="Menu", signature=signature)
    newsroom.see("https://a.example/print/night-over-the-bay")
    assert await newsroom.look(whole) == "repaired"
    assert newsroom.article().article.title == "Night over the bay"
