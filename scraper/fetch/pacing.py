"""Each host at its own pace: one request at a time, a pause in between, and longer when it asks.

Requests for one host get their turn in the order in which they came. A host that refuses (429,
503) or does not answer is left alone for a while, and longer each time; whoever wants it meanwhile
is told at once when to come back, instead of holding a place for something else. What a host asked
for is told to a memory, which outlives the process, and which knows what others were asked.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from scraper.clock import Clock
from scraper.errors import FetchError, Trouble
from scraper.fetch.shared_pace import LastRequest, SharedPace
from storage.records import HostBackOff

logger = logging.getLogger(__name__)

_MAX_HOSTS = 20_000  # remembered; the ones that matter least are forgotten first
_REFUSED = (15.0, 3600.0)  # seconds: the first back-off after a refusal, and the longest
_MAX_ASKED = 6 * 3600.0  # seconds; a host that asks for more is asked again after these
# A shorter back-off is mostly our own guess, and over before it would be missed.
_WORTH_REMEMBERING = timedelta(minutes=1)
# A host that does not answer is met three times before it is left alone, and not for long: most
# outages are short, and news must not wait for the end of a long back-off.
_SILENT_FREE = 3
_LOOK_AGAIN = 0.05  # seconds; while another process asks the host
_SILENT = (5.0, 60.0)


@dataclass(slots=True)
class _Host:
    """What is remembered of one host; times are the clock's monotonic seconds."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)  # grants turns in order of asking
    users: int = 0  # that hold the lock or wait for it
    last_end: float = float("-inf")  # of a request
    next_start: float = 0.0  # the pause after the last request ends
    back_off_until: float = 0.0
    refusals: int = 0  # in a row
    silences: int = 0  # in a row
    asked: bool = False  # it named the end of its back-off itself
    reported: bool = False  # its back-off, to the memory

    @property
    def free_at(self) -> float:
        return max(self.next_start, self.back_off_until)


class Memory(Protocol):
    """Remembers beyond this process which hosts asked to be left alone."""

    def recall(self, key: str) -> HostBackOff | None:
        """What is known of a host from before, or from others, and was not recalled yet."""
        ...

    def began(self, back_off: HostBackOff) -> None:
        """A host is to be left alone."""
        ...

    def ended(self, key: str) -> None:
        """It answers again."""
        ...


class Turn:
    """The right to send one request, and what came of it."""

    def __init__(self, pacer: "Pacer", key: str, host: _Host) -> None:
        self._pacer = pacer
        self._key = key
        self._host = host

    def answered(self) -> None:
        """The host is well."""
        self._host.refusals = self._host.silences = 0
        self._host.back_off_until = 0.0
        self._pacer.report_end(self._key, self._host)

    def refused(self, asked: timedelta | None) -> timedelta:
        """The host asks to be left alone, for `asked` if it said so; how long it will be."""
        host = self._host
        host.silences = 0
        host.refusals += 1
        seconds = asked.total_seconds() if asked else 0.0
        host.asked = seconds > 0
        if not host.asked:
            seconds = _growing(_REFUSED, host.refusals)
        left = self._pacer.leave_alone(self._key, host, min(seconds, _MAX_ASKED))
        self._pacer.report(self._key, host, left)
        return left

    def silent(self) -> None:
        """The host could not be reached, or did not answer in time."""
        host = self._host
        host.silences += 1
        if host.silences >= _SILENT_FREE:
            seconds = _growing(_SILENT, host.silences - _SILENT_FREE + 1)
            self._pacer.leave_alone(self._key, host, seconds)


class Pacer:
    """Gives out turns. `patience` is the longest back-off that is waited for."""

    def __init__(
        self,
        clock: Clock,
        *,
        patience: timedelta,
        max_hosts: int = _MAX_HOSTS,
        memory: Memory | None = None,
        shared: SharedPace | None = None,
    ) -> None:
        self._clock = clock
        self._shared = shared
        self._memory = memory
        self._patience = patience.total_seconds()
        self._max_hosts = max_hosts
        self._hosts: dict[str, _Host] = {}

    def __len__(self) -> int:
        """How many hosts are remembered."""
        return len(self._hosts)

    @asynccontextmanager
    async def turn(self, key: str, pause: timedelta) -> AsyncIterator[Turn]:
        """Wait for a turn at the host `key`, and hold it; `pause` precedes it, and follows its end.

        Raises a temporary FetchError, with the time that is left, while the host is to be left
        alone for longer than patience allows.
        """
        host = self._hosts.get(key)
        if host is None:
            host = self._remember(key)
        self._require_patience(key, host)
        host.users += 1
        try:
            async with host.lock:
                self._require_patience(key, host)
                await self._wait(key, host, pause.total_seconds())
                try:
                    yield Turn(self, key, host)
                finally:
                    host.last_end = self._clock.monotonic()
                    host.next_start = host.last_end + pause.total_seconds()
                    self._leave(key, host)
        finally:
            host.users -= 1

    async def _wait(self, key: str, host: _Host, pause: float) -> None:
        """Wait until the host may be asked, and be the only process that asks it.

        Nobody keeps others out while it waits, so that they have their turns meanwhile.
        """
        while True:
            # Its own pause counts before it, too: that after robots.txt was shorter than the
            # Crawl-delay that it names.
            since = host.last_end + pause
            while (wait := max(host.free_at, since) - self._clock.monotonic()) > 0:
                await self._clock.sleep(wait)
            if self._shared is None:
                return
            if not self._shared.take(key):
                await self._clock.sleep(_LOOK_AGAIN)
                continue
            now = self._clock.now().timestamp()
            last = self._shared.last(key)
            if last is not None and last.ended > now:  # the clock was set back
                last = last._replace(ended=now)
                self._shared.note(key, last)
            if last is None or (left := _left(last, pause, now)) <= 0:
                return
            self._shared.leave(key)
            host.next_start = self._clock.monotonic() + left
            if last.refused:
                host.back_off_until = host.next_start
                host.refusals = max(host.refusals, 1)
                self._require_patience(key, host)

    def _leave(self, key: str, host: _Host) -> None:
        """Tell the other processes when the host may be asked again."""
        if self._shared is not None:
            left = host.back_off_until - host.last_end
            refused = bool(host.refusals) and (
                host.asked or left >= _WORTH_REMEMBERING.total_seconds()
            )
            rest = (host.free_at if refused else host.next_start) - host.last_end
            self._shared.note(key, LastRequest(self._clock.now().timestamp(), rest, refused))
            self._shared.leave(key)

    def leave_alone(self, key: str, host: _Host, seconds: float) -> timedelta:
        """Send nothing to `host` for so long, nor for what remains of a longer back-off."""
        now = self._clock.monotonic()
        host.back_off_until = max(host.back_off_until, now + seconds)
        logger.info(
            "%s is left alone for %.0f s",
            key,
            host.back_off_until - now,
            extra={"action": "fetch.back_off", "host": key},
        )
        return timedelta(seconds=host.back_off_until - now)

    def report(self, key: str, host: _Host, left: timedelta) -> None:
        """Let the memory know of a host that asked to be left alone for so long."""
        if self._memory is not None and left >= _WORTH_REMEMBERING:
            host.reported = True
            until = self._clock.now() + left
            self._memory.began(
                HostBackOff(key=key, until=until, refusals=host.refusals, silences=host.silences)
            )

    def report_end(self, key: str, host: _Host) -> None:
        """Let the memory know that the host answers again, if it knows of its back-off."""
        if host.reported and self._memory is not None:
            host.reported = False
            self._memory.ended(key)

    def _require_patience(self, key: str, host: _Host) -> None:
        self._recall(key, host)
        left = host.back_off_until - self._clock.monotonic()
        if left > self._patience:
            why = "asked to be left alone" if host.refusals else "did not answer lately"
            raise FetchError(
                f"{key} {why}: it is tried again in {left:.0f} seconds",
                retry_after=timedelta(seconds=left),
                trouble=Trouble.BUSY if host.refusals else Trouble.OTHER,
            )

    def _remember(self, key: str) -> _Host:
        if len(self._hosts) >= self._max_hosts:
            self._forget()
        host = self._hosts[key] = _Host()
        return host

    def _recall(self, key: str, host: _Host) -> None:
        """Take up what the memory knows of a host: from before, or from another worker."""
        if self._memory is None or (known := self._memory.recall(key)) is None:
            return
        left = min((known.until - self._clock.now()).total_seconds(), _MAX_ASKED)
        host.back_off_until = max(host.back_off_until, self._clock.monotonic() + left)
        host.refusals = max(host.refusals, known.refusals)
        host.reported = True

    def _forget(self) -> None:
        """Forget a tenth of the hosts, so that this is seldom done: those that are free soonest."""
        idle = [key for key, host in self._hosts.items() if host.users == 0]
        idle.sort(key=lambda key: self._hosts[key].free_at)
        for key in idle[: max(1, self._max_hosts // 10)]:
            del self._hosts[key]


def _left(last: LastRequest, pause: float, now: float) -> float:
    """How many seconds a host rests yet."""
    return last.ended + min(max(last.rest, pause), _MAX_ASKED) - now


def _growing(bounds: tuple[float, float], times: int) -> float:
    """The first bound, doubled with each time after the first, up to the second."""
    first, longest = bounds
    return min(longest, first * 2.0 ** min(times - 1, 30))
