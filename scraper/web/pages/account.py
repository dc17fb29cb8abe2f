"""One's own account: the password, and the browsers that one is logged in with."""

import asyncio
from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from scraper.accounts import hash_password, is_right, weakness
from scraper.web.access import GuardedRoute, needs
from scraper.web.context import asker, web
from scraper.web.gate import SESSION_COOKIE, Identity, NotAllowedError
from storage.database import UnitOfWork
from storage.records import Scope, Session, User

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)

_LONGEST: Final = 500  # characters of a password, as when logging in
_Password = Annotated[str, Form(max_length=_LONGEST)]


@router.get("/account")
@needs(Scope.READ)
async def show(request: Request) -> Response:
    """The page."""
    return await _page(request)


@router.post("/account/password")
@needs(Scope.READ)
async def change_password(
    request: Request, old: _Password = "", new: _Password = "", again: _Password = ""
) -> Response:
    """Take another password; whoever knew the old one is logged out everywhere."""
    at, now = web(request), web(request).clock.now()
    user = _person(asker(request))
    guessed = (f"name:{user.name.casefold()}",)  # as when logging in
    if (wait := at.guesses.wait(guessed, now)) is not None:
        return await _page(request, {"old": _too_often(wait)}, status=429)
    at.guesses.failed(guessed, now)
    stored = await at.database.query(lambda unit: unit.accounts.password(user.name))
    if not await asyncio.to_thread(is_right, old, stored):
        return await _page(request, {"old": "that is not your password"}, status=422)
    at.guesses.succeeded(guessed)
    if problem := weakness(new, name=user.name):
        return await _page(request, {"new": problem}, status=422)
    if new != again:
        return await _page(request, {"again": "that is another one"}, status=422)
    hashed = await asyncio.to_thread(hash_password, new)

    def work(unit: UnitOfWork) -> None:
        unit.accounts.edit(user.name, password=hashed)
        actor = asker(request).actor
        unit.audit.note(actor, "user.edit", user.name, detail={"password": "changed"}, now=now)

    await at.database.run(work)
    return _logged_out()


@router.post("/account/logout-everywhere")
@needs(Scope.READ)
async def log_out_everywhere(request: Request) -> Response:
    """End all of one's sessions, this one too."""
    at, identity, now = web(request), asker(request), web(request).clock.now()
    user = _person(identity)

    def work(unit: UnitOfWork) -> None:
        ended = unit.accounts.end_sessions(user.id)
        detail = {"sessions": ended}
        unit.audit.note(identity.actor, "session.end", user.name, detail=detail, now=now)

    await at.database.run(work)
    return _logged_out()


def _person(identity: Identity) -> User:
    """Who has logged in; programs and proxies have no sessions here."""
    if identity.via != "session" or identity.user is None:
        raise NotAllowedError
    return identity.user


def _logged_out() -> Response:
    response = RedirectResponse("/login?next=/account", 303)
    response.delete_cookie(SESSION_COOKIE)
    return response


async def _page(
    request: Request, problems: dict[str, str] | None = None, *, status: int = 200
) -> Response:
    at, identity = web(request), asker(request)
    sessions: list[Session] = []
    if (user := identity.user) is not None:
        now = at.clock.now()
        sessions = await at.database.query(lambda unit: unit.accounts.sessions(user.id, now=now))
    return at.pages.render(
        request, "account.html", status=status, sessions=sessions, problems=problems or {}
    )


def _too_often(wait: timedelta) -> str:
    return f"too many wrong passwords: try again in {int(wait.total_seconds() // 60) + 1} min"
