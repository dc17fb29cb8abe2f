"""Pages shown by browsers: few at a time, each in a process that may be ended at any moment."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from scraper.errors import FetchError
from scraper.fetch import guard
from scraper.fetch.address import shorten
from scraper.fetch.browser.chromium import Chromium, find_chromium, start
from scraper.fetch.browser.devtools import BrowserGoneError, CommandError
from scraper.fetch.browser.gate import Gate, Pass
from scraper.fetch.browser.visit import Rendered, RenderRequest, Visit
from scraper.fetch.network import Resolve
from scraper.proxies import Proxy

logger = logging.getLogger(__name__)

AT_ONCE = 2  # browsers, and pages, for each has one
PAGES = 50  # that one process shows before another takes its place
IDLE = 60.0  # seconds after which a browser that nobody needs is ended
MEMORY = 1024 * 1024 * 1024  # bytes that one browser may hold
MOST_BYTES = 20 * 1024 * 1024  # that one page may send and receive, as they go over the wire
MOST_CONNECTIONS = 200  # of one page
_GRACE = 5.0  # seconds that a page has beyond its patience, until its browser is ended
_LOOK = 0.25  # seconds between two looks at its memory


class Renderer:
    """Shows pages. Nothing is started before the first, and `aclose` ends all of it.

    `chromium` is the program, by default one that is installed. `memory` are bytes, `idle` seconds,
    and `arguments` go to Chromium besides ours.
    """

    def __init__(
        self,
        *,
        resolve: Resolve,
        allow_networks: Sequence[guard.Network] = (),
        chromium: Path | None = None,
        at_once: int = AT_ONCE,
        pages: int = PAGES,
        idle: float = IDLE,
        memory: int = MEMORY,
        most_bytes: int = MOST_BYTES,
        arguments: Sequence[str] = (),
    ) -> None:
        self._program = chromium
        self._gate = Gate(allow_networks, resolve)
        self._port: int | None = None
        self._starting = asyncio.Lock()
        self._places = asyncio.Semaphore(at_once)
        self._pages = pages
        self._idle_seconds = idle
        self._memory = memory
        self._most_bytes = most_bytes
        self._arguments = tuple(arguments)
        self._idle: list[Chromium] = []
        self._busy: set[Chromium] = set()
        self._ending: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Room for one page: as many are shown at once as there are places."""
        async with self._places:
            yield

    async def render(self, request: RenderRequest, proxy: Proxy | None = None) -> Rendered:
        """The page as a browser shows it, by a proxy if need be; take a `place` for it first.

        Raises FetchError. A browser that fails, or is cut short, is ended with all its processes.
        """
        shown = Pass(bytes_left=self._most_bytes, connections_left=MOST_CONNECTIONS, proxy=proxy)
        async with self._browser() as browser:
            self._gate.issue(shown)
            try:
                return await self._show(browser, request, shown)
            except (BrowserGoneError, CommandError) as error:
                raise FetchError(
                    f"the browser failed at {shorten(request.url)}: {error}"
                ) from error
            finally:
                await self._gate.withdraw(shown)

    async def _show(self, browser: Chromium, request: RenderRequest, shown: Pass) -> Rendered:
        visit = asyncio.ensure_future(Visit(browser.devtools, request, shown).show())
        end = asyncio.get_running_loop().time() + request.patience + _GRACE
        try:
            while True:
                done, _ = await asyncio.wait({visit}, timeout=_LOOK)
                if done:
                    return visit.result()
                if asyncio.get_running_loop().time() > end:
                    raise FetchError(
                        f"{shorten(request.url)} keeps the browser too busy to be shown"
                    )
                if browser.memory() > self._memory:
                    raise FetchError(
                        f"{shorten(request.url)} takes more than {self._memory >> 20} MiB of "
                        "memory in the browser"
                    )
        finally:
            visit.cancel()
            await asyncio.gather(visit, return_exceptions=True)

    @asynccontextmanager
    async def _browser(self) -> AsyncIterator[Chromium]:
        """A browser for one page; kept only if the page came to a good end."""
        async with self._starting:
            if self._port is None:
                self._port = await self._gate.start()
        browser = self._take() or await start(
            find_chromium(self._program), proxy_port=self._port, arguments=self._arguments
        )
        self._busy.add(browser)
        try:
            yield browser
        except BaseException:
            await asyncio.shield(self._end(browser))
            raise
        browser.pages += 1
        if browser.pages >= self._pages or not browser.is_running:
            await self._end(browser)
            return
        self._busy.discard(browser)
        self._idle.append(browser)
        self._end_when_idle()

    def _take(self) -> Chromium | None:
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None
        return self._idle.pop() if self._idle else None

    def _end_when_idle(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
        self._ending = asyncio.ensure_future(self._wait_and_end())

    async def _wait_and_end(self) -> None:
        await asyncio.sleep(self._idle_seconds)
        while self._idle:
            await asyncio.shield(self._idle.pop().aclose())

    async def _end(self, browser: Chromium) -> None:
        await browser.aclose()
        self._busy.discard(browser)

    async def aclose(self) -> None:
        """End every browser; pages that are being shown fail."""
        if self._ending is not None:
            self._ending.cancel()
            await asyncio.gather(self._ending, return_exceptions=True)
        idle, self._idle = self._idle, []
        for browser in [*idle, *self._busy]:
            await browser.aclose()
        if self._port is not None:
            await self._gate.aclose()
