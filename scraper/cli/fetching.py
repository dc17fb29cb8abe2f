"""One page, fetched for a command."""

import asyncio

from scraper.clock import SystemClock
from scraper.errors import TocsinError
from scraper.fetch import Fetcher, FetchPolicy, NotModified, Request
from storage.records import Page


def fetch_page(request: Request, policy: FetchPolicy) -> Page:
    """The page; FetchError says why it cannot be had."""
    return asyncio.run(_fetch(request, policy))


async def _fetch(request: Request, policy: FetchPolicy) -> Page:
    async with Fetcher(policy, clock=SystemClock()) as fetcher:
        page = await fetcher.fetch(request)
    if isinstance(page, NotModified):
        raise TocsinError(
            f"{request.url}: the server says that nothing changed, without being asked"
        )
    return page
