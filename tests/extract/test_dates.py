"""Times for machines and dates for people."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.extract import calendars, dates

NINTH = date(2020, 6, 9)
_LONG = 1.0  # seconds of this process: some thousand times what a line of a page takes
NOW = datetime(2020, 6, 9, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "09 June, 2020", "June 9, 2020", "9th of June 2020", "Jun 09, 2020", "9. Juni 2020",
        "9 juin 2020", "9 de junio de 2020",
        "9 de junho de 2020", "9 giugno 2020", "9 czerwca 2020",
        "9. června 2020", "9 июня 2020", "9 червня 2020 р.", "9 юни 2020", "9 Haziran 2020",
        "9 Ιουνίου 2020", "9. kesäkuuta 2020", "2020. június 9.", "9 iunie 2020", "9 juni 2020",
        "9 Juni 2020", "9 يونيو 2020",
        "٩ يونيو ٢٠٢٠", "9 حزيران 2020", "9 ژوئن 2020",
        "۲۰ خرداد ۱۳۹۹", "۱۳۹۹/۰۳/۲۰", "17 شوال 1441", "9 ביוני 2020", "9 जून 2020",
        "৯ জুন ২০২০", "9 มิถุนายน 2563", "9 tháng 6, 2020", "2020年6月9日", "2020년 6월 9일",
        "2020-06-09", "2020/06/09", "09.06.2020", "9/6/2020", "09.06.20",
        "09. 06. 2020", "تم نشره الجمعة 9 حزيران / يونيو 2020", "9 Jun. 2020",
        "By Mara Quint | 9/6/2020 | 12 comments", "Room 101, Floor 3 - 9 June 2020",
    ],
)  # fmt: skip
def test_a_date_is_read_in_many_languages(text: str):
    found = dates.read(text)
    assert found is not None
    assert found.day == NINTH


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en-us", date(2020, 6, 9)),
        ("en-gb", date(2020, 9, 6)),
        ("de", date(2020, 9, 6)),
        (None, date(2020, 9, 6)),
    ],
)
def test_the_language_settles_which_number_is_the_month(language: str | None, expected: date):
    found = dates.read("06/09/2020", language=language)
    assert found is not None
    assert found.day == expected


@pytest.mark.parametrize(
    ("text", "clock", "hours"),
    [
        ("June 9, 2020 at 5:30 p.m. ET", time(17, 30), -5),
        ("9. Juni 2020, 14:30 Uhr", time(14, 30), None),
        ("9 mai 2020 à 14h30", time(14, 30), None),
        ("Published 14:05 GMT, 9 June 2020", time(14, 5), 0),
        ("9 June 2020 | 10.20 BST", time(10, 20), 1),
        ("Jun 09, 2020, 10:20 AM IST", time(10, 20), 5.5),
        ("2020年6月9日 14:30", time(14, 30), None),
        ("9 June 2020", None, None),
        # The date that follows is no time of day.
        ("09.06.2020 - Güncelleme : 09.06.2020", None, None),
    ],
)
def test_the_time_beside_a_date_is_read_with_its_zone(
    text: str, clock: time | None, hours: float | None
):
    found = dates.read(text)
    assert found is not None
    assert found.clock == clock
    assert found.offset == (None if hours is None else timedelta(hours=hours))


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2020-06-09T10:20:30Z", "2020-06-09T10:20:30"),
        ("2020-06-09T10:20:30.123+02:00", "2020-06-09T08:20:30"),
        ("2020-06-09T10:20:30+0200", "2020-06-09T08:20:30"),
        ("2020-06-09 10:20 PM EST", "2020-06-10T03:20:00"),
        ("20200609T1020Z", "2020-06-09T10:20:00"),
        ("1591698030", "2020-06-09T10:20:30"),
        ("1591698030000", "2020-06-09T10:20:30"),
        ("Tue, 09 Jun 2020 12:20:30 +0200", "2020-06-09T10:20:30"),
        ("2020-06-09", "2020-06-09T00:00:00"),
        ("2023-12-22T00:00-05:00", "2023-12-22T05:00:00"),
        ("2020-06-09T10:20:0Z", "2020-06-09T10:20:00"),
    ],
)
def test_a_time_for_machines_is_a_moment(value: str, moment: str):
    found = dates.read_machine(value)
    assert found is not None
    assert found.at(None) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize("value", ["", "2020-02-30", "0000-00-00", "99999", "yesterday", "T10:20"])
def test_what_is_no_time_for_machines_is_none(value: str):
    assert dates.read_machine(value) is None


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("2 hours ago", timedelta(hours=2)), ("vor 3 Stunden", timedelta(hours=3)),
        ("il y a 5 minutes", timedelta(minutes=5)), ("منذ 5 ساعات", timedelta(hours=5)),
        ("3小时前", timedelta(hours=3)), ("4 дня назад", timedelta(days=4)),
    ],
)  # fmt: skip
def test_a_time_relative_to_now_is_understood(text: str, ago: timedelta):
    found = dates.read(text, now=NOW)
    assert found is not None
    assert found.at(None) == NOW - ago
    assert dates.read(text) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Today at 5:30 p.m.", "2020-06-09T17:30:00"), ("Heute, 10:15 Uhr", "2020-06-09T10:15:00"),
        ("gestern um 14:30", "2020-06-08T14:30:00"), ("hier à 14h30", "2020-06-08T14:30:00"),
        ("ayer, 9:05", "2020-06-08T09:05:00"), ("вчера, 14:30", "2020-06-08T14:30:00"),
        ("昨天 14:30", "2020-06-08T14:30:00"), ("어제 14:30", "2020-06-08T14:30:00"),
    ],
)  # fmt: skip
def test_today_and_yesterday_are_days_where_a_time_stands_beside_them(text: str, moment: str):
    found = dates.read(text, now=NOW)
    assert found is not None
    assert found.at(None) == datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert dates.read(text) is None


def test_a_word_for_today_alone_is_no_date():
    assert dates.read("Today: 12 things to know", now=NOW) is None


_MONTHS = (
    "January", "Feb.", "mars", "abril", "Mai", "czerwca", "июля", "août", "eylül", "ottobre",
    "νοεμβρίου", "Aralık",
)  # fmt: skip


@given(
    st.dates(date(1995, 1, 1), date(2035, 12, 31)),
    st.sampled_from(("{d} {m} {y}", "{d}. {m} {y}", "{m} {d}, {y}", "Posted: {d:02} {m}, {y} | x")),
)
def test_every_day_is_read_from_its_name(day: date, form: str):
    text = form.format(d=day.day, m=_MONTHS[day.month - 1], y=day.year)
    found = dates.read(text)
    assert found is not None
    assert found.day == day


@given(
    st.dates(date(1995, 1, 1), date(2035, 12, 31)),
    st.times(),
    st.integers(-12 * 4, 14 * 4),
)
def test_a_time_for_machines_comes_back_as_it_was_written(day: date, clock: time, quarters: int):
    zone = timezone(timedelta(minutes=15 * quarters))
    moment = datetime.combine(day, clock.replace(microsecond=0), tzinfo=zone)
    found = dates.read_machine(moment.isoformat())
    assert found is not None
    assert found.written == moment.isoformat()
    assert found.at(None) == moment


@given(st.text("٠١٢٣٤٥٦٧٨٩۰۱۲۳ 0123456789./-:年月日junemärzіюня\u0e21\u0e34\u093f", max_size=400))
def test_what_only_resembles_dates_takes_no_time(text: str):
    started = process_time()
    dates.read(text, now=NOW)
    assert process_time() - started < _LONG


@pytest.mark.parametrize(
    "text", ["", "45 June 2020", "Room 101", "June was warm", "32.13.2020", "+49 30 1234567"]
)
def test_what_is_no_date_is_none(text: str):
    assert dates.read(text, now=NOW) is None


def test_a_time_without_zone_has_the_pages_own():
    stamp = dates.Stamp(NINTH, time(23, 0))
    assert stamp.at(timedelta(hours=-5)) == datetime(2020, 6, 10, 4, 0, tzinfo=UTC)
    assert stamp.at(None) == datetime(2020, 6, 9, 23, 0, tzinfo=UTC)


def test_dates_before_the_web_and_after_tomorrow_are_not_plausible():
    assert not dates.plausible(date(1889, 1, 1), NOW)
    assert not dates.plausible(date(2020, 6, 11), NOW)
    assert dates.plausible(date(2020, 6, 10), NOW)


@pytest.mark.parametrize(
    ("jalali", "expected"),
    [
        ((1399, 1, 1), date(2020, 3, 20)),
        ((1400, 1, 1), date(2021, 3, 21)),
        ((1403, 12, 30), date(2025, 3, 20)),
    ],
)
def test_a_jalali_date_is_a_day(jalali: tuple[int, int, int], expected: date):
    assert calendars.jalali(*jalali) == expected


@given(st.integers(1300, 1450), st.integers(1, 12), st.integers(1, 29))
def test_jalali_days_follow_one_another(year: int, month: int, day: int):
    step = calendars.jalali(year, month, day + 1 if month < 12 else day) - calendars.jalali(
        year, month, day
    )
    assert step == timedelta(days=1 if month < 12 else 0)


@pytest.mark.parametrize(
    ("hijri", "expected"),
    [((1441, 9, 1), date(2020, 4, 24)), ((1445, 1, 1), date(2023, 7, 19))],
)
def test_a_hijri_date_is_a_day_give_or_take_one(hijri: tuple[int, int, int], expected: date):
    assert abs(calendars.hijri(*hijri) - expected) <= timedelta(days=1)


@given(st.text(max_size=80))
def test_any_text_is_a_stamp_or_none(text: str):
    for found in (dates.read(text, now=NOW), dates.read_machine(text)):
        assert found is None or isinstance(found, dates.Stamp)
