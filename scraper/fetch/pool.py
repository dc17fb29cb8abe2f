"""Connections kept for the next request to the same server.

httpcore's own pool forgets to close a connection whose request is cancelled at the wrong moment
(between its opening and its first byte), and keeps it in its books for ever: over months of
time-outs that adds up. Here a connection belongs to one request, or to the pool, and to nobody
else; a request that ends in any way but a complete answer closes its connection.
"""

from collections.abc import AsyncIterator, Callable

import httpcore

Connect = Callable[[httpcore.Origin], httpcore.AsyncHTTPConnection]

# A server may close an idle connection just when it is used again; the request then never arrived.
_GONE = (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError)
_SAFE_METHODS = frozenset({b"GET", b"HEAD"})  # may be sent twice: RFC 9110, 9.2.2


class Exchanged:
    """An answer, and the connection that it comes over; to be closed."""

    def __init__(
        self, pool: "Pool", connection: httpcore.AsyncHTTPConnection, answer: httpcore.Response
    ) -> None:
        self._pool = pool
        self._connection = connection
        self.answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self.answer.aiter_stream():
            yield chunk

    async def aclose(self) -> None:
        """Give the connection back if the answer was read to its end, else close it."""
        try:
            await self.answer.aclose()
        except BaseException:
            await self._connection.aclose()
            raise
        await self._pool.take_back(self._connection)


class Pool:
    """At most `max_idle` connections without a request. How many have one is not bounded here."""

    def __init__(self, connect: Connect, max_idle: int) -> None:
        self._connect = connect
        self._max_idle = max_idle
        self._idle: list[httpcore.AsyncHTTPConnection] = []  # the one idle for longest first
        self._closed = False

    @property
    def idle(self) -> int:
        """How many connections wait for a request."""
        return len(self._idle)

    async def send(self, request: httpcore.Request) -> Exchanged:
        """The answer, its body unread, over a kept connection or a new one."""
        kept = self._take(request.url.origin)
        if kept is not None:
            try:
                return await self._send(kept, request)
            except _GONE:
                if request.method not in _SAFE_METHODS:
                    raise
        return await self._send(self._connect(request.url.origin), request)

    async def _send(
        self, connection: httpcore.AsyncHTTPConnection, request: httpcore.Request
    ) -> Exchanged:
        try:
            answer = await connection.handle_async_request(request)
        except BaseException:
            await connection.aclose()
            raise
        return Exchanged(self, connection, answer)

    def _take(self, origin: httpcore.Origin) -> httpcore.AsyncHTTPConnection | None:
        """The connection to `origin` that was used last, if it still stands."""
        for connection in reversed(self._idle):
            if connection.can_handle_request(origin) and not connection.has_expired():
                self._idle.remove(connection)
                return connection
        return None

    async def take_back(self, connection: httpcore.AsyncHTTPConnection) -> None:
        """Keep a connection whose answer was read to its end; close it, and others, if need be."""
        if self._closed or not connection.is_idle():
            await connection.aclose()
            return
        self._idle.append(connection)
        expired = [each for each in self._idle if each.has_expired()]
        standing = [each for each in self._idle if each not in expired]
        surplus = max(0, len(standing) - self._max_idle)
        self._idle = standing[surplus:]
        for each in [*expired, *standing[:surplus]]:
            await each.aclose()

    async def aclose(self) -> None:
        """Close what is idle now, and what is in use as soon as it no longer is."""
        self._closed = True
        idle, self._idle = self._idle, []
        for connection in idle:
            await connection.aclose()
