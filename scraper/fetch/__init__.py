"""Pages for links: politely, and safe from what lies behind them.

The way of a request: `address` refuses links that make no sense; `permission` asks the origin's
robots.txt; `pacing` waits for the host's turn; `transport` sends it over a `network` that checks
every connection's address with `guard`; `decoding` and `body` read the answer within limits;
`exchange` ties these to one request and its answer; `fetcher` follows redirects, each of which goes
the same way from the start, and judges the last answer with `failures`.

What a source has sent along, and by which proxy, are the `options` of its requests; `routes` keeps
a transport for each way that requests go, and `proxy` are those by way of a proxy.

Where the options ask for it, `browser` shows the page in Chromium instead, within the same limits.

Everything that goes wrong is a FetchError that says whether, and when, to try again. Nothing is
shared between requests but the pace of hosts, the robots.txt rules and idle connections, and those
only where all that goes along is the same. Cookies that sites set are not kept.
"""

from scraper.fetch.address import host_of
from scraper.fetch.address import parse as check_address
from scraper.fetch.fetcher import Fetcher
from scraper.fetch.freshness import fresh_for
from scraper.fetch.guard import AddressRefusedError
from scraper.fetch.network import Resolve
from scraper.fetch.options import NO_OPTIONS, RequestOptions, request_options
from scraper.fetch.policy import Fetches, FetchPolicy, NotModified, Request
from scraper.fetch.shared_pace import shared_pace
from scraper.fetch.transport import guarded_transport

__all__ = [
    "NO_OPTIONS",
    "AddressRefusedError",
    "FetchPolicy",
    "Fetcher",
    "Fetches",
    "NotModified",
    "Request",
    "RequestOptions",
    "Resolve",
    "check_address",
    "fresh_for",
    "guarded_transport",
    "host_of",
    "request_options",
    "shared_pace",
]
