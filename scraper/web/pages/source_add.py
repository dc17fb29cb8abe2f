"""Adding a source: an address is enough; what is found there is shown before it is added."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from scraper.actions import sources
from scraper.actions.checked import checked_section
from scraper.errors import UsageError
from scraper.pipeline.addresses import as_written
from scraper.pipeline.findings import called
from scraper.pipeline.naming import source_name
from scraper.settings.model import Source as SourceSettings
from scraper.web.access import GuardedRoute, needs
from scraper.web.context import asker, web
from scraper.web.lists import LONGEST_CURSOR
from scraper.web.searches import Search
from storage.database import UnitOfWork
from storage.errors import ConflictError
from storage.records import Scope, SourceSpec

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)

_LONGEST: Final = 4000  # characters of an address
_EXACT: Final = "exact"  # in place of the number of what was found
_Field = Annotated[str, Form(max_length=_LONGEST)]


@router.get("/sources/new")
@needs(Scope.WRITE)
async def ask(
    request: Request, search: Annotated[str, Query(max_length=LONGEST_CURSOR)] = ""
) -> Response:
    """The address; or how far a search is, and what it found."""
    known = web(request).searches.get(search, owner=asker(request).secret) if search else None
    is_gone = bool(search) and known is None
    return await _page(request, known, is_gone=is_gone)


@router.post("/sources/search")
@needs(Scope.WRITE)
async def search(request: Request, address: _Field = "") -> Response:
    """Begin to search."""
    try:
        url, bare = as_written(address)
        _spec({"name": "source", "url": url})
        begun = web(request).searches.begin(url, bare=bare, owner=asker(request).secret)
    except UsageError as error:
        return await _page(request, None, address=address, problem=str(error))
    return RedirectResponse(f"/sources/new?search={begun.id}", 303)


@router.post("/sources/new")
@needs(Scope.WRITE)
async def add(
    request: Request,
    search: _Field = "",
    choice: _Field = "0",
    name: _Field = "",
    every: _Field = "",
    tags: _Field = "",
) -> Response:
    """Add what was chosen of what a search found."""
    at, identity, now = web(request), asker(request), web(request).clock.now()
    known = at.searches.get(search, owner=identity.secret)
    if known is None or known.findings is None:
        return await _page(request, known, is_gone=known is None)
    typed = {"choice": choice, "name": name, "every": every, "tags": tags}
    values: dict[str, Any] = {
        "url": _chosen(known, choice),
        "tags": tuple(part.strip() for part in tags.split(",") if part.strip()),
        **({"every": every.strip()} if every.strip() else {}),
    }

    def work(unit: UnitOfWork) -> int:
        taken = {source.name for source in unit.sources.list()}
        called_so = name.strip() or source_name(_titles(known, choice), values["url"], taken)
        spec = _spec({"name": called_so, **values})
        return sources.add(unit, spec, by=identity.actor, now=now).id

    try:
        number = await at.database.run(work)
    except (UsageError, ConflictError) as error:
        return await _page(request, known, typed=typed, problem=str(error))
    return RedirectResponse(f"/sources/{number}?done=added", 303)


def _chosen(known: Search, choice: str) -> str:
    """The address of one of those that were found, or the very one that was asked for."""
    if choice.isascii() and choice.isdigit() and int(choice) < len(known.found):
        return known.found[int(choice)].url
    return known.url


def _titles(known: Search, choice: str) -> tuple[str | None, ...]:
    if choice.isascii() and choice.isdigit() and int(choice) < len(known.found):
        site = known.findings.site_name if known.findings else None
        return known.found[int(choice)].title, site
    return ()


def _spec(values: Mapping[str, Any]) -> SourceSpec:
    return checked_section(SourceSettings, dict(values)).spec()


async def _page(
    request: Request,
    known: Search | None,
    *,
    is_gone: bool = False,
    address: str = "",
    typed: Mapping[str, str] | None = None,
    problem: str | None = None,
) -> Response:
    written = {
        "choice": "0" if known and known.found else _EXACT,
        "name": "",
        "every": "",
        "tags": "",
    }
    return web(request).pages.render(
        request,
        "source_add.html",
        status=422 if problem else 200,
        search=known,
        is_gone=is_gone,
        address=address or (known.url if known else ""),
        typed=typed or written,
        problem=problem,
        called=called,
    )
