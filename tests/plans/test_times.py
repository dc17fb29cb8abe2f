"""Times of day over clock changes, in zones that change at other times, or by half an hour."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scraper.plans import parse_quiet, parse_timetable
from scraper.plans.times import quiet_until

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Baghdad")
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
# Without a zone, as hypothesis asks for them.
EARLY, LATE = datetime(2020, 1, 1), datetime(2035, 1, 1)  # noqa: DTZ001


def at(zone: str, *parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize("zone", ZONES)
@given(minutes=st.integers(0, 24 * 60 - 1))
@example(minutes=150)  # which a change leaves out, or gives twice
@example(minutes=0)
def test_a_daily_digest_comes_once_on_every_day_of_a_year(zone: str, minutes: int):
    table = parse_timetable(f"daily at {minutes // 60:02}:{minutes % 60:02} {zone}")
    now, days = FIRST, []
    while now < FIRST + 365 * DAY:
        now = table.after(now)
        local = now.astimezone(ZoneInfo(zone))
        days.append(local.date())
        shown = local.hour * 60 + local.minute
        assert shown == minutes or 0 < shown - minutes <= 60  # later where there was no such time
    assert days == [days[0] + number * DAY for number in range(len(days))]


@given(
    st.datetimes(EARLY, LATE, timezones=st.just(UTC)),
    st.sampled_from(ZONES),
    st.sampled_from(["daily at 02:30, 17:00", "weekly on Mon, Thu at 07:15", "hourly"]),
)
def test_the_next_time_is_later_and_there_is_none_between(now: datetime, zone: str, words: str):
    table = parse_timetable(words if words == "hourly" else f"{words} {zone}")
    due = table.after(now)
    assert due > now
    assert table.after(due - timedelta(microseconds=1)) == due
    assert table.after(now + (due - now) / 2) == due


@pytest.mark.parametrize(
    ("text", "now", "due"),
    [
        ("hourly", at("UTC", 2026, 3, 1, 6, 0), at("UTC", 2026, 3, 1, 7, 0)),
        ("hourly at :30", at("UTC", 2026, 3, 1, 6, 10), at("UTC", 2026, 3, 1, 6, 30)),
        ("daily at 07:00", at("UTC", 2026, 3, 1, 7, 0), at("UTC", 2026, 3, 2, 7, 0)),
        (
            "daily at 19:00, 07:00 Europe/Berlin",
            at("Europe/Berlin", 2026, 3, 1, 8, 0),
            at("Europe/Berlin", 2026, 3, 1, 19, 0),
        ),
        # The clocks go from 02:00 to 03:00, and from 03:00 to 02:00.
        (
            "daily at 02:30 Europe/Berlin",
            at("Europe/Berlin", 2026, 3, 29, 0, 0),
            at("Europe/Berlin", 2026, 3, 29, 3, 30),
        ),
        (
            "daily at 02:30 Europe/Berlin",
            at("Europe/Berlin", 2026, 10, 25, 2, 30),
            at("Europe/Berlin", 2026, 10, 26, 2, 30),
        ),
        (
            "weekly on Monday at 07:00 America/New_York",
            at("UTC", 2026, 3, 3, 0, 0),
            at("America/New_York", 2026, 3, 9, 7, 0),
        ),
    ],
)
def test_timetables(text: str, now: datetime, due: datetime):
    assert parse_timetable(text).after(now) == due


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sometimes", "is no timetable"),
        ("daily", "is no timetable"),
        ("daily at 7", "is no time of day"),
        ("daily at 25:00", "is no time of day"),
        ("daily at 24:00", 'a day begins at "00:00"'),
        ("daily at 07:00 Europe/Atlantis", "no time zone"),
        ("daily at 07:00 ../../etc/passwd", "is no timetable"),
        ("weekly on T at 07:00", "is no day of the week"),
        ("weekly on Mon, at 07:00", "is no day of the week"),
        ("hourly at :75", "is no timetable"),
    ],
)
def test_what_is_no_timetable_is_refused_with_a_remedy(text: str, words: str):
    with pytest.raises(ValueError, match=words):
        parse_timetable(text)


@pytest.mark.parametrize(
    ("text", "now", "end"),
    [
        ("22:00-07:00", at("UTC", 2026, 3, 1, 23, 0), at("UTC", 2026, 3, 2, 7, 0)),
        ("22:00-07:00", at("UTC", 2026, 3, 1, 6, 59), at("UTC", 2026, 3, 1, 7, 0)),
        ("22:00-07:00", at("UTC", 2026, 3, 1, 7, 0), None),
        ("22:00-07:00", at("UTC", 2026, 3, 1, 21, 59), None),
        ("Fri 22:00-07:00", at("UTC", 2026, 3, 7, 3, 0), at("UTC", 2026, 3, 7, 7, 0)),
        ("Fri 22:00-07:00", at("UTC", 2026, 3, 8, 3, 0), None),
        ("Sat-Sun 00:00-24:00", at("UTC", 2026, 3, 7, 3, 0), at("UTC", 2026, 3, 9, 0, 0)),
        (
            "22:00-07:00 Europe/Berlin",
            at("Europe/Berlin", 2026, 3, 28, 23, 0),
            at("Europe/Berlin", 2026, 3, 29, 7, 0),
        ),
    ],
)
def test_quiet_hours(text: str, now: datetime, end: datetime | None):
    found = quiet_until([parse_quiet(text)], now)
    assert (found and found[0]) == end


def test_hours_that_follow_on_one_another_are_one_and_it_is_not_quiet_for_ever():
    night, day = parse_quiet("22:00-07:00"), parse_quiet("07:00-09:00")
    found = quiet_until([day, night], at("UTC", 2026, 3, 1, 23, 0))
    assert found == (at("UTC", 2026, 3, 2, 9, 0), night)
    always = [parse_quiet("00:00-24:00")]
    found = quiet_until(always, FIRST)
    assert found is not None
    assert DAY < found[0] - FIRST < 30 * DAY


@given(
    st.datetimes(EARLY, LATE, timezones=st.just(UTC)),
    st.sampled_from(ZONES),
    st.integers(0, 24 * 60 - 1),
    st.integers(1, 24 * 60),
)
def test_it_is_quiet_until_its_end_and_not_after(now: datetime, zone: str, start: int, end: int):
    if start == end:
        return
    quiet = [parse_quiet(f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02} {zone}")]
    found = quiet_until(quiet, now)
    if found is None:
        return
    until = found[0]
    assert now < until <= now + timedelta(hours=25)
    assert quiet_until(quiet, until) is None
    again = quiet_until(quiet, until - timedelta(microseconds=1))
    assert again is not None
    assert again[0] == until


@pytest.mark.parametrize("text", ["22:00", "22:00-22:00", "night", "24:00-07:00", "Xday 1:00-2:00"])
def test_what_are_no_quiet_hours_is_refused(text: str):
    with pytest.raises(ValueError, match=r"no hours|no length|no day|no time"):
        parse_quiet(text)
