from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.discover.date_names import MONTHS
from scraper.discover.dates import AHEAD, parse, read

NOW = datetime(2024, 3, 6, 12, tzinfo=UTC)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


FULL = at(2024, 3, 5, 10, 11, 12)


@pytest.mark.parametrize(
    "text",
    [
        "Tue, 05 Mar 2024 10:11:12 +0000",
        "Tue, 05 Mar 2024 10:11:12 GMT",
        "Tue, 05 Mar 2024 10:11:12 UT",
        "Tue, 05 Mar 2024 10:11:12 Z",
        "Tue, 05 Mar 2024 10:11:12 -0000",
        "Tue, 05 Mar 2024 10:11:12",
        "Tue, 5 Mar 2024 10:11:12 GMT",
        "Mon, 05 Mar 2024 10:11:12 GMT",
        "5 Mar 2024 10:11:12 GMT",
        "Tue,05 Mar 2024 10:11:12 GMT",
        "Tue 05 Mar 2024 10:11:12 GMT",
        "Tuesday, 5 March 2024 10:11:12 GMT",
        "Tue, 05 Mar 24 10:11:12 GMT",
        "Tue, 05 Mar 124 10:11:12 GMT",
        "TUE, 05 MAR 2024 10:11:12 gmt",
        "Tue, 05 Mar 2024 10.11.12 GMT",
        "Tue, 05-Mar-2024 10:11:12 GMT",
        "Tue, 05 Mar 2024 05:11:12 EST",
        "Tue, 05 Mar 2024 06:11:12 EDT",
        "Tue, 05 Mar 2024 02:11:12 PST",
        "Tue, 05 Mar 2024 11:11:12 CET",
        "Tue, 05 Mar 2024 13:11:12 MSK",
        "Tue, 05 Mar 2024 15:41:12 IST",
        "Tue, 05 Mar 2024 19:11:12 JST",
        "Tue, 05 Mar 2024 10:11:12 XYZ",
        "Tue, 05 Mar 2024 10:11:12 Q",
        "Tue, 05 Mar 2024 12:11:12 +0200",
        "Tue, 05 Mar 2024 12:11:12 +02:00",
        "Tue, 05 Mar 2024 12:11:12 +2",
        "Tue, 05 Mar 2024 12:11:12 GMT+2",
        "Tue, 05 Mar 2024 12:11:12 GMT+0200",
        "Tue, 05 Mar 2024 12:11:12 UTC+02:00",
        "Tue, 05 Mar 2024 05:11:12 -0500 (EST)",
        "Tue, 05 Mar 2024 05:11:12 -0500 EST",
        "Tue, 05 Mar 2024 05:11:12 \u22120500",
        "Tue, 05 Mar 2024 05:11:12 America/New_York",
        "Tue, 05 Mar 2024 10:11:12 +9900",
        "Tue Mar  5 10:11:12 2024",
        "Tue Mar 05 05:11:12 EST 2024",
        "Tue Mar 05 2024 11:11:12 GMT+0100 (Central European Standard Time)",
        "Mar 5, 2024 10:11:12 AM",
        "March 5th, 2024 10:11:12 a.m.",
        "2024-03-05T10:11:12Z",
        "2024-03-05T10:11:12",
        "2024-03-05t10:11:12z",
        "2024-03-05 10:11:12",
        "2024-03-05 10:11:12 +0000",
        "2024-03-05 10:11:12 UTC",
        "2024-03-05T11:11:12+01:00",
        "2024-03-05T11:11:12+0100",
        "2024-03-05T11:11:12+01",
        "2024-03-05T15:41:12+05:30[Asia/Kolkata]",
        "2024/03/05 10:11:12",
        "2024.03.05 10:11:12",
        "20240305T101112Z",
        "20240305T151112+0500",
        "2024-003-05T10:11:12Z",
        "Tue, 05 Mar 2024 11:11:12 MET",
        "Tue, 05 Mar 2024 12:11:12 MEST",
        "Tue, 05 Mar 2024 05:11:12 ET",
        "March 5, 2024 4:11:12 AM CT",
        "Tue, 05 Mar 2024 03:11:12 MT",
        "Tue, 05 Mar 2024 02:11:12 PT",
        "20240305101112",
        "1709633472",
        "1709633472000",
        "mar., 05 mars 2024 11:11:12 +0100",
        "mié, 05 mar 2024 10:11:12 GMT",
        "Di, 05 Mär 2024 11:11:12 +0100",
        "ter, 05 mar 2024 10:11:12 GMT",
        "вт, 05 мар 2024 13:11:12 +0300",
        "5 березня 2024 10:11:12",
        "Τρι, 05 Μαρ 2024 10:11:12 GMT",
        "Sal, 05 Mart 2024 13:11:12 +0300",
        "الثلاثاء، 05 مارس 2024 10:11:12",
        "٥ مارس ٢٠٢٤ ١٠:١١:١٢",
        "2024年3月5日 10:11:12",
        "2024年3月5日10時11分12秒",
        "2024년 3월 5일 10:11:12",
        "2024年３月５日　１０：１１：１２",
        "5. März 2024 um 10:11:12 Uhr",
        "05.03.2024 10:11:12",
        "  Tue, 05 Mar 2024 10:11:12 +0000\n",
    ],
)
def test_spellings_of_one_time(text):
    assert parse(text, now=NOW) == FULL


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-03-05", at(2024, 3, 5)),
        ("20240305", at(2024, 3, 5)),
        ("5 Mar 2024", at(2024, 3, 5)),
        ("05.03.24", at(2024, 3, 5)),
        ("13/02/2024", at(2024, 2, 13)),
        ("02/13/2024", at(2024, 2, 13)),
        ("02/02/2024", at(2024, 2, 2)),
        ("2024-03-05T10:11Z", at(2024, 3, 5, 10, 11)),
        ("2024-3-5 9:5", at(2024, 3, 5, 9, 5)),
        ("2024-03-05T24:00:00Z", at(2024, 3, 6)),
        ("2024-03-05T10:11:60Z", at(2024, 3, 5, 10, 11, 59)),
        ("2024-03-05T10:11:12.1234567Z", at(2024, 3, 5, 10, 11, 12, 123456)),
        ("Mar 5, 2024 12:05 AM", at(2024, 3, 5, 0, 5)),
        ("Mar 5, 2024 12:05 PM", at(2024, 3, 5, 12, 5)),
        ("7:30 p.m., March 4, 2024", at(2024, 3, 4, 19, 30)),
        ("March 4, 2024 at 7 PM", at(2024, 3, 4, 19)),
        ("2024년 3월 5일 오후 3:11", at(2024, 3, 5, 15, 11)),
        ("Senin, 04 Maret 2024 10.30 WIB", at(2024, 3, 4, 3, 30)),
        ("mar., 06 févr. 2024 10:00:00 GMT", at(2024, 2, 6, 10)),
        ("Tue, 05 Mar 85 10:00:00 GMT", at(1985, 3, 5, 10)),
        ("Sept 5, 2023", at(2023, 9, 5)),
        ("Wed, 05 Jul 2023 06:11:12 ET", at(2023, 7, 5, 10, 11, 12)),
        ("1 january 1869", at(1869, 1, 1)),
    ],
)
def test_partial_and_unusual_times(text, moment):
    assert parse(text, now=NOW) == moment


@pytest.mark.parametrize(
    "text",
    [
        None,
        "05-03-2024",
        "24-03-05",
        "240305",
        "2024-W10-2T25:00",
        "",
        "   ",
        "yesterday",
        "3 hours ago",
        "2024",
        "2024-03",
        "March 2024",
        "03/04/2024",
        "12 listopada 2023",
        "Tue, 31 Feb 2024 10:00:00 GMT",
        "Tue, 05 Mar 2024 25:00:00 GMT",
        "Tue, 05 Mar 2024 24:01:00 GMT",
        "2024-13-05",
        "2024-03-05T99:00:00Z",
        "0000-00-00 00:00:00",
        "0001-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "Thu, 01 Jan 1970 01:00:00 +0100",
        "0",
        "99999999999999999999",
        "9999-12-31T23:59:59-14:00",
        "Tue, 05 Mar 2124 10:00:00 GMT",
        "Tue, 05 Mar 2024 10:00:00 GMT " + "x" * 100,
    ],
)
def test_what_states_no_possible_time_is_none(text):
    assert parse(text, now=NOW) is None


def test_a_local_time_labelled_utc_is_kept():
    soon = NOW + timedelta(hours=13)
    assert parse(soon.isoformat(), now=NOW) == soon
    assert parse((NOW + AHEAD + timedelta(seconds=1)).isoformat(), now=NOW) is None


def test_month_names_mean_one_month_in_every_language():
    assert MONTHS["mar"] == MONTHS["марта"] == MONTHS["marzo"] == 3
    assert "listopada" not in MONTHS  # November in Polish, October in Croatian
    assert "-" not in MONTHS


@given(st.text(max_size=120))
def test_never_raises(text):
    moment = parse(text, now=NOW)
    assert moment is None or (moment.utcoffset() == timedelta(0) and moment <= NOW + AHEAD)


@given(st.text(alphabet="0123456789 :-+/.,TZGMTapm년月日Mar()٣²", max_size=40))
def test_never_raises_on_what_looks_like_a_date(text):
    moment = read(text)
    assert moment is None or moment.tzinfo is UTC


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2024, 1, 1)))  # noqa: DTZ001 - hypothesis takes naive bounds
def test_usual_forms_come_back_as_written(moment):
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    assert parse(moment.strftime("%a, %d %b %Y %H:%M:%S GMT"), now=NOW) == moment
    assert parse(moment.isoformat(), now=NOW) == moment
    assert parse(moment.strftime("%B %d, %Y %I:%M:%S %p"), now=NOW) == moment


ZONED = (
    "%a, %d %b %Y %H:%M:%S {basic}",
    "%a, %d %b %y %H:%M:%S {basic}",
    "%a,%d %b %Y %H:%M:%S{basic}",
    "%A, %d-%b-%y %H:%M:%S {basic}",
    "%d %b %Y %H:%M:%S {extended}",
    "%a %b %d %H:%M:%S {basic} %Y",
    "%a, %b %d, %Y %I:%M:%S %p {basic}",
    "%B %d, %Y %I:%M:%S %p UTC{extended}",
    "%I:%M:%S %p, %d %b %Y {basic}",
    "%Y-%m-%dT%H:%M:%S{extended}",
    "%Y-%m-%dT%H:%M:%S.000{extended}",
    "%Y-%m-%d %H:%M:%S {basic}",
    "%Y/%m/%d %H:%M:%S {extended}",
    "%Y%m%dT%H%M%S{basic}",
)


@given(
    st.datetimes(min_value=datetime(1971, 1, 3), max_value=datetime(2020, 1, 1)),  # noqa: DTZ001 - hypothesis takes naive bounds
    st.sampled_from(ZONED),
    st.sampled_from([-570, -300, 0, 60, 330, 345, 840]),
)
def test_a_zone_counts_in_every_form(moment, form, minutes):
    moment = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    zones = {"basic": f"{sign}{hours:02}{rest:02}", "extended": f"{sign}{hours:02}:{rest:02}"}
    assert parse(moment.strftime(form).format(**zones), now=NOW) == moment
