"""Weeks of visits on a simulated clock: how late news is seen, and what it costs in visits."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from scraper.pipeline.rhythm import Rhythm, learn
from scraper.pipeline.schedule import plan
from scraper.pipeline.source_health import ALARM

START = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BEFORE = 28 * DAY  # that the source existed before it was added
LEARNING = 7 * DAY  # that are not counted


@dataclass(frozen=True)
class Run:
    delays: Sequence[float]  # from publication to visit, in minutes, in order
    visits_a_day: float
    alarms: int  # visits at which the source was taken for silent

    def delay(self, share: float) -> float:
        return self.delays[min(int(share * len(self.delays)), len(self.delays) - 1)]


def chance(rate: Callable[[datetime], float], days: float, seed: int = 3) -> list[datetime]:
    """Independent entries, `rate(moment)` an hour."""
    random, moment, times = Random(seed), START, []
    while moment < START + days * DAY:
        if random.random() < rate(moment) / 60:
            times.append(moment + MINUTE * random.random())
        moment += MINUTE
    return times


def run(
    times: Sequence[datetime],
    days: float,
    *,
    dated: bool = True,
    shown: int = 30,
    learning: timedelta = LEARNING,
) -> Run:
    """Visit a feed that shows the last `shown` entries as its schedule says."""
    random, known, seen, visits, alarms = Random(1), None, 0, 0, 0
    added = START + BEFORE
    now, delays = added, []
    while now < added + days * DAY:
        count = bisect_right(times, now)
        listed = times[max(count - shown, 0) : count]
        new = count - seen if known else len(listed)
        if now > added + learning:
            visits += 1
            delays += [(now - time) / MINUTE for time in times[seen:count] if time > added]
        known = learn(
            Rhythm.of(known.raw()) if known else None,
            published=listed if dated else (),
            new=new,
            now=now,
        )
        seen = count
        alarms += known.chance() < ALARM
        now += plan(
            known, every=None, wish=timedelta(0), now=now, spread=False, random=random
        ).pause
    return Run(
        delays=sorted(delays),
        visits_a_day=visits / (days - learning / DAY),
        alarms=alarms,
    )


def monthly() -> list[datetime]:
    random = Random(5)
    return [START + (30 * month + random.random()) * DAY for month in range(16)]


def bursts() -> list[datetime]:
    """Two days of six entries an hour, after four months of nothing."""
    return chance(lambda moment: 6 * ((moment - START) // DAY % 120 in {45, 46}), 420)


def daily() -> list[datetime]:
    random = Random(4)
    return sorted(START + DAY * day + 6 * HOUR + 8 * MINUTE * random.gauss() for day in range(90))


def is_working(moment: datetime) -> bool:
    return moment.weekday() < 5 and 6 <= moment.hour < 18


# Minutes from publication to visit, half of the time and nineteen times of twenty; visits a day.
PATTERNS = {
    "every 3 minutes": (lambda: chance(lambda _: 20, 38), 10, True, 1, 2, 870),
    "every 3 minutes, no dates": (lambda: chance(lambda _: 20, 38), 10, False, 1, 2, 870),
    "hourly": (lambda: chance(lambda _: 1, 60), 30, True, 6, 18, 150),
    "40 a day from 5 to 21": (
        lambda: chance(lambda moment: 2.5 * (5 <= moment.hour < 21), 60), 30, True, 4, 8, 210,
    ),
    "daily at 6": (daily, 60, True, 20, 30, 12),
    "daily at 6, no dates": (daily, 60, False, 20, 35, 12),
    "working days": (
        lambda: chance(lambda moment: 2.5 * is_working(moment), 60), 30, True, 4, 9, 125,
    ),
    "monthly": (monthly, 420, True, 24 * 60, 27 * 60, 1.01),
    "bursts": (bursts, 370, True, 4, 18 * 60, 8),
}  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_news_is_seen_soon_and_visits_are_few(pattern: str):
    times, days, dated, half, most, visits = PATTERNS[pattern]
    result = run(times(), days, dated=dated)
    assert result.delay(0.5) <= half
    assert result.delay(0.95) <= most
    assert result.visits_a_day <= visits
    assert result.alarms == 0


def test_what_is_published_every_few_minutes_is_seen_within_two():
    assert run(chance(lambda _: 12, 38), 10).delay(0.99) <= 2


def hours_until_told(times: Sequence[datetime], added: datetime) -> float:
    """How long after the last entry its source is taken for silent."""
    random, known, seen, now = Random(1), None, 0, added
    while known is None or known.chance() >= ALARM:
        count = bisect_right(times, now)
        listed = times[max(count - 30, 0) : count]
        known = learn(known, published=listed, new=count - seen if known else 0, now=now)
        seen = count
        now += plan(
            known, every=None, wish=timedelta(0), now=now, spread=False, random=random
        ).pause
    return (now - times[-1]) / HOUR


@pytest.mark.parametrize("seconds", [0, 1, 600])
def test_forty_a_day_that_stop_are_told_of_after_nine_hours(seconds: int):
    """Also where entries come in the first second of an hour, or of a day, that is looked at."""
    times = [START + number * 36 * MINUTE for number in range(30 * 40)]
    added = START + 9 * DAY + 12 * HOUR + timedelta(seconds=seconds)
    assert 6 < hours_until_told(times, added) < 9.5


def test_a_list_of_twenty_thousand_is_learned_from():
    times = chance(lambda _: 30, 29)
    result = run(times, 0.5, shown=20_000, learning=timedelta(0))
    assert len(times) > 20_000
    assert result.delay(0.95) <= 2


def test_a_source_that_stops_is_soon_told_of_and_visited_less_and_less():
    times = chance(lambda moment: 2.5 * (5 <= moment.hour < 21), 42)
    stopped = run(times, 21)
    assert stopped.alarms > 0
    assert stopped.visits_a_day < 120
