"""Search in the stored articles with the query language of watches, from the newest back.

    ids, a stretch at a time ─► candidates (the index) ─► texts ─► the matcher ─► a page of hits

A page costs about the same whatever is stored: it ends when it is full, or when so many articles
were read that a person should rather be asked whether to look further back. Where it ended the next
one begins.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from scraper.errors import UsageError
from scraper.pipeline.indexing import as_matched
from scraper.pipeline.replay import Question, question
from scraper.watch import RULES
from scraper.watch.lists import NO_LISTS, Lists
from storage.database import UnitOfWork
from storage.records import KeysAllOf, Passage, StoredArticle, Watch, WatchSpec
from storage.search_keys import ArticleTexts

_STRETCH: Final = 20_000  # ids that the index is asked for first; then twice as many each time
_LONGEST_STRETCH: Final = 320_000
_MOST_READ: Final = 600  # articles for one page
_AT_ONCE: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is searched for: a query as a watch has it, and what narrows it; None or "": all."""

    query: str = ""
    source: str | None = None
    language: str | None = None
    tag: str | None = None  # of the article, its section or its source
    within: timedelta | None = None  # it came so long ago at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article, whose it is, and where it satisfies the query."""

    stored: StoredArticle
    source_name: str | None
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """The newest hits, the newest first.

    `more`: what to ask with as `before` for those before; None where there are none. Then
    `looked_until` is when the last article came that was looked at, if this page is not full.
    """

    hits: Sequence[Hit]
    more: int | None
    looked_until: datetime | None = None


def search(
    unit: UnitOfWork,
    wanted: Wanted,
    *,
    now: datetime,
    limit: int,
    before: int | None = None,
    lists: Lists = NO_LISTS,
) -> Results:
    """The newest articles that are wanted, before the id `before`.

    Raises QueryError, and UsageError where there is no such source.
    """
    asked = _question(wanted, lists, now) if wanted.query.strip() else None
    source = unit.sources.get(wanted.source) if wanted.source else None
    if wanted.source and source is None:
        raise UsageError(f"There is no source named {wanted.source!r}.")
    low = 1
    if wanted.within is not None:
        first = unit.keys.first_since(now - wanted.within)
        if first is None:
            return Results(hits=(), more=None)
        low = first
    high = unit.keys.newest() if before is None else before - 1
    ids = (
        _listed(unit, wanted, low, high)
        if asked is None
        else _candidates(unit, asked, wanted, low, high, source.id if source else None)
    )
    return _page(unit, ids, asked, wanted, limit)


def _question(wanted: Wanted, lists: Lists, now: datetime) -> Question:
    spec = WatchSpec(
        name="search",
        query=wanted.query,
        languages=(wanted.language,) if wanted.language else (),
        sources=(wanted.source,) if wanted.source else (),
        tags=(wanted.tag,) if wanted.tag else (),
    )
    watch = Watch(id=0, spec=spec, origin="search", paused=False, created_at=now)
    return question(watch, lists)


def _candidates(
    unit: UnitOfWork, asked: Question, wanted: Wanted, low: int, high: int, source_id: int | None
) -> Iterator[int]:
    """The ids of the articles that may match, the highest first."""
    length = _STRETCH
    while high >= low:
        begin = max(low, high - length + 1)
        yield from unit.keys.within(
            asked.wanted or _ALL,
            low=begin,
            high=high,
            rules=RULES,
            source_id=source_id,
            language=wanted.language,
        )
        high, length = begin - 1, min(2 * length, _LONGEST_STRETCH)


def _listed(unit: UnitOfWork, wanted: Wanted, low: int, high: int) -> Iterator[int]:
    """The ids of the articles of a source and in a language, the highest first."""
    before = high + 1
    while True:
        some = unit.articles.list(
            _AT_ONCE, before=before, source=wanted.source, language=wanted.language
        )
        yield from (stored.id for stored in some if stored.id >= low)
        if len(some) < _AT_ONCE or some[-1].id < low:
            return
        before = some[-1].id


def _page(
    unit: UnitOfWork, ids: Iterator[int], asked: Question | None, wanted: Wanted, limit: int
) -> Results:
    hits: list[Hit] = []
    read = 0
    while some := list(islice(ids, _AT_ONCE)):
        texts = unit.keys.texts(some)
        for each in texts:
            hit = _hit(each, asked, wanted)
            if hit is not None and len(hits) == limit:  # there is more
                return Results(hits=hits, more=hits[-1].stored.id)
            if hit is not None:
                hits.append(hit)
        read += len(texts)
        if texts and read >= _MOST_READ:
            last = texts[-1].stored
            return Results(hits=hits, more=last.id, looked_until=last.first_seen_at)
    return Results(hits=hits, more=None)


def _hit(texts: ArticleTexts, asked: Question | None, wanted: Wanted) -> Hit | None:
    text = as_matched(texts, texts.stored.article)
    if asked is None:
        tags = {tag.casefold() for tag in (*text.tags, text.section or "")}
        if wanted.tag and wanted.tag.casefold() not in tags:
            return None
        return Hit(stored=texts.stored, source_name=texts.source_name)
    found = asked.compiled.match(text)
    if not found:
        return None
    return Hit(stored=texts.stored, source_name=texts.source_name, passages=found[0].passages)


_ALL: Final = KeysAllOf(())
