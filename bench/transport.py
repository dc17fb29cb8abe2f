"""Which transport under httpx: pages a second with many hosts in flight.

    python -m bench.transport --flight 10 50 200 [--aiohttp]

One local site of as many hosts as are in flight (`crawl_site.py`, a process of its own), small made
up pages, connections kept. Every host is asked by one task, page after page, through one httpx
client, and the body is read to its end:

- one pool: httpx as it comes;
- one each: a transport of httpx for every host;
- ours: the guarded transport, with its address checks;
- aiohttp: httpx's API over aiohttp's client (httpx-aiohttp, where it is installed).

They take turns, and medians are printed.
"""

import argparse
import asyncio
import importlib
import statistics
import time
from collections.abc import Callable, Sequence
from ipaddress import ip_network
from urllib.parse import urlsplit

import httpx

from bench.crawl import site
from scraper.fetch import guarded_transport

PAGES_EACH = 20
LOOPBACK = ip_network("127.0.0.0/8")
Make = Callable[[], httpx.AsyncBaseTransport]


class OneEach(httpx.AsyncBaseTransport):
    """A transport of its own for every host."""

    def __init__(self) -> None:
        self._transports: dict[str, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Over the host's own transport."""
        if request.url.host not in self._transports:
            self._transports[request.url.host] = httpx.AsyncHTTPTransport()
        return await self._transports[request.url.host].handle_async_request(request)

    async def aclose(self) -> None:
        """Close them all."""
        for transport in self._transports.values():
            await transport.aclose()


def one_pool() -> httpx.AsyncBaseTransport:
    """Httpx's own, with as many connections as it likes."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    return httpx.AsyncHTTPTransport(limits=limits)


def over_aiohttp() -> httpx.AsyncBaseTransport:
    """Httpx's API over aiohttp, with as many connections as it likes."""
    found = importlib.import_module("httpx_aiohttp")
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    transport: httpx.AsyncBaseTransport = found.AiohttpTransport(limits=limits)
    return transport


async def rate(make: Make, hosts: Sequence[str], paths: Sequence[Sequence[str]]) -> float:
    """Pages a second."""
    async with httpx.AsyncClient(transport=make(), timeout=30) as client:

        async def lane(host: str, own: Sequence[str]) -> None:
            for path in own:
                answer = await client.get(host + path)
                assert answer.status_code == 200
                assert answer.content

        began = time.perf_counter()
        await asyncio.gather(*map(lane, hosts, paths))
        return len(hosts) * PAGES_EACH / (time.perf_counter() - began)


def main() -> None:
    """Measure in turns, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flight", type=int, nargs="+", default=[10, 50, 200])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--aiohttp", action="store_true", help="needs httpx-aiohttp")
    chosen = parser.parse_args()
    makers: dict[str, Make] = {
        "one pool": one_pool,
        "one each": OneEach,
        "ours": lambda: guarded_transport((LOOPBACK,)),
    }
    if chosen.aiohttp:
        makers["aiohttp"] = over_aiohttp
    print(f"{'in flight':>9}  " + "".join(f"{name:>12}" for name in makers))
    for flight in chosen.flight:
        with site(flight, flight * PAGES_EACH, None) as feeds:
            hosts = [f"{urlsplit(feed).scheme}://{urlsplit(feed).netloc}" for feed in feeds]
            paths = [
                [
                    f"/news/2026/story-{number}-of-the-day"
                    for number in range(place, flight * PAGES_EACH, flight)
                ]
                for place in range(flight)
            ]
            rates: dict[str, list[float]] = {name: [] for name in makers}
            for _ in range(chosen.runs):
                for name, make in makers.items():
                    rates[name].append(asyncio.run(rate(make, hosts, paths)))
        medians = "".join(f"{statistics.median(rates[name]):12.0f}" for name in makers)
        print(f"{flight:9}  {medians}", flush=True)


if __name__ == "__main__":
    main()
