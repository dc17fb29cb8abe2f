"""What the commands hand to a channel, so that it sends as the daemon's does."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from scraper.alerts import ChannelContext
from scraper.cli.processes import Processes
from scraper.clock import SystemClock
from scraper.composition import apart, channel_context
from scraper.settings import Loaded


@asynccontextmanager
async def sending(
    loaded: Loaded, *, on_step: Callable[[str], None] | None = None
) -> AsyncIterator[ChannelContext]:
    """The context for one command; templates are rendered in processes, as the daemon does it."""
    processes = Processes()
    context = replace(
        channel_context(loaded, SystemClock()), apart=apart(processes.run), on_step=on_step
    )
    try:
        yield context
    finally:
        processes.close()
        await context.http.aclose()
