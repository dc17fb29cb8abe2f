"""One request and its answer: paced by host, bounded in time and size.

Redirects are answers like any other here; following them is the fetcher's.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import httpx

from scraper.clock import Clock
from scraper.errors import FetchError
from scraper.fetch import body, failures
from scraper.fetch.address import host_of, shorten
from scraper.fetch.browser import Renderer, RenderRequest
from scraper.fetch.decoding import OFFERED
from scraper.fetch.options import STRAIGHT, RequestOptions, Route
from scraper.fetch.pacing import Pacer, Turn
from scraper.fetch.policy import FetchPolicy
from scraper.fetch.routes import Routes
from scraper.fetch.transport import LostError

OnAnswer = Callable[[str, Mapping[str, str]], None]
Send = Callable[["_Progress"], Awaitable["Answer"]]

REDIRECTS = frozenset({301, 302, 303, 307, 308})

_AT_ONCE: AbstractAsyncContextManager[None] = nullcontext()
_SHOWN_WITHIN = 15.0  # seconds after which a page in the browser is taken as it is
_MAX_HEADERS = 256
_MAX_HEADER_BYTES = 64 * 1024
_UNKEPT = frozenset({"set-cookie", "set-cookie2"})  # we have no use for what identifies us


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. `headers` has lower-case names; `body` is empty unless `status` is 2xx."""

    url: httpx.URL
    status: int
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime
    retry_after: timedelta | None


class Budget:
    """The seconds that a fetch may spend on the network; the pauses between are not counted."""

    def __init__(self, limit: timedelta) -> None:
        self.limit = limit.total_seconds()
        self._left = self.limit

    @asynccontextmanager
    async def spent(self) -> AsyncIterator[None]:
        """Charge what happens inside; raises TimeoutError once nothing is left."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(max(self._left, 0)):
                yield
        finally:
            self._left -= loop.time() - began


class Exchange:
    """Sends requests, one at a time to each host.

    `on_answer` is told the host and the headers as an answer begins.
    """

    def __init__(
        self,
        policy: FetchPolicy,
        routes: Routes,
        pacer: Pacer,
        clock: Clock,
        renderer: Renderer,
        on_answer: OnAnswer | None = None,
    ) -> None:
        self._on_answer = on_answer
        self._policy = policy
        self._routes = routes
        self._renderer = renderer
        self._pacer = pacer
        self._clock = clock
        self._sitemaps = body.Sitemaps()

    async def get(
        self,
        url: httpx.URL,
        headers: Mapping[str, str],
        *,
        budget: Budget,
        pause: timedelta,
        limit: int,
        cut: bool = False,
        is_list: bool = False,
        route: Route = STRAIGHT,
    ) -> Answer:
        """The answer to a GET, whatever its status.

        Waits for the host's turn, and has `pause` follow. Raises FetchError when there is no
        answer, or its body is not to be had within `limit` bytes (with `cut`, it is cut off). With
        `is_list` there is more room for a sitemap.
        """
        send = partial(
            self._send,
            self._routes.transport(route),
            self._request(url, headers),
            limit=limit,
            cut=cut,
            sitemaps=self._sitemaps if is_list else None,
        )
        try:
            return await self._in_turn(url, pause, budget, send)
        except LostError:
            # The server closed a kept connection, perhaps with the request already there: it has
            # its pause, as after any other.
            return await self._in_turn(url, pause, budget, send, again=True)

    async def show(
        self,
        url: httpx.URL,
        options: RequestOptions,
        *,
        budget: Budget,
        pause: timedelta,
        limit: int,
        route: Route,
    ) -> Answer:
        """As `get`, but the page as a browser shows it. A redirect of its scripts is one, too.

        What the page asks for meanwhile, of this host or of others, is part of the one turn.
        """
        request = RenderRequest(
            url=url,
            user_agent=self._policy.user_agent,
            headers=replace(options, cookies=()).sent(),
            cookies=options.cookies,
            limit=limit,
            patience=min(_SHOWN_WITHIN, budget.limit / 2),
        )

        async def show(progress: _Progress) -> Answer:
            rendered = await self._renderer.render(request, route.proxy)
            progress.answered = True
            now = self._clock.now()
            return Answer(
                url=url,
                status=rendered.status,
                headers=rendered.headers,
                body=rendered.body,
                received_at=now,
                retry_after=failures.retry_after(rendered.headers, now),
            )

        # A page that waits for a browser has not begun yet.
        return await self._in_turn(url, pause, budget, show, place=self._renderer.place())

    async def _in_turn(
        self,
        url: httpx.URL,
        pause: timedelta,
        budget: Budget,
        send: Send,
        *,
        again: bool = False,
        place: AbstractAsyncContextManager[None] = _AT_ONCE,
    ) -> Answer:
        """The answer to one sending; raises LostError when it may be sent `again`."""
        progress = _Progress()
        async with self._pacer.turn(host_of(url), pause) as turn, place:
            try:
                async with budget.spent():
                    answer = await send(progress)
            except TimeoutError as error:
                turn.silent()
                raise _late(url, budget, progress) from error
            except httpx.TransportError as error:
                if isinstance(error, LostError) and not again:
                    raise
                failure = failures.from_exception(url, error)
                if not failure.permanent and not isinstance(error, httpx.ProxyError):
                    turn.silent()
                raise failure from error
            return self._judge(answer, turn)

    def _judge(self, answer: Answer, turn: Turn) -> Answer:
        """Tell the pacer how the host does, and learn how long it is to be left alone."""
        if answer.status not in failures.HEAVY_LOAD:
            turn.answered()
            return answer
        return replace(answer, retry_after=turn.refused(answer.retry_after))

    async def _send(
        self,
        transport: httpx.AsyncBaseTransport,
        request: httpx.Request,
        progress: "_Progress",
        *,
        limit: int,
        cut: bool,
        sitemaps: body.Sitemaps | None,
    ) -> Answer:
        url = request.url
        response = await transport.handle_async_request(request)
        progress.answered = True
        try:
            received = _headers(url, response)
            if self._on_answer is not None:
                self._on_answer(host_of(url), received)
            stream = response.stream
            assert isinstance(stream, httpx.AsyncByteStream)
            now = self._clock.now()
            if 200 <= response.status_code < 300:
                if not cut:
                    failures.refuse_binary(url, received)
                content = await body.read(
                    stream, received, url=str(url), limit=limit, cut=cut, sitemaps=sitemaps
                )
            else:
                content = b""
                await body.skip(stream)
        finally:
            await response.aclose()
        return Answer(
            url=url,
            status=response.status_code,
            headers=received,
            body=content,
            received_at=now,
            retry_after=failures.retry_after(received, now),
        )

    def _request(self, url: httpx.URL, headers: Mapping[str, str]) -> httpx.Request:
        seconds = self._policy.timeout.total_seconds()
        connect = min(self._policy.connect_timeout.total_seconds(), seconds)
        timeouts = {"connect": connect, "read": seconds, "write": seconds, "pool": seconds}
        sent = httpx.Headers({"User-Agent": self._policy.user_agent, "Accept-Encoding": OFFERED})
        sent.update(headers)
        return httpx.Request("GET", url, headers=sent, extensions={"timeout": timeouts})


@dataclass(slots=True)
class _Progress:
    """How far a request came."""

    answered: bool = False  # its headers are here


def _late(url: httpx.URL, budget: Budget, progress: _Progress) -> FetchError:
    what = "was not whole" if progress.answered else "did not answer"
    return FetchError(
        f"{shorten(url)} {what} within {budget.limit:g} seconds; if it is only slow, raise "
        "fetch.timeout in the settings"
    )


def _headers(url: httpx.URL, response: httpx.Response) -> dict[str, str]:
    """The headers, names in lower case, those of one name joined; FetchError for a flood."""
    raw = response.headers.raw
    size = sum(len(name) + len(value) for name, value in raw)
    if len(raw) > _MAX_HEADERS or size > _MAX_HEADER_BYTES:
        raise FetchError(f"{shorten(url)} sent {len(raw)} headers of {size} bytes: too many")
    return {name.lower(): value for name, value in response.headers.items() if name not in _UNKEPT}
