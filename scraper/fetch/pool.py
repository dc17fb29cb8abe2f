"""Connections kept for the next request to the same server.

httpcore's own pool forgets to close a connection whose request is cancelled at the wrong moment
(between its opening and its first byte), and keeps it in its books for ever: over months of
time-outs that adds up. Here a connection belongs to one request, or to the pool, and to nobody
else; a request that ends in any way but a complete answer closes its connection.
"""

from collections.abc import AsyncIterator, Callable

import httpcore

Server = tuple[bytes, bytes, int]  # scheme, host and port
Connect = Callable[[httpcore.Origin], httpcore.AsyncHTTPConnection]

_GONE = (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError)
_SAFE_METHODS = frozenset({b"GET", b"HEAD"})  # may be sent twice: RFC 9110, 9.2.2


class KeptConnectionLostError(httpcore.RemoteProtocolError):
    """A kept connection ended as it was used again; the same request may be sent once more.

    Most often the server closed it at that moment, and the request never arrived. It may have,
    though, so that whoever sends another one has to keep the pause between two.
    """


class Exchanged:
    """An answer, and the connection that it comes over; to be closed."""

    def __init__(
        self,
        pool: "Pool",
        server: Server,
        connection: httpcore.AsyncHTTPConnection,
        answer: httpcore.Response,
    ) -> None:
        self._pool = pool
        self._server = server
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
        await self._pool.take_back(self._server, self._connection)


class Pool:
    """At most `max_idle` connections without a request. How many have one is not bounded here.

    What a request costs does not grow with the connections that are kept: they are found by their
    server, and those that nobody came back for are closed from the one that is idle for longest.
    """

    def __init__(self, connect: Connect, max_idle: int) -> None:
        self._connect = connect
        self._max_idle = max_idle
        self._idle: dict[httpcore.AsyncHTTPConnection, Server] = {}  # the longest idle first
        self._of_server: dict[Server, list[httpcore.AsyncHTTPConnection]] = {}
        self._closed = False

    @property
    def idle(self) -> int:
        """How many connections wait for a request."""
        return len(self._idle)

    async def send(self, request: httpcore.Request) -> Exchanged:
        """The answer, its body unread, over a kept connection or a new one.

        Raises httpcore's errors; KeptConnectionLostError if it may be sent once more.
        """
        origin = request.url.origin
        server = (origin.scheme, origin.host, origin.port)
        kept = await self._take(server)
        if kept is not None:
            try:
                return await self._send(server, kept, request)
            except _GONE as error:
                if request.method not in _SAFE_METHODS:
                    raise
                raise KeptConnectionLostError(str(error)) from error
        return await self._send(server, self._connect(origin), request)

    async def _send(
        self, server: Server, connection: httpcore.AsyncHTTPConnection, request: httpcore.Request
    ) -> Exchanged:
        try:
            answer = await connection.handle_async_request(request)
        except BaseException:
            await connection.aclose()
            raise
        return Exchanged(self, server, connection, answer)

    async def _take(self, server: Server) -> httpcore.AsyncHTTPConnection | None:
        """The connection to `server` that was used last, if it still stands."""
        while standing := self._of_server.get(server):
            connection = standing[-1]
            self._let_go(connection)
            if not connection.has_expired():
                return connection
            await connection.aclose()
        return None

    def _let_go(self, connection: httpcore.AsyncHTTPConnection) -> None:
        server = self._idle.pop(connection)
        self._of_server[server].remove(connection)
        if not self._of_server[server]:
            del self._of_server[server]

    async def take_back(self, server: Server, connection: httpcore.AsyncHTTPConnection) -> None:
        """Keep a connection whose answer was read to its end; close it, and others, if need be."""
        if self._closed or not connection.is_idle():
            await connection.aclose()
            return
        self._idle[connection] = server
        self._of_server.setdefault(server, []).append(connection)
        while self._idle:
            longest = next(iter(self._idle))
            if len(self._idle) <= self._max_idle and not longest.has_expired():
                break
            self._let_go(longest)
            await longest.aclose()

    async def aclose(self) -> None:
        """Close what is idle now, and what is in use as soon as it no longer is."""
        self._closed = True
        idle = list(self._idle)
        self._idle.clear()
        self._of_server.clear()
        for connection in idle:
            await connection.aclose()
