"""The robots.txt file of each origin, kept for a day, and what to do when it cannot be had."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from scraper.clock import Clock
from scraper.errors import FetchError, Trouble
from scraper.fetch import robots
from scraper.fetch.options import STRAIGHT, Route
from scraper.fetch.robots import ALLOW_ALL, Rules

logger = logging.getLogger(__name__)

# Rules kept in memory, in bytes and in number: months of strangers' files must not fill it.
_MAX_WEIGHT = 64 * 1024 * 1024
_MAX_ORIGINS = 20_000
_MOST_AT_ONCE = 32 * 1024  # bytes of a file that are read while all else waits: 10 milliseconds
# Seconds until a file that could not be had is asked for again: at first, and at most.
_RETRY = (10.0, 300.0)
_LONGEST_ASKED = 6 * 3600.0  # seconds; a server that asks for years is asked again after these
_GIVE_UP = timedelta(days=30)  # RFC 9309, 2.3.1.4: then it may be taken for one that is not there


@dataclass(frozen=True, slots=True)
class RobotsAnswer:
    """What a request for a robots.txt file came to, redirects followed.

    `status` None: it was not answered, or led where we do not go. `error` says so in words;
    `permanent` that it will stay so.
    """

    status: int | None
    body: bytes = b""
    error: str = ""
    permanent: bool = False
    retry_after: timedelta | None = None
    trouble: Trouble = Trouble.OTHER


def rules_of(answer: RobotsAnswer, agent: str) -> Rules | None:
    """The rules that an answer means (RFC 9309, 2.3.1); None when nothing may be fetched for now.

    As Google does, 429 is read as a server that is overloaded, not as a missing file. A file
    that redirects into a dead end is as good as missing.
    """
    if answer.status is None:
        return ALLOW_ALL if answer.permanent else None
    if 200 <= answer.status < 300:
        return robots.parse(answer.body, agent)
    if answer.status >= 500 or answer.status == 429:
        return None
    return ALLOW_ALL


@dataclass(slots=True)
class _Kept:
    """What is known of one origin; times are the clock's monotonic seconds."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)  # one request for the file at a time
    users: int = 0
    rules: Rules | None = None  # the last that could be had
    ask_again_at: float = float("-inf")
    failing_since: float | None = None
    failures: int = 0  # in a row
    error: str = ""
    trouble: Trouble = Trouble.OTHER

    @property
    def weight(self) -> int:
        return 200 + (self.rules.weight if self.rules else 0)


class Permissions:
    """What may be fetched from where.

    `ask` requests the robots.txt of an origin by a route; it raises FetchError when the origin
    itself must not be fetched from, and then so does `rules`. What was learned by one route does
    not hold for another: a proxy may be told other rules, or be the only one that is answered.
    """

    def __init__(
        self,
        ask: Callable[[str, Route], Awaitable[RobotsAnswer]],
        *,
        agent: str,
        clock: Clock,
        lifetime: timedelta,
        max_weight: int = _MAX_WEIGHT,
    ) -> None:
        self._ask = ask
        self._agent = agent
        self._clock = clock
        self._lifetime = lifetime.total_seconds()
        self._max_weight = max_weight
        self._kept: OrderedDict[tuple[str, Route], _Kept] = (
            OrderedDict()
        )  # the least recently used first
        self._weight = 0

    def __len__(self) -> int:
        """How many origins are remembered."""
        return len(self._kept)

    async def rules(self, origin: str, route: Route = STRAIGHT) -> Rules:
        """The rules of `origin`, asked for if they are not known or are a day old.

        Raises a temporary FetchError when they cannot be had and never could: then nothing may be
        fetched. Once they were had, they hold until they can be had again.
        """
        key = (origin, route)
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = _Kept()
            self._weight += kept.weight
        self._kept.move_to_end(key)
        kept.users += 1
        try:
            if self._clock.monotonic() >= kept.ask_again_at:
                async with kept.lock:
                    if self._clock.monotonic() >= kept.ask_again_at:
                        await self._refresh(origin, route, kept)
        finally:
            kept.users -= 1
            self._forget()
        if kept.rules is None:
            left = timedelta(seconds=max(kept.ask_again_at - self._clock.monotonic(), 0))
            raise FetchError(kept.error, retry_after=left, trouble=kept.trouble)
        return kept.rules

    async def _refresh(self, origin: str, route: Route, kept: _Kept) -> None:
        answer = await self._ask(origin, route)
        # In a thread, if it is large: half a megabyte of rules takes 0.2 seconds, and strangers
        # may have any number of hosts that send so much.
        is_large = len(answer.body) > _MOST_AT_ONCE
        read = partial(rules_of, answer, self._agent)
        rules = await asyncio.to_thread(read) if is_large else read()
        if rules is None:
            self._endure(origin, kept, answer)
            return
        kept.failing_since = None
        kept.failures = 0
        kept.ask_again_at = self._clock.monotonic() + self._lifetime
        self._replace(kept, rules)

    def _endure(self, origin: str, kept: _Kept, answer: RobotsAnswer) -> None:
        """Go on without an answer: with the last rules, or with nothing allowed."""
        now = self._clock.monotonic()
        if kept.failing_since is None:
            kept.failing_since = now
        kept.error = answer.error or (
            f"nothing may be fetched from {origin} while its robots.txt cannot be read "
            f"(it answered {answer.status})"
        )
        kept.trouble = answer.trouble
        kept.failures += 1
        first, longest = _RETRY
        pause = min(longest, first * 2.0 ** min(kept.failures - 1, 30))
        asked = answer.retry_after.total_seconds() if answer.retry_after else 0.0
        kept.ask_again_at = now + max(pause, min(asked, _LONGEST_ASKED))
        if kept.rules is None and now - kept.failing_since >= _GIVE_UP.total_seconds():
            self._replace(kept, ALLOW_ALL)
        # Where nothing may be fetched, the error that is raised says it once for every visit.
        logger.log(
            logging.DEBUG if kept.rules is None else logging.WARNING,
            "The robots.txt of %s cannot be read (%s): %s",
            origin,
            kept.error,
            "nothing is fetched" if kept.rules is None else "the last known rules hold",
            extra={"action": "fetch.robots_unreachable", "origin": origin},
        )

    def _replace(self, kept: _Kept, rules: Rules) -> None:
        self._weight -= kept.weight
        kept.rules = rules
        self._weight += kept.weight

    def _forget(self) -> None:
        """Forget the origins not used for longest, until the rest is within bounds."""
        if self._weight <= self._max_weight and len(self._kept) <= _MAX_ORIGINS:
            return
        for key in [key for key, kept in self._kept.items() if kept.users == 0]:
            self._weight -= self._kept.pop(key).weight
            if self._weight <= self._max_weight * 0.9 and len(self._kept) <= _MAX_ORIGINS * 0.9:
                return
