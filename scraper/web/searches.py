"""Searches for the news of an address, in the background, while somebody looks on.

They are kept in memory for a while: who finds one gone, because the daemon was started again or it
is too long ago, searches again.
"""

import asyncio
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from scraper.clock import Clock
from scraper.errors import UsageError
from scraper.pipeline.finding import find
from scraper.pipeline.findings import Findings, Found
from scraper.web.tools import Tools

_AT_ONCE: Final = 3
_KEPT: Final = 30
_STEPS: Final = 40  # addresses that were asked for, as they are shown


@dataclass(slots=True)
class Search:
    """A search, and how far it is; `findings` None: it goes on."""

    id: str
    url: str
    owner: str
    steps: list[str] = field(default_factory=list)
    findings: Findings | None = None

    @property
    def found(self) -> tuple[Found, ...]:
        """What can be visited, the best first."""
        if self.findings is None or self.findings.chosen is None:
            return ()
        return (self.findings.chosen, *self.findings.others)

    def step(self, url: str) -> None:
        """Note an address that is asked for."""
        self.steps = [*self.steps, url][-_STEPS:]


class Searches:
    """The searches under way, and the last ones."""

    def __init__(self, tools: Tools | None, clock: Clock) -> None:
        self._tools = tools
        self._clock = clock
        self._known: OrderedDict[str, Search] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, url: str, *, bare: bool, owner: str) -> Search:
        """Search around an address; `owner` alone is shown it. UsageError where there are too many.

        `bare`: the address came without its scheme.
        """
        if self._tools is None:
            raise UsageError("this dashboard cannot look at addresses: the daemon can")
        if len(self._tasks) >= _AT_ONCE:
            raise UsageError("other searches are under way: try again in a minute")
        search = Search(secrets.token_urlsafe(12), url, owner)
        self._known[search.id] = search
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        task = asyncio.create_task(self._search(search, self._tools, bare), name="search")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return search

    def get(self, search_id: str, *, owner: str) -> Search | None:
        """The search, if it is still known, and that one's own."""
        search = self._known.get(search_id)
        return search if search is not None and search.owner == owner else None

    def close(self) -> None:
        """Search no more."""
        for task in self._tasks:
            task.cancel()

    async def _search(self, search: Search, tools: Tools, bare: bool) -> None:  # noqa: FBT001 - as `begin`
        try:
            search.findings = await find(
                search.url,
                fetcher=tools.fetcher,
                run=tools.run,
                clock=self._clock,
                bare=bare,
                report=search.step,
            )
        finally:
            if search.findings is None:
                search.findings = Findings(
                    asked=search.url, chosen=None, why_not="the search was broken off"
                )
