"""So many in a span of time: "6/h", "5/s", "20/15m"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

_MOST = 100_000
_SPAN = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
_RATE = re.compile(r"(\d{1,6})\s*/\s*(\d{0,4})\s*([smhd])")
_WORDS = {"s": "a second", "m": "a minute", "h": "an hour", "d": "a day"}


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` in any span of the length `per`; `text` says so as people do."""

    count: int
    per: timedelta
    text: str

    def free_at(self, sent: Sequence[datetime], now: datetime) -> datetime:
        """When the next one may go: now, or when the oldest of the last `count` leaves the span.

        `sent` are the times of those that went, in any order; older ones than the span do no harm.
        """
        within = sorted(time for time in sent if time > now - self.per)
        if len(within) < self.count:
            return now
        return within[-self.count] + self.per


def parse_rate(text: str) -> Rate:
    """A rate from text such as "6/h" or "20/15m"; ValueError with a remedy otherwise."""
    found = _RATE.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError(f'"{text}" is no rate: write a number and a time, such as "6/h"')
    count, units = int(found[1]), int(found[2] or "1")
    if not 1 <= count <= _MOST or units < 1:
        raise ValueError(f'"{text}": from 1 to {_MOST} in a time longer than zero')
    span = _WORDS[found[3]] if units == 1 else f"in {units}{found[3]}"
    return Rate(count, _SPAN[found[3]] * units, f"{count} {span}")
