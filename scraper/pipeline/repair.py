"""Reading kept pages again, with today's rules, and repairing what was read of them.

A repair is no revision: the publisher changed nothing, we read it better. So the earlier reading is
not kept, the article keeps its story, its links and its times of being seen, and nothing rings
unless that is asked for. docs/decisions/kept-pages.md says why.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from random import Random

from scraper.clock import Clock
from scraper.errors import ExtractError
from scraper.extract import NO_SITES, Site, Sites
from scraper.pipeline.admit import Admitter, put_right
from scraper.pipeline.known import better
from scraper.pipeline.matching import Compiled, Found, match_text
from scraper.pipeline.persist import persistently
from scraper.pipeline.reading import Reading, read_again
from scraper.pipeline.ringing import ring
from scraper.pipeline.sandbox import Sandbox, SandboxBrokenError, SandboxError
from storage.database import Database, UnitOfWork
from storage.records import Article, ArticleKind, FrontierEntry, KeptPage, StoredArticle
from storage.types import clean

_MOST_TRIES = 3  # of an article that the daemon revises at the same moment


class Repaired(StrEnum):
    """What came of reading a kept page again."""

    CHANGED = "changed"  # the article is repaired, or would be
    SAME = "same"  # today's rules read the same
    NO_PAGE = "no page"  # none is kept
    NO_ENTRY = "no entry"  # a page is kept, but not what its source told: left as it was
    NO_TEXT = "no text"  # today's rules find no text where there was some: left as it was
    UNREADABLE = "unreadable"  # the page cannot be read any more: left as it was
    BUSY = "busy"  # it was revised again and again meanwhile: left as it was


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What came of reading the page of an article again.

    `changes` holds for each field that changed what it was and what it is; `alerts` the ids of
    those that rang.
    """

    article_id: int
    url: str
    outcome: Repaired
    changes: Mapping[str, tuple[object, object]]
    reason: str | None = None
    alerts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What is stored of an article and its pages."""

    stored: StoredArticle
    page: KeptPage | None
    first: KeptPage | None  # an earlier page, of the text that was there before a revision
    entry: FrontierEntry | None
    source_name: str | None
    compiled: Compiled


class Repairer:
    """Reads kept pages again. Several may be under way at once, and a daemon beside them."""

    def __init__(
        self,
        *,
        database: Database,
        sandbox: Sandbox,
        clock: Clock,
        random: Random,
        dry_run: bool = False,
        alert: bool = False,
        sites: Sites = NO_SITES,
    ) -> None:
        self._database = database
        self._sandbox = sandbox
        self._clock = clock
        self._random = random
        self._dry_run = dry_run
        self._alert = alert
        self._sites = sites
        self._admitter = Admitter(clock)

    async def repair(self, article_id: int) -> Repair:
        """Read the article's page again and repair the article, unless it is a dry run.

        Raises StorageError, and SandboxBrokenError where no page can be read at all.
        """
        tries = 0
        while True:
            tries += 1
            kept = await self._database.query(lambda unit: self._look(unit, article_id))
            try:
                repair = await self._attempt(kept)
            except SandboxBrokenError:
                raise
            except (ExtractError, SandboxError) as error:
                return _left(kept.stored, Repaired.UNREADABLE, str(error))
            if repair is not None:
                return repair
            if tries == _MOST_TRIES:
                return _left(kept.stored, Repaired.BUSY)

    def _look(self, unit: UnitOfWork, article_id: int) -> _Kept:
        stored = unit.articles.get(article_id)
        assert stored is not None, "whoever asks has looked"
        page = unit.pages.latest(article_id)
        first = unit.pages.earliest(article_id) if page and stored.revisions else None
        entry = unit.entries.get(page.entry_id) if page and page.entry_id else None
        source_id = entry.source_id if entry else stored.source_id
        source = unit.sources.by_id(source_id) if source_id else None
        return _Kept(
            stored=stored,
            page=page,
            first=first if first and page and first.id != page.id else None,
            entry=entry,
            source_name=source.name if source else None,
            compiled=self._admitter.compiled(unit),
        )

    async def _attempt(self, kept: _Kept) -> Repair | None:
        """The repair; None where the article was revised meanwhile."""
        stored = kept.stored
        if kept.page is None:
            return _left(stored, Repaired.NO_PAGE)
        if kept.entry is None:
            return _left(stored, Repaired.NO_ENTRY)
        site = self._sites.find(kept.page.page.url)
        reading = await self._sandbox.run(read_again, kept.page.page, kept.entry, site)
        first = await self._first(kept.first, kept.entry, site)
        if stored.article.body.strip() and not reading.article.body.strip():
            return _left(stored, Repaired.NO_TEXT)
        article = better(stored, reading.article, first)
        changes = differences(stored.article, article)
        if not changes:
            return _left(stored, Repaired.SAME)
        alerts: tuple[str, ...] | None = ()
        if not self._dry_run:
            alerts = await self._store(kept, replace(reading, article=article))
        if alerts is None:
            return None
        return Repair(
            article_id=stored.id,
            url=stored.article.url,
            outcome=Repaired.CHANGED,
            changes=changes,
            alerts=alerts,
        )

    async def _first(
        self, page: KeptPage | None, entry: FrontierEntry, site: Site | None
    ) -> Article | None:
        """The reading of an earlier page; None without one, or where it cannot be read any more."""
        if page is None:
            return None
        try:
            return (await self._sandbox.run(read_again, page.page, entry, site)).article
        except SandboxBrokenError:
            raise
        except (ExtractError, SandboxError):
            return None

    async def _store(self, kept: _Kept, reading: Reading) -> tuple[str, ...] | None:
        found = await self._match(kept, reading.article) if self._alert else None
        article, was = reading.article, kept.stored.article

        def store(unit: UnitOfWork) -> tuple[str, ...] | None:
            stored = put_right(unit, kept.stored.id, article, was=was, signature=reading.signature)
            if stored is None:
                return None
            if found is None:
                return ()
            now = self._clock.now()
            compiled = self._admitter.compiled(unit)
            rang, _ = ring(unit, compiled, stored, kept.source_name, now, found=found)
            return tuple(each.alert_id for each in rang)

        return await persistently(self._database, store, clock=self._clock, random=self._random)

    async def _match(self, kept: _Kept, article: Article) -> Found:
        """Its matches, found while nobody waits for the transaction."""
        text = match_text(article, kept.source_name)
        compiled = kept.compiled
        matches = await asyncio.to_thread(compiled.together.match, text)
        return Found(version=compiled.version, text=text, matches=matches)


def _left(stored: StoredArticle, outcome: Repaired, reason: str | None = None) -> Repair:
    return Repair(
        article_id=stored.id,
        url=stored.article.url,
        outcome=outcome,
        changes={},
        reason=reason,
    )


def differences(was: Article, now: Article) -> dict[str, tuple[object, object]]:
    """The fields that are not the same, each with what it was and what it is."""
    return {
        field.name: (before, after)
        for field in fields(Article)
        if (before := getattr(was, field.name)) != _as_stored(after := getattr(now, field.name))
    }


def _as_stored(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, ArticleKind):
        return clean(value)
    return tuple(map(clean, value)) if isinstance(value, tuple) else value
