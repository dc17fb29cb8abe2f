"""What the demo prints."""

import io
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from scraper.demo import news, story
from scraper.demo.content import DemoArticle
from scraper.demo.programme import EXPECTED_ALERTS, WATCHES, Moment
from scraper.demo.receivers import ReceivedHook, ReceivedMail
from scraper.demo.show import DemoShow, wants_colour
from scraper.demo.site import Asked, NewsSite
from scraper.pipeline.admit import Admission, Outcome
from scraper.pipeline.dispatch import Rung
from scraper.pipeline.visit import Visit
from storage.records import Article, Match, Passage, Source, StoredArticle, Watch
from tests.fakes import FakeClock

pytestmark = pytest.mark.anyio

_NOW = datetime(2026, 3, 1, 6, tzinfo=UTC)
BAGHDAD, ROCKET = (
    Watch(id=number, spec=spec, origin="settings", paused=False, created_at=_NOW)
    for number, spec in enumerate(WATCHES, start=1)
)


class Stage:
    """A show on a site that has published what rings, and what it printed."""

    def __init__(self, site: NewsSite, clock: FakeClock, *, colour: bool = False) -> None:
        self.site, self.clock = site, clock
        self.stream = io.StringIO()
        self.show = DemoShow(site, clock=clock, stream=self.stream, colour=colour, width=100)

    def stored(self, article: DemoArticle, *, title: str | None = None) -> StoredArticle:
        url = self.site.url_of(article)
        return StoredArticle(
            id=1,
            article=Article(url=url, title=title or article.headline, body=article.body),
            source_id=1,
            story_id=1,
            copy_of=None,
            first_seen_at=_NOW,
            revised_at=None,
            revisions=0,
        )

    def ring(self, alert_id: str, watch: Watch, article: DemoArticle, text: str = "") -> None:
        start = text.find(watch.name)
        passage = Passage(field="body", text=text, highlights=((start, start + len(watch.name)),))
        match = Match(watch_id=watch.id, passages=(passage,))
        stored = self.stored(article)
        rung = Rung(watch, match, stored, alert_id)
        self.show.admitted(Admission(outcome=Outcome.NEW, article=stored, rang=(rung,)))

    def arrive(self, alert_id: str) -> None:
        message = EmailMessage()
        message["Subject"] = f"Alert {alert_id}"
        message["X-Tocsin-Alert"] = alert_id
        self.show.mailed(
            ReceivedMail(sender="a@example.org", recipients=("desk@example.org",), message=message)
        )
        self.show.hooked(
            ReceivedHook(id=f"d{alert_id}", payload={"data": {"alert": {"id": alert_id}}})
        )

    @property
    def lines(self) -> list[str]:
        return self.stream.getvalue().splitlines()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="module")
async def site() -> AsyncIterator[NewsSite]:
    async with NewsSite(clock=FakeClock()) as running:
        for article in (story.STRIKE, story.STRIKE_WIRE, story.LAUNCH, news.SPROCKETS):
            running.publish(article)
        yield running


@pytest.fixture
def stage(site: NewsSite, clock: FakeClock) -> Stage:
    return Stage(site, clock)


def source(name: str) -> Source:
    return Source(
        id=1,
        name=name,
        url="http://127.0.0.1/",
        every=None,
        origin="settings",
        paused=False,
        kind=None,
        etag=None,
        last_modified=None,
        interval=timedelta(seconds=1),
        next_visit_at=_NOW,
        last_visit_at=None,
        last_success_at=None,
        last_new_at=None,
        failures=0,
        last_error=None,
    )


def visit(**counts: int) -> Visit:
    known = {"entries": 3, "new": 0, "changed": 0} | counts
    return Visit(source=source("Northquay Wire"), next_in=timedelta(seconds=1), **known)


async def test_it_opens_with_what_is_to_come(stage: Stage):
    stage.show.opened()
    text = stage.stream.getvalue()
    assert all(online.url in text for online in stage.site.outlets)
    assert "Baghdad and rocket" in text
    assert f"{len(EXPECTED_ALERTS)} alerts" in text


async def test_a_publication_is_a_line_with_time_outlet_and_remark(stage: Stage, clock: FakeClock):
    stage.show.opened()
    clock.advance(timedelta(seconds=9))
    moment = Moment(seconds=9, article=news.FERRY, remark="a remark")
    stage.show.published(moment)
    assert stage.lines[-1] == (
        "    9.0 s  Northquay Wire       published  "
        "Ferry line adds a night crossing for lorries  (a remark)"
    )


async def test_a_remark_without_room_beside_the_text_stands_below(stage: Stage):
    stage.show.published(Moment(seconds=0, article=story.STRIKE, remark="a remark"))
    assert len(stage.lines) == 2
    assert stage.lines[0].endswith("…")
    assert stage.lines[1] == " " * stage.lines[0].index("Sadr") + "(a remark)"


async def test_visits_without_news_are_not_shown(stage: Stage):
    stage.show.visited(visit())
    assert stage.lines == []
    stage.show.visited(visit(new=2))
    stage.show.visited(visit(new=1, changed=1))
    stage.show.visited(
        Visit(
            source=source("Northquay Wire"),
            entries=0,
            new=0,
            changed=0,
            next_in=timedelta(seconds=1),
            error="the host does not answer",
        )
    )
    assert [line.partition("Wire")[2].split() for line in stage.lines] == [
        ["visited", "2", "new"],
        ["visited", "1", "new,", "1", "changed"],
        ["failed", "the", "host", "does", "not", "answer"],
    ]


async def test_an_alert_quotes_the_passage_and_marks_the_hit(stage: Stage):
    text = "Hours earlier a rocket's trail was seen. " + "And then more was said of it. " * 5
    stage.ring("1", ROCKET, story.STRIKE, text)
    assert "The Morning Lantern" in stage.lines[0]
    assert "ALERT" in stage.lines[0]
    assert "rocket: Sadr tells US troops" in stage.lines[0]
    quoted = stage.lines[1:]
    assert quoted[0].strip().startswith("body: Hours earlier a *rocket*'s trail")
    assert all(len(line.replace("*", "")) <= 100 for line in stage.lines)
    assert " ".join(line.strip() for line in quoted).count("And then more was said of it.") == 5
    assert len({len(line) - len(line.lstrip()) for line in quoted[1:]}) == 1


async def test_a_copy_and_a_revision_say_that_they_do_not_ring(stage: Stage):
    for outcome, article in (
        (Outcome.COPY, story.STRIKE_WIRE),
        (Outcome.REVISION, story.STRIKE),
        (Outcome.NEW, story.LAUNCH),
    ):
        stage.show.admitted(
            Admission(outcome=outcome, article=stage.stored(article), muted=(BAGHDAD, ROCKET))
        )
    copy, silence, revision, again = stage.lines
    assert copy.split()[2:6] == ["Northquay", "Wire", "copy", "Iraqi"]
    assert revision.split()[2:7] == ["The", "Morning", "Lantern", "revision", "Sadr"]
    assert silence.strip() == again.strip() == "(no second alert: Baghdad, rocket)"


async def test_what_pages_say_cannot_steer_the_terminal(stage: Stage):
    stage.show.admitted(
        Admission(
            outcome=Outcome.COPY,
            article=stage.stored(story.STRIKE, title="A\x1b[2Jtitle\r\n\u202eback\x9b"),
        )
    )
    stage.ring("1", ROCKET, story.STRIKE, "a rocket\x1b]0;owned\x07 rose\u2066")
    output = stage.stream.getvalue()
    assert not {"\x1b", "\x07", "\r", "\u202e", "\u2066", "\x9b"} & set(output)
    assert len(stage.lines) == 3


async def test_colours_only_when_asked_for(site: NewsSite, clock: FakeClock):
    plain, coloured = Stage(site, clock), Stage(site, clock, colour=True)
    for stage in (plain, coloured):
        stage.ring("1", ROCKET, story.STRIKE, "a rocket rose")
    assert "\x1b" not in plain.stream.getvalue()
    assert "\x1b[1;7mrocket\x1b[0m" in coloured.stream.getvalue()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environ", "wanted"),
    [
        (Terminal(), {}, True),
        (Terminal(), {"NO_COLOR": ""}, True),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"TERM": "dumb"}, False),
        (io.StringIO(), {}, False),
    ],
)
def test_colours_are_for_terminals(stream: io.StringIO, environ: dict[str, str], *, wanted: bool):
    assert wants_colour(stream, environ) is wanted


async def test_a_stream_of_few_characters_gets_question_marks(site: NewsSite, clock: FakeClock):
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding="ascii") as stream:
        show = DemoShow(site, clock=clock, stream=stream)
        show.published(Moment(seconds=0, article=news.BOOK_FAIR))
        assert raw.getvalue().count(b"?") > 20


async def test_it_closes_well_when_all_came(stage: Stage):
    alerts = (
        ("1", BAGHDAD, story.STRIKE),
        ("2", ROCKET, story.STRIKE),
        ("3", ROCKET, story.LAUNCH),
    )
    for alert_id, watch, article in alerts:
        stage.ring(alert_id, watch, article, f"of {watch.name}")
        stage.arrive(alert_id)
    assert any("mail" in line and "Alert 2" in line for line in stage.lines)
    assert any("webhook" in line and "Baghdad: Sadr" in line for line in stage.lines)
    assert stage.show.closed()
    *_, heading, first, second, third, _, verdict = stage.lines
    assert heading.split() == ["watch", "story", "expected", "rang", "mail", "webhook"]
    assert [line.split()[-4:] for line in (first, second, third)] == [["1"] * 4] * 3
    assert [line.split()[0] for line in (first, second, third)] == ["Baghdad", "rocket", "rocket"]
    assert verdict.startswith("2 watches, 3 alerts expected, 3 seen;")


async def test_it_closes_badly_when_robots_were_not_heeded(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    path = news.EARLY_EDITION.path
    asked = Asked(outlet="gazette", path=path, status=200, user_agent="rude", at=_NOW)
    monkeypatch.setattr(stage.site, "asked", [asked])
    assert not stage.show.closed()
    assert "robots.txt was not heeded; requests for closed pages: 1." in stage.lines


async def test_it_is_told_of_when_nobody_reads_along_any_more(site: NewsSite, clock: FakeClock):
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb", buffering=0) as pipe:  # noqa: ASYNC230, PTH123 - a pipe never waits here
        stream = io.TextIOWrapper(pipe, encoding="utf-8", write_through=True)
        show = DemoShow(site, clock=clock, stream=stream, width=100)
        assert not show.is_unheard
        show.opened()
        show.visited(visit(new=2))
        assert show.is_unheard
        stream.detach()


async def test_it_closes_badly_and_says_why(stage: Stage):
    stage.ring("1", BAGHDAD, story.STRIKE, "of Baghdad")
    stage.ring("4", ROCKET, news.SPROCKETS, "of a sprocket")
    assert not stage.show.closed()
    url = stage.site.url_of(news.SPROCKETS)
    assert f"Not expected: rocket rang for {url}" in stage.lines
    assert stage.lines[-1] == "2 watches, 3 alerts expected, 2 seen; this is not right."
