"""The first page: what rings, and what needs attention."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from scraper.web.access import GuardedRoute, needs
from scraper.web.context import web
from scraper.web.overview import overview
from storage.records import Scope

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)


@router.get("/")
@needs(Scope.READ)
async def show(request: Request) -> Response:
    """The page."""
    shown = await web(request).database.query(overview)
    return web(request).pages.render(request, "now.html", shown=shown)
