"""A news site of our own on loopback: three outlets that publish while one watches."""

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from types import TracebackType
from typing import Self

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from scraper.clock import Clock
from scraper.demo.content import DISALLOWED, OUTLETS, DemoArticle, Outlet
from scraper.demo.pages import Sheet, article_sheets, list_sheets, standing_sheets
from scraper.demo.programme import PROGRAMME, Moment
from scraper.demo.serving import address, listen, serving
from storage.records import SourceSpec

_LINKED = 3  # how many earlier articles a page links to
_VISIT_EVERY = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that an outlet got, and how it answered."""

    outlet: str
    path: str
    status: int
    user_agent: str
    at: datetime


@dataclass(frozen=True, slots=True)
class _Stored:
    sheet: Sheet
    etag: str
    changed_at: datetime


@dataclass(slots=True)
class OnlineOutlet:
    """An outlet that is up: its address, what it has published, and its files by path."""

    outlet: Outlet
    base_url: str
    articles: list[DemoArticle] = field(default_factory=list)
    files: dict[str, _Stored] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The outlet's name."""
        return self.outlet.name

    @property
    def url(self) -> str:
        """What a monitor visits: the feed, the sitemap or the front page."""
        return self.base_url + self.outlet.source_path

    def url_of(self, article: DemoArticle) -> str:
        """The address of an article's page."""
        return self.base_url + article.path

    def find(self, path: str, query: str) -> _Stored | None:
        """The file at a path; a query that no file goes by, such as a tracking tag, is ignored."""
        return self.files.get(f"{path}?{query}") or self.files.get(path)

    def article_at(self, target: str) -> DemoArticle | None:
        """The article at a path with or without a query."""
        path = target.partition("?")[0]
        by_path = {article.path: article for article in self.articles}
        return by_path.get(target) or by_path.get(path)

    def publish(self, article: DemoArticle, now: datetime) -> None:
        """Print an article, anew when its path is taken: that is an edit."""
        earlier = [each for each in self.articles if each.path != article.path]
        is_edit = len(earlier) < len(self.articles)
        if is_edit:
            self.articles = [
                article if each.path == article.path else each for each in self.articles
            ]
        else:
            self.articles.append(article)
        recent = earlier[: -_LINKED - 1 : -1]
        self._store(article_sheets(self.outlet, self.base_url, article, recent), now)
        self._store(list_sheets(self.outlet, self.base_url, self.articles), now)

    def open(self, now: datetime) -> None:
        """Put up what is there before anything is published."""
        self._store(standing_sheets(self.outlet, self.base_url), now)
        self._store(list_sheets(self.outlet, self.base_url, ()), now)

    def _store(self, sheets: Iterable[Sheet], now: datetime) -> None:
        for sheet in sheets:
            digest = hashlib.sha256(sheet.body).hexdigest()[:16]
            # A body that is sent in more than one encoding has a weak validator: RFC 9110, 8.8.1.
            etag = f'W/"{digest}"' if self.outlet.compressed else f'"{digest}"'
            present = self.files.get(sheet.path)
            if present is None or present.etag != etag:
                self.files[sheet.path] = _Stored(sheet, etag, now.replace(microsecond=0))


class NewsSite:
    """Three outlets on three ports of 127.0.0.1, up while the block of `async with` runs.

    Nothing is published until `play`, which follows the programme by the clock, or `publish`.
    """

    def __init__(self, *, clock: Clock, programme: Sequence[Moment] = PROGRAMME) -> None:
        self._clock = clock
        self._programme = sorted(programme, key=lambda moment: moment.seconds)
        self._stack = contextlib.AsyncExitStack()
        self.outlets: tuple[OnlineOutlet, ...] = ()
        self.asked: list[Asked] = []

    async def __aenter__(self) -> Self:
        listeners = [listen() for _ in OUTLETS]
        self.outlets = tuple(
            OnlineOutlet(outlet=outlet, base_url=address(listener))
            for outlet, listener in zip(OUTLETS, listeners, strict=True)
        )
        apps: dict[int, ASGIApp] = {}
        for online, listener in zip(self.outlets, listeners, strict=True):
            online.open(self._clock.now())
            apps[listener.getsockname()[1]] = self._app(online)
        await self._stack.enter_async_context(serving(_ByPort(apps), listeners))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    @property
    def sources(self) -> tuple[SourceSpec, ...]:
        """The outlets as sources that a monitor may be set to, visited every second."""
        return tuple(
            SourceSpec(name=online.name, url=online.url, every=_VISIT_EVERY)
            for online in self.outlets
        )

    @property
    def trespasses(self) -> list[Asked]:
        """The requests for what robots.txt forbids; a polite visitor leaves this empty."""
        return [asked for asked in self.asked if asked.path.startswith(DISALLOWED)]

    def outlet(self, key: str) -> OnlineOutlet:
        """The outlet with this key."""
        return next(online for online in self.outlets if online.outlet.key == key)

    def url_of(self, article: DemoArticle) -> str:
        """The address of an article's page, whether it is published yet or not."""
        return self.outlet(article.outlet).url_of(article)

    def article_at(self, url: str) -> DemoArticle | None:
        """The article published at an address, whatever tracking tags that has."""
        for online in self.outlets:
            if url.startswith(f"{online.base_url}/"):
                return online.article_at(url.removeprefix(online.base_url))
        return None

    def publish(self, article: DemoArticle) -> str:
        """Publish an article now, or its new text when it is out already; its address."""
        self.outlet(article.outlet).publish(article, self._clock.now())
        return self.url_of(article)

    async def play(self, tell: Callable[[Moment], None] | None = None) -> None:
        """Follow the programme from its start to its end, calling `tell` at each moment."""
        start = self._clock.monotonic()
        for moment in self._programme:
            await self._clock.sleep(start + moment.seconds - self._clock.monotonic())
            self.publish(moment.article)
            if tell is not None:
                tell(moment)

    def _app(self, online: OnlineOutlet) -> ASGIApp:
        async def answer(request: Request) -> Response:
            response = _respond(online, request)
            path, query = request.url.path, request.url.query
            asked = Asked(
                outlet=online.outlet.key,
                path=f"{path}?{query}" if query else path,
                status=response.status_code,
                user_agent=request.headers.get("user-agent", ""),
                at=self._clock.now(),
            )
            self.asked.append(asked)
            return response

        compression = [Middleware(GZipMiddleware, minimum_size=500)]
        return Starlette(
            routes=[Route("/{path:path}", answer, methods=["GET", "HEAD"])],
            middleware=compression if online.outlet.compressed else [],
        )


class _ByPort:
    """Hands a request to the application of the port that it came in by."""

    def __init__(self, apps: dict[int, ASGIApp]) -> None:
        self._apps = apps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._apps[scope["server"][1]](scope, receive, send)


def _respond(online: OnlineOutlet, request: Request) -> Response:
    stored = online.find(request.url.path, request.url.query)
    if stored is None:
        return Response("There is no such page.\n", status_code=404, media_type="text/plain")
    headers = {
        "etag": stored.etag,
        "last-modified": format_datetime(stored.changed_at, usegmt=True),
        "cache-control": "no-cache",
    }
    if _is_known(stored, request):
        return Response(status_code=304, headers=headers)
    # The header is set by hand: Starlette would add a charset to text types, which an old site
    # leaves to its pages.
    headers["content-type"] = stored.sheet.content_type
    return Response(stored.sheet.body, headers=headers)


def _is_known(stored: _Stored, request: Request) -> bool:
    """Whether the visitor has this very text already (RFC 9110, 13.2.2: an ETag goes first)."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return "*" in known or stored.etag.removeprefix("W/") in known
    since = request.headers.get("if-modified-since")
    if since is None:
        return False
    try:
        time = parsedate_to_datetime(since)
    except ValueError:
        return False
    return stored.changed_at <= (time if time.tzinfo else time.replace(tzinfo=UTC))
