"""When to come again: decisions, without I/O."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

SHORTEST_LEARNED = timedelta(minutes=2)
LONGEST_LEARNED = timedelta(hours=2)
FIRST_BACK_OFF = timedelta(minutes=1)
LONGEST_BACK_OFF = timedelta(hours=1)
LONGEST_REQUESTED_PAUSE = timedelta(days=1)

# An entry is tried for about two days: a site's outage over a weekend night loses nothing, and a
# page that never answers does not stay in the frontier for ever.
RETRY_PAUSES = (
    timedelta(seconds=15),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
_JITTER = 0.1  # of a pause, either way, so that failures of one moment do not return together


def learned_interval(
    every: timedelta | None, current: timedelta, *, new: int, ttl: timedelta | None
) -> timedelta:
    """The interval after a good visit: `every` if a person set it, else learned.

    Multiplicative both ways: a visit that found something new shortens it by a third, one that
    found nothing lengthens it by a quarter, within two minutes and two hours. A source's own
    `ttl` is its wish not to be visited more often, and is honoured up to the longest interval.
    """
    if every is not None:
        return every
    learned = current * (2 / 3 if new else 5 / 4)
    floor = max(SHORTEST_LEARNED, min(ttl or SHORTEST_LEARNED, LONGEST_LEARNED))
    return min(max(learned, floor), LONGEST_LEARNED)


def back_off(
    interval: timedelta, *, failures: int, retry_after: timedelta | None = None
) -> timedelta:
    """The pause after the `failures`-th failed visit in a row, counted from 1.

    It starts at a minute, or the source's interval if that is shorter: most failures are hiccups,
    and news should not wait for them. It doubles, up to 32 intervals or an hour, whichever is
    shorter, but always up to the interval itself. What the server asked for in Retry-After counts,
    up to a day.
    """
    ceiling = max(interval, min(interval * 32, LONGEST_BACK_OFF))
    doublings: int = 2 ** min(failures - 1, 16)
    pause = min(min(interval, FIRST_BACK_OFF) * doublings, ceiling)
    if retry_after is not None:
        pause = max(pause, min(retry_after, LONGEST_REQUESTED_PAUSE))
    return pause


def retry_entry(
    *, attempts: int, retry_after: timedelta | None, random: Random
) -> timedelta | None:
    """The pause after an entry's `attempts`-th failed attempt, counted from 1; None: give up."""
    if attempts > len(RETRY_PAUSES):
        return None
    pause = RETRY_PAUSES[attempts - 1] * random.uniform(1 - _JITTER, 1 + _JITTER)
    if retry_after is not None:
        pause = max(pause, min(retry_after, LONGEST_REQUESTED_PAUSE))
    return pause


def next_recheck(
    first_seen_at: datetime, *, now: datetime, rechecks: Sequence[timedelta]
) -> datetime | None:
    """When a stored article is looked at again: the next of its ages in `rechecks`, if any."""
    upcoming = (first_seen_at + age for age in sorted(rechecks))
    return next((moment for moment in upcoming if moment > now), None)
