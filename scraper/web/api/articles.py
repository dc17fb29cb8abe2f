"""Articles."""

from typing import Annotated

from fastapi import Path, Query, Request
from starlette.responses import Response

from scraper.actions.missing import known
from scraper.web.access import needs
from scraper.web.api.models import ArticleOut, Page, RevisionOut
from scraper.web.api.routing import Cursor, Limit, make_router, page_of, place, tagged
from scraper.web.context import web
from storage.database import UnitOfWork
from storage.records import Scope, StoredArticle

router = make_router("articles")

Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
_Text = Annotated[str | None, Query(max_length=500)]


@router.get("/articles")
@needs(Scope.READ)
async def list_articles(
    request: Request,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
    search: _Text = None,
    source: _Text = None,
    language: _Text = None,
    story: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
) -> Page[ArticleOut]:
    """The articles, the newest first. `search` are words and "phrases" that all occur.

    With `search` nothing else narrows the list.
    """
    before = place(cursor, int)

    def find(unit: UnitOfWork) -> list[StoredArticle]:
        if search is not None:
            return unit.search.search(search, limit, before=before)
        return unit.articles.list(
            limit, before=before, source=source, language=language, story_id=story
        )

    def read(unit: UnitOfWork) -> Page[ArticleOut]:
        found = find(unit)
        names = unit.sources.names([each.source_id for each in found if each.source_id])
        items = [ArticleOut.of(each, names) for each in found]
        return page_of(items, limit, found[-1].id if found else None)

    return await web(request).database.query(read)


@router.get("/articles/{article_id}", response_model=ArticleOut)
@needs(Scope.READ)
async def show_article(request: Request, article_id: Id) -> Response:
    """An article."""

    def read(unit: UnitOfWork) -> ArticleOut:
        stored = known(unit.articles.get(article_id), "article", article_id)
        return ArticleOut.of(stored, unit.sources.names([stored.source_id or 0]))

    return tagged(request, await web(request).database.query(read))


@router.get("/articles/{article_id}/revisions")
@needs(Scope.READ)
async def list_revisions(request: Request, article_id: Id) -> list[RevisionOut]:
    """Its earlier texts, the first first."""

    def read(unit: UnitOfWork) -> list[RevisionOut]:
        known(unit.articles.get(article_id), "article", article_id)
        return [RevisionOut.model_validate(each) for each in unit.articles.revisions(article_id)]

    return await web(request).database.query(read)
