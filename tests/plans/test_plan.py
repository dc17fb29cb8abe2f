from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.plans import Hold, Priority, Rate, decide, parse_rate, plan_of

NOW = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)
MORNING = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def held(
    channel: dict[str, Any],
    watch: dict[str, Any] | None = None,
    *,
    priority: str = "normal",
    snoozed_until: datetime | None = None,
    sent: Sequence[datetime] = (),
    now: datetime = NOW,
) -> Hold | None:
    return decide(
        plan_of(channel, watch or {}),
        now=now,
        priority=Priority.of(priority),
        snoozed_until=snoozed_until,
        sent=lambda _rate, _of_watch: sent,
    )


def test_it_goes_at_once_if_nothing_is_set():
    assert held({}) is None
    assert held({}, snoozed_until=NOW) is None


def test_a_digest_waits_for_its_time():
    assert held({"send": "daily at 07:00"}) == Hold(MORNING, "daily at 07:00", of_watch=False)
    assert held({}, {"send": "hourly"}) == Hold(NOW + HOUR, "hourly", of_watch=True)
    assert held({"send": "hourly"}, {"send": "instant"}) is None


@pytest.mark.parametrize(
    ("through", "priority", "waits"),
    [
        (None, "high", True),
        (None, "urgent", False),
        ("high", "high", False),
        ("high", "normal", True),
        ("never", "urgent", True),
    ],
)
def test_what_is_urgent_breaks_through_quiet_hours(through: str | None, priority: str, waits: bool):  # noqa: FBT001
    plan = {"quiet": ["22:00-07:00"]} | ({"break_through": through} if through else {})
    found = held(plan, priority=priority)
    assert found == (Hold(MORNING, "quiet hours 22:00-07:00", of_watch=False) if waits else None)


def test_what_is_more_than_the_throttle_allows_waits_for_room():
    sent = [NOW - timedelta(minutes=minutes) for minutes in (50, 30, 10)]
    assert held({"throttle": "4/h"}, sent=sent) is None
    room = NOW + timedelta(minutes=10)
    assert held({"throttle": "3/h"}, sent=sent) == Hold(room, "more than 3 an hour", of_watch=False)
    assert held({"throttle": "2/h"}, sent=sent) == Hold(
        NOW + timedelta(minutes=30), "more than 2 an hour", of_watch=False
    )
    assert held({"throttle": "3/h"}, {"throttle": "none"}, sent=sent) is None


def test_room_in_quiet_hours_is_none():
    evening = NOW - timedelta(minutes=70)  # 21:50
    plan = {"throttle": "1/h", "quiet": ["22:00-07:00"]}
    found = held(plan, now=evening, sent=[evening - timedelta(minutes=5)])
    assert found is not None
    assert found.due == MORNING


def test_a_snoozed_watch_waits_before_all_else():
    until = NOW + 2 * HOUR
    found = held({"send": "hourly"}, priority="urgent", snoozed_until=until)
    assert found == Hold(until, "snoozed", of_watch=True)


@given(st.lists(st.integers(0, 7200), max_size=40), st.integers(1, 10))
def test_a_rate_is_kept_in_every_span(gaps: list[int], count: int):
    """Whatever comes when: those that go at once are never more than `count` in an hour."""
    rate = Rate(count, HOUR, "")
    sent: list[datetime] = []
    now = NOW
    for gap in gaps:
        now += timedelta(seconds=gap)
        free = rate.free_at(sent, now)
        assert free >= now
        if free == now:
            sent.append(now)
        else:
            assert rate.free_at(sent, free) == free  # there is room when it says so
    for first in sent:
        assert sum(first <= each < first + HOUR for each in sent) <= count


def test_rates():
    assert parse_rate("6/h") == Rate(6, HOUR, "6 an hour")
    assert parse_rate(" 20 / 15m ") == Rate(20, timedelta(minutes=15), "20 in 15m")
    for wrong in ("6", "0/h", "6/0h", "x/h", "6/week", "9999999/h"):
        with pytest.raises(ValueError, match='"'):
            parse_rate(wrong)
