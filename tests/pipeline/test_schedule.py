"""When to come again."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.pipeline import schedule
from scraper.pipeline.rhythm import Rhythm
from scraper.pipeline.schedule import PacedBy

MINUTE = timedelta(minutes=1)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
intervals = st.timedeltas(timedelta(seconds=1), timedelta(days=7))


rates = st.floats(0, 100)


def known(per_day: float, **fields) -> Rhythm:
    """A source that has published so often, at any hour, for thirty days."""
    return Rhythm(
        until=NOW,
        last=NOW,
        hours=(per_day * 30 / 24,) * 24,
        hours_seen=(30.0,) * 24,
        days=(per_day * 30 / 7,) * 7,
        days_seen=(30 / 7,) * 7,
        active=min(30.0, 30 * per_day),
        **fields,
    )


def planned(rhythm, every=None, wish=timedelta(0), *, spread=False, seed=1):
    return schedule.plan(
        rhythm, every=every, wish=wish, now=NOW, spread=spread, random=Random(seed)
    )


@given(intervals, rates, intervals, st.integers(0, 50))
def test_what_a_person_set_is_kept(every, per_day, wish, seed):
    plan = planned(known(per_day), every, wish, seed=seed)
    assert (plan.interval, plan.by) == (every, PacedBy.EVERY)
    assert abs(plan.pause - every) <= every / 100


@given(rates, rates, rates, intervals, st.integers(0, 50))
def test_a_learned_pause_stays_within_its_bounds(per_day, quiet, stir, wish, seed):
    plan = planned(known(per_day, quiet=quiet, stir=stir), wish=wish, seed=seed)
    assert schedule.SHORTEST_LEARNED <= plan.interval <= schedule.LONGEST_LEARNED
    assert 0.9 * plan.interval <= plan.pause <= 1.1 * plan.interval


def test_a_source_unknown_is_visited_a_few_times_an_hour():
    plan = planned(Rhythm(until=NOW))
    assert (round(plan.interval / MINUTE), plan.by) == (12, PacedBy.LEARNED)
    assert plan.interval % timedelta(seconds=1) == timedelta(0)  # as it is shown


@given(rates, rates)
def test_who_publishes_more_is_visited_no_less(per_day, more):
    low, high = sorted((per_day, more))
    often, seldom = (schedule.learned_interval(known(each), NOW) for each in (high, low))
    assert often <= seldom


@pytest.mark.parametrize(
    ("per_day", "expected"),
    [(480, 100), (24, 731), (1, 8723), (1 / 30, 86400)],
    ids=["3 min", "hourly", "daily", "monthly"],
)
def test_the_interval_grows_slower_than_the_time_between_two_entries(per_day, expected):
    assert schedule.interval_at(per_day / 24).total_seconds() == pytest.approx(expected, abs=1)


@given(rates, rates)
def test_the_longer_nothing_comes_the_less_is_expected(quiet, more):
    low, high = sorted((quiet, more))
    early, late = (schedule.learned_interval(known(40, quiet=each), NOW) for each in (low, high))
    assert early <= late


def test_news_seldom_comes_alone():
    calm, stirred = known(0.05), known(0.05, stir=1.0)
    assert schedule.learned_interval(stirred, NOW) < MINUTE * 30
    assert schedule.learned_interval(calm, NOW) > timedelta(hours=12)


def test_a_source_that_rests_is_visited_when_its_day_begins():
    morning = tuple(30.0 if hour == 6 else 0.0 for hour in range(24))
    paper = replace(known(1), hours=morning)
    at_night = NOW + timedelta(hours=22)
    arrives = at_night + schedule.learned_interval(paper, at_night)
    assert (arrives.day, 4 <= arrives.hour <= 6) == (at_night.day + 1, True)
    at_six = NOW + timedelta(hours=6)
    assert schedule.learned_interval(paper, at_six) < MINUTE * 15


def test_a_sources_own_wish_is_honoured_up_to_an_hour():
    busy = known(12)
    assert planned(busy, wish=MINUTE * 45).interval == MINUTE * 45
    assert planned(busy, wish=MINUTE * 45).pause >= MINUTE * 45
    assert planned(known(1), wish=timedelta(days=365)) == planned(known(1))
    unknown = planned(Rhythm(until=NOW), wish=timedelta(days=365))
    assert (unknown.interval, unknown.by) == (timedelta(hours=1), PacedBy.ASKED)


def test_a_wish_that_the_source_itself_contradicts_is_honoured_for_minutes():
    assert planned(known(480), wish=MINUTE * 60).interval == schedule.LONGEST_CONTRADICTED
    assert planned(known(480), wish=MINUTE * 3).interval == MINUTE * 3


@given(intervals, st.integers(0, 99))
def test_who_was_visited_together_parts(every, seed):
    plan = planned(known(1), every, spread=True, seed=seed)
    assert min(every, timedelta(seconds=10)) <= plan.pause <= every


def test_ten_thousand_that_were_added_at_once_do_not_march_in_step():
    random = Random(3)
    rhythm, minutes = known(24), Counter()
    for _ in range(10_000):
        plan = schedule.plan(
            rhythm, every=MINUTE * 30, wish=MINUTE, now=NOW, spread=True, random=random
        )
        minutes[plan.pause // MINUTE] += 1
    assert len(minutes) == 30
    assert max(minutes.values()) < 1.3 * 10_000 / 30


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
