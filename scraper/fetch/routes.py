"""The transports of requests: one for each way that they go, kept while it is used."""

import asyncio
import ssl
from collections import OrderedDict
from pathlib import Path

import certifi
import httpx

from scraper.errors import FetchError
from scraper.fetch.network import Resolve, SystemResolver
from scraper.fetch.options import STRAIGHT, RequestOptions, Route
from scraper.fetch.policy import FetchPolicy
from scraper.fetch.proxy import ProxiedTransport
from scraper.fetch.transport import GuardedTransport, guarded_transport, public_authorities

_MOST_ROUTES = 64  # besides the straight one; the one not used for longest is closed first
_CONNECTIONS = 32  # in use at one time, of a route that is one source's own


def route_of(policy: FetchPolicy, options: RequestOptions, url: httpx.URL) -> Route:
    """The way of a request for `url`."""
    host = url.raw_host.decode("ascii").lower()
    proxy = options.proxy or (None if options.direct else policy.proxies.choose(url.scheme, host))
    return Route(proxy=proxy, ca_file=options.ca_file, identity=options.identity)


class Routes:
    """Transports by route. `transport`, if given, replaces that of requests without a proxy."""

    def __init__(
        self,
        policy: FetchPolicy,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        resolve: Resolve | None = None,
    ) -> None:
        self._policy = policy
        self._given = transport
        self._own_resolver = None if resolve else SystemResolver()
        self.resolve: Resolve = resolve or self._lookup
        self.straight = transport or guarded_transport(policy.allow_networks, resolve=self.resolve)
        self._others: OrderedDict[Route, httpx.AsyncBaseTransport] = OrderedDict()
        self._closing: set[asyncio.Task[None]] = set()

    async def _lookup(self, host: str, port: int) -> list[str]:
        assert self._own_resolver is not None
        return await self._own_resolver(host, port)

    def transport(self, route: Route) -> httpx.AsyncBaseTransport:
        """The transport of a route; FetchError when its authorities cannot be read."""
        if route == STRAIGHT or (self._given is not None and route.proxy is None):
            return self.straight
        known = self._others.get(route)
        if known is None:
            known = self._others[route] = self._make(route)
            if len(self._others) > _MOST_ROUTES:
                _, oldest = self._others.popitem(last=False)
                closing = asyncio.get_running_loop().create_task(oldest.aclose())
                self._closing.add(closing)
                closing.add_done_callback(self._closing.discard)
        self._others.move_to_end(route)
        return known

    def _make(self, route: Route) -> httpx.AsyncBaseTransport:
        context = public_authorities() if route.ca_file is None else _trusting(route.ca_file)
        if route.proxy is not None:
            return ProxiedTransport(
                route.proxy,
                self._policy.allow_networks,
                resolve=self.resolve,
                ssl_context=context,
                max_connections=_CONNECTIONS,
            )
        return GuardedTransport(
            self._policy.allow_networks,
            resolve=self.resolve,
            ssl_context=context,
            max_connections=_CONNECTIONS,
        )

    async def aclose(self) -> None:
        """Close every connection; a transport that was given stays with whoever made it."""
        others, self._others = self._others, OrderedDict()
        for transport in others.values():
            await transport.aclose()
        if self._closing:
            await asyncio.wait(self._closing)
        if self._given is None:
            await self.straight.aclose()
        if self._own_resolver is not None:
            self._own_resolver.close()


def _trusting(file: Path) -> ssl.SSLContext:
    """As everybody, and the authorities of a file besides."""
    context = ssl.create_default_context(cafile=certifi.where())
    try:
        context.load_verify_locations(cafile=file)
    except OSError as error:  # an ssl.SSLError is one
        reason = "it holds no certificates" if isinstance(error, ssl.SSLError) else error.strerror
        raise FetchError(f"the source's ca_file: {file} cannot be used ({reason})") from error
    return context
