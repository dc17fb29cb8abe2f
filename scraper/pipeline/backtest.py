"""What a watch would have done: the stored articles, matched as they were when they came.

    candidates (the index) ─► texts, as they came ─► WatchSet ─► too_old ─► once_key ─► report

The index only narrows. What is left goes through the very functions that admission goes by, in the
order of time, as if the watch had been there from the first day on: so what is counted here is what
would have rung. A match is of an article, and of the first of its texts that matched; an alert is
one for each story, or each article, as the watch asks.
"""

from bisect import insort
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice

from scraper.pipeline.admit import once_key, too_old
from scraper.pipeline.indexing import as_matched, told
from scraper.watch import RULES, WatchSet, compile_query, narrow
from scraper.watch.lists import NO_LISTS, Lists
from storage.database import Database, UnitOfWork
from storage.records import KeyExpression, Passage, StoredArticle, Watch
from storage.search_keys import ArticleTexts, Candidates

_AT_ONCE = 50  # articles in memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A watch, ready to be tested."""

    watch: Watch
    compiled: WatchSet
    wanted: KeyExpression | None  # what the index is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The days that are looked at, in the zone of whoever asks; the last one is not over yet."""

    days: tuple[date, ...]
    since: datetime
    until: datetime
    zone: tzinfo | None = None  # None: this machine's

    @classmethod
    def last(cls, days: int, *, now: datetime, zone: tzinfo | None = None) -> "Window":
        """Today and the days before it, `days` in all."""
        today = now.astimezone(zone).date()
        every = tuple(today - timedelta(days=back) for back in range(days - 1, -1, -1))
        midnight = datetime.combine(every[0], time.min, tzinfo=zone)
        return cls(days=every, since=midnight.astimezone(UTC), until=now, zone=zone)

    def day(self, moment: datetime) -> date:
        """The day that a moment is in."""
        return moment.astimezone(self.zone).date()

    def holds(self, moment: datetime) -> bool:
        """Whether a moment is within."""
        return self.since <= moment <= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An article that matched, when, and where its text satisfied the query.

    `too_old`: it had been published too long before to ring. `rings`: it is the one that would have
    rung for its story.
    """

    stored: StoredArticle
    source_name: str | None
    at: datetime
    passages: tuple[Passage, ...]
    too_old: bool
    rings: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """How many articles matched on a day, and how many alerts would have rung."""

    date: date
    articles: int
    alerts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a watch would have done.

    `latest` are the last articles that matched, the newest first. `stored_since` is when the first
    of all articles was stored: days before that say nothing.
    """

    watch: Watch
    window: Window
    days: tuple[Day, ...]
    articles: int
    alerts: int
    too_old: int  # articles that matched, but were published too long ago to ring
    latest: tuple[Found, ...]
    looked_at: int  # articles that the index left to be read
    stored: int  # articles that came in these days
    stored_since: datetime | None


def question(watch: Watch, lists: Lists = NO_LISTS) -> Question:
    """The watch as a question, with what is saved under names now. Raises QueryError."""
    query = compile_query(watch.spec.query, lists=lists)
    return Question(watch=watch, compiled=WatchSet([watch], lists=lists), wanted=narrow(query.root))


def backtest(
    database: Database,
    asked: Question,
    window: Window,
    *,
    latest: int = 10,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Report:
    """Test the watch on the articles that came in the window; nothing rings, nothing is written.

    `latest` is how many of the matches are shown. `progress` is told how many articles were looked
    at, and of how many. Memory: a page of articles, those that are shown, and a few words for each
    alert.
    """
    with database.read() as unit:
        candidates = _candidates(unit, asked, window)
        stored_since = unit.keys.oldest()
    tally = _Tally(asked.watch, window, latest)
    done = 0
    ids = iter(candidates.ids)
    while some := list(islice(ids, _AT_ONCE)):
        progress(done, len(candidates.ids))
        with database.read() as unit:
            texts = unit.keys.texts(some)
        for each in texts:
            if (found := first_match(asked, window, each)) is not None:
                tally.add(found)
        done += len(some)
    progress(done, len(candidates.ids))
    return tally.report(candidates, stored_since)


def _candidates(unit: UnitOfWork, asked: Question, window: Window) -> Candidates:
    until = window.until + timedelta(microseconds=1)  # what came at this very moment is there, too
    return unit.keys.candidates(asked.wanted, since=window.since, until=until, rules=RULES)


def first_match(asked: Question, window: Window, texts: ArticleTexts) -> Found | None:
    """The first text of the article, of those seen in the window, that the watch takes.

    A later one neither rings again nor counts again.
    """
    for article, at in told(texts):
        if window.holds(at) and (matches := asked.compiled.match(as_matched(texts, article))):
            return Found(
                stored=texts.stored,
                source_name=texts.source_name,
                at=at,
                passages=matches[0].passages,
                too_old=too_old(asked.watch, article, at),
            )
    return None


class _Tally:
    """Counts matches and alerts, in whatever order the articles come."""

    def __init__(self, watch: Watch, window: Window, latest: int) -> None:
        self._watch = watch
        self._window = window
        self._most = latest
        self._latest: list[Found] = []  # the oldest first
        self._articles: Counter[date] = Counter()
        self._first: dict[str, tuple[datetime, int]] = {}  # of what rings once: when, and which
        self._too_old = 0

    def add(self, found: Found) -> None:
        """Count an article that matched."""
        self._articles[self._window.day(found.at)] += 1
        insort(self._latest, found, key=_moment)
        del self._latest[: -self._most]
        if found.too_old:
            self._too_old += 1
            return
        key = once_key(self._watch, found.stored)
        self._first[key] = min(_moment(found), self._first.get(key, _moment(found)))

    def report(self, candidates: Candidates, stored_since: datetime | None) -> Report:
        """What came of it."""
        window = self._window
        alerts = Counter(window.day(at) for at, _ in self._first.values())
        rang = {article_id for _, article_id in self._first.values()}
        return Report(
            watch=self._watch,
            window=window,
            days=tuple(Day(day, self._articles[day], alerts[day]) for day in window.days),
            articles=self._articles.total(),
            alerts=len(self._first),
            too_old=self._too_old,
            latest=tuple(
                replace(found, rings=found.stored.id in rang) for found in reversed(self._latest)
            ),
            looked_at=len(candidates.ids),
            stored=candidates.stored,
            stored_since=stored_since,
        )


def _moment(found: Found) -> tuple[datetime, int]:
    return found.at, found.stored.id
