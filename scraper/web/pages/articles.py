"""Articles: searching them, and reading one with all that is known of it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from scraper.dedupe.changes import FIELDS
from scraper.errors import ExtractError, QueryError, UsageError
from scraper.pipeline.evidence import Evidence, gather
from scraper.pipeline.search import Results, Wanted, search
from scraper.pipeline.versions import Row, Version, chosen, side_by_side, versions
from scraper.pipeline.why import Why, explain
from scraper.text.diff import pieces
from scraper.web import kept
from scraper.web.access import GuardedRoute, needs
from scraper.web.cards import title_of
from scraper.web.context import Web, web
from scraper.web.highlights import marks, paragraphs
from scraper.web.lists import ROWS, Number, there
from scraper.web.queries import LONGEST, Reading, read
from storage.database import UnitOfWork
from storage.records import (
    Alert,
    FrontierEntry,
    KeptPage,
    Match,
    Passage,
    Scope,
    StoredArticle,
    Story,
    StoryDecision,
    Watch,
)

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)

WITHIN: Final[Mapping[str, tuple[str, timedelta | None]]] = {
    "day": ("the last 24 hours", timedelta(days=1)),
    "week": ("the last 7 days", timedelta(days=7)),
    "month": ("the last 30 days", timedelta(days=30)),
    "": ("any time", None),
}
_NAME = Query(max_length=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the form says."""

    q: str
    source: str
    language: str
    tag: str
    within: str

    def wanted(self) -> Wanted:
        """The same for the search."""
        return Wanted(
            query=self.q,
            source=self.source or None,
            language=self.language or None,
            tag=self.tag or None,
            within=WITHIN.get(self.within, WITHIN[""])[1],
        )

    def at(self, before: int) -> str:
        """The address of the articles before that one."""
        fields = {
            "q": self.q,
            "source": self.source,
            "language": self.language,
            "tag": self.tag,
            "within": self.within,
        }
        return "?" + urlencode(
            {name: value for name, value in fields.items() if value} | {"before": before}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    results: Results
    reading: Reading
    problem: str | None = None


@router.get("/articles")
@needs(Scope.READ)
async def show_all(
    request: Request,
    *,
    q: Annotated[str, Query(max_length=LONGEST)] = "",
    source: Annotated[str, _NAME] = "",
    language: Annotated[str, _NAME] = "",
    tag: Annotated[str, _NAME] = "",
    within: Annotated[str, Query(max_length=20)] = "",
    before: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
) -> Response:
    """The newest that are asked for."""
    at = web(request)
    asked = _Asked(
        q=q.strip(),
        source=source.strip(),
        language=language.strip(),
        tag=tag.strip(),
        within=within if within in WITHIN else "",
    )
    found = await at.database.query(lambda unit: _found(at, unit, asked, before))
    more = None if found.results.more is None else asked.at(found.results.more)
    return at.pages.render(
        request,
        "articles.html",
        status=422 if found.problem or found.reading.problem else 200,
        asked=asked,
        found=found,
        more=more,
        later=before is not None,
        within=WITHIN,
    )


def _found(at: Web, unit: UnitOfWork, asked: _Asked, before: int | None) -> _Found:
    now, lists = at.clock.now(), at.queries.lists(unit)
    reading = read(asked.q, lists, now) if asked.q else Reading()
    nothing = Results(hits=(), more=None)
    try:
        results = search(unit, asked.wanted(), now=now, limit=ROWS, before=before, lists=lists)
    except QueryError as error:
        problem = None if reading.problem else str(error)
        return _Found(results=nothing, reading=reading, problem=problem)
    except UsageError as error:
        return _Found(results=nothing, reading=reading, problem=str(error))
    return _Found(results=results, reading=reading)


@dataclass(frozen=True, kw_only=True)
class _Article:
    stored: StoredArticle
    source_name: str | None
    story: Story | None
    decision: StoryDecision | None
    original: StoredArticle | None  # of which it is a copy
    matches: Sequence[tuple[Watch | None, Match]]
    alerts: Sequence[Alert]
    texts: Sequence[Version]
    copies: Sequence[StoredArticle]
    has_page: bool

    @property
    def title(self) -> str:
        """Its headline."""
        return title_of(self.stored.article)

    @cached_property
    def _passages(self) -> Sequence[Passage]:
        return [passage for _, match in self.matches for passage in match.passages]

    def marked(self, field: str) -> Passage:
        """The text of a field, with what watches found in it."""
        text = self.title if field == "title" else getattr(self.stored.article, field) or ""
        found = marks(field, text, self._passages)
        return Passage(field=field, text=text, highlights=found)

    @property
    def paragraphs(self) -> Sequence[Passage]:
        """Its text, with what watches found in it."""
        return list(paragraphs(self.stored.article.body, self._passages))


@router.get("/articles/{number}")
@needs(Scope.READ)
async def show(request: Request, number: Number) -> Response:
    """An article."""
    at = web(request)
    shown = await at.database.query(lambda unit: _article(unit, number))
    return at.pages.render(request, "article.html", shown=shown)


def _article(unit: UnitOfWork, number: int) -> _Article:
    stored = there(unit.articles.get(number))
    matches = unit.outbox.matches(number)
    page = unit.pages.latest(number)
    return _Article(
        stored=stored,
        source_name=unit.sources.name(stored.source_id) if stored.source_id else None,
        story=unit.stories.get(stored.story_id),
        decision=unit.stories.decisions([number]).get(number),
        original=unit.articles.get(stored.copy_of) if stored.copy_of else None,
        matches=[(unit.watches.numbered(match.watch_id), match) for match in matches],
        alerts=unit.outbox.alerts(20, article_id=number),
        texts=versions(stored, unit.articles.revisions(number)),
        copies=[
            each
            for each in unit.stories.articles(stored.story_id, limit=200)
            if each.copy_of == number
        ],
        has_page=page is not None,
    )


@router.get("/articles/{number}/changes")
@needs(Scope.READ)
async def changes(
    request: Request,
    number: Number,
    before: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
    after: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
) -> Response:
    """What an edit changed, side by side."""
    at = web(request)

    def texts(unit: UnitOfWork) -> tuple[StoredArticle, Sequence[Version]]:
        stored = there(unit.articles.get(number))
        return stored, versions(stored, unit.articles.revisions(number))

    stored, every = await at.database.query(texts)
    one, two = chosen(every, number, before, after)
    fields = await asyncio.to_thread(_compared, one, two)
    return at.pages.render(
        request,
        "changes.html",
        stored=stored,
        title=title_of(stored.article),
        texts=every,
        one=one,
        two=two,
        fields=fields,
    )


def _compared(one: Version, two: Version) -> dict[str, list[Row]]:
    """The fields that differ, in rows."""
    found: dict[str, list[Row]] = {}
    for field in FIELDS:
        rows = side_by_side(pieces(getattr(one.text, field) or "", getattr(two.text, field) or ""))
        if any(row.is_changed for row in rows):
            found[field] = rows
    return found


@router.get("/articles/{number}/why")
@needs(Scope.READ)
async def why(request: Request, number: Number) -> Response:
    """Why it is in its story."""
    at = web(request)

    def told(unit: UnitOfWork) -> Why:
        return explain(unit, there(unit.articles.get(number)))

    shown = await at.database.query(told)
    return at.pages.render(request, "why.html", told=shown, title=title_of(shown.article.article))


@router.get("/articles/{number}/evidence")
@needs(Scope.READ)
async def evidence(request: Request, number: Number) -> Response:
    """Where each of its fields came from, read anew from its kept page."""
    at = web(request)
    stored, page, entry = await at.database.query(lambda unit: _kept(unit, number))
    found: Evidence | None = None
    problem: str | None = None
    if page is not None:
        site = at.readings.sites.find(page.page.url)
        try:
            found = await at.readings.read(gather, page.page, entry, stored.article, site)
        except ExtractError as error:
            problem = str(error)
    return at.pages.render(
        request,
        "evidence.html",
        stored=stored,
        title=title_of(stored.article),
        found=found,
        problem=problem,
    )


def _kept(
    unit: UnitOfWork, number: int
) -> tuple[StoredArticle, KeptPage | None, FrontierEntry | None]:
    """An article, its last page, and what its source told of it."""
    stored, page = there(unit.articles.get(number)), unit.pages.latest(number)
    entry = unit.entries.get(page.entry_id) if page and page.entry_id else None
    return stored, page, entry


@router.get("/articles/{number}/page")
@needs(Scope.READ)
async def page(request: Request, number: Number) -> Response:
    """The page that it was read from, as it is safe to look at."""
    found = await web(request).database.query(lambda unit: unit.pages.latest(number))
    try:
        shown = await web(request).readings.read(kept.shown, there(found).page)
    except ExtractError as error:
        return HTMLResponse(kept.told(str(error)), 404, headers=kept.HEADERS)
    return HTMLResponse(shown, headers=kept.HEADERS)
