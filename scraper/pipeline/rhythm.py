"""How often a source publishes, and when, learned from what visits show: pure, of fixed size.

What counts is an *occasion*: something new became visible, however many entries at once; entries
within a minute of each other are one. Occasions, and the time in which they could have been seen,
are added up for each hour of the day and each day of the week (UTC), every sum halved in three
weeks. Their quotients say what may be expected of an hour:

    rate(hour, day) = occasions per hour at that hour x that day of the week / an average day

`rate` leans towards the average where little is known, for visits to be planned by. `usual` does
not: an hour in which nothing was ever published promises nothing, so nights and weekends are no
silence. The sum of `usual` since the last occasion is `quiet`, what was expected and did not come.

A time that a source gives counts only within the time since the last look: a wrong time zone, or an
entry that is shown late, does not shift the hours in which a visit is worth its while.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from math import log
from typing import Any, Final, Self

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)

HALF_LIFE: Final = timedelta(days=21)
LOOK_BACK: Final = timedelta(days=28)  # of what a source shows at the first visit
AT_ONCE: Final = timedelta(minutes=1)  # entries that come closer together are one occasion
STIR_HALF_LIFE: Final = timedelta(minutes=30)
WORTH_NOTING: Final = timedelta(minutes=10)
_LONGEST_GAP: Final = timedelta(days=56)  # of which all hours are gone through
_FUTURE: Final = timedelta(days=1)  # a later time is no time of publication
_LEAST_DATED: Final = 3  # entries whose times, all alike, are those of the feed's making

# Where nothing is known yet: half an occasion in half an hour, one an hour. The half is Jeffreys'
# prior for a rate; its time makes the first days of a source without dates count for more.
_PRIOR_OCCASIONS: Final = 0.5
_PRIOR_DAYS: Final = 1 / 48
_LEAN: Final = 1.0  # hours, or days, of the average that each hour, or day of the week, has seen

# What came in the first second of an hour does not come each second of it: so much of an hour, or
# of a day of the week, is taken for seen at least. In hours, and in days.
_LEAST_OF_HOUR: Final = 1.0
_LEAST_OF_DAY: Final = 0.25

# Silence is judged of sources of which this much is known.
LEAST_DAYS: Final = 3.0  # with something new, and of looking
LEAST_OCCASIONS: Final = 10.0
_INDEPENDENT: Final = 5.0  # occasions of one day that count as such: those of a burst do not
_RECORD: Final = 1.5  # times the longest quiet that ever ended by itself
_EULER: Final = 0.5772


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """What is known of how a source publishes, up to a moment."""

    until: datetime  # it was looked at up to here
    latest: datetime | None = None  # the latest time of publication that was counted
    last: datetime | None = None  # the last occasion
    hours: tuple[float, ...] = (0.0,) * 24  # occasions by hour of the day
    hours_seen: tuple[float, ...] = (0.0,) * 24  # hours in which they could have been seen
    days: tuple[float, ...] = (0.0,) * 7  # occasions by day of the week, Monday first
    days_seen: tuple[float, ...] = (0.0,) * 7  # days in which they could have been seen
    entries: float = 0.0
    active: float = 0.0  # days with an occasion
    quiet: float = 0.0  # occasions that were to be expected since the last one
    longest: float = 0.0  # the most of that which ended by itself
    stir: float = 0.0  # occasions of late, each halved in half an hour
    asks: float = 0.0  # seconds that the source asks to be left alone

    @property
    def occasions(self) -> float:
        """How many are remembered."""
        return sum(self.days)

    @property
    def seen(self) -> float:
        """The days of looking that are remembered."""
        return sum(self.days_seen)

    @property
    def per_day(self) -> float:
        """Occasions a day, on average; where little is known, what is supposed at first."""
        return (self.occasions + _PRIOR_OCCASIONS) / (self.seen + _PRIOR_DAYS)

    @property
    def entries_per_day(self) -> float:
        """Entries a day, on average; 0 where nothing is known."""
        return self.entries / self.seen if self.seen else 0.0

    def rate(self, moment: datetime) -> float:
        """Occasions an hour that a visit at that time of the week may count on."""
        average = self.per_day
        factor = (self.days[_day(moment)] + _LEAN * average) / (
            (self.days_seen[_day(moment)] + _LEAN) * average
        )
        hour = moment.hour
        here, before, after = (
            (self.hours[each] + _LEAN * average / 24) / (self.hours_seen[each] + _LEAN)
            for each in (hour, hour - 1, (hour + 1) % 24)
        )
        # News of six o'clock may come a little before or after the hour.
        return factor * max(here, before / 4, after / 4)

    def usual(self, moment: datetime) -> float:
        """Occasions an hour that were seen at that time of the week; 0 where none ever was."""
        hour, day = moment.hour, _day(moment)
        if not (self.hours_seen[hour] and self.days_seen[day] and self.occasions):
            return 0.0
        days_seen = max(self.days_seen[day], _LEAST_OF_DAY)
        by_day = self.days[day] / days_seen / (self.occasions / self.seen)
        return by_day * self.hours[hour] / max(self.hours_seen[hour], _LEAST_OF_HOUR)

    def chance(self) -> float:
        """The probability of so long a quiet, had nothing changed; 1.0 where too little is known.

        Occasions that come independently make quiet exponential, of mean 1. The mean is larger for
        a source whose longest quiet was longer than so many of that kind would have had (of n, it
        is log n + 0.577 on average), and it is known from few occasions only: integrated over the
        gamma distribution of the rate that these leave, the tail is (1 + quiet / n) ** -n.
        """
        known = min(self.occasions, _INDEPENDENT * self.active)
        if min(self.active, self.seen) < LEAST_DAYS or self.occasions < LEAST_OCCASIONS:
            return 1.0
        if self.quiet <= _RECORD * self.longest:
            return 1.0
        scale = max(1.0, self.longest / (_RECORD * (log(self.occasions) + _EULER)))
        known = max(known / scale, 1.0)
        tail: float = (1 + self.quiet / scale / known) ** -known
        return tail

    def raw(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {
            "until": self.until.isoformat(timespec="seconds"),
            "latest": self.latest and self.latest.isoformat(),
            "last": self.last and self.last.isoformat(timespec="seconds"),
            **{name: [_short(each) for each in getattr(self, name)] for name in _TABLES},
            **{name: _short(getattr(self, name)) for name in _NUMBERS},
        }

    @classmethod
    def of(cls, raw: Mapping[str, Any] | None) -> Self | None:
        """From what JSON kept."""
        if raw is None:
            return None
        latest, last = raw["latest"], raw["last"]
        known: dict[str, Any] = {name: tuple(map(float, raw[name])) for name in _TABLES}
        known |= {name: float(raw[name]) for name in _NUMBERS}
        return cls(
            until=datetime.fromisoformat(raw["until"]),
            latest=latest and datetime.fromisoformat(latest),
            last=last and datetime.fromisoformat(last),
            **known,
        )


_TABLES: Final = ("hours", "hours_seen", "days", "days_seen")
_NUMBERS: Final = ("entries", "active", "quiet", "longest", "stir", "asks")


def learn(
    known: Rhythm | None, *, published: Sequence[datetime], new: int, now: datetime
) -> Rhythm:
    """The rhythm after a look at all that a source shows.

    `published` are the times it gives, in UTC, of what is new and what is not; `new` is how many
    entries were never seen before. What another source of the same site showed first counts by its
    time, what has no time by being new.
    """
    times = sorted(time for time in published if time <= now + _FUTURE)
    if len(times) >= _LEAST_DATED and times[-1] - times[0] < AT_ONCE:
        times = []
    if known is None:
        return _begun(times, now)
    fresh = [time for time in times if known.latest is None or time > known.latest]
    if not (fresh or new) and timedelta(0) <= now - known.until < WORTH_NOTING:
        return known  # adding up so little again and again costs more than it tells
    since = min(known.until, now)
    middle = since + (now - since) / 2
    shown = [min(time, now) if time > since else middle for time in fresh]
    shown += _spread(max(new - len(fresh), 0), since, now)
    latest = times[-1] if fresh else known.latest
    return replace(_watched(known, sorted(shown), now), latest=latest)


def _begun(times: Sequence[datetime], now: datetime) -> Rhythm:
    """What the first look tells: how far what it shows goes back, and what came since."""
    past = [min(time, now) for time in times]
    since = now - LOOK_BACK
    if not past or past[0] > since:
        # The first entry shown says since when; those before it are not shown any more.
        since = past[0] if past else now
        past = past[1:]
    shown = [time for time in past if time > since]
    latest = times[-1] if times else None
    begun = _watched(Rhythm(until=since), shown, now)
    return replace(begun, latest=latest, stir=0.0)


def _spread(count: int, since: datetime, now: datetime) -> list[datetime]:
    """Times for entries that have none: evenly in the time in which they came."""
    places = min(count, max(int((now - since) / AT_ONCE), 1))
    if not places:
        return []
    step = (now - since) / places
    times = [since + step * (place + 0.5) for place in range(places)]
    return times + [times[-1]] * (count - places)


def _watched(known: Rhythm, shown: Sequence[datetime], now: datetime) -> Rhythm:
    """The rhythm with what was shown between its end and now, in the order of time."""
    since = min(known.until, now)
    occasions = _occasions(shown, known.last)
    faded = _faded(known, now - since)
    hours, days = list(faded.hours), list(faded.days)
    hours_seen, days_seen = list(faded.hours_seen), list(faded.days_seen)
    for moment, part in _hours(max(since, now - _LONGEST_GAP), now):
        hours_seen[moment.hour] += part / HOUR
        days_seen[_day(moment)] += part / DAY
    for time in occasions:
        hours[time.hour] += 1
        days[_day(time)] += 1
    dates = {time.date() for time in occasions} - ({known.last.date()} if known.last else set())
    quiet, longest, stir = _quiet(known, occasions, since, now)
    return Rhythm(
        until=now,
        latest=known.latest,
        last=occasions[-1] if occasions else known.last,
        hours=tuple(hours),
        hours_seen=tuple(hours_seen),
        days=tuple(days),
        days_seen=tuple(days_seen),
        entries=faded.entries + len(shown),
        active=faded.active + len(dates),
        quiet=quiet,
        longest=max(longest, faded.longest),
        stir=stir,
        asks=known.asks,
    )


def _occasions(shown: Sequence[datetime], last: datetime | None) -> list[datetime]:
    found: list[datetime] = []
    for time in shown:
        if last is None or time - last >= AT_ONCE:
            found.append(time)
            last = time
    return found


def _quiet(
    known: Rhythm, occasions: Sequence[datetime], since: datetime, now: datetime
) -> tuple[float, float, float]:
    """The quiet at the end, the longest that an occasion ended, and the stir."""
    quiet, longest = known.quiet, 0.0
    # Of a long look back only the last part matters, and it is not gone through again and again.
    for begin, end in pairwise([since, *occasions[-_MOST_GAPS:]]):
        longest = max(longest, quiet + _expected(known, begin, end))
        quiet = 0.0
    stir = known.stir * 0.5 ** ((now - since) / STIR_HALF_LIFE)
    stir += sum(0.5 ** ((now - time) / STIR_HALF_LIFE) for time in occasions[-_MOST_GAPS:])
    begin = occasions[-1] if occasions else since
    return quiet + _expected(known, begin, now), longest, stir


_MOST_GAPS: Final = 100


def _expected(known: Rhythm, begin: datetime, end: datetime) -> float:
    if not known.occasions:
        return 0.0
    hours = _hours(max(begin, end - _LONGEST_GAP), end)
    return sum(known.usual(moment) * (part / HOUR) for moment, part in hours)


def _hours(begin: datetime, end: datetime) -> Iterator[tuple[datetime, timedelta]]:
    """The hours of the clock between two times: when each begins, and how much of it is in."""
    moment = begin
    while moment < end:
        following = min(moment.replace(minute=0, second=0, microsecond=0) + HOUR, end)
        yield moment, following - moment
        moment = following


def _faded(known: Rhythm, passed: timedelta) -> Rhythm:
    weight = 0.5 ** (passed / HALF_LIFE)
    tables: dict[str, Any] = {
        name: tuple(weight * each for each in getattr(known, name)) for name in _TABLES
    }
    return replace(
        known,
        **tables,
        entries=weight * known.entries,
        active=weight * known.active,
        # The record of a quiet that was long ago is forgotten more slowly: it may be a summer's.
        longest=weight**0.25 * known.longest,
    )


def _day(moment: datetime) -> int:
    return moment.weekday()


def _short(value: float) -> float:
    return float(f"{value:.6g}")
