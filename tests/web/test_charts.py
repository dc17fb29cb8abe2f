"""Charts: right, readable without seeing them, and harmless whatever they show."""

import re
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest

from scraper.web import charts
from scraper.web.charts import Series
from scraper.web.days import Days
from scraper.web.pages.charts import lag_chart
from storage.tallies import Rang

DAYS = [date(2026, 3, day) for day in (1, 2, 3)]
HOSTILE = '"><script>alert(1)</script>'
NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


def tree(markup):
    """A chart is well-formed, so nothing in it closes what it stands in."""
    return ET.fromstring(str(markup))  # noqa: S314 - we made it ourselves


def test_a_chart_says_what_it_shows_and_has_its_numbers_as_a_table():
    figure = tree(charts.bars("Matches", DAYS, [Series("articles", [0, 1200, 7])]))
    (drawing,) = figure.iter("svg")
    assert drawing.get("role") == "img"
    assert drawing.findtext("title") == "Matches"
    assert drawing.findtext("desc") == "1 Mar to 3 Mar. articles: at most 1,200, on 2 Mar."
    cells = [cell.text for cell in figure.iter("td")]
    assert cells == ["0", "1,200", "7"]
    assert [time.get("datetime") for time in figure.iter("time")] == [
        "2026-03-01",
        "2026-03-02",
        "2026-03-03",
    ]


def test_bars_are_as_high_as_their_numbers():
    figure = tree(charts.bars("x", DAYS, [Series("a", [5, 10, 0])]))
    heights = [float(bar.get("height")) for bar in figure.iter("rect")]
    assert len(heights) == 2, "what is nothing has no bar"
    assert heights[0] == pytest.approx(heights[1] / 2, abs=0.1)


@pytest.mark.parametrize(
    ("most", "labels"),
    [(1, ["1"]), (2, ["1", "2"]), (3, ["2", "4"]), (11, ["10", "20"]), (900, ["500", "1,000"])],
)
def test_the_lines_across_stand_for_round_numbers(most, labels):
    figure = tree(charts.bars("x", DAYS, [Series("a", [most, 0, 0])]))
    texts = [label.text for label in figure.iter("text")]
    assert [text for text in texts if text and not text.endswith("Mar")] == labels


def test_a_line_is_interrupted_where_nothing_is_known():
    figure = tree(charts.lines("x", DAYS, [Series("a", [1, None, 2]), Series("b", [1, 2, 3])]))
    drawn = [line.get("class") for line in figure.iter("line")]
    assert drawn.count("series-0") == 0
    assert drawn.count("series-1") == 2
    assert "–" in [cell.text for cell in figure.iter("td")]


def test_hostile_names_stay_text():
    made = charts.bars(HOSTILE, DAYS, [Series(HOSTILE, [1, 2, 3]), Series("b", [1, 1, 1])])
    assert "<script" not in made
    tree(made)


def test_nothing_needs_an_inline_style():
    made = charts.lines("x", DAYS, [Series("a", [1, 2, 3])])
    assert not re.search(r"\sstyle=|\son\w+=", str(made))


@pytest.mark.parametrize("number", [0, 1])
def test_few_days_are_a_chart_too(number):
    tree(charts.bars("x", DAYS[:number], [Series("a", [3] * number)]))


def test_days_are_those_of_utc():
    days = Days.last(2, NOW)
    assert days.days == (date(2026, 3, 2), date(2026, 3, 3))
    assert days.bounds[-1] == datetime(2026, 3, 4, tzinfo=UTC)
    assert days.place(datetime(2026, 3, 2, 23, 59, tzinfo=UTC)) == 0
    assert days.place(datetime(2026, 3, 1, 23, 59, tzinfo=UTC)) is None
    assert days.place(datetime(2026, 3, 4, tzinfo=UTC)) is None


def test_lags_are_those_of_each_day_and_none_is_negative():
    ahead = timedelta(hours=1)
    rang = [Rang(NOW - timedelta(minutes=minutes), NOW) for minutes in range(1, 11)]
    rang.append(Rang(NOW - timedelta(days=1) + ahead, NOW - timedelta(days=1)))
    figure = tree(lag_chart(rang, Days.last(2, NOW)))
    assert [cell.text for cell in figure.iter("td")] == ["0 s", "0 s", "5 min 30 s", "10 min"]
