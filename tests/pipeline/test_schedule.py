"""When to come again."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from scraper.pipeline import schedule

MINUTE = timedelta(minutes=1)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
intervals = st.timedeltas(timedelta(seconds=1), timedelta(days=7))


@given(intervals, intervals, st.integers(0, 50))
def test_what_a_person_set_is_kept(every, current, new):
    assert schedule.learned_interval(every, current, new=new, ttl=None) == every


@given(intervals, st.lists(st.integers(0, 3), max_size=30))
def test_a_learned_interval_stays_within_its_bounds(current, visits):
    for new in visits:
        current = schedule.learned_interval(None, current, new=new, ttl=None)
        assert schedule.SHORTEST_LEARNED <= current <= schedule.LONGEST_LEARNED


def test_a_source_with_news_is_visited_sooner_and_one_without_later():
    assert schedule.learned_interval(None, 30 * MINUTE, new=3, ttl=None) == 20 * MINUTE
    assert schedule.learned_interval(None, 20 * MINUTE, new=0, ttl=None) == 25 * MINUTE


def test_a_sources_own_wish_is_honoured():
    assert schedule.learned_interval(None, 6 * MINUTE, new=9, ttl=60 * MINUTE) == 60 * MINUTE
    huge = schedule.learned_interval(None, 6 * MINUTE, new=9, ttl=timedelta(days=99))
    assert huge == schedule.LONGEST_LEARNED


@given(intervals, st.integers(1, 10_000))
def test_back_off_grows_between_its_bounds(interval, failures):
    pause = schedule.back_off(interval, failures=failures)
    first = min(interval, schedule.FIRST_BACK_OFF)
    assert first <= pause <= max(interval, schedule.LONGEST_BACK_OFF)
    assert pause <= schedule.back_off(interval, failures=failures + 1)
    assert schedule.back_off(interval, failures=30) >= interval


def test_back_off_doubles_up_to_its_ceiling():
    pauses = [schedule.back_off(10 * MINUTE, failures=n) / MINUTE for n in range(1, 9)]
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    quick = timedelta(seconds=1)
    assert schedule.back_off(quick, failures=1) == quick
    assert schedule.back_off(quick, failures=99) == 32 * quick


def test_a_server_may_ask_for_a_longer_pause_up_to_a_day():
    asked = schedule.back_off(MINUTE, failures=1, retry_after=timedelta(hours=3))
    assert asked == timedelta(hours=3)
    assert schedule.back_off(MINUTE, failures=1, retry_after=timedelta(days=400)) == timedelta(1)


def test_an_entry_is_tried_for_about_two_days_and_then_given_up():
    pauses = [
        schedule.retry_entry(attempts=n, retry_after=None, random=Random(n)) for n in range(1, 10)
    ]
    assert pauses[-1] is None
    kept = [pause for pause in pauses if pause is not None]
    assert len(kept) == len(schedule.RETRY_PAUSES)
    assert timedelta(days=1.5) < sum(kept, timedelta()) < timedelta(days=2.5)


def test_a_stored_article_is_looked_at_again_at_its_ages():
    ages = (timedelta(days=1), timedelta(hours=1))
    assert schedule.next_recheck(NOW, now=NOW, rechecks=ages) == NOW + timedelta(hours=1)
    later = NOW + timedelta(hours=1)
    assert schedule.next_recheck(NOW, now=later, rechecks=ages) == NOW + timedelta(days=1)
    assert schedule.next_recheck(NOW, now=NOW + timedelta(days=2), rechecks=ages) is None
    assert schedule.next_recheck(NOW, now=NOW, rechecks=()) is None
