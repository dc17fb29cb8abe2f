"""What is learned of how a source publishes."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.pipeline import rhythm
from scraper.pipeline.rhythm import Rhythm, learn

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

looks = st.lists(
    st.tuples(
        st.timedeltas(timedelta(0), 3 * DAY),
        st.integers(0, 40),
        st.lists(st.timedeltas(-90 * DAY, 9 * DAY), max_size=10),
    ),
    max_size=12,
)


def begun(*ago: timedelta, now: datetime = NOW) -> Rhythm:
    return learn(None, published=[now - each for each in ago], new=len(ago), now=now)


@given(looks)
def test_whatever_a_source_shows_its_rhythm_is_sound_bounded_and_kept_by_json(visits):
    known, now = None, NOW
    for passed, new, times in visits:
        now += passed
        known = learn(known, published=[now + time for time in times], new=new, now=now)
        assert len(json.dumps(known.raw())) < 1500
        numbers = (*known.hours, *known.hours_seen, *known.days, *known.days_seen, known.quiet)
        assert min(numbers) >= 0
        assert 0 <= known.chance() <= 1
        assert known.rate(now) > 0
        assert known.occasions == pytest.approx(sum(known.hours))
        again = Rhythm.of(json.loads(json.dumps(known.raw())))
        assert again.raw() == known.raw()


def test_the_first_look_goes_back_as_far_as_what_is_shown():
    known = begun(*(HOUR * each for each in range(25)))
    assert known.occasions == pytest.approx(24)
    assert known.per_day == pytest.approx(24, rel=0.02)
    assert known.entries_per_day == pytest.approx(24)


def test_an_entry_of_the_second_before_the_first_look_promises_no_more_each_second():
    ago = [36 * MINUTE * number + timedelta(seconds=1) for number in range(5)]
    now = NOW + timedelta(seconds=1)
    known = begun(*ago, now=now)
    later = learn(known, published=[now - each for each in ago], new=0, now=now + 14 * MINUTE)
    assert later.quiet < 1


def test_what_is_older_than_four_weeks_says_that_all_since_is_shown():
    known = begun(3 * DAY, 40 * DAY, 50 * DAY)
    assert known.occasions == 1
    assert known.seen == pytest.approx(28)


def test_a_look_without_times_tells_nothing_yet():
    known = begun()
    assert (known.occasions, known.seen) == (0, 0)
    assert known.per_day == 24


def test_entries_of_one_minute_are_one_occasion():
    before = [NOW - 5 * HOUR, NOW - 4 * HOUR]
    known = learn(None, published=before, new=2, now=NOW)
    at_once = [NOW + HOUR + timedelta(seconds=each) for each in range(30)]
    for more, occasions in (([], 1), ([NOW + HOUR + timedelta(seconds=70)], 2)):
        shown = [*before, *at_once, *more]
        after = learn(known, published=shown, new=30 + len(more), now=NOW + 2 * HOUR)
        assert after.occasions == pytest.approx(known.occasions + occasions, rel=0.01)
        assert after.entries == pytest.approx(known.entries + 30 + len(more), rel=0.01)


def test_times_that_are_all_those_of_the_feeds_making_do_not_count():
    known = begun(5 * HOUR, 4 * HOUR)
    for minutes in range(10, 100, 10):
        now = NOW + minutes * MINUTE
        known = learn(known, published=[now] * 20, new=0, now=now)
    assert known.occasions == pytest.approx(1, rel=0.01)


def test_what_another_source_showed_first_counts_by_its_time():
    known = learn(begun(5 * HOUR, 4 * HOUR), published=[NOW + MINUTE], new=0, now=NOW + 2 * MINUTE)
    assert known.occasions == pytest.approx(2, rel=0.01)
    assert known.last == NOW + MINUTE


@pytest.mark.parametrize("zone", [-5 * HOUR, 3 * HOUR])
def test_a_wrong_time_zone_does_not_shift_the_hours(zone):
    known = learn(None, published=[NOW - DAY + zone], new=1, now=NOW)
    for hours in range(1, 25):
        now = NOW + hours * HOUR
        shown = [now - 10 * MINUTE + zone] if now.hour == 18 else []
        known = learn(known, published=shown, new=len(shown), now=now)
    assert max(range(24), key=known.hours.__getitem__) in {17, 18}


def test_entries_without_times_lie_evenly_since_the_last_look():
    known = learn(begun(), published=(), new=4, now=NOW + 4 * HOUR)
    assert [round(count, 2) for count in known.hours[12:16]] == [1, 1, 1, 1]


def test_looks_close_together_in_which_nothing_comes_change_nothing():
    known = begun(5 * HOUR, 4 * HOUR)
    assert learn(known, published=(), new=0, now=NOW + 2 * MINUTE) is known
    assert learn(known, published=(), new=0, now=NOW + 20 * MINUTE) is not known


def test_a_clock_that_went_back_does_no_harm():
    known = learn(begun(5 * HOUR), published=[NOW - 9 * HOUR], new=1, now=NOW - 8 * HOUR)
    assert known.until == NOW - 8 * HOUR
    assert min(known.hours_seen) >= 0


def published(
    days: float, per_hour: float, hours: range = range(24), weekdays: range = range(7)
) -> list[datetime]:
    """Evenly, at these hours of these days, up to NOW."""
    step = HOUR / per_hour
    count = int(days * DAY / step)
    times = [NOW - step * (each + 0.5) for each in range(count)]
    return sorted(each for each in times if each.hour in hours and each.weekday() in weekdays)


def watched(times: list[datetime], until: datetime, every: timedelta = HOUR / 2) -> Rhythm:
    """Looked at every half hour from the first time on."""
    known, now, told = None, times[0], 0
    while now < until:
        fresh = [time for time in times[told:] if time <= now]
        known = learn(known, published=fresh, new=len(fresh), now=now)
        told += len(fresh)
        now += every
    assert known is not None
    return known


FORTY_A_DAY = published(days=21, per_hour=40 / 24)


def test_forty_a_day_and_nothing_for_nine_hours_is_no_chance():
    assert watched(FORTY_A_DAY, NOW + 4 * HOUR).chance() > 1e-5
    assert watched(FORTY_A_DAY, NOW + 9 * HOUR + MINUTE).chance() < 1e-5


def test_a_night_is_no_silence():
    times = published(days=21, per_hour=2.5, hours=range(5, 21))
    evening = NOW.replace(hour=21)
    told = [*times, *(NOW + 24 * MINUTE * each for each in range(1, 22))]
    assert watched(told, evening + 7 * HOUR).chance() > 0.1
    assert watched(told, evening + 18 * HOUR).chance() < 1e-5


def test_a_weekend_is_no_silence_not_even_the_first():
    times = published(days=10.9, per_hour=2, weekdays=range(5))
    friday = NOW + 4 * DAY
    told = [*times, *(NOW + HOUR / 2 * each for each in range(1, 24 * 9))]
    assert watched(told, friday + 2 * DAY + 11 * HOUR).chance() > 0.01
    assert watched(told, friday + 3 * DAY + 11 * HOUR).chance() < 1e-5


def test_bursts_with_months_between_them_are_no_silence():
    times = [NOW - 60 * DAY + each * 20 * MINUTE for each in range(80)]
    times += [NOW + each * 20 * MINUTE for each in range(80)]
    assert watched(times, NOW + 20 * DAY, every=6 * HOUR).chance() > 1e-5


def test_little_is_no_ground_for_a_judgement():
    few = [NOW - DAY * each for each in range(9, 0, -1)]
    assert watched(few, NOW + 60 * DAY, every=DAY).chance() == 1.0


def test_old_times_fade():
    known = begun(*(HOUR * each for each in range(240)))
    late = learn(known, published=(), new=0, now=NOW + rhythm.HALF_LIFE)
    assert late.occasions == pytest.approx(known.occasions / 2)
    assert late.seen > known.seen
