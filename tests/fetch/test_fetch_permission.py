import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from scraper.errors import FetchError
from scraper.fetch import robots
from scraper.fetch.options import Route
from scraper.fetch.permission import Permissions, RobotsAnswer, rules_of
from scraper.fetch.robots import ALLOW_ALL
from tests.fakes import FakeClock

pytestmark = pytest.mark.anyio

ORIGIN = "https://example.org"
DAY = timedelta(hours=24)
CLOSED = RobotsAnswer(200, b"User-agent: *\nDisallow: /closed\n")


class Site:
    """Robots.txt files as a test wants them, and how often they were asked for."""

    def __init__(self, *answers: RobotsAnswer) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, origin: str, _route: Route) -> RobotsAnswer:
        self.asked.append(origin)
        await asyncio.sleep(0)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def permissions(site: Site, clock: FakeClock, max_weight: int = 1_000_000) -> Permissions:
    return Permissions(site, agent="Tocsin", clock=clock, lifetime=DAY, max_weight=max_weight)


class TestWhatAnAnswerMeans:
    @pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451, 300, 304])
    async def test_without_a_file_everything_is_allowed(self, status: int):
        assert rules_of(RobotsAnswer(status), "tocsin") is ALLOW_ALL

    @pytest.mark.parametrize("status", [500, 502, 503, 504, 429, None])
    async def test_without_an_answer_nothing_is(self, status: int | None):
        assert rules_of(RobotsAnswer(status), "tocsin") is None

    async def test_a_dead_end_is_no_file(self):
        assert rules_of(RobotsAnswer(None, permanent=True), "tocsin") is ALLOW_ALL

    async def test_a_file_is_read(self):
        rules = rules_of(CLOSED, "tocsin")
        assert rules is not None
        assert not rules.allows("/closed/x")


@pytest.mark.parametrize("rules", [1, 20_000])
async def test_a_large_file_holds_up_nothing_else(rules: int, monkeypatch: pytest.MonkeyPatch):
    body = b"User-agent: *\n" + b"".join(b"Disallow: /%d\n" % number for number in range(rules))
    read_in: list[threading.Thread] = []

    def parse(content: bytes, agent: str) -> robots.Rules:
        read_in.append(threading.current_thread())
        return original(content, agent)

    original = robots.parse
    monkeypatch.setattr(robots, "parse", parse)
    known = await permissions(Site(RobotsAnswer(200, body)), FakeClock()).rules(ORIGIN)
    assert len(known.rules) == rules
    assert (read_in == [threading.current_thread()]) == (rules == 1)


async def test_is_asked_for_once_a_day():
    clock, site = FakeClock(), Site(CLOSED)
    allowed = permissions(site, clock)
    for _ in range(3):
        await allowed.rules(ORIGIN)
    clock.advance(DAY - timedelta(seconds=1))
    await allowed.rules(ORIGIN)
    assert len(site.asked) == 1
    clock.advance(timedelta(seconds=1))
    await allowed.rules(ORIGIN)
    assert len(site.asked) == 2


async def test_many_who_want_it_at_once_ask_once():
    site = Site(CLOSED)
    allowed = permissions(site, FakeClock())
    await asyncio.gather(*(allowed.rules(ORIGIN) for _ in range(10)))
    assert site.asked == [ORIGIN]


async def test_when_who_asks_is_cancelled_the_next_asks():
    site = Site(CLOSED)
    allowed = permissions(site, FakeClock())
    first = asyncio.create_task(allowed.rules(ORIGIN))
    second = asyncio.create_task(allowed.rules(ORIGIN))
    await asyncio.sleep(0)
    first.cancel()
    assert not (await second).allows("/closed")
    assert len(site.asked) == 2


async def test_each_origin_has_its_own():
    site = Site(CLOSED)
    allowed = permissions(site, FakeClock())
    await allowed.rules("https://example.org")
    await allowed.rules("http://example.org")
    assert site.asked == ["https://example.org", "http://example.org"]


class TestUnreachable:
    async def test_never_had_closes_the_origin_for_a_while(self):
        clock, site = FakeClock(), Site(RobotsAnswer(500), CLOSED)
        allowed = permissions(site, clock)
        with pytest.raises(FetchError, match="answered 500") as raised:
            await allowed.rules(ORIGIN)
        assert not raised.value.permanent
        assert raised.value.retry_after == timedelta(seconds=10)
        with pytest.raises(FetchError):
            await allowed.rules(ORIGIN)
        assert len(site.asked) == 1
        clock.advance(timedelta(seconds=10))
        assert (await allowed.rules(ORIGIN)).allows("/open")

    async def test_keeps_the_last_known_rules(self):
        clock, site = FakeClock(), Site(CLOSED, RobotsAnswer(None, error="no answer in time"))
        allowed = permissions(site, clock)
        await allowed.rules(ORIGIN)
        for _ in range(3):
            clock.advance(DAY)
            rules = await allowed.rules(ORIGIN)
            assert not rules.allows("/closed")
            assert rules.allows("/open")
        assert len(site.asked) == 4

    async def test_is_asked_for_less_and_less_often(self):
        clock, site = FakeClock(), Site(RobotsAnswer(503))
        allowed = permissions(site, clock)
        pauses = []
        for _ in range(8):
            with pytest.raises(FetchError) as raised:
                await allowed.rules(ORIGIN)
            pause = raised.value.retry_after
            assert pause is not None
            pauses.append(pause.total_seconds())
            clock.advance(pause)
        assert pauses == [10, 20, 40, 80, 160, 300, 300, 300]

    async def test_is_not_asked_for_before_the_host_said(self):
        site = Site(RobotsAnswer(503, retry_after=timedelta(hours=1)))
        with pytest.raises(FetchError) as raised:
            await permissions(site, FakeClock()).rules(ORIGIN)
        assert raised.value.retry_after == timedelta(hours=1)

    async def test_a_server_that_asks_for_years_is_asked_again_the_same_day(self):
        clock, site = (
            FakeClock(),
            Site(RobotsAnswer(500, retry_after=timedelta(days=9_000)), CLOSED),
        )
        allowed = permissions(site, clock)
        with pytest.raises(FetchError):
            await allowed.rules(ORIGIN)
        clock.advance(timedelta(hours=6))
        assert not (await allowed.rules(ORIGIN)).allows("/closed/x")

    async def test_after_thirty_days_counts_as_no_file(self):
        clock, site = FakeClock(), Site(RobotsAnswer(500))
        allowed = permissions(site, clock)
        for _ in range(30):
            with pytest.raises(FetchError):
                await allowed.rules(ORIGIN)
            clock.advance(DAY)
        assert (await allowed.rules(ORIGIN)).allows("/closed")


async def test_an_origin_that_is_out_of_bounds_stays_so():
    async def ask(origin: str, _route: Route) -> RobotsAnswer:
        raise FetchError(f"{origin} is loopback", permanent=True)

    allowed = Permissions(ask, agent="tocsin", clock=FakeClock(), lifetime=DAY)
    with pytest.raises(FetchError, match="loopback"):
        await allowed.rules(ORIGIN)


def _many_rules(number: int) -> RobotsAnswer:
    lines = "".join(f"Disallow: /{number}/{line}\n" for line in range(100))
    return RobotsAnswer(200, b"User-agent: *\n" + lines.encode())


@pytest.mark.parametrize("answer", [_many_rules, lambda _: RobotsAnswer(404)])
async def test_memory_is_bounded(answer: Callable[[int], RobotsAnswer]):
    site = Site(*map(answer, range(300)))
    allowed = permissions(site, FakeClock(), max_weight=200_000)
    for number in range(300):
        await allowed.rules(f"https://{number}.example")
    assert allowed._weight == sum(kept.weight for kept in allowed._kept.values())
    assert allowed._weight <= 200_000
    # What was used last is still known.
    await allowed.rules("https://299.example")
    assert len(site.asked) == 300


async def test_what_is_used_is_remembered_longest():
    site = Site(RobotsAnswer(404))
    allowed = permissions(site, FakeClock(), max_weight=20_000)
    for number in range(200):
        await allowed.rules(ORIGIN)
        await allowed.rules(f"https://{number}.example")
    assert site.asked.count(ORIGIN) == 1
    assert len(allowed) < 50
