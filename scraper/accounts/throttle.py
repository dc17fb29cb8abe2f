"""How often somebody may guess."""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

_MOST_KNOWN: Final = 10_000  # keys remembered: names and addresses are whatever a request says


class Throttle:
    """Counts failures of each key (a name, an address) within a window of time.

    The longest forgotten key goes first where there are too many, so memory is bounded; whoever
    fills it with made-up names is stopped by the address.
    """

    def __init__(self, *, most: int, window: timedelta) -> None:
        self._most = most
        self._window = window
        self._failures: OrderedDict[str, list[datetime]] = OrderedDict()

    def wait(self, keys: Iterable[str], now: datetime) -> timedelta | None:
        """How long none of these may try again; None: now."""
        waits = [left for key in keys if (left := self._wait(key, now)) is not None]
        return max(waits, default=None)

    def failed(self, keys: Iterable[str], now: datetime) -> None:
        """Count a failure of each of these."""
        for key in keys:
            times = [*self._recent(key, now), now][-self._most :]
            self._failures[key] = times
            self._failures.move_to_end(key)
        while len(self._failures) > _MOST_KNOWN:
            self._failures.popitem(last=False)

    def succeeded(self, keys: Iterable[str]) -> None:
        """Forget their failures."""
        for key in keys:
            self._failures.pop(key, None)

    def _wait(self, key: str, now: datetime) -> timedelta | None:
        times = self._recent(key, now)
        return times[0] + self._window - now if len(times) >= self._most else None

    def _recent(self, key: str, now: datetime) -> list[datetime]:
        return [time for time in self._failures.get(key, ()) if now - time < self._window]
