"""WebSub: hubs are asked, answered and believed as the Recommendation has it.

The hub is one of our own, in this process: it verifies while it is still being asked, as hubs do
that nobody should take for slow. The numbers in the names are those of the subscriber's tests at
websub.rocks, rebuilt here.
"""

import asyncio
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import pytest

from scraper.errors import FetchError
from scraper.pipeline import websub
from scraper.pipeline.push_signature import is_signed
from scraper.pipeline.visit import Visitor
from scraper.pipeline.websub import LEASE, PATH, Callbacks, Subscriber
from scraper.web.app import make_app
from scraper.web.websub import callback_routes
from storage.database import Database
from storage.records import Page, SourceSpec, SubscriptionState
from tests.fakes import FakeClock

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OUTSIDE = "https://tocsin.example.org"
FEED = "https://wire.example/feed"
HUB = "https://hub.example/"
ATOM, RSS, HTML = "application/atom+xml", "application/rss+xml", "text/html"


def atom(*names: str, topic: str = FEED, hubs: tuple[str, ...] = (HUB,)) -> str:
    links = "".join(f'<link rel="hub" href="{hub}"/>' for hub in hubs)
    entries = "".join(
        f"<entry><title>Story {name}</title><id>{name}</id>"
        f'<link href="https://wire.example/{name}"/></entry>'
        for name in names
    )
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom">{links}<link rel="self" href="{topic}"/>'
        f"<title>Wire</title>{entries}</feed>"
    )


def rss(*names: str) -> str:
    items = "".join(
        f"<item><title>Story {name}</title><link>https://wire.example/{name}</link></item>"
        for name in names
    )
    return (
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Wire</title>'
        f'<atom:link rel="hub" href="{HUB}"/><atom:link rel="self" href="{FEED}"/>{items}'
        "</channel></rss>"
    )


PLAIN = atom("one", hubs=()).replace(f'<link rel="self" href="{FEED}"/>', "")
HEADERS = {"link": f'<{HUB}>; rel="hub", <{FEED}>; rel="self"'}
PAGE = (
    f'<html><head><title>Wire</title><link rel="hub" href="{HUB}"><link rel=self href="{FEED}">'
    "</head><body><main>"
    + "".join(
        f"<h2><a href='/2026/03/01/story-{n}-of-the-harbour'>Story {n} of the harbour and its ships"
        "</a></h2>"
        for n in range(5)
    )
    + "</main></body></html>"
)


def reply(status: int, said: str = "", location: str | None = None) -> httpx.Response:
    """An answer that has yet to be read, as those from a network."""
    headers = {} if location is None else {"location": location}
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(said.encode()))


class Here:
    """Stands in for the sandbox."""

    async def run(self, function, *arguments):
        return function(*arguments)

    run_first = run


class Site:
    """Stands in for the fetcher: one page, wherever it was asked for."""

    def __init__(self) -> None:
        self.body, self.kind, self.headers, self.url = atom("one"), ATOM, {}, FEED
        self.is_down = False

    async def fetch(self, request):
        if self.is_down:
            raise FetchError("it is down")
        return Page(
            url=self.url,
            requested_url=request.url,
            status=200,
            headers={"content-type": self.kind, **self.headers},
            body=self.body.encode(),
            fetched_at=NOW,
        )


class Hub(httpx.AsyncBaseTransport):
    """A hub: takes requests, and verifies them at once."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.redirects: dict[str, tuple[int, str]] = {}
        self.refuses: tuple[int, str] | None = None
        self.verifies, self.lease = True, 7200
        self.answers: list[httpx.Response] = []
        self.web: httpx.AsyncClient | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert request.method == "POST"
        if (redirect := self.redirects.get(str(request.url))) is not None:
            return reply(redirect[0], location=redirect[1])
        if self.refuses is not None:
            return reply(*self.refuses)
        await request.aread()
        form = dict(parse_qsl(request.content.decode()))
        self.asked.append(form)
        if self.verifies:
            await self.verify(form)
        return httpx.Response(202)

    async def verify(self, form: dict[str, str], **changed: str) -> httpx.Response:
        asked = {
            "hub.mode": form["hub.mode"],
            "hub.topic": form["hub.topic"],
            "hub.challenge": "chal<l>enge",
            "hub.lease_seconds": str(self.lease),
        }
        asked |= {f"hub.{name}": value for name, value in changed.items()}
        assert self.web is not None
        answer = await self.web.get(f"{form['hub.callback']}?{urlencode(asked)}")
        self.answers.append(answer)
        return answer

    async def push(
        self, form: dict[str, str], body: str, kind: str = ATOM, *, signature: str | None = ""
    ) -> httpx.Response:
        """Bring something; `signature` "": the right one, None: none at all."""
        if signature == "":
            digest = hmac.new(form["hub.secret"].encode(), body.encode(), hashlib.sha256)
            signature = f"sha256={digest.hexdigest()}"
        headers = {"content-type": kind} | ({"x-hub-signature": signature} if signature else {})
        assert self.web is not None
        return await self.web.post(form["hub.callback"], content=body.encode(), headers=headers)


class Newsroom:
    """A database with one source, what visits it, and what asks its hub."""

    def __init__(self, database: Database) -> None:
        self.database, self.site, self.hub, self.clock = database, Site(), Hub(), FakeClock(NOW)
        self.ticks = 0
        self.visitor = Visitor(
            database=database,
            fetcher=self.site,
            sandbox=Here(),
            clock=self.clock,
            worker="worker",
            random=Random(1),
            subscribes=True,
        )
        self.callbacks = Callbacks(
            database=database,
            sandbox=Here(),
            clock=self.clock,
            random=Random(1),
            take_in=self.visitor.take_in,
            tick=self.tick,
        )
        app = make_app(
            database,
            self.clock,
            hosts=["127.0.0.1"],
            outside="tocsin.example.org",
            callbacks=callback_routes(self.callbacks, 100_000),
        )
        self.hub.web = httpx.AsyncClient(transport=httpx.ASGITransport(app))

    def tick(self) -> None:
        self.ticks += 1

    async def drain(self) -> None:
        """Wait for what was pushed to be read."""
        await asyncio.gather(*self.callbacks._in_hand)

    def subscriber(self, public_url: str | None = OUTSIDE) -> Subscriber:
        return Subscriber(
            database=self.database,
            transport=self.hub,
            clock=self.clock,
            random=Random(1),
            public_url=public_url,
            user_agent="Tocsin/1",
        )

    async def visit(self) -> None:
        await self.visitor.visit(self.source)

    async def subscribe(self) -> dict[str, str]:
        """Visit the source and ask its hub; what the hub was asked."""
        await self.visit()
        await self.subscriber().tick()
        return self.hub.asked[-1]

    @property
    def source(self):
        with self.database.read() as unit:
            (source,) = unit.sources.list()
        with self.database.begin() as unit:
            return unit.sources.claim(source.id, worker="worker", now=self.clock.now()) or source

    @property
    def subscriptions(self):
        with self.database.read() as unit:
            return unit.subscriptions.of_source(1)

    @property
    def next_visit_in(self) -> timedelta:
        with self.database.read() as unit:
            (source,) = unit.sources.list()
        return source.next_visit_at - self.clock.now()

    @property
    def entries(self) -> int:
        with self.database.read() as unit:
            return sum(unit.entries.counts().values())


@pytest.fixture
def newsroom(sqlite_address):
    with Database.open(sqlite_address) as database:
        with database.begin() as unit:
            unit.sources.add(SourceSpec(name="wire", url=FEED), now=NOW)
        yield Newsroom(database)


@pytest.mark.parametrize(
    ("body", "kind", "headers"),
    [
        pytest.param(PLAIN, ATOM, HEADERS, id="100: in headers"),
        pytest.param(PAGE, HTML, {}, id="101: in HTML"),
        pytest.param(atom("one"), ATOM, {}, id="102: in Atom"),
        pytest.param(rss("one"), RSS, {}, id="103: in RSS"),
        pytest.param(
            atom("one", topic="https://b.example/", hubs=("https://b.example/hub",)),
            ATOM,
            HEADERS,
            id="104: headers go first",
        ),
    ],
)
async def test_100_to_104_hub_and_topic_are_found(newsroom, body, kind, headers):
    newsroom.site.body, newsroom.site.kind, newsroom.site.headers = body, kind, headers
    asked = await newsroom.subscribe()
    assert asked["hub.mode"] == "subscribe"
    assert asked["hub.topic"] == FEED
    assert asked["hub.callback"].startswith(OUTSIDE + PATH)
    assert asked["hub.lease_seconds"] == str(round(LEASE.total_seconds()))
    (subscription,) = newsroom.subscriptions
    assert (subscription.hub, subscription.topic) == (HUB, FEED)
    assert subscription.state is SubscriptionState.ACTIVE
    (answer,) = newsroom.hub.answers
    assert (answer.status_code, answer.text) == (200, "chal<l>enge")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_200_the_topic_is_what_the_feed_calls_itself(newsroom):
    newsroom.site.body = atom("one", topic="https://wire.example/canonical")
    assert (await newsroom.subscribe())["hub.topic"] == "https://wire.example/canonical"


async def test_201_202_a_redirected_feed_names_its_own_topic(newsroom):
    newsroom.site.url = "https://wire.example/new-place"
    newsroom.site.body = atom("one", topic="https://wire.example/new-place")
    assert (await newsroom.subscribe())["hub.topic"] == "https://wire.example/new-place"


@pytest.mark.parametrize("status", [307, 308])
async def test_203_204_a_redirected_hub_is_asked_where_it_is(newsroom, status):
    newsroom.hub.redirects[HUB] = (status, "/moved")
    assert (await newsroom.subscribe())["hub.topic"] == FEED
    (subscription,) = newsroom.subscriptions
    assert subscription.state is SubscriptionState.ACTIVE


@pytest.mark.parametrize("status", [301, 302, 303])
async def test_no_other_redirect_is_followed(newsroom, status):
    newsroom.hub.redirects[HUB] = (status, "/moved")
    await newsroom.visit()
    await newsroom.subscriber().tick()
    assert newsroom.hub.asked == []
    assert newsroom.subscriptions[0].error == f"HTTP {status}"


async def test_a_hub_that_redirects_for_ever_or_into_the_clear_is_given_up(newsroom):
    for location, words in ((HUB, "without end"), ("http://hub.example/", "https to http")):
        newsroom.hub.redirects[HUB] = (307, location)
        await newsroom.visit()
        await newsroom.subscriber().tick()
        assert words in newsroom.subscriptions[0].error
        newsroom.clock.advance(DAY)


async def test_205_what_was_not_asked_is_not_verified(newsroom):
    newsroom.hub.verifies = False
    asked = await newsroom.subscribe()
    for changed in ({"topic": "https://wire.example/other"}, {"mode": "unsubscribe"}):
        assert (await newsroom.hub.verify(asked, **changed)).status_code == 404
    stranger = {**asked, "hub.callback": f"{OUTSIDE}{PATH}{'x' * 43}"}
    assert (await newsroom.hub.verify(stranger)).status_code == 404
    assert newsroom.subscriptions[0].state is SubscriptionState.ASKED
    assert (await newsroom.hub.verify(asked)).status_code == 200
    assert newsroom.subscriptions[0].state is SubscriptionState.ACTIVE


async def test_300_what_is_pushed_is_stored(newsroom):
    asked = await newsroom.subscribe()
    before = newsroom.next_visit_in
    answer = await newsroom.hub.push(asked, atom("one", "two", "three"))
    assert answer.is_success
    await newsroom.drain()
    assert newsroom.entries == 3
    assert newsroom.next_visit_in == before
    assert newsroom.ticks > 0  # it is read at once
    assert newsroom.subscriptions[0].trusted


@pytest.mark.parametrize("signature", ["sha256=" + "0" * 64, "sha256=", "md5=abc", "nonsense"])
async def test_301_what_is_wrongly_signed_is_dropped_without_a_word(newsroom, signature):
    asked = await newsroom.subscribe()
    answer = await newsroom.hub.push(asked, atom("two"), signature=signature)
    assert answer.status_code == 202
    await newsroom.drain()
    assert newsroom.entries == 1


async def test_302_what_is_not_signed_is_refused(newsroom):
    asked = await newsroom.subscribe()
    answer = await newsroom.hub.push(asked, atom("two"), signature=None)
    assert answer.status_code == 403
    await newsroom.drain()
    assert newsroom.entries == 1


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_signatures_are_checked_by_every_method(method):
    body = "Größe".encode()
    right = hmac.new(b"secret", body, method).hexdigest()
    assert is_signed(f"{method}={right}", "secret", body)
    assert is_signed(f"{method.upper()}={right.upper()}", "secret", body)
    assert not is_signed(f"{method}={right}", "another", body)
    assert not is_signed(f"{method}={right}", "secret", body + b" ")
    assert not is_signed(f"{method}=é", "secret", body)


async def test_a_push_of_nothing_or_of_no_feed_makes_the_source_due(newsroom):
    asked = await newsroom.subscribe()
    for body, kind in (("", ATOM), ("<p>It changed.</p>", HTML), (PAGE, HTML)):
        assert newsroom.next_visit_in > timedelta(0)
        assert (await newsroom.hub.push(asked, body, kind)).is_success
        await newsroom.drain()
        assert newsroom.next_visit_in <= timedelta(minutes=2)
        newsroom.clock.advance(timedelta(minutes=3))
        await newsroom.visit()


async def test_what_is_pushed_and_then_lost_is_visited(newsroom):
    asked = await newsroom.subscribe()

    async def die(_source, _discovery):
        raise FetchError("the power is gone")

    newsroom.callbacks._take_in = die
    await newsroom.hub.push(asked, atom("two"))
    await newsroom.drain()
    assert newsroom.next_visit_in <= timedelta(minutes=2)


async def test_what_is_pushed_as_the_daemon_ends_is_cut_off_and_visited_later(newsroom):
    asked = await newsroom.subscribe()
    reading = asyncio.Event()

    async def hang(_source, _discovery):
        reading.set()
        await asyncio.Event().wait()

    newsroom.callbacks._take_in = hang
    await newsroom.hub.push(asked, atom("two"))
    await reading.wait()
    assert await newsroom.callbacks.stop(0) == 1
    assert not newsroom.callbacks._in_hand
    assert newsroom.next_visit_in <= timedelta(minutes=2)
    await newsroom.hub.push(asked, atom("three"))
    assert not newsroom.callbacks._in_hand  # it is left to the next start
    assert newsroom.next_visit_in <= timedelta(0)
    assert newsroom.entries == 1


async def test_what_is_too_large_is_refused_before_it_is_read(newsroom):
    asked = await newsroom.subscribe()
    assert (await newsroom.hub.push(asked, "x" * 100_001)).status_code == 413


async def test_what_would_fill_memory_is_left_to_a_visit(newsroom, monkeypatch):
    monkeypatch.setattr(websub, "BYTES_IN_HAND", 1_000)
    asked = await newsroom.subscribe()
    assert (await newsroom.hub.push(asked, atom(*"abcdefghijklmnop"))).is_success
    await newsroom.drain()
    assert newsroom.entries == 1
    assert newsroom.next_visit_in <= timedelta(0)
    assert (await newsroom.hub.push(asked, atom("two"))).is_success
    await newsroom.drain()
    assert newsroom.entries == 2


async def test_what_strangers_send_is_not_even_read(newsroom):
    read = []

    async def body():
        read.append(1)
        yield b"x"

    url = f"{OUTSIDE}{PATH}{'x' * 43}"
    assert (await newsroom.hub.web.post(url, content=body())).status_code == 410
    assert read == []


async def test_nothing_is_sent_to_what_is_no_web_server(newsroom):
    newsroom.site.body = atom("one", hubs=("http://hub.example:25/",))
    await newsroom.visit()
    await newsroom.subscriber().tick()
    assert newsroom.hub.asked == []
    assert "port 25 is not one for web pages" in newsroom.subscriptions[0].error


async def test_a_lease_is_renewed_before_it_ends(newsroom):
    await newsroom.subscribe()
    assert await newsroom.subscriber().tick() == 0
    newsroom.clock.advance(timedelta(seconds=0.7 * newsroom.hub.lease))
    first = newsroom.hub.asked[-1]
    assert await newsroom.subscriber().tick() == 1
    assert newsroom.hub.asked[-1] == first  # the same callback, the same secret
    newsroom.clock.advance(timedelta(seconds=0.6 * newsroom.hub.lease))
    assert newsroom.subscriptions[0].is_live(newsroom.clock.now())


async def test_a_hub_that_does_not_answer_is_asked_less_and_less(newsroom):
    newsroom.hub.refuses = (503, "busy  now")
    await newsroom.visit()
    times = []
    for _ in range(36 * 60):
        if await newsroom.subscriber().tick():
            times.append(newsroom.clock.now())
        newsroom.clock.advance(timedelta(minutes=1))
    assert 5 <= len(times) <= 9
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert gaps == sorted(gaps)
    assert newsroom.subscriptions[0].error == "HTTP 503: busy now"
    newsroom.hub.refuses = None
    newsroom.clock.advance(DAY)
    await newsroom.subscriber().tick()
    assert newsroom.subscriptions[0].is_live(newsroom.clock.now())


async def test_a_hub_that_denies_is_asked_again_after_a_day(newsroom):
    asked = await newsroom.subscribe()
    answer = await newsroom.hub.verify(asked, mode="denied", reason="not for robots")
    assert answer.status_code == 200
    (subscription,) = newsroom.subscriptions
    assert (subscription.state, subscription.error) == (
        SubscriptionState.DENIED,
        "denied: not for robots",
    )
    assert await newsroom.subscriber().tick() == 0
    newsroom.clock.advance(DAY + HOUR)
    assert await newsroom.subscriber().tick() == 1


@pytest.mark.parametrize("how", ["paused", "removed", "another hub", "no hub", "switched off"])
async def test_what_is_no_longer_wanted_ends(newsroom, how):
    asked = await newsroom.subscribe()
    with newsroom.database.begin() as unit:
        if how == "paused":
            unit.sources.pause("wire")
        elif how == "removed":
            unit.sources.remove("wire")
    if how == "another hub":
        newsroom.site.body = atom("one", hubs=("https://other.example/",))
    elif how == "no hub":
        newsroom.site.body = PLAIN
    if "hub" in how:
        await newsroom.visit()
    await newsroom.subscriber(None if how == "switched off" else OUTSIDE).tick()
    told = [form for form in newsroom.hub.asked if form["hub.mode"] == "unsubscribe"]
    assert [form["hub.callback"] for form in told] == (
        [] if how == "switched off" else [asked["hub.callback"]]
    )
    hubs = [subscription.hub for subscription in newsroom.subscriptions]
    assert hubs == (["https://other.example/"] if how == "another hub" else [])
    assert (await newsroom.hub.push(asked, atom("two"))).status_code == 410


async def test_every_hub_is_asked(newsroom):
    newsroom.site.body = atom("one", hubs=(HUB, "https://second.example/"))
    await newsroom.subscribe()
    assert [subscription.hub for subscription in newsroom.subscriptions] == [
        HUB,
        "https://second.example/",
    ]
    callbacks = {form["hub.callback"] for form in newsroom.hub.asked}
    assert len(callbacks) == len({form["hub.secret"] for form in newsroom.hub.asked}) == 2


async def test_visits_are_seldom_only_while_what_is_new_is_pushed(newsroom):
    asked = await newsroom.subscribe()
    await newsroom.visit()
    assert newsroom.next_visit_in < HOUR  # nothing was pushed yet
    await newsroom.hub.push(asked, atom("one", "two"))
    await newsroom.drain()
    newsroom.site.body = atom("one", "two")
    await newsroom.visit()
    assert newsroom.next_visit_in == HOUR
    newsroom.site.body = atom("one", "two", "three")
    await newsroom.visit()
    assert newsroom.next_visit_in == HOUR  # once may be chance: the push was on its way
    newsroom.site.body = atom("one", "two", "three", "four")
    await newsroom.visit()
    assert newsroom.next_visit_in < HOUR
    assert await newsroom.subscriber().tick() == 1  # perhaps the hub forgot us


async def test_a_hub_that_is_silent_beyond_its_lease_is_not_waited_for(newsroom):
    asked = await newsroom.subscribe()
    await newsroom.hub.push(asked, atom("one", "two"))
    await newsroom.drain()
    newsroom.hub.refuses = (500, "")
    newsroom.clock.advance(timedelta(seconds=newsroom.hub.lease + 1))
    newsroom.site.body = atom("one", "two")
    await newsroom.visit()
    assert newsroom.next_visit_in < HOUR


async def test_outside_nothing_but_callbacks_is_answered(newsroom):
    await newsroom.subscribe()
    for path in ("/", "/healthz", "/static/style.css"):
        assert (await newsroom.hub.web.get(OUTSIDE + path)).status_code == 400
    assert (await newsroom.hub.web.get(OUTSIDE + PATH + "short")).status_code == 404
    assert (await newsroom.hub.web.post(OUTSIDE + PATH + "x" * 43)).status_code == 410
    assert (await newsroom.hub.web.get("http://127.0.0.1/healthz")).status_code in {200, 503}


async def test_a_token_is_in_no_text_of_a_subscription(newsroom):
    asked = await newsroom.subscribe()
    token = urlsplit(asked["hub.callback"]).path.removeprefix(PATH)
    (subscription,) = newsroom.subscriptions
    assert token not in repr(subscription)
    assert asked["hub.secret"] not in repr(subscription)
    assert len(token) >= 43
    assert 32 <= len(asked["hub.secret"]) < 200
    assert parse_qs(urlencode(asked))["hub.topic"] == [FEED]
