"""Who is asking, and whether that one may.

    a token in the header         ─► a program
    a cookie of a session         ─► a person who logged in
    a trusted proxy's header      ─► a person whom the proxy knows
    nobody has an account, and it
    comes from this very machine  ─► whoever sits at it
    else                          ─► nobody, who may only log in

Whatever a browser sends by itself (cookies, the proxy's header, being on this machine) another
site's page could make it send. So what changes something must come from our own pages: the
request says so itself (Origin, Sec-Fetch-Site), and it bears a token that only our pages hold.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from scraper.accounts import digest, new_session
from scraper.clock import Clock
from scraper.printable import printable
from storage.accounts import is_stale
from storage.database import Database, UnitOfWork
from storage.records import Actor, Role, Scope, Session, User

SESSION_COOKIE: Final = "tocsin_session"
BROWSER_COOKIE: Final = "tocsin_browser"
CSRF_HEADER: Final = "x-csrf-token"
CSRF_FIELD: Final = "csrf"
API: Final = "/api/"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_PROXIES_SAY: Final = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
_LONGEST_SECRET: Final = 200  # characters of a cookie or token that are looked at
_LONGEST_NAME: Final = 200  # characters of a name that a proxy tells


class NotLoggedInError(Exception):
    """Nobody known asks for what only somebody may see."""


class NotAllowedError(Exception):
    """Somebody asks for what that one may not."""


class ForgedError(Exception):
    """A change that does not come from our own pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who asks, what that one may, and how we know: "token", "session", "proxy", "local", "none".

    `secret` is of the browser or its session; what proves that a change comes from our own pages
    is made of it. `fresh`: the browser does not have it yet.
    """

    name: str
    via: str
    scopes: frozenset[Scope] = frozenset()
    secret: str = ""
    fresh: bool = False
    user: User | None = None
    session: Session | None = None

    @property
    def actor(self) -> Actor:
        """Who changes something, for the log."""
        return Actor(name=self.name, via=self.via)

    @property
    def csrf(self) -> str:
        """What a form of ours bears, and another site's cannot."""
        return hmac.new(self.secret.encode(), b"csrf", sha256).hexdigest()

    def may(self, scope: Scope | None) -> bool:
        """Whether that one may do what asks for this scope."""
        return scope is None or scope in self.scopes


@dataclass(frozen=True, slots=True, kw_only=True)
class GateKeeping:
    """How people are known. `proxies` may say in the header `proxy_header` who asks."""

    session: timedelta = timedelta(days=7)  # without use
    longest_session: timedelta = timedelta(days=30)
    proxy_header: str | None = None
    proxies: Sequence[IPv4Network | IPv6Network] = ()
    proxy_role: Role = Role.VIEWER


class Gate:
    """Lets requests in."""

    def __init__(self, database: Database, clock: Clock, keeping: GateKeeping) -> None:
        self._database = database
        self._clock = clock
        self.keeping = keeping

    async def admit(self, request: Request, scope: Scope | None) -> Identity:
        """Who asks; the request's state has it, too, as `identity`.

        Raises NotLoggedInError, NotAllowedError or ForgedError for who is not let in.
        """
        identity = await self.identify(request)
        request.state.identity = identity
        if not identity.may(scope):
            raise NotLoggedInError if identity.via == "none" else NotAllowedError
        if request.method not in _SAFE and identity.via != "token":
            await _refuse_forged(request, identity)
        return identity

    async def identify(self, request: HTTPConnection) -> Identity:
        """Who asks."""
        token = _bearer(request)
        if token is not None:
            return await self._by_token(token)
        session = request.cookies.get(SESSION_COOKIE, "")[:_LONGEST_SECRET]
        browser = request.cookies.get(BROWSER_COOKIE, "")[:_LONGEST_SECRET]
        if session and (known := await self._by_session(session)) is not None:
            return known
        stranger = Identity(name="", via="none", secret=browser or new_session(), fresh=not browser)
        if (name := self._proxied(request)) is not None:
            return await self._by_name(name, stranger)
        if not is_at_this_machine(request):
            return stranger
        if await self._database.query(lambda unit: unit.accounts.has_users()):
            return stranger
        return replace(stranger, name="local", via="local", scopes=frozenset(Scope))

    async def _by_token(self, secret: str) -> Identity:
        now, key = self._clock.now(), digest(secret)
        token = await self._database.query(lambda unit: unit.accounts.token(key, now=now))
        if token is None:
            return Identity(name="", via="none")
        if is_stale(token.used_at, now):
            await self._database.run(lambda unit: unit.accounts.use(token, now=now), urgent=True)
        return Identity(name=token.name, via="token", scopes=token.allowed, user=token.user)

    async def _by_session(self, secret: str) -> Identity | None:
        now, key = self._clock.now(), digest(secret)
        session = await self._database.query(lambda unit: unit.accounts.session(key, now=now))
        if session is None:
            return None
        if is_stale(session.seen_at, now):
            expires_at = self.expires_at(session.created_at)
            await self._database.run(
                lambda unit: unit.accounts.prolong(session, now=now, expires_at=expires_at),
                urgent=True,
            )
        user = session.user
        return Identity(
            name=user.name,
            via="session",
            scopes=user.role.scopes,
            secret=secret,
            user=user,
            session=session,
        )

    def expires_at(self, began_at: datetime) -> datetime:
        """When a session ends that is used now, and not again."""
        return min(
            self._clock.now() + self.keeping.session, began_at + self.keeping.longest_session
        )

    async def _by_name(self, name: str, stranger: Identity) -> Identity:
        """Whom the proxy knows; at the first time an account is made, without a password."""
        user = await self._database.query(lambda unit: unit.accounts.user(name))
        if user is None:
            user = await self._database.run(lambda unit: self._welcome(unit, name), urgent=True)
        if user.disabled:
            return stranger
        return replace(stranger, name=user.name, via="proxy", scopes=user.role.scopes, user=user)

    def _welcome(self, unit: UnitOfWork, name: str) -> User:
        now, role = self._clock.now(), self.keeping.proxy_role
        known = unit.accounts.user(name)
        if known is not None:
            return known
        user = unit.accounts.add(name, role, password=None, now=now)
        unit.audit.note(
            Actor(name=name, via="proxy"), "user.add", name, detail={"role": role}, now=now
        )
        return user

    def _proxied(self, request: HTTPConnection) -> str | None:
        """The name that a trusted proxy says; from anybody else the header means nothing."""
        header = self.keeping.proxy_header
        if header is None or request.client is None:
            return None
        try:
            peer = ip_address(request.client.host)
        except ValueError:
            return None
        if not any(peer in network for network in self.keeping.proxies):
            return None
        names = request.headers.getlist(header)
        if len(names) != 1:  # one of two would be the browser's own
            return None
        return printable(names[0]).strip()[:_LONGEST_NAME] or None


def is_at_this_machine(request: HTTPConnection) -> bool:
    """Whether a request comes from this very machine, and not through a proxy on it."""
    if request.client is None or any(name in request.headers for name in _PROXIES_SAY):
        return False
    try:
        name = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
        at_home = name == "localhost" or ip_address(name).is_loopback
        return at_home and ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def remember_browser(response: Response, identity: Identity, request: Request) -> Response:
    """Give a browser the secret that it is known by until it logs in."""
    if identity.fresh and not request.url.path.startswith(API):
        set_cookie(response, request, BROWSER_COOKIE, identity.secret)
    return response


def set_cookie(
    response: Response,
    request: Request,
    name: str,
    value: str,
    *,
    lasts: timedelta | None = None,
) -> None:
    """A cookie that no script reads, and no other site's request bears."""
    response.set_cookie(
        name,
        value,
        max_age=None if lasts is None else int(lasts.total_seconds()),
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


async def _refuse_forged(request: Request, identity: Identity) -> None:
    if not _is_from_here(request):
        raise ForgedError
    if identity.via == "local" and request.url.path.startswith(API) and not request.cookies:
        return  # a program on this machine: a browser would have said where it comes from
    given = request.headers.get(CSRF_HEADER)
    if given is None and request.headers.get("content-type", "").startswith(_FORMS):
        given = (await request.form()).get(CSRF_FIELD)  # type: ignore[assignment]
    if not isinstance(given, str) or not hmac.compare_digest(
        given.encode(), identity.csrf.encode()
    ):
        raise ForgedError


def _is_from_here(request: Request) -> bool:
    """Whether a browser says that one of our own pages asks; a program says nothing."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def _bearer(request: HTTPConnection) -> str | None:
    """The token in the header, if one is there; an empty one is one that nobody has."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip()[:_LONGEST_SECRET] if scheme.lower() == "bearer" else None
