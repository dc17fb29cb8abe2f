"""When to come again: decisions, without I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import log
from random import Random
from typing import Final

from scraper.pipeline.rhythm import DAY, HOUR, STIR_HALF_LIFE, Rhythm

# With the jitter no visit comes later than 110 seconds after the one before it.
SHORTEST_LEARNED = timedelta(seconds=100)
LONGEST_LEARNED = timedelta(days=1)
_SHARE: Final = 0.5
_POWER: Final = 0.78
_LEAST_RATE: Final = 1e-6  # occasions an hour: once in a hundred years
_SELDOM: Final = 1 / 12  # occasions a day, below which it is visited once a day
_PATIENCE: Final = 3.0  # occasions that may fail to come before half as much is expected
_STIR_RATE: Final = log(2) / (STIR_HALF_LIFE / HOUR)  # occasions an hour for one a moment ago
_STIR_WEIGHT: Final = 0.5
_LEAST_STIR: Final = 0.01

LONGEST_ASKED = timedelta(hours=1)
LONGEST_CONTRADICTED = timedelta(minutes=5)
_CONTRADICTED: Final = 5.0  # occasions, and how many within what it asks
_TIMES_OVER: Final = 2.0
_JITTER_OF_EVERY: Final = 0.01
_TOO_SHORT_TO_JITTER = timedelta(minutes=1)
_LEAST_SPREAD = timedelta(seconds=10)

PUSHED_PAUSE = timedelta(hours=1)  # between visits of a source whose hub brings what is new
FIRST_BACK_OFF = timedelta(minutes=1)
LONGEST_BACK_OFF = timedelta(hours=1)
LONGEST_REQUESTED_PAUSE = timedelta(days=1)
BARRED_PAUSE = timedelta(hours=1)  # walls are taken down by people, not by asking every minute

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


class PacedBy(StrEnum):
    """What decided when the next visit is."""

    EVERY = "every"  # a person
    LEARNED = "learned"  # how often it publishes, and when
    ASKED = "asked"  # the source: its TTL, or how long its answer is fresh
    BACK_OFF = "back_off"  # the last visit failed
    RETRY_AFTER = "retry_after"  # the server said when to come again
    PUSHED = "pushed"  # its hub brings what is new
    GONE = "gone"  # there is nothing any more: a look now and then


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When to come again: after `pause`. `interval` is that without chance."""

    interval: timedelta
    pause: timedelta
    by: PacedBy


def interval_at(rate: float) -> timedelta:
    """How long to wait between two visits of a source with so many occasions an hour.

    Half a minute times the 0.78th power of the minutes between two occasions. Proportional to them
    it would be too seldom for what publishes now and then; the square root, by which a given number
    of visits finds things soonest on average, would ask too often for what hardly ever does. So a
    source of every 5 minutes is visited every 105 seconds, one of every hour every 12 minutes, one
    of every day at any hour every 2.4 hours, and one of every three weeks once a day.
    """
    minutes = 60 / max(rate, _LEAST_RATE)
    wanted = timedelta(minutes=_SHARE * minutes**_POWER)
    return min(max(wanted, SHORTEST_LEARNED), LONGEST_LEARNED)


def learned_interval(rhythm: Rhythm, now: datetime) -> timedelta:
    """How long until the next visit, by what is to be expected hour by hour until then.

    Each stretch of time counts as the part of a visit that it asks for by itself; the visit is when
    they make up a whole one. So a source that rests at night is visited when its day begins. The
    longer nothing came when it should have, the less is expected; and what came of late lets more
    be expected for an hour or two, for news seldom comes alone.

    What publishes less than once in twelve days has said too little of its hours and days: each
    that it ever used would be looked at in its turn. It is visited once a day.
    """
    slowed = _PATIENCE / (_PATIENCE + rhythm.quiet) if rhythm.per_day >= _SELDOM else 0.0
    stir = rhythm.stir * 0.5 ** (max(now - rhythm.until, timedelta(0)) / STIR_HALF_LIFE)
    moment, asked = now, 0.0
    end = now + LONGEST_LEARNED
    while moment < end:
        following = moment.replace(minute=0, second=0, microsecond=0) + HOUR
        if stir > _LEAST_STIR:
            following = min(following, moment + STIR_HALF_LIFE / 2)
        expected = rhythm.rate(moment) * slowed + _STIR_WEIGHT * stir * _STIR_RATE
        interval = interval_at(expected)
        left = (1 - asked) * interval
        if moment + left <= min(following, end):
            return moment + left - now
        asked += (following - moment) / interval
        stir *= 0.5 ** ((following - moment) / STIR_HALF_LIFE)
        moment = following
    return LONGEST_LEARNED


def most_asked(rhythm: Rhythm, wish: timedelta) -> timedelta:
    """How much of a wish to be left alone so long is granted.

    An hour at most: a feed's TTL and a server's max-age are mostly their program's default. A
    source that publishes more often than it wants to be visited does not know what it asks.
    """
    if rhythm.occasions >= _CONTRADICTED and rhythm.per_day * (wish / DAY) >= _TIMES_OVER:
        return min(wish, LONGEST_CONTRADICTED)
    return min(wish, LONGEST_ASKED)


def plan(
    rhythm: Rhythm,
    *,
    every: timedelta | None,
    wish: timedelta,
    now: datetime,
    spread: bool,
    random: Random,
) -> Plan:
    """When to come again after a good visit.

    `every` is what a person set, and is kept but for a hundredth. `wish` is how long the source
    asks to be left alone. With `spread` the visit comes after a part of the interval: for sources
    added at once, or due at once after a sleep of the machine, so that they part.
    """
    if every is not None:
        interval, by = every, PacedBy.EVERY
        jitter = 0.0 if every < _TOO_SHORT_TO_JITTER else _JITTER_OF_EVERY
    else:
        learned = timedelta(seconds=round(learned_interval(rhythm, now).total_seconds()))
        interval, by, jitter = learned, PacedBy.LEARNED, _JITTER
        asked = most_asked(rhythm, wish)
        if asked > interval:
            interval, by = asked, PacedBy.ASKED
    if spread:
        least = 0.0 if by is not PacedBy.ASKED else 1.0
        pause = max(interval * random.uniform(least, 1), min(interval, _LEAST_SPREAD))
    elif by is PacedBy.ASKED:
        pause = interval * random.uniform(1, 1 + jitter)
    else:
        pause = interval * random.uniform(1 - jitter, 1 + jitter)
    return Plan(interval=interval, pause=pause, by=by)


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
