"""Changes that a program may send again: with a key they have their effect once.

A program whose connection broke does not know whether it was heard. So it gives each change a key
of its own (Idempotency-Key, draft-ietf-httpapi-idempotency-key-header), and sends it again under
the same key: it is then told what was answered the first time. The key, the effect and the answer
are written in one transaction, so a crash leaves all of them or none. What was refused had no
effect; its key is free, and the request is tried again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Final

from fastapi import Depends, Header
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from scraper.errors import UsageError
from scraper.web.api.routing import tag_of_text
from scraper.web.context import asker, web
from storage.database import UnitOfWork
from storage.requests import Asked

REPLAYED: Final = "idempotency-replayed"
_UNDER_WAY: Final = "the request with this Idempotency-Key is under way: send it again in a moment"
_ANOTHER: Final = (
    "Idempotency-Key: another request came with this key; give each change a key of its own"
)


@dataclass(frozen=True, slots=True)
class _Key:
    """A key, whose it is, and of what request."""

    actor: str
    key: str
    fingerprint: str


def _remember_key(
    request: Request,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=200,
            pattern=r"^[!-~]+$",
            description="A key of this change, such as a UUID: sent again with it within 24 hours, "
            "the change is not made twice.",
        ),
    ] = None,
) -> None:
    request.state.idempotency_key = key


KEYED: Final = [Depends(_remember_key)]  # the `dependencies` of a route that uses `change`


async def change(
    request: Request, work: Callable[[UnitOfWork], object], *, status: int = 200
) -> Response:
    """Do `work` in one transaction, and answer the model that it gives; 204 if it gives none.

    Where the request has a key, it is done once. Raises UsageError where the key came with another
    request, and HTTPException 409 while the first is under way.
    """
    key = await _key_of(request)
    database = web(request).database
    if key is None:
        return _response(await database.run(lambda unit: _done(unit, work, status)))
    under_way: set[tuple[str, str]] = request.app.state.under_way
    place = (key.actor, key.key)
    if place in under_way:
        raise HTTPException(409, _UNDER_WAY)
    under_way.add(place)
    now = web(request).clock.now()

    def once(unit: UnitOfWork) -> tuple[Asked, bool]:
        former = unit.requests.claim(key.actor, key.key, key.fingerprint, now=now)
        if former is not None:
            return _same(former, key), True
        done = _done(unit, work, status, key.fingerprint)
        unit.requests.answer(key.actor, key.key, done.status or status, done.body)
        return done, False

    try:
        answered, again = await database.run(once)
    finally:
        under_way.discard(place)
    return _response(answered, again=again)


async def _key_of(request: Request) -> _Key | None:
    given: str | None = request.state.idempotency_key
    if given is None:
        return None
    identity = asker(request)
    asked = (request.method, request.url.path, request.url.query)
    told = sha256("\n".join(asked).encode() + b"\n" + await request.body())
    # The draft has it in quotes; programs that leave them out mean the same key.
    return _Key(f"{identity.via}:{identity.name}", given.strip('"'), told.hexdigest())


def _same(former: Asked, key: _Key) -> Asked:
    if former.fingerprint != key.fingerprint:
        raise UsageError(_ANOTHER)
    return former


def _done(
    unit: UnitOfWork,
    work: Callable[[UnitOfWork], object],
    status: int,
    fingerprint: str = "",
) -> Asked:
    shown = work(unit)
    if isinstance(shown, BaseModel):
        return Asked(fingerprint=fingerprint, status=status, body=shown.model_dump_json())
    return Asked(fingerprint=fingerprint, status=204 if status == 200 else status, body=None)


def _response(answered: Asked, *, again: bool = False) -> Response:
    headers = {REPLAYED: "true"} if again else {}
    if answered.status is None:
        raise HTTPException(409, _UNDER_WAY)
    if answered.body is None:
        return Response(status_code=answered.status, headers=headers)
    if answered.status == 201:  # what was made, as it is shown
        headers |= {"etag": tag_of_text(answered.body), "cache-control": "private, no-cache"}
    return Response(answered.body, answered.status, headers=headers, media_type="application/json")
