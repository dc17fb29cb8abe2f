"""What pages use of the daemon besides its database: looking at addresses, and sending."""

from dataclasses import dataclass
from datetime import timedelta

from scraper.alerts import ChannelContext
from scraper.extract import NO_SITES, Sites
from scraper.fetch import Fetcher
from scraper.pipeline.findings import Run
from scraper.web.backfills import Reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The daemon's own: one pace for each host, one guard of addresses, one sandbox."""

    fetcher: Fetcher
    run: Run  # reads a page where it may be killed
    sending: ChannelContext
    sites: Sites = NO_SITES  # the rules that pages are read by
    backfiller: Reads | None = None
    pause: timedelta = timedelta(seconds=5)  # of a backfill, between two pages of a host
