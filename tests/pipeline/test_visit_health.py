"""What becomes of a source by its visits: its state, its next visit, what is told."""

from datetime import UTC, datetime, timedelta
from random import Random
from types import SimpleNamespace

import pytest

from scraper.discover import discover
from scraper.errors import FetchError, Trouble
from scraper.fetch import NotModified
from scraper.pipeline.looks import Outcome, looks
from scraper.pipeline.schedule import PacedBy
from scraper.pipeline.visit import Visitor
from storage.database import Database
from storage.records import Health, Page, SourceSpec
from tests.fakes import FakeClock

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FEED = "https://a.example/rss"


def rss(times, *, ttl=None):
    items = "".join(
        f"<item><title>Story {time:%d %H %M}</title><link>https://a.example/{time:%s}</link>"
        f"<pubDate>{time:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
        for time in times
    )
    wish = f"<ttl>{ttl}</ttl>" if ttl else ""
    return f'<rss version="2.0"><channel><title>A</title>{wish}{items}</channel></rss>'.encode()


class Site:
    """Stands in for the fetcher: answers as it is told, and notes what it was asked."""

    def __init__(self, clock) -> None:
        self.clock = clock
        self.requests = []
        self.answer = b""  # a body, an error, or None: not modified
        self.headers = {}
        self.moved_to = None

    async def fetch(self, request):
        self.requests.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        url = self.moved_to or request.url
        if self.answer is None:
            return NotModified(
                url=url,
                etag=None,
                last_modified=None,
                fetched_at=self.clock.now(),
                headers=self.headers,
                permanent_redirect=self.moved_to is not None,
            )
        return Page(
            url=url,
            requested_url=request.url,
            status=200,
            headers={"etag": '"1"', "content-type": "application/xml", **self.headers},
            body=self.answer,
            fetched_at=self.clock.now(),
            permanent_redirect=self.moved_to is not None,
        )


class Edited:
    """Stands in for a site whose source is edited while it answers."""

    def __init__(self, site, edit) -> None:
        self.site, self.edit = site, edit

    async def fetch(self, request):
        try:
            return await self.site.fetch(request)
        finally:
            self.edit()


class Here:
    """Stands in for the sandbox: reads in this very process."""

    async def run(self, function, *arguments):
        return function(*arguments)

    run_first = run


@pytest.fixture
def room(sqlite_address):
    clock = FakeClock(NOW)
    site = Site(clock)
    with Database.open(sqlite_address) as database:
        with database.begin() as unit:
            unit.sources.add(SourceSpec(name="wire", url=FEED), now=NOW)
        visitor = Visitor(
            database=database,
            fetcher=site,
            sandbox=Here(),
            clock=clock,
            worker="worker",
            random=Random(1),
        )
        yield SimpleNamespace(database=database, site=site, visitor=visitor, clock=clock)


async def visit(room, after=timedelta(0)):
    """Visit it when that has passed; how it is then."""
    room.clock.advance(after)
    with room.database.begin() as unit:
        known = unit.sources.get("wire")
        source = unit.sources.claim(known.id, worker="worker", now=room.clock.now())
    await room.visitor.visit(source)
    return now(room)


def now(room):
    with room.database.read() as unit:
        return unit.sources.get("wire")


def told(room):
    with room.database.read() as unit:
        return [(notice.kind, notice.subject) for notice in unit.notices.list()]


def fail(trouble=Trouble.OTHER, **fields):
    return FetchError("it broke", trouble=trouble, **fields)


async def test_the_first_visit_learns_from_what_the_feed_shows(room):
    room.site.answer = rss([NOW - 10 * MINUTE * each for each in range(40)])
    source = await visit(room)
    assert source.state.health is Health.HEALTHY
    assert source.state.paced_by == PacedBy.LEARNED
    assert timedelta(minutes=2) < source.interval < timedelta(minutes=4)
    assert NOW < source.next_visit_at <= NOW + source.interval
    assert [(look.outcome, look.new) for look in looks(source.state.recent)] == [(Outcome.NEW, 40)]


@pytest.mark.parametrize(
    ("ttl", "headers", "least"),
    [
        (45, {}, 45 * MINUTE),
        (None, {"cache-control": "max-age=1800"}, 30 * MINUTE),
        (None, {"cache-control": "max-age=31536000"}, HOUR),
    ],
)
async def test_what_a_source_asks_is_granted_up_to_an_hour(room, ttl, headers, least):
    room.site.answer, room.site.headers = rss([NOW - HOUR * 5, NOW], ttl=ttl), headers
    source = await visit(room)
    assert (source.interval, source.state.paced_by) == (least, PacedBy.ASKED)
    assert source.next_visit_at >= NOW + least


async def test_a_wish_is_remembered_when_nothing_was_modified(room):
    room.site.answer = rss([NOW - HOUR * 5, NOW], ttl=45)
    await visit(room)
    room.site.answer = None
    source = await visit(room, 50 * MINUTE)
    assert source.interval == 45 * MINUTE
    assert looks(source.state.recent)[0].outcome is Outcome.SAME


async def test_failures_are_told_once_and_taken_back(room):
    room.site.answer = fail()
    healths = [(await visit(room, 5 * MINUTE)).state.health for _ in range(5)]
    assert healths == [Health.HEALTHY] * 2 + [Health.FAILING] * 3
    assert told(room) == [("source.failing", "wire")]
    source = now(room)
    assert source.state.failing_since == NOW + 5 * MINUTE
    assert "tocsin source test wire" in source.state.reason
    room.site.answer = rss([NOW])
    assert (await visit(room)).state.health is Health.HEALTHY
    assert told(room) == []


async def test_what_is_gone_is_looked_at_once_a_day(room):
    room.site.answer = fail(Trouble.GONE, permanent=True)
    source = await visit(room)
    assert (source.state.health, source.state.paced_by) == (Health.GONE, PacedBy.GONE)
    assert DAY <= source.next_visit_at - NOW <= 1.1 * DAY
    assert told(room) == [("source.gone", "wire")]
    room.site.answer = rss([NOW])
    assert (await visit(room, DAY)).state.health is Health.HEALTHY


async def test_who_asks_to_be_left_alone_is_and_no_sooner(room):
    room.site.answer = fail(Trouble.BUSY, retry_after=3 * HOUR)
    source = await visit(room)
    assert source.state.paced_by == PacedBy.RETRY_AFTER
    assert 3 * HOUR <= source.next_visit_at - NOW <= 3 * HOUR + 2 * MINUTE


async def test_a_source_is_visited_where_it_moved(room):
    room.site.answer = rss([NOW])
    await visit(room)
    room.site.moved_to = "https://b.example/feed"
    for _ in range(3):
        source = await visit(room, HOUR)
    assert source.state.health is Health.MOVED
    assert told(room) == [("source.moved", "wire")]
    room.site.moved_to = None
    source = await visit(room, HOUR)
    assert room.site.requests[-1].url == "https://b.example/feed"
    assert (source.state.health, source.url) == (Health.MOVED, FEED)
    room.site.answer = fail()
    await visit(room, HOUR)
    room.site.answer = rss([NOW])
    source = await visit(room, MINUTE)
    assert room.site.requests[-1].url == FEED
    assert source.state.move is None
    assert told(room) == []


async def test_a_source_that_moved_takes_its_turn_at_its_new_host(room):
    room.site.answer, room.site.moved_to = rss([NOW]), "https://b.example/feed"
    for _ in range(3):
        await visit(room, HOUR)
    with room.database.begin() as unit:
        unit.sources.add(SourceSpec(name="other", url="https://b.example/other"), now=NOW)
    later = room.clock.now() + DAY
    assert claimed(room, later) == ["other"]
    room.site.answer = fail()
    await visit(room, HOUR)  # so the next visit is where it was
    assert claimed(room, later) == ["other", "wire"]


def claimed(room, moment):
    """What is visited at once at that moment."""
    with room.database.begin() as unit:
        found = unit.sources.claim_due(moment, worker="another", limit=9)
        unit.sources.release("another")
    return sorted(source.name for source in found)


async def test_a_move_is_confirmed_by_answers_that_nothing_was_modified(room):
    room.site.answer = rss([NOW])
    await visit(room)
    room.site.answer, room.site.moved_to = None, "https://b.example/feed"
    for _ in range(3):
        source = await visit(room, HOUR)
    assert source.state.move.settled


async def test_a_page_in_place_of_a_feed_is_a_failure(room):
    room.site.answer = rss([NOW])
    await visit(room)
    room.site.answer = b"<html><body>" + b"".join(
        b"<article><h2><a href='/2026/03/0%d/a-long-story-of-the-day-%d'>A long story of the day, "
        b"told</a></h2></article>" % (day, day)
        for day in range(1, 9)
    )
    source = await visit(room, HOUR)
    assert "answered with a web page, where there was a rss before" in source.last_error
    assert source.kind == "rss"


@pytest.mark.parametrize("known", [True, False])
async def test_a_wall_is_known_for_one(room, known):
    if known:
        room.site.answer = rss([NOW])
        await visit(room)
    room.site.answer = b"<html><title>Wait</title><script src='/cdn-cgi/challenge-platform/h/b'>"
    for _ in range(2):
        source = await visit(room, HOUR)
    assert source.state.health is Health.BLOCKED
    assert "captcha" in source.last_error
    assert looks(source.state.recent)[0].outcome is Outcome.BARRED
    assert told(room) == [("source.blocked", "wire")]


async def test_a_source_that_falls_silent_is_told_of_until_it_publishes(room):
    times = [NOW - 36 * MINUTE * each for each in range(800)]
    room.site.answer = rss(times)
    await visit(room)
    room.site.answer = None
    healths = [(await visit(room, HOUR)).state.health for _ in range(11)]
    assert (healths[5], healths[-1]) == (Health.HEALTHY, Health.SILENT)
    assert told(room) == [("source.silent", "wire")]
    assert "publishes about 39 a day, but shows nothing new for 8 h" in now(room).state.reason
    room.site.answer = rss([room.clock.now(), *times])
    assert (await visit(room, HOUR)).state.health is Health.HEALTHY
    assert told(room) == []


async def test_not_modified_for_ever_is_asked_again_without_validators(room):
    room.site.answer = rss([NOW - 36 * MINUTE * each for each in range(800)])
    await visit(room)
    room.site.answer = None
    for _ in range(12):
        await visit(room, HOUR)
    asked = [request.etag for request in room.site.requests]
    assert asked[:3] == [None, '"1"', '"1"']
    assert None in asked[3:]


async def test_what_a_hub_pushes_ends_a_silence(room):
    times = [NOW - 36 * MINUTE * each for each in range(800)]
    room.site.answer = rss(times)
    await visit(room)
    room.site.answer = None
    for _ in range(11):
        source = await visit(room, HOUR)
    assert source.state.health is Health.SILENT
    room.clock.advance(HOUR)
    room.site.answer = rss([room.clock.now(), *times])
    pushed = discover(await room.site.fetch(SimpleNamespace(url=FEED)))
    await room.visitor.take_in(source, pushed)
    after = now(room)
    assert (after.state.health, after.last_visit_at) == (Health.HEALTHY, source.last_visit_at)
    assert looks(after.state.recent)[0].outcome is Outcome.PUSHED
    assert told(room) == []


@pytest.mark.parametrize("change", ["address", "remove"])
async def test_what_was_told_of_a_source_is_taken_back_with_it(room, change):
    room.site.answer = fail(Trouble.GONE)
    await visit(room)
    with room.database.begin() as unit:
        if change == "remove":
            unit.sources.remove("wire")
        else:
            unit.sources.edit("wire", SourceSpec(name="wire", url="https://c.example/"), now=NOW)
    assert told(room) == []


@pytest.mark.parametrize("answer", [rss([NOW]), FetchError("no answer")], ids=["good", "failed"])
async def test_what_was_seen_at_the_former_address_says_nothing_of_another(room, answer):
    other = SourceSpec(name="wire", url="https://a.example/latest")

    def edit():
        with room.database.begin() as unit:
            unit.sources.edit("wire", other, now=room.clock.now())

    room.site.answer = answer
    visitor = Visitor(
        database=room.database,
        fetcher=Edited(room.site, edit),
        sandbox=Here(),
        clock=room.clock,
        worker="worker",
        random=Random(1),
    )
    (source,) = await visitor.claim(1)
    await visitor.visit(source)
    (after,) = await visitor.claim(1)
    assert after.url == other.url
    assert (after.kind, after.etag, after.failures, after.last_success_at) == (None, None, 0, None)
