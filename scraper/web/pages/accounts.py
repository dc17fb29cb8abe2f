"""Accounts, for admins: people, programs' tokens, and the log of what was changed."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Query, Request
from pydantic import TypeAdapter, ValidationError
from starlette.responses import RedirectResponse, Response

from scraper.accounts import digest, hash_password, hint, hire, new_token, weakness
from scraper.errors import UsageError
from scraper.settings.load import worded
from scraper.settings.model import Name, PositiveDuration
from scraper.web.access import GuardedRoute, needs
from scraper.web.context import asker, web
from scraper.web.lists import LONGEST_CURSOR, ROWS, listed, there
from storage.database import UnitOfWork
from storage.errors import ConflictError
from storage.records import Role, Scope, User

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)

_NAME: Final = 200
_Name = Annotated[str, Form(max_length=_NAME)]
_Password = Annotated[str, Form(max_length=500)]
_DONE: Final = {
    "added": "Added.",
    "changed": "Changed: whoever was logged in so must do it again.",
    "removed": "Removed.",
    "out": "Logged out of every browser.",
    "revoked": "Revoked: that program is let in no more.",
}


@router.get("/accounts")
@needs(Scope.ADMIN)
async def show(
    request: Request, done: Annotated[str, Query(max_length=LONGEST_CURSOR)] = ""
) -> Response:
    """People and tokens."""
    return await _page(request, done=_DONE.get(done))


@router.post("/accounts/people")
@needs(Scope.ADMIN)
async def add_person(
    request: Request,
    name: _Name = "",
    role: Annotated[Role, Form()] = Role.VIEWER,
    password: _Password = "",
) -> Response:
    """Give somebody an account; the first one is an admin."""
    at, identity, now = web(request), asker(request), web(request).clock.now()

    def work(unit: UnitOfWork) -> None:
        if not unit.accounts.has_users() and role is not Role.ADMIN:
            raise UsageError("the first person must be an admin: nobody else could add others")
        hire(unit, name, role, password=password or None, by=identity.actor, now=now)

    try:
        await at.database.run(work)
    except (UsageError, ConflictError) as error:
        typed = {"name": name, "role": role}
        return await _page(request, problem={"person": str(error)}, typed=typed)
    return RedirectResponse("/accounts?done=added", 303)


@router.post("/accounts/people/edit")
@needs(Scope.ADMIN)
async def edit_person(
    request: Request,
    name: _Name,
    role: Annotated[Role | None, Form()] = None,
    disabled: Annotated[bool | None, Form()] = None,
    password: _Password = "",
) -> Response:
    """Give a person another role or password, or let the person in no more."""
    if password and (problem := weakness(password, name=name)):
        return await _page(request, problem={f"person {name}": problem})
    hashed = await asyncio.to_thread(hash_password, password) if password else None
    given: dict[str, Any] = {"role": role, "disabled": disabled}
    told = {key: value for key, value in given.items() if value is not None}
    if hashed:
        told["password"] = "changed"  # noqa: S105 - it says that, and not to what

    def work(unit: UnitOfWork, _: User) -> None:
        unit.accounts.edit(name, **given, password=hashed)

    return await _change_person(request, name, "user.edit", work, told, done="changed")


@router.post("/accounts/people/logout")
@needs(Scope.ADMIN)
async def log_out_person(request: Request, name: _Name) -> Response:
    """Log a person out of every browser."""

    def work(unit: UnitOfWork, known: User) -> None:
        unit.accounts.end_sessions(known.id)

    return await _change_person(request, name, "session.end", work, done="out")


@router.post("/accounts/people/remove")
@needs(Scope.ADMIN)
async def remove_person(request: Request, name: _Name) -> Response:
    """Take an account away, with its tokens."""

    def work(unit: UnitOfWork, known: User) -> None:
        unit.accounts.remove(known.name)

    return await _change_person(request, name, "user.remove", work, done="removed")


@router.post("/accounts/tokens")
@needs(Scope.ADMIN)
async def add_token(
    request: Request,
    name: _Name = "",
    scope: Annotated[list[Scope] | None, Form()] = None,
    owner: _Name = "",
    expires: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Make a token, and show it: this once."""
    at, identity, now = web(request), asker(request), web(request).clock.now()
    scopes = set(scope or ())
    typed = {"token": name, "scopes": scopes, "owner": owner, "expires": expires}
    secret = new_token()
    try:
        checked, ends_at = _token(name, scopes, expires.strip(), now)

        def work(unit: UnitOfWork) -> None:
            user = there(unit.accounts.user(owner)) if owner else None
            unit.accounts.add_token(
                checked,
                digest(secret),
                hint=hint(secret),
                scopes=scopes,
                user_id=user.id if user else None,
                now=now,
                expires_at=ends_at,
            )
            detail = {"scopes": sorted(scopes)}
            unit.audit.note(identity.actor, "token.add", checked, detail=detail, now=now)

        await at.database.run(work)
    except (UsageError, ConflictError) as error:
        return await _page(request, problem={"token": str(error)}, typed=typed)
    return await _page(request, secret=(checked, secret))


@router.post("/accounts/tokens/revoke")
@needs(Scope.ADMIN)
async def revoke_token(request: Request, name: _Name) -> Response:
    """Let a program in no more."""
    at, identity, now = web(request), asker(request), web(request).clock.now()

    def work(unit: UnitOfWork) -> None:
        if unit.accounts.revoke(name):
            unit.audit.note(identity.actor, "token.revoke", name, now=now)

    await at.database.run(work)
    return RedirectResponse("/accounts?done=revoked", 303)


@router.get("/log")
@needs(Scope.ADMIN)
async def log(
    request: Request,
    before: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
    subject: Annotated[str, Query(max_length=LONGEST_CURSOR)] = "",
) -> Response:
    """Who changed what, the last change first."""
    at = web(request)
    entries = await at.database.query(
        lambda unit: unit.audit.list(ROWS + 1, before=before, subject=subject or None)
    )
    page = listed(entries, "before", lambda entry: entry.id, subject=subject)
    return at.pages.render(request, "log.html", page=page, subject=subject, before=before)


async def _change_person(
    request: Request,
    name: str,
    action: str,
    work: Any,
    detail: Mapping[str, Any] | None = None,
    *,
    done: str,
) -> Response:
    at, identity, now = web(request), asker(request), web(request).clock.now()

    def noted(unit: UnitOfWork) -> None:
        known = there(unit.accounts.user(name))
        work(unit, known)
        unit.audit.note(identity.actor, action, known.name, detail=detail or None, now=now)

    try:
        await at.database.run(noted)
    except ConflictError as error:
        return await _page(request, problem={f"person {name}": str(error)})
    return RedirectResponse(f"/accounts?done={done}", 303)


def _token(
    name: str, scopes: Collection[Scope], expires: str, now: datetime
) -> tuple[str, datetime | None]:
    """Its name, and when it ends; UsageError says what is wrong with what was written."""
    if not scopes:
        raise UsageError("say what it may do")
    lasts = _checked(PositiveDuration, expires, "how long it lasts") if expires else None
    return _checked(Name, name, "the name"), None if lasts is None else now + lasts


def _checked(kind: Any, value: object, what: str) -> Any:
    try:
        return TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        raise UsageError(f"{what}: {worded(error.errors()[0])[1]}") from None


async def _page(
    request: Request,
    *,
    done: str | None = None,
    problem: Mapping[str, str] | None = None,
    typed: Mapping[str, Any] | None = None,
    secret: tuple[str, str] | None = None,
) -> Response:
    """The page; `problem` by where it is, `typed` what was written there, but for passwords."""
    at = web(request)
    people, tokens = await at.database.query(
        lambda unit: (unit.accounts.users(), unit.accounts.tokens())
    )
    return at.pages.render(
        request,
        "accounts.html",
        status=422 if problem else 200,
        people=people,
        tokens=tokens,
        roles=list(Role),
        scopes=list(Scope),
        done=done,
        problem=problem or {},
        typed=typed or {},
        secret=secret,
    )
