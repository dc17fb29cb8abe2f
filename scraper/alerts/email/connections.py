"""Connections to the mail server, kept open for a little while between messages.

    take ─► RSET ─► MAIL, RCPT, DATA ─► give_back ─► idle ─► taken again, or QUIT
     │ none is idle, or the server does not answer RSET
     └─► connect, EHLO, STARTTLS, AUTH

There are never more than messages are sent at once, for each message has one and the next takes it
over. A connection that was in the midst of something when its message failed or was cut off is
closed, for nobody knows what the server would say next on it.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import aiosmtplib

from scraper.alerts.email.settings import SmtpSettings
from scraper.alerts.email.steps import telling
from scraper.clock import Clock

# Postfix keeps its own for 2 s (smtp_connection_cache_time_limit), and servers must wait for 5 min
# (RFC 5321, section 4.5.3.2.7). This bridges the looks into the outbox, one a second.
IDLE = 10.0  # seconds
# Some servers count, and answer 421 or slow down: 1000 is the default of Exim, Exchange Online
# takes 20 or more. One connection in 50 costs 2 % of what one a message costs.
MOST_MESSAGES = 50
_ANSWER = 5.0  # seconds for RSET: a server that needs longer is as good as gone
_FAREWELL = 1.0  # seconds for QUIT: Tocsin waits for it when it ends


@dataclass(slots=True, eq=False)
class Connection:
    """A connection that is logged in and between two messages, or in the midst of one."""

    server: aiosmtplib.SMTP
    messages: int = 0  # that were begun on it, with the one under way
    idle_since: float = 0.0

    @property
    def reused(self) -> bool:
        """It was opened for an earlier message: the server may have had enough of it since."""
        return self.messages > 1


class Connections:
    """The connections of one channel. `aclose` ends those that are idle, and keeps no more."""

    def __init__(
        self,
        settings: SmtpSettings,
        clock: Clock,
        *,
        idle: float = IDLE,
        most_messages: int = MOST_MESSAGES,
        on_step: Callable[[str], None] | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._tls = None if settings.security == "none" else settings.tls_context()
        self._idle = idle
        self._most_messages = most_messages
        self._waiting: list[Connection] = []  # the longest idle one first
        self._leaving: set[asyncio.Task[None]] = set()
        self._sweeper: asyncio.Task[None] | None = None
        self._closed = False
        self._on_step = on_step

    async def take(self, *, fresh: bool = False) -> Connection:
        """A connection for one message: one that is idle and answers, unless a fresh one is wanted.

        Raises what aiosmtplib and the network raise when none can be opened.
        """
        while self._waiting and not fresh:
            connection = self._waiting.pop()
            if await _answers(connection):
                connection.messages += 1
                return connection
        connection = Connection(self._client(), messages=1)
        await connection.server.connect()
        return connection

    def give_back(self, connection: Connection) -> None:
        """Its message came to an end, good or bad, and the server's last answer was read."""
        if not connection.server.is_connected:
            return
        if self._closed or connection.messages >= self._most_messages:
            leaving = asyncio.create_task(_take_leave(connection))  # no message waits for that
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)
            return
        connection.idle_since = self._clock.monotonic()
        self._waiting.append(connection)
        if self._sweeper is None or self._sweeper.done():
            self._sweeper = asyncio.create_task(self._sweep(), name="idle mail connections")

    def drop(self, connection: Connection) -> None:
        """Close it at once: its message was broken off."""
        connection.server.close()

    async def aclose(self) -> None:
        """Take leave of the server on every idle connection; those in use follow."""
        self._closed = True
        if self._sweeper is not None:
            self._sweeper.cancel()
            await asyncio.wait({self._sweeper})
        waiting, self._waiting = self._waiting, []
        await asyncio.gather(*map(_take_leave, waiting), *self._leaving)

    async def _sweep(self) -> None:
        """Take leave on connections that were idle for too long, until none is left."""
        while self._waiting:
            oldest = min(connection.idle_since for connection in self._waiting)
            await self._clock.sleep(oldest + self._idle - self._clock.monotonic())
            until = self._clock.monotonic() - self._idle
            over = [one for one in self._waiting if one.idle_since <= until]
            self._waiting = [one for one in self._waiting if one.idle_since > until]
            await asyncio.gather(*map(_take_leave, over))

    def _client(self) -> aiosmtplib.SMTP:
        settings = self._settings
        kind = aiosmtplib.SMTP if self._on_step is None else telling(self._on_step)
        return kind(
            hostname=settings.host,
            port=settings.port,
            username=settings.username,
            password=settings.password,
            # Not left to the library: it would ask name servers for the machine's own name.
            local_hostname=settings.client_name or settings.mailbox.domain,
            timeout=settings.timeout.total_seconds(),
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            tls_context=self._tls,
        )


async def _answers(connection: Connection) -> bool:
    """Whether the server is still there; if not, the connection is closed."""
    try:
        await connection.server.rset(timeout=_ANSWER)
    except (aiosmtplib.SMTPException, OSError):
        connection.server.close()
        return False
    except BaseException:
        connection.server.close()
        raise
    return True


async def _take_leave(connection: Connection) -> None:
    """QUIT; how the server takes it changes nothing."""
    try:
        with suppress(aiosmtplib.SMTPException, OSError):
            await connection.server.quit(timeout=_FAREWELL)
    finally:
        connection.server.close()
