"""What all routes of the API have in common: who may call them, pages of lists, ETags."""

import base64
import binascii
import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any, Final, TypeVar

from fastapi import APIRouter, Depends, Query
from fastapi.security import HTTPBearer
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from scraper.errors import UsageError
from scraper.web.access import GuardedRoute
from scraper.web.api.models import Page

Item = TypeVar("Item", bound=BaseModel)

_NO_CURSOR: Final = "cursor: this is none; take `next` of the page before, as it is"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_PROBLEM: Final = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    400: {"description": "The request cannot be read."},
    401: {"description": "No token, or one that is not known."},
    403: {"description": "The token, or the person, may not do that."},
    404: {"description": "There is no such thing."},
    409: {"description": "It stands against something that is there."},
    412: {"description": "It was changed meanwhile: the ETag is another."},
    413: {"description": "The request is too large."},
    415: {"description": "The body is not JSON."},
    422: {"description": "Something in the request is wrong; `errors` names the fields."},
    503: {"description": "The database does not answer; try again."},
}
ERRORS: Final = {status: {**told, "content": _PROBLEM} for status, told in _ERRORS.items()}
# For the description alone: the gate has looked at the token before.
_BEARER: Final = HTTPBearer(auto_error=False, description="A token of `tocsin token add`.")

Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
Cursor = Annotated[
    str | None, Query(max_length=500, description="`next` of the page before; the first without.")
]


def make_router(tag: str) -> APIRouter:
    """A router whose routes say who may call them."""
    return APIRouter(
        route_class=GuardedRoute, tags=[tag], responses=ERRORS, dependencies=[Depends(_BEARER)]
    )


def cursor(value: object) -> str:
    """A place in a list, opaque to whoever holds it."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def place(given: str | None, kind: type[int] | type[str]) -> Any:
    """The place that a cursor stands for; None: the beginning. UsageError for a broken one."""
    if given is None:
        return None
    value = _read(given)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if kind is int and is_number and 0 < value < 2**63:
        return value
    if kind is str and isinstance(value, str) and len(value) < 200 and value.isprintable():
        return value
    raise UsageError(_NO_CURSOR)


def _read(given: str) -> Any:
    try:
        return json.loads(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
    except (ValueError, binascii.Error):
        return None


def moment_place(moment: datetime, number: int) -> list[int]:
    """A time, and an id among those of that time, as a place in a list."""
    return [(moment - _EPOCH) // _MICROSECOND, number]


def moment_of(given: str | None) -> tuple[datetime, int] | None:
    """The time and the id that such a cursor stands for; None: the beginning."""
    if given is None:
        return None
    match _read(given):
        case [int(time), int(number)] if 0 < number < 2**63 and abs(time) < 2**56:
            with suppress(OverflowError):
                return _EPOCH + time * _MICROSECOND, number
    raise UsageError(_NO_CURSOR)


def page_of(items: Sequence[Item], limit: int, last: object) -> Page[Item]:
    """A page; `last` is the place of its last item, from where the next one goes on."""
    return Page(items=list(items), next=cursor(last) if len(items) == limit else None)


def tagged(request: Request, shown: BaseModel, status: int = 200) -> Response:
    """A single thing with its ETag: 304 where the caller has it, as it is, already."""
    body = shown.model_dump_json().encode()
    etag = tag_of(shown)
    headers = {"etag": etag, "cache-control": "private, no-cache"}
    if request.method == "GET" and etag in _tags(request.headers.get("if-none-match")):
        return Response(status_code=304, headers=headers)
    return Response(body, status, headers=headers, media_type="application/json")


def tag_of(shown: BaseModel) -> str:
    """The ETag of a thing: of its JSON."""
    return tag_of_text(shown.model_dump_json())


def tag_of_text(text: str) -> str:
    """The ETag of a thing whose JSON this is."""
    return f'"{sha256(text.encode()).hexdigest()[:32]}"'


def refuse_stale(request: Request, now: BaseModel) -> None:
    """Refuse a change of what is not any more as the caller saw it (If-Match): 412."""
    seen = request.headers.get("if-match")
    if seen is not None and seen.strip() != "*" and tag_of(now) not in _tags(seen):
        raise HTTPException(412, "it was changed meanwhile: look at it again")


def _tags(header: str | None) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in (header or "").split(",")}
