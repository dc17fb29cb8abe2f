"""What is answered where something is wrong: a page for people, problem+json for programs."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from scraper.errors import (
    InvalidError,
    MissingError,
    NotInstalledError,
    QueryError,
    TocsinError,
    UsageError,
)
from scraper.web.context import web
from scraper.web.gate import API, ForgedError, Identity, NotAllowedError, NotLoggedInError
from storage.errors import ConflictError, DatabaseUnavailable, StorageError

PROBLEM: Final = "application/problem+json"  # RFC 9457
_NOBODY: Final = Identity(name="", via="none")
_FORGED: Final = (
    "This change does not come from a page of Tocsin, or the page is too old: load it again, and "
    "try again."
)
_STATUS: Final[Mapping[type[Exception], int]] = {  # the first that fits
    MissingError: 404,
    NotInstalledError: 501,
    UsageError: 422,
    ConflictError: 409,
    DatabaseUnavailable: 503,
}


def add_error_pages(app: FastAPI) -> None:
    """Let the application answer errors so."""
    app.add_exception_handler(NotLoggedInError, _not_logged_in)
    app.add_exception_handler(NotAllowedError, _not_allowed)
    app.add_exception_handler(ForgedError, _forged)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(TocsinError, _ours)
    app.add_exception_handler(StorageError, _ours)
    app.add_exception_handler(Exception, _unexpected)


def problem(
    status: int,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    """An error for a program: RFC 9457, with members of our own in `more`."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    content = json.dumps(body, ensure_ascii=False).encode()
    return Response(content, status, media_type=PROBLEM, headers=dict(headers or {}))


def answer(
    request: Request,
    status: int,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    """An error, as who asks can read it."""
    if request.url.path.startswith(API):
        return problem(status, detail, headers=headers, **more)
    if not hasattr(request.state, "identity"):
        request.state.identity = _NOBODY
    return web(request).pages.render(
        request,
        "error.html",
        status=status,
        headers=headers,
        title=HTTPStatus(status).phrase,
        detail=detail,
    )


async def _not_logged_in(request: Request, error: Exception) -> Response:
    del error
    if request.url.path.startswith(API):
        headers = {"www-authenticate": 'Bearer realm="tocsin"'}
        return problem(401, "Send a token: Authorization: Bearer tocsin_…", headers=headers)
    if request.headers.get("hx-request") == "true":  # a part of a page: all of it goes
        return Response(status_code=401, headers={"hx-redirect": "/login"})
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    here = "/" if request.method != "GET" else asked
    return RedirectResponse(f"/login?next={quote(here)}", 303)


async def _not_allowed(request: Request, error: Exception) -> Response:
    del error
    return answer(request, 403, "Your account does not allow that; an admin can change its role.")


async def _forged(request: Request, error: Exception) -> Response:
    del error
    return answer(request, 403, _FORGED)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [
        {
            "in": str(found["loc"][0]),
            "field": ".".join(map(str, found["loc"][1:])),
            "message": found["msg"],
        }
        for found in error.errors()
    ]
    detail = "; ".join(f"{each['field'] or each['in']}: {each['message']}" for each in errors)
    return answer(request, 422, detail, errors=errors)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = {404: "There is nothing at this address.", 405: "That cannot be done here."}
    told = detail.get(error.status_code, str(error.detail))
    return answer(request, error.status_code, told, headers=error.headers)


async def _ours(request: Request, error: Exception) -> Response:
    headers = {"retry-after": "5"} if isinstance(error, DatabaseUnavailable) else None
    return answer(request, _status(error), str(error), headers=headers, **_fields(error))


def _status(error: Exception) -> int:
    for kind, status in _STATUS.items():
        if isinstance(error, kind):
            return status
    return 500


def _fields(error: Exception) -> dict[str, Any]:
    """Which fields of the request are wrong, where that is known."""
    if isinstance(error, InvalidError):
        found = [{"in": "body", "field": key, "message": said} for key, said in error.problems]
        return {"errors": found}
    if isinstance(error, QueryError):
        found = [{"in": "body", "field": "query", "message": str(error)}]
        return {"errors": found, "position": error.position, "remedy": error.remedy}
    return {}


async def _unexpected(request: Request, error: Exception) -> Response:
    del error  # the server logs it
    return answer(request, 500, "Something went wrong here; the log of the daemon says what.")
