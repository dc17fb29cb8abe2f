"""What a backtest says would have rung is what rang."""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from scraper.dedupe import sign
from scraper.discover.links import host, normalise
from scraper.errors import QueryError
from scraper.pipeline import replay
from scraper.pipeline.admit import Admission, Admitter, Candidate, Outcome
from scraper.pipeline.backtest import Report, Window, backtest, question
from scraper.pipeline.backtest_words import verdict
from scraper.pipeline.indexing import index_articles
from scraper.watch.lists import Lists
from storage.database import Database, UnitOfWork
from storage.records import (
    Article,
    ArticleKind,
    Entry,
    EntryState,
    FrontierEntry,
    Policy,
    Source,
    SourceSpec,
    Watch,
    WatchSpec,
)
from tests.end_to_end.outlets import story
from tests.fakes import FakeClock

BEGIN = datetime(2026, 3, 1, 7, 0, tzinfo=UTC)
DAY = timedelta(days=1)

SENTENCES = {
    "en": (
        "Two rockets hit Baghdad before dawn.",
        "A rocket-propelled grenade was found in a café near the green zone.",
        "The U.S. said its air strikes had ended; Mosul was quiet.",
        "Talks between the US and Iraqi officials went on in Basra.",
        "The Houston Rockets won again.",
        "Officials told us that 13,000 people had left the city of Mossul.",
        "A missile missed the airport, and the fire was out within the hour.",
        "It was the third rocket attack; rocket after rocket, said a witness.",
    ),
    "de": (
        "Raketen trafen Bagdad in der Nacht.",
        "Die Rakete verfehlte die Straße zum Flughafen.",
    ),
    "ru": ("Ракеты ударили по Багдаду.", "В Багдаде было тихо, сказал посол."),
    "ar": ("سقط صاروخ على بغداد.", "انفجار ببغداد وبالموصل اليوم."),
    "zh": ("巴格达遭火箭弹袭击。", "火车开往北京大学。"),
}
TITLES = (
    "Rocket hits Baghdad",
    "Quiet night",
    "Mosul, a year on",
    "火箭",
    "Ракета",
    "What we know",
)
QUERIES = (
    "rocket",
    "=rocket",
    "Baghdad AND (rocket OR missile)",
    "rocket NOT Houston",
    '"rocket attack"',
    '"rocket attack"~4',
    "rocket*",
    "*port",
    "r?cket",
    "Mosul~1",
    "/mos+ul/",
    "rocket NEAR/4 Baghdad",
    "rocket ONEAR/6 Baghdad",
    "ATLEAST/3 rocket",
    "title:rocket",
    "title:(Mosul OR Baghdad)",
    "body:missile OR standfirst:missile",
    "caption:smoke",
    "case:US",
    "13.000",
    "cafe",
    "Rakete",
    "Ракета",
    "Багдад",
    "بغداد",
    "火箭",
    "北京 OR 大学",
    "lang:ar",
    "rocket lang:de",
    "site:morning.example missile",
    "url:iraq rocket",
    "source:evening quiet",
    "author:haddad",
    "section:world Baghdad",
    "tag:iraq OR tag:war",
    "tag:wires rocket",
    "kind:live_blog",
    "kind:opinion rocket",
    "rocket published:>=2026-02-27",
    "nothingofthekind",
    "Quiet -rocket",
)


class Desk:
    """A database, and articles at its door."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = FakeClock(BEGIN)
        self.admitter = Admitter(self.clock)
        self.entries: dict[str, FrontierEntry] = {}
        with database.begin() as unit:
            self.sources = [
                unit.sources.add(
                    SourceSpec(name=name, url=f"https://{name}.example/", tags=tags), now=BEGIN
                )
                for name, tags in (("morning", ("wires",)), ("evening", ()))
            ]
            self.worker = unit.workers.register(name="t", host="h", pid=1, now=BEGIN)

    def watch(self, query: str, **spec: object) -> Watch:
        with self.database.begin() as unit:
            name = f"watch {len(unit.watches.list())}"
            made = WatchSpec(name=name, query=query, **spec)
            return unit.watches.add(made, now=BEGIN)

    def admit(self, article: Article, source: Source | None = None) -> Admission:
        source = source or self.sources[0]
        with self.database.begin() as unit:
            admission = self.admitter.admit(
                unit,
                Candidate(
                    article=article,
                    signature=sign(article.title, article.body, article.language),
                    entry=self.entries.get(article.url) or self._entry(unit, article.url, source),
                    source_name=source.name,
                ),
            )
        entry = self.entries[article.url]
        stored_as = admission.article.id
        self.entries[article.url] = replace(entry, article_id=stored_as, state=EntryState.RECHECK)
        return admission

    def _entry(self, unit: UnitOfWork, url: str, source: Source) -> FrontierEntry:
        now = self.clock.now()
        unit.entries.add(source.id, [(normalise(url), host(url), Entry(url=url))], now=now)
        (entry,) = unit.entries.claim(now, worker=self.worker, hosts=9, per_host=9)
        return self.entries.setdefault(url, entry)

    def test(self, watch: Watch, *, days: int = 30, zone: ZoneInfo | None = None) -> Report:
        window = Window.last(days, now=self.clock.now(), zone=zone or ZoneInfo("UTC"))
        return backtest(self.database, question(watch), window, latest=10_000)


@pytest.fixture
def desk(address: str) -> Iterator[Desk]:
    with Database.open(address) as database:
        yield Desk(database)


def made_up(chance: Random, number: int, source: Source, now: datetime) -> Article:
    """An article of its own, in which some of the sentences are."""
    language = chance.choice(("en", "en", "en", *SENTENCES))
    paragraphs = story(chance.randrange(10**9))[: chance.randint(2, 4)]
    for sentence in chance.sample(SENTENCES[language], chance.randint(0, 2)):
        place = chance.randrange(len(paragraphs))
        paragraphs[place] = f"{paragraphs[place]} {sentence}"
    return Article(
        url=f"https://{source.name}.example/{chance.choice(('iraq', 'sport'))}/{number}",
        title=chance.choice(TITLES),
        standfirst=chance.choice((None, "A missile, they said.", "Quiet")),
        body="\n\n".join(paragraphs),
        language=chance.choice((language, language, None)),
        authors=chance.choice(((), ("Rana Haddad", "Ann Onym"))),
        section=chance.choice((None, "World", "Sport")),
        tags=chance.choice(((), ("Iraq", "Rocket attacks"), ("war",))),
        image_caption=chance.choice((None, "Smoke over the city")),
        kind=chance.choice(tuple(ArticleKind)),
        published_at=chance.choice((None, now, now - 3 * DAY, now - 40 * DAY)),
    )


def revised(chance: Random, article: Article) -> Article:
    """The same article with another text: a sentence more, or none of those that were there."""
    paragraphs = article.body.split("\n\n")
    if chance.random() < 0.5:
        paragraphs[-1] += " " + chance.choice([s for some in SENTENCES.values() for s in some])
        return replace(article, body="\n\n".join(paragraphs))
    body = "\n\n".join(story(chance.randrange(10**9))[:3])
    return replace(article, body=body, title=chance.choice(TITLES))


def fill(desk: Desk, chance: Random, count: int) -> Counter[Outcome]:
    """News of two weeks: new articles, copies by the other source, later texts."""
    outcomes: Counter[Outcome] = Counter()
    told: list[tuple[Article, Source]] = []
    for number in range(count):
        desk.clock.advance(timedelta(hours=chance.random() * 2 * 14 * 24 / count))
        source = chance.choice(desk.sources)
        known = chance.choice(told) if told and chance.random() < 0.4 else None
        if known is None:
            article = made_up(chance, number, source, desk.clock.now())
        elif chance.random() < 0.5:
            url = f"https://{source.name}.example/copy/{number}"
            article = replace(known[0], url=url, title=chance.choice(TITLES))
        else:
            article, source = revised(chance, known[0]), known[1]
            told.remove(known)
        told.append((article, source))
        outcomes[desk.admit(article, source).outcome] += 1
    return outcomes


Happened = tuple[set[int], set[int], Counter[str]]


def what_happened(desk: Desk, watches: Sequence[Watch]) -> dict[int, Happened]:
    """By watch: the articles that matched, those that rang, and how many rang on each day."""
    matched: dict[int, set[int]] = {watch.id: set() for watch in watches}
    happened: dict[int, Happened] = {}
    with desk.database.read() as unit:
        for article in unit.articles.list(10_000):
            for match in unit.outbox.matches(article.id):
                matched[match.watch_id].add(article.id)
        for watch in watches:
            alerts = unit.outbox.alerts(10_000, watch=watch.name)
            days = Counter(alert.created_at.date().isoformat() for alert in alerts)
            rang = {alert.article.id for alert in alerts}
            happened[watch.id] = (matched[watch.id], rang, days)
    return happened


def said(report: Report) -> Happened:
    rang = [found.stored.id for found in report.latest if found.rings]
    assert len(rang) == len(set(rang)) == report.alerts
    assert len(report.latest) == report.articles == sum(day.articles for day in report.days)
    days = Counter({day.date.isoformat(): day.alerts for day in report.days if day.alerts})
    return {found.stored.id for found in report.latest}, set(rang), days


SCOPES: Sequence[dict[str, object]] = (
    {},
    {"policy": Policy.EVERY},
    {"outlets": 2},
    {"max_age": timedelta(days=2)},
    {"languages": ("en", "ar"), "policy": Policy.EVERY},
    {"sources": ("Evening",)},
    {"tags": ("iraq", "sport")},
    {"tags": ("wires",), "max_age": timedelta(days=10)},
)


@pytest.mark.anyio
async def test_what_a_backtest_finds_is_what_rang(desk: Desk):
    chance = Random(desk.database.writer.dialect.name)  # other news for the other database
    watches = [desk.watch(query, **chance.choice(SCOPES)) for query in QUERIES]
    watches += [desk.watch(query) for query in QUERIES[:6]]
    outcomes = fill(desk, chance, 120)
    assert min(outcomes[kind] for kind in (Outcome.NEW, Outcome.COPY, Outcome.REVISION)) > 10
    happened = what_happened(desk, watches)
    assert sum(len(rang) for _, rang, _ in happened.values()) > 150
    assert sum(matched > rang for matched, rang, _ in happened.values()) > 8
    # Before any article is indexed, when some are, and when all are.
    for indexed, some in ((0, watches[::6]), (50, watches[1::4]), (10_000, watches)):
        if indexed:
            await index_articles(desk.database, indexed)
        for watch in some:
            assert said(desk.test(watch)) == happened[watch.id], watch.spec
    rare = desk.test(desk.watch("nothingofthekind"))
    assert (rare.looked_at, rare.articles) == (0, 0)
    added = (Outcome.NEW, Outcome.COPY, Outcome.REWRITE, Outcome.EVENT)
    assert rare.stored == sum(outcomes[kind] for kind in added)


def article(number: int, text: str, **fields: object) -> Article:
    body = "\n\n".join([*story(number)[:3], text])
    return Article(url=f"https://morning.example/{number}", title="T", body=body, **fields)


def test_days_are_those_of_whoever_asks(desk: Desk):
    watch = desk.watch("rocket")
    desk.admit(article(1, "A rocket."))  # at seven in the morning of the first, UTC
    desk.clock.advance(timedelta(hours=16))
    desk.admit(article(2, "A rocket."))  # at eleven at night
    desk.clock.advance(timedelta(hours=1, minutes=30))
    utc = desk.test(watch, days=3)
    assert [(day.date.day, day.alerts) for day in utc.days] == [(28, 0), (1, 2), (2, 0)]
    baghdad = desk.test(watch, days=3, zone=ZoneInfo("Asia/Baghdad"))
    assert [(day.date.day, day.alerts) for day in baghdad.days] == [(28, 0), (1, 1), (2, 1)]
    assert desk.test(watch, days=1).articles == 0
    assert desk.test(watch, days=1, zone=ZoneInfo("Asia/Baghdad")).articles == 1


def test_what_is_shown_are_the_latest_matches(desk: Desk):
    watch = desk.watch("rocket")
    for number in range(5):
        desk.admit(article(number, "A rocket." if number != 3 else "Quiet."))
        desk.clock.advance(timedelta(hours=1))
    window = Window.last(2, now=desk.clock.now(), zone=ZoneInfo("UTC"))
    report = backtest(desk.database, question(watch), window, latest=2)
    assert [found.stored.id for found in report.latest] == [5, 3]
    assert [passage.text for passage in report.latest[0].passages] == ["A rocket."]
    assert (report.articles, report.alerts, report.stored) == (4, 4, 5)
    assert report.stored_since == BEGIN


def test_a_text_counts_when_it_came_though_the_article_is_another_now(desk: Desk):
    watch, now_quiet = desk.watch("rocket"), desk.watch("quiet")
    desk.admit(article(1, "A rocket."))
    desk.clock.advance(2 * DAY)
    desk.admit(article(1, "Quiet."))
    for tested, day in ((watch, 1), (now_quiet, 3)):
        report = desk.test(tested, days=5)
        assert [each.date.day for each in report.days if each.alerts] == [day]
    # Of an article that came before these days, the text that came in them counts.
    assert [desk.test(tested, days=1).alerts for tested in (watch, now_quiet)] == [0, 1]


def test_what_was_published_too_long_ago_is_told_apart(desk: Desk):
    watch = desk.watch("rocket", max_age=timedelta(days=1))
    desk.admit(article(1, "A rocket.", published_at=BEGIN - 2 * DAY))
    desk.admit(article(2, "A rocket.", published_at=BEGIN))
    report = desk.test(watch)
    assert (report.articles, report.alerts, report.too_old) == (2, 1, 1)
    assert [(found.too_old, found.rings) for found in report.latest] == [
        (False, True),
        (True, False),
    ]


def test_progress_is_told_to_the_end(desk: Desk):
    for number in range(3):
        desk.admit(article(number, "A rocket."))
    window = Window.last(1, now=desk.clock.now(), zone=ZoneInfo("UTC"))
    told: list[tuple[int, int]] = []
    backtest(
        desk.database,
        question(desk.watch("rocket")),
        window,
        progress=lambda *at: told.append(at),
    )
    assert told == [(0, 3), (3, 3)]


def test_what_came_last_is_read_first_and_it_is_told_how_far_it_came(desk: Desk):
    for number in range(120):
        desk.clock.advance(timedelta(minutes=30))
        desk.admit(article(number, "A rocket."))
    asked = question(desk.watch("rocket"))
    window = Window.last(5, now=desk.clock.now(), zone=UTC)
    whole = backtest(desk.database, asked, window)
    assert (whole.read, whole.looked_at, whole.read_back_to) == (120, 120, None)
    part = backtest(desk.database, asked, window, enough=lambda: True)
    assert (part.read, part.looked_at, part.articles) == (50, 120, 50)
    assert part.read_back_to == desk.clock.now() - 49 * timedelta(minutes=30)
    assert part.latest == whole.latest
    assert "looked at back to" in next(verdict(part))


@pytest.mark.parametrize("processes", [1, 2])
def test_processes_that_share_the_work_find_the_same(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, processes: int
):
    monkeypatch.setattr(replay, "_WORTH_PROCESSES", 10)
    monkeypatch.setattr(replay, "_AT_ONCE", 3)
    for number in range(30):
        desk.admit(article(number, "A rocket." if number % 3 else "Quiet."))
    watch = desk.watch("set:arms OR quiet")
    lists = Lists(sets={"arms": ("rocket", "missile")})
    told: list[int] = []
    report = backtest(
        desk.database,
        question(watch, lists),
        Window.last(1, now=desk.clock.now(), zone=ZoneInfo("UTC")),
        latest=3,
        processes=processes,
        progress=lambda done, _of: told.append(done),
    )
    assert (report.articles, report.alerts, report.looked_at) == (30, 30, 30)
    assert [found.stored.id for found in report.latest] == [30, 29, 28]
    assert told == [0, *range(3, 31, 3)]


class Killed(ProcessPoolExecutor):
    """Processes of which one is killed at its second portion, and with it the pool."""

    given = 0

    def submit(self, *_: object) -> Future:
        self.given += 1
        if self.given > 4:
            raise BrokenProcessPool
        done = Future()
        if self.given == 1:
            done.set_result([])
        else:
            done.set_exception(BrokenProcessPool())
        return done


def test_what_processes_that_were_killed_leave_is_looked_at_here(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(replay, "_WORTH_PROCESSES", 1)
    monkeypatch.setattr(replay, "_AT_ONCE", 3)
    monkeypatch.setattr(replay, "ProcessPoolExecutor", Killed)
    for number in range(20):
        desk.admit(article(number, "A rocket."))
    window = Window.last(1, now=desk.clock.now(), zone=ZoneInfo("UTC"))
    report = backtest(desk.database, question(desk.watch("rocket")), window, processes=2)
    assert (report.looked_at, report.articles) == (20, 17)  # the first three were not found by it


def test_nothing_stored_is_nothing_found(desk: Desk):
    report = desk.test(desk.watch("rocket"))
    assert (report.articles, report.stored, report.looked_at) == (0, 0, 0)
    assert report.stored_since is None
    assert len(report.days) == 30


def test_a_wrong_query_is_refused():
    spec = WatchSpec(name="w", query="rocket AND")
    watch = Watch(id=7, spec=spec, origin="command", paused=False, created_at=BEGIN)
    with pytest.raises(QueryError):
        question(watch)


@dataclass(frozen=True, slots=True)
class _Clocks:
    """Days on which clocks are changed have other lengths."""

    now: datetime
    days: int
    hours: int


@pytest.mark.parametrize(
    "case",
    [
        _Clocks(datetime(2026, 3, 29, 22, tzinfo=UTC), 1, 0),
        _Clocks(datetime(2026, 3, 29, 21, tzinfo=UTC), 1, 22),
        _Clocks(datetime(2026, 10, 25, 22, tzinfo=UTC), 1, 24),
    ],
)
def test_a_window_begins_at_midnight(case: _Clocks):
    window = Window.last(case.days, now=case.now, zone=ZoneInfo("Europe/Berlin"))
    assert case.now - window.since == timedelta(hours=case.hours)
    assert window.day(window.since) == window.days[0]


def test_what_edits_add_is_counted_where_the_watch_rings_for_it(desk: Desk):
    toll = "By nightfall the rocket had cost twelve lives, the governor said."
    first, updates = desk.watch("rocket"), desk.watch("rocket", policy=Policy.UPDATES)
    one = article(1, "A rocket came down.")
    edited = replace(one, body=f"{one.body}\n\n{toll}")
    for text in (one, edited, one, edited):  # what is put back is told already
        desk.admit(text)
        desk.clock.advance(timedelta(days=1))
    for watch, alerts in ((first, 1), (updates, 2)):
        assert desk.test(watch).alerts == alerts
        with desk.database.read() as unit:
            assert len(unit.outbox.alerts(watch=watch.name)) == alerts
