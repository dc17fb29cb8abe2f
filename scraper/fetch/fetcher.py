"""A page for a link: the rules asked, redirects followed, the answer judged."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from types import TracebackType
from typing import Self

import httpx

from scraper.clock import Clock
from scraper.errors import FetchError, Trouble
from scraper.fetch import address, failures, robots
from scraper.fetch.browser import Renderer
from scraper.fetch.exchange import REDIRECTS, Answer, Budget, Exchange, OnAnswer
from scraper.fetch.network import Resolve
from scraper.fetch.options import RequestOptions, Route
from scraper.fetch.pacing import Memory, Pacer
from scraper.fetch.permission import Permissions, RobotsAnswer
from scraper.fetch.policy import PRODUCT, FetchPolicy, NotModified, Request
from scraper.fetch.routes import Routes, route_of
from scraper.fetch.shared_pace import SharedPace
from storage.records import Page

logger = logging.getLogger(__name__)

_PAGES = frozenset({200, 203})  # 203: a page that a proxy on the way has changed
_PERMANENT = frozenset({301, 308})
_ROBOTS_REDIRECTS = 5  # RFC 9309, 2.3.1.2

Hop = Callable[[httpx.URL], Awaitable[Answer]]


class _AstrayError(FetchError):
    """It redirects without end, or nowhere."""


class Fetcher:
    """Fetches pages politely, and only from where it may. An async context manager.

    One fetcher serves any number of tasks: requests to one host take turns, whoever asks. How many
    fetches run at once is the caller's to bound. `transport` replaces the guarded transport, and
    its closing stays with whoever made it; `resolve` replaces the system's way to resolve names.
    `memory` remembers the hosts that asked to be left alone; with the processes that `shared` knows
    it takes turns.
    """

    def __init__(
        self,
        policy: FetchPolicy,
        *,
        clock: Clock,
        transport: httpx.AsyncBaseTransport | None = None,
        resolve: Resolve | None = None,
        memory: Memory | None = None,
        shared: SharedPace | None = None,
        on_answer: OnAnswer | None = None,
    ) -> None:
        self._policy = policy
        self._routes = Routes(policy, transport=transport, resolve=resolve)
        pacer = Pacer(clock, patience=policy.patience, memory=memory, shared=shared)
        self._renderer = Renderer(
            resolve=self._routes.resolve,
            allow_networks=policy.allow_networks,
            chromium=policy.browser,
        )
        self._exchange = Exchange(policy, self._routes, pacer, clock, self._renderer, on_answer)
        self._permissions = Permissions(
            self._ask_robots, agent=PRODUCT, clock=clock, lifetime=policy.robots_lifetime
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections, and end the browsers. Fetches still under way fail."""
        await self._renderer.aclose()
        await self._routes.aclose()

    async def fetch(self, request: Request) -> Page | NotModified:
        """The page, or word that the copy at hand is still right.

        Raises FetchError; `permanent` and `retry_after` say whether and when to try again:

        - permanent: links that cannot or must not be fetched (form, address, robots.txt), what is
          gone or no text (410, 451, most other 4xx, binary types), and what is too large;
        - temporary: everything else. 401 and 403 name an hour, 429 and 503 what the host asked for.
          404 is temporary, for links are spread before their page is up: bound the attempts.
        """
        start = address.parse(request.url, self._policy.allow_networks)
        budget = Budget(self._policy.timeout)
        origin = address.origin_of(start)
        options = request.options

        async def hop(url: httpx.URL) -> Answer:
            nonlocal options
            if address.origin_of(url) != origin:
                options = options.elsewhere()  # for good: a way back is the stranger's doing, too
            pause = await self._permitted_pause(url, options)
            route = route_of(self._policy, options, url)
            limit = self._policy.max_bytes
            if options.render:
                return await self._exchange.show(
                    url, options, budget=budget, pause=pause, limit=limit, route=route
                )
            sent = _merged(request.headers(), options.sent())
            return await self._exchange.get(
                url,
                sent,
                budget=budget,
                pause=pause,
                limit=limit,
                is_list=request.accept == "feed",
                route=route,
            )

        answer, permanent = await self._follow(start, hop, self._policy.max_redirects)
        if answer.status == 304:
            return _not_modified(request, answer, permanent_redirect=permanent)
        return _page(request, answer, permanent_redirect=permanent)

    async def _follow(self, url: httpx.URL, hop: Hop, limit: int) -> tuple[Answer, bool]:
        """The answer that is no redirect, and whether all that led to it were permanent."""
        seen = {str(url)}
        permanent: list[bool] = []
        while True:
            answer = await hop(url)
            if answer.status not in REDIRECTS:
                return answer, bool(permanent) and all(permanent)
            target = self._target(answer)
            if str(target) in seen:
                raise _AstrayError(
                    f"{address.shorten(url)} redirects in a circle, as sites do that insist on a "
                    "cookie"
                )
            if len(permanent) == limit:
                raise _AstrayError(
                    f"{address.shorten(url)} is redirect number {limit + 1}: too many"
                )
            seen.add(str(target))
            permanent.append(answer.status in _PERMANENT)
            url = target

    def _target(self, answer: Answer) -> httpx.URL:
        """Where a redirect leads: as much a stranger's link as any other."""
        location = answer.headers.get("location", "").strip()
        if not location:
            raise _AstrayError(f"{address.shorten(answer.url)} redirects without saying where to")
        try:
            joined = str(answer.url.join(location))
        except (httpx.InvalidURL, UnicodeError) as error:
            raise _AstrayError(
                f"{address.shorten(answer.url)} redirects to what is no address ({error})"
            ) from error
        try:
            target = address.parse(joined, self._policy.allow_networks)
        except FetchError as error:
            raise FetchError(
                f"{address.shorten(answer.url)} redirects to where we do not go: {error}",
                permanent=error.permanent,
            ) from error
        if answer.url.scheme == "https" and target.scheme == "http":
            logger.info(
                "%s redirects from https to http",
                address.shorten(answer.url),
                extra={"action": "fetch.downgraded", "url": str(answer.url)},
            )
        return target

    async def _permitted_pause(self, url: httpx.URL, options: RequestOptions) -> timedelta:
        """The pause to keep after a request for `url`; raises FetchError if it may not be sent."""
        if not self._policy.respect_robots:
            return self._policy.host_pause
        # The file is public: it is asked for without what goes along with the page.
        route = replace(route_of(self._policy, options, url), identity="")
        rules = await self._permissions.rules(address.origin_of(url), route)
        if not rules.allows(url.raw_path.decode("ascii")):
            raise FetchError(
                f"{address.shorten(url)} is closed to us by the site's robots.txt. Ask the site to "
                f"allow {PRODUCT}, or choose another page of it.",
                permanent=True,
                trouble=Trouble.BARRED,
            )
        delay = timedelta(seconds=min(rules.crawl_delay or 0, 86400))
        return max(self._policy.host_pause, min(delay, self._policy.max_crawl_delay))

    async def _ask_robots(self, origin: str, route: Route) -> RobotsAnswer:
        """The robots.txt of an origin; raises FetchError if the origin is out of bounds."""
        start = address.parse(f"{origin}/robots.txt", self._policy.allow_networks)
        budget = Budget(self._policy.timeout)
        answered = False

        async def hop(url: httpx.URL) -> Answer:
            nonlocal answered
            answer = await self._exchange.get(
                url,
                {"Accept": "text/plain, */*;q=0.5"},
                budget=budget,
                pause=self._policy.host_pause,
                limit=robots.MAX_BYTES,
                cut=True,
                route=route if address.origin_of(url) == origin else replace(route, ca_file=None),
            )
            answered = True
            return answer

        try:
            answer, _ = await self._follow(start, hop, _ROBOTS_REDIRECTS)
        except FetchError as error:
            if error.permanent and not answered:
                raise  # the origin itself is out of bounds, whatever its file would say
            return RobotsAnswer(
                None,
                error=str(error),
                permanent=error.permanent or isinstance(error, _AstrayError),
                retry_after=error.retry_after,
                trouble=error.trouble,
            )
        return RobotsAnswer(answer.status, answer.body, retry_after=answer.retry_after)


def _merged(ours: Mapping[str, str], added: Mapping[str, str]) -> httpx.Headers:
    """The headers, those added in place of ours, whatever their capitals."""
    headers = httpx.Headers(ours)
    headers.update(added)
    return headers


def _not_modified(request: Request, answer: Answer, *, permanent_redirect: bool) -> NotModified:
    if not (request.etag or request.last_modified):
        raise FetchError(f"{address.shorten(answer.url)} answered 304 although nothing was at hand")
    return NotModified(
        url=str(answer.url),
        etag=answer.headers.get("etag", request.etag),
        last_modified=answer.headers.get("last-modified", request.last_modified),
        fetched_at=answer.received_at,
        headers=answer.headers,
        permanent_redirect=permanent_redirect,
    )


def _page(request: Request, answer: Answer, *, permanent_redirect: bool) -> Page:
    if answer.status not in _PAGES:
        raise failures.from_status(answer.url, answer.status, answer.retry_after)
    return Page(
        url=str(answer.url),
        requested_url=request.url,
        status=answer.status,
        headers=answer.headers,
        body=answer.body,
        fetched_at=answer.received_at,
        permanent_redirect=permanent_redirect,
    )
