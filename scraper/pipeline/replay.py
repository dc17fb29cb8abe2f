"""Stored articles, matched by one watch as they were when they came; by several processes if many.

What a text is matched by, how old it may be and what it rings once for are the functions that
admission goes by. Only the passages are left out, which take longer than all of that: few are
shown.
"""

import multiprocessing
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import chain, islice
from typing import TypeAlias

from scraper.collector import settle
from scraper.pipeline.indexing import as_matched, told
from scraper.pipeline.ringing import once_key, too_old
from scraper.pipeline.updates import foreseen, wants_updates
from scraper.watch import WatchSet, compile_query, narrow
from scraper.watch.lists import NO_LISTS, Lists
from storage.database import Database
from storage.records import Article, KeyExpression, Match, Watch
from storage.search_keys import ArticleTexts

_AT_ONCE = 50  # articles read in one transaction, and given to a process
_IN_HAND = 2  # such portions for each process: one at work, one waiting
_WORTH_PROCESSES = 2_000  # articles; processes take about a second to begin


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
class Question:
    """A watch, ready to be tested."""

    watch: Watch
    lists: Lists
    compiled: WatchSet
    wanted: KeyExpression | None  # what the index is asked for


def question(watch: Watch, lists: Lists = NO_LISTS) -> Question:
    """The watch as a question, with what is saved under names now. Raises QueryError."""
    query = compile_query(watch.spec.query, lists=lists)
    return Question(
        watch=watch,
        lists=lists,
        compiled=WatchSet([watch], lists=lists),
        wanted=narrow(query.root),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that matched, when the text came that did, and what it rings once for."""

    at: datetime
    article_id: int
    story_id: int
    once: str
    too_old: bool  # it had been published too long before to ring
    updates: tuple["Update", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """An edit of an article that matched before, and what it rings once for."""

    at: datetime
    once: str


def first_hit(asked: Question, window: Window, texts: ArticleTexts) -> Hit | None:
    """The first text of the article, of those seen in the window, that the watch takes.

    A later one does not count again, and rings only if it is an edit with news for the watch.
    """
    every = list(told(texts))
    for place, (article, at) in enumerate(every, 1):
        if window.holds(at) and asked.compiled.matching(as_matched(texts, article)):
            return Hit(
                at=at,
                article_id=texts.stored.id,
                story_id=texts.stored.story_id,
                once=once_key(asked.watch, texts.stored),
                too_old=too_old(asked.watch, article, at),
                updates=tuple(_updates(asked, texts, every, place)),
            )
    return None


def _updates(
    asked: Question, texts: ArticleTexts, every: Sequence[tuple[Article, datetime]], place: int
) -> Iterator[Update]:
    """The edits, from this place on, that the watch rings for."""
    if not wants_updates(asked.watch):
        return
    for after in range(place, len(every)):
        article, at = every[after]
        if too_old(asked.watch, article, at):
            continue
        earlier = [before for before, _ in reversed(every[:after])]
        text = as_matched(texts, article)
        for once in foreseen(asked.compiled, text, texts.stored, earlier):
            yield Update(at=at, once=once)


def match_of(asked: Question, hit: Hit, texts: ArticleTexts) -> Match | None:
    """The match with its passages; None where the text is not there any more."""
    for article, at in told(texts):
        if at == hit.at and (matches := asked.compiled.match(as_matched(texts, article))):
            return matches[0]
    return None


_Given: TypeAlias = "tuple[Sequence[ArticleTexts], Future[list[Hit]] | None]"
Looked: TypeAlias = tuple[int, Sequence[Hit]]  # how many articles, and which of them matched


def hits(
    database: Database, asked: Question, window: Window, ids: Iterable[int], *, processes: int
) -> Iterator[Looked]:
    """What the watch takes of the articles of these ids, portion by portion, in any order.

    In memory are the articles of two portions for each process at most.
    """
    source = iter(ids)
    first = list(islice(source, _WORTH_PROCESSES))
    more = list(islice(source, 1))
    portions = _portions(database, chain(first, more, source))
    if processes > 1 and more:
        yield from _by_processes(portions, asked, window, processes)
        return
    for texts in portions:
        yield len(texts), _hits(asked, window, texts)


def _portions(database: Database, ids: Iterator[int]) -> Iterator[Sequence[ArticleTexts]]:
    while some := list(islice(ids, _AT_ONCE)):
        with database.read() as unit:
            texts = unit.keys.texts(some)
        yield texts


def _hits(asked: Question, window: Window, texts: Iterable[ArticleTexts]) -> list[Hit]:
    return [hit for each in texts if (hit := first_hit(asked, window, each)) is not None]


def _by_processes(
    portions: Iterator[Sequence[ArticleTexts]], asked: Question, window: Window, processes: int
) -> Iterator[Looked]:
    pool = ProcessPoolExecutor(
        processes,
        mp_context=multiprocessing.get_context("forkserver"),  # no connection is in two processes
        initializer=_Process.begin,
        initargs=(asked.watch, asked.lists, window),
    )
    in_hand: deque[_Given] = deque()
    try:
        for texts in portions:
            in_hand.append((texts, _submitted(pool, texts)))
            if len(in_hand) >= _IN_HAND * processes:
                yield _result(asked, window, *in_hand.popleft())
        for given in in_hand:
            yield _result(asked, window, *given)
    finally:
        pool.shutdown(cancel_futures=True)


def _submitted(
    pool: ProcessPoolExecutor, texts: Sequence[ArticleTexts]
) -> "Future[list[Hit]] | None":
    try:
        return pool.submit(_Process.look, texts)
    except BrokenProcessPool:
        return None


def _result(
    asked: Question,
    window: Window,
    texts: Sequence[ArticleTexts],
    future: "Future[list[Hit]] | None",
) -> Looked:
    """What the process found; where the processes were killed, it is found here."""
    try:
        found = future.result() if future else _hits(asked, window, texts)
    except BrokenProcessPool:
        found = _hits(asked, window, texts)
    return len(texts), found


class _Process:
    """What a process keeps of what is asked: a list of names is compiled once in each."""

    _asked: Question
    _window: Window

    @classmethod
    def begin(cls, watch: Watch, lists: Lists, window: Window) -> None:
        """Get ready. Ctrl-C is for the process that began this one."""
        settle()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        cls._asked, cls._window = question(watch, lists), window

    @classmethod
    def look(cls, texts: Sequence[ArticleTexts]) -> list[Hit]:
        """The hits in a portion."""
        return _hits(cls._asked, cls._window, texts)
