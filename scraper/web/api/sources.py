"""Sources."""

from fastapi import Request
from starlette.responses import Response

from scraper.actions import sources as actions
from scraper.actions.checked import checked_section
from scraper.actions.missing import known
from scraper.settings.model import Source as SourceSettings
from scraper.web.access import needs
from scraper.web.api.asked import Changes, NewSource
from scraper.web.api.models import SourceOut
from scraper.web.api.named import Name, add_upkeep
from scraper.web.api.once import KEYED, change
from scraper.web.api.routing import make_router, refuse_stale, tagged
from scraper.web.context import asker, web
from storage.database import UnitOfWork
from storage.records import Scope

router = make_router("sources")

_KEYS = ("name", "url", "every", "tags")  # the others say how it is visited


@router.get("/sources")
@needs(Scope.READ)
async def list_sources(request: Request) -> list[SourceOut]:
    """All sources, by name, and how they fare."""
    found = await web(request).database.query(lambda unit: unit.sources.list())
    return [SourceOut.of(source) for source in found]


@router.post("/sources", status_code=201, response_model=SourceOut, dependencies=KEYED)
@needs(Scope.WRITE)
async def add_source(request: Request, body: NewSource) -> Response:
    """Add a source at this very address; a running daemon visits it within seconds."""
    by, now = asker(request).actor, web(request).clock.now()
    spec = checked_section(SourceSettings, body.model_dump()).spec()
    return await change(
        request, lambda unit: SourceOut.of(actions.add(unit, spec, by=by, now=now)), status=201
    )


@router.get("/sources/{name}", response_model=SourceOut)
@needs(Scope.READ)
async def show_source(request: Request, name: Name) -> Response:
    """A source."""
    shown = await web(request).database.query(lambda unit: _read(unit, name))
    return tagged(request, known(shown, "source", name))


@router.patch("/sources/{name}", response_model=SourceOut)
@needs(Scope.WRITE)
async def edit_source(request: Request, name: Name, body: Changes) -> Response:
    """Change what is named; null: as if it had never been said. With If-Match only if unchanged."""
    by, now = asker(request).actor, web(request).clock.now()
    given = body.model_dump()
    said = {key: value for key, value in given.items() if value is not None}
    values = {key: said[key] for key in said if key in _KEYS}
    visiting = {key: said[key] for key in said if key not in _KEYS}
    clear = given.keys() - said.keys()

    def edit(unit: UnitOfWork) -> SourceOut:
        refuse_stale(request, known(_read(unit, name), "source", name))
        source, _ = actions.edit(unit, name, values, visiting, clear=clear, by=by, now=now)
        return SourceOut.of(source)

    return tagged(request, await web(request).database.run(edit))


@router.post("/sources/{name}/visit", status_code=202, response_class=Response, dependencies=KEYED)
@needs(Scope.WRITE)
async def visit_source(request: Request, name: Name) -> Response:
    """Have it visited now, by a running daemon."""
    by, now = asker(request).actor, web(request).clock.now()
    return await change(
        request, lambda unit: actions.visit_now(unit, name, by=by, now=now), status=202
    )


def _read(unit: UnitOfWork, name: str) -> SourceOut | None:
    source = unit.sources.get(name)
    return None if source is None else SourceOut.of(source)


add_upkeep(router, "source", _read)
