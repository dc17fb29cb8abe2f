"""Kept pages are read for who looks at them where a reading may be killed: few at once, not long.

What came from outside is read in the sandbox alone: a page of a megabyte that is nothing but open
elements keeps the parser of markup busy for minutes, and a thread cannot be ended.
"""

import asyncio
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from scraper.errors import ExtractError
from scraper.extract import NO_SITES, Sites
from scraper.pipeline.sandbox import SandboxBrokenError, SandboxError
from scraper.web.tools import Tools

P = ParamSpec("P")
T = TypeVar("T")

_AT_ONCE: Final = 2  # of the processes that read what comes in
_PATIENCE: Final = 20.0  # seconds, with the wait for others: the sandbox gives a page half of it


class Readings:
    """Reads kept pages."""

    def __init__(self, tools: Tools | None) -> None:
        self._run = None if tools is None else tools.run
        self.sites: Sites = NO_SITES if tools is None else tools.sites
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def read(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a picklable function on a page. Raises ExtractError for one that had to be given up.

        An application without a daemon has no sandbox, and reads in a thread.
        """
        try:
            async with asyncio.timeout(_PATIENCE), self._turns:
                if self._run is None:
                    return await asyncio.to_thread(function, *args, **kwargs)
                return await self._run(function, *args, **kwargs)
        except TimeoutError:
            raise ExtractError("Other pages are being read: try again in a minute.") from None
        except SandboxBrokenError as error:
            raise ExtractError(f"The kept page cannot be read now: {error}.") from None
        except SandboxError as error:
            said = f"The kept page cannot be read: {error.ending}."
            raise ExtractError(said, permanent=True) from None
