"""What a watch would have done: the stored articles, matched as they were when they came.

    candidates (the index) ─► texts, as they came ─► WatchSet ─► too_old ─► once_key ─► report
                              └───────────── replay.py ─────────────────┘

The index only narrows. What is left goes through the very functions that admission goes by, as if
the watch had been there from the first day on: so what is counted here is what would have rung. A
match is of an article, and of the first of its texts that matched; an alert is one for each story,
or each article, as the watch asks: the earliest; and one for each edit that added what it looks
for, if it asks for updates.
"""

from bisect import insort
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice

from scraper.pipeline.replay import Hit, Question, Window, hits, match_of, question
from scraper.watch import RULES
from storage.database import Database, UnitOfWork
from storage.records import Passage, StoredArticle, Watch
from storage.search_keys import Candidates

__all__ = ["Day", "Found", "Question", "Report", "Window", "backtest", "question"]


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
    rings: bool


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
    too_old: int  # articles that matched, but were published too long before to ring
    latest: tuple[Found, ...]
    looked_at: int  # articles that the index left to be read
    read: int  # so many of them were, the last to come first, before it was enough
    read_back_to: datetime | None  # when the last of these had come; None: all were read
    stored: int  # articles that came in these days
    stored_since: datetime | None


def backtest(
    database: Database,
    asked: Question,
    window: Window,
    *,
    latest: int = 10,
    processes: int = 1,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
    enough: Callable[[], bool] = lambda: False,
) -> Report:
    """Test the watch on the articles that came in the window; nothing rings, nothing is written.

    `latest` is how many of the matches are shown. `processes` share the work where it is much.
    `progress` is told how many articles were looked at, and of how many. When `enough` says so, the
    others are left out: those that came first, for what came last is read first. In memory are some
    articles for each process, those that are shown, and a few words for each alert.
    """
    with database.read() as unit:
        candidates = _candidates(unit, asked, window)
        stored_since = unit.keys.oldest()
    of = len(candidates.ids)
    progress(0, of)
    tally = _Tally(latest, window)
    done = 0
    for looked, found in hits(database, asked, window, candidates.ids, processes=processes):
        done += looked
        tally.add(found)
        progress(done, of)
        if done < of and enough():
            break
    if asked.watch.spec.outlets > 1:
        with database.read() as unit:
            stories = {hit.story_id for hit in tally.ringing.values()}
            tally.wait(unit.stories.spread_at(sorted(stories), asked.watch.spec.outlets))
    return Report(
        watch=asked.watch,
        window=window,
        days=tally.days(),
        articles=tally.articles.total(),
        alerts=len(tally.ringing),
        too_old=tally.too_old,
        latest=_shown(database, asked, tally),
        looked_at=of,
        read=done,
        read_back_to=_came_at(database, candidates, done) if done < of else None,
        stored=candidates.stored,
        stored_since=stored_since,
    )


def _came_at(database: Database, candidates: Candidates, number: int) -> datetime | None:
    """When the last of so many candidates came, in the order that they are read in."""
    last = [*islice(candidates.ids, max(number - 1, 0), number)]
    with database.read() as unit:
        texts = unit.keys.texts(last)
    return texts[0].stored.first_seen_at if texts else None


def _candidates(unit: UnitOfWork, asked: Question, window: Window) -> Candidates:
    until = window.until + timedelta(microseconds=1)  # what came at this very moment is there, too
    return unit.keys.candidates(asked.wanted, since=window.since, until=until, rules=RULES)


class _Tally:
    """Counts matches and alerts, in whatever order the articles come."""

    def __init__(self, latest: int, window: Window) -> None:
        self._most = latest
        self._window = window
        self.latest: list[Hit] = []  # the oldest first
        self.articles: Counter[date] = Counter()
        self.ringing: dict[str, Hit] = {}  # the earliest, by what it rings once for
        self.too_old = 0

    def add(self, found: Iterable[Hit]) -> None:
        """Count articles that matched."""
        for hit in found:
            self.articles[self._window.day(hit.at)] += 1
            insort(self.latest, hit, key=_moment)
            del self.latest[: -self._most]
            if hit.too_old:
                self.too_old += 1
            else:
                self._ring(hit)
            for update in hit.updates:
                if self._window.holds(update.at):
                    self._ring(replace(hit, at=update.at, once=update.once))

    def _ring(self, hit: Hit) -> None:
        self.ringing[hit.once] = min(hit, self.ringing.get(hit.once, hit), key=_moment)

    def wait(self, spread_at: Mapping[int, datetime]) -> None:
        """Let each story ring when enough outlets have it, and not at all where they never did."""
        waited = {
            once: replace(hit, at=max(hit.at, spread_at[hit.story_id]))
            for once, hit in self.ringing.items()
            if hit.story_id in spread_at
        }
        self.ringing = {once: hit for once, hit in waited.items() if self._window.holds(hit.at)}

    def days(self) -> tuple[Day, ...]:
        """Day by day."""
        alerts = Counter(self._window.day(hit.at) for hit in self.ringing.values())
        return tuple(Day(day, self.articles[day], alerts[day]) for day in self._window.days)


def _shown(database: Database, asked: Question, tally: _Tally) -> tuple[Found, ...]:
    """The latest matches, with what is to be seen of them."""
    rang = {hit.article_id for hit in tally.ringing.values()}
    with database.read() as unit:
        texts = unit.keys.texts([hit.article_id for hit in tally.latest])
    by_id = {each.stored.id: each for each in texts}
    shown = []
    for hit in reversed(tally.latest):
        if (told := by_id.get(hit.article_id)) is None:
            continue
        # A text that is not there any more was repaired a moment ago.
        match = match_of(asked, hit, told)
        shown.append(
            Found(
                stored=told.stored,
                source_name=told.source_name,
                at=hit.at,
                passages=match.passages if match else (),
                too_old=hit.too_old,
                rings=hit.article_id in rang,
            )
        )
    return tuple(shown)


def _moment(hit: Hit) -> tuple[datetime, int]:
    return hit.at, hit.article_id
