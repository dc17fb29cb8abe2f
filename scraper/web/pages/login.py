"""Logging in and out."""

import asyncio
from datetime import timedelta
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from scraper.accounts import digest, is_right, new_session
from scraper.web.access import ANYBODY, GuardedRoute, needs
from scraper.web.context import asker, web
from scraper.web.gate import BROWSER_COOKIE, SESSION_COOKIE, set_cookie
from storage.database import UnitOfWork
from storage.records import Actor, User

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)

_WRONG: Final = "That is not the name and password of anybody here."
_HOME: Final = "/"


@router.get("/login")
@needs(ANYBODY)
async def ask(request: Request, next: str = _HOME) -> Response:  # noqa: A002 - the parameter's name in addresses
    """The form."""
    if asker(request).via in {"session", "local", "proxy"}:
        return RedirectResponse(_inside(next), 303)
    users = await web(request).database.query(lambda unit: unit.accounts.has_users())
    return web(request).pages.render(
        request, "login.html", next=_inside(next), problem=None, name="", has_users=users
    )


@router.post("/login")
@needs(ANYBODY)
async def log_in(
    request: Request,
    name: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=500)],
    next: Annotated[str, Form(max_length=2000)] = _HOME,  # noqa: A002 - as in the address
) -> Response:
    """Begin a session, if the password is right. Whoever guesses too often waits."""
    at, now = web(request), web(request).clock.now()
    guessed = (f"name:{name.strip().casefold()}", f"address:{_address(request)}")
    wait = at.guesses.wait(guessed, now)
    if wait is not None:
        return _again(request, name, next, _too_often(wait), status=429, wait=wait)
    at.guesses.failed(guessed, now)  # before it is tried, or many would try at once
    stored = await at.database.query(lambda unit: unit.accounts.password(name))
    if not await asyncio.to_thread(is_right, password, stored):
        return _again(request, name, next, _WRONG, status=401)
    secret = new_session()
    expires_at = at.gate.expires_at(now)
    agent = request.headers.get("user-agent", "")[:200]

    def begin(unit: UnitOfWork) -> User | None:
        user = unit.accounts.user(name)
        if user is None or unit.accounts.password(name) != stored:
            return None  # changed a moment ago
        unit.accounts.begin(
            user.id, digest(secret), now=now, expires_at=expires_at, agent=agent or None
        )
        actor = Actor(name=user.name, via="session")
        unit.audit.note(actor, "session.begin", user.name, now=now)
        return user

    if await at.database.run(begin, urgent=True) is None:
        return _again(request, name, next, _WRONG, status=401)
    at.guesses.succeeded(guessed)
    response = RedirectResponse(_inside(next), 303)
    set_cookie(response, request, SESSION_COOKIE, secret, lasts=at.gate.keeping.longest_session)
    response.delete_cookie(BROWSER_COOKIE)
    return response


@router.post("/logout")
@needs(ANYBODY)
async def log_out(request: Request) -> Response:
    """End the session."""
    at, identity = web(request), asker(request)
    if identity.session is not None:
        now = at.clock.now()

        def end(unit: UnitOfWork) -> None:
            unit.accounts.end(digest(identity.secret))
            unit.audit.note(identity.actor, "session.end", identity.name, now=now)

        await at.database.run(end, urgent=True)
    response = RedirectResponse("/login", 303)
    response.delete_cookie(SESSION_COOKIE)
    return response


def _again(
    request: Request,
    name: str,
    next_page: str,
    problem: str,
    *,
    status: int,
    wait: timedelta | None = None,
) -> Response:
    headers = {} if wait is None else {"retry-after": str(int(wait.total_seconds()) + 1)}
    return web(request).pages.render(
        request,
        "login.html",
        status=status,
        headers=headers,
        next=_inside(next_page),
        problem=problem,
        name=name,
        has_users=True,
    )


def _too_often(wait: timedelta) -> str:
    minutes = int(wait.total_seconds() // 60) + 1
    return f"Too many wrong passwords. Try again in {minutes} min."


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _inside(address: str) -> str:
    """A page of ours to go to; home for an address that leads elsewhere."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return _HOME
    leads_out = parts.scheme or parts.netloc or address.startswith(("//", "/\\"))
    if leads_out or not address.startswith("/") or not address.isprintable():
        return _HOME
    return address
