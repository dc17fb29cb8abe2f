"""Which of a page's times is that of its publication, and on which day that was for its readers."""

from datetime import UTC, datetime

import pytest

from scraper.extract import extract

LINE = "The minister said that the talks would go on; nobody should expect a deal soon."
BODY = f"<p>{LINE}</p>" * 3
URL = "https://www.gulflantern.example/news/talks"


def found(head: str = "", shown: str = "", url: str = URL, end: str = "", *, now=None):
    html = (
        f'<html lang="en"><head>{head}</head><body><article><h1>Talks go on for a week</h1>{shown}'
        f"{BODY}</article>{end}</body></html>"
    )
    return extract(html.encode(), url, now=now)


def linked(published: str, modified: str = "") -> str:
    more = f', "dateModified": "{modified}"' if modified else ""
    return f"""<script type="application/ld+json">{{"@type": "NewsArticle",
        "headline": "Talks go on for a week", "datePublished": "{published}"{more}}}</script>"""


@pytest.mark.parametrize(
    ("shown", "written"),
    [
        ("<p>December 22, 2023 10:22 PM EST</p>", "2023-12-22T22:22:07-05:00"),
        ("<p>Dec 22, 2023 - 10:22PM</p>", "2023-12-22T22:22:07-05:00"),
        ('<time datetime="2023-12-23T14:22:07+11:00">today</time>', "2023-12-23T14:22:07+11:00"),
        # Another moment is no other way to write this one.
        ("<p>December 22, 2023 9:14 PM</p>", "2023-12-23T03:22:07+00:00"),
        ("<p>Updated December 22, 2023 10:22 PM</p>", "2023-12-23T03:22:07+00:00"),
        ("", "2023-12-23T03:22:07+00:00"),
    ],
)
def test_a_time_in_utc_is_taken_to_the_zone_that_the_page_shows(shown: str, written: str):
    result = found(linked("2023-12-23T03:22:07Z"), shown)
    assert result.evidence["published_at"] == f"json-ld datePublished: {written}"
    assert result.article.published_at == datetime(2023, 12, 23, 3, 22, 7, tzinfo=UTC)


def test_the_offset_can_stand_in_another_declaration():
    head = (
        '<meta property="article:published_time" content="2023-12-23T03:22:07Z">'
        '<meta name="parsely-pub-date" content="2023-12-22T22:22:07-05:00">'
    )
    written = found(head).evidence["published_at"]
    assert written == "meta article:published_time: 2023-12-22T22:22:07-05:00"


def test_of_two_declared_days_the_one_shown_counts():
    head = linked("2022-04-28T12:00:00Z") + '<meta name="date" content="November 6, 2023">'
    assert found(head).article.published_at == datetime(2022, 4, 28, 12, tzinfo=UTC)
    shown = found(head, "<p>November 6, 2023</p>")
    assert shown.evidence["published_at"] == "meta date: 2023-11-06"
    updated = found(head, "<p>Updated November 6, 2023</p>")
    assert updated.evidence["published_at"].startswith("json-ld datePublished")


def test_a_published_day_goes_before_that_of_an_update():
    result = found(shown="<div>Updated March 9, 2022</div><div>Published March 2, 2022</div>")
    assert result.evidence["published_at"].endswith(": 2022-03-02")
    assert result.evidence["modified_at"].endswith(": 2022-03-09")
    assert "near the headline" in result.evidence["published_at"]


def test_the_day_of_the_visit_above_the_headline_is_not_the_articles():
    html = (
        "<html><body><p>Saturday, March 14, 2026</p><h1>Talks go on for a week</h1>"
        f"<div>12.16.2025</div><article>{BODY}</article></body></html>"
    )
    published = extract(html.encode(), URL).article.published_at
    assert published == datetime(2025, 12, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://www.gulflantern.example/2020/06/09/talks", datetime(2020, 6, 9, tzinfo=UTC)),
        (
            "https://www.gulflantern.example/a/A2020060914320005196",
            datetime(2020, 6, 9, tzinfo=UTC),
        ),
        ("https://www.gulflantern.example/a/2020061499990005196", None),
        ("https://www.gulflantern.example/2020/06/talks", None),
    ],
)
def test_the_address_names_the_day_where_nothing_else_does(url: str, day: datetime | None):
    assert found(url=url).article.published_at == day


def test_meta_elements_of_names_unheard_of_are_read():
    head = '<meta name="w-published-date" content="2025-05-27T06:03:43.274Z">'
    assert found(head).article.published_at == datetime(2025, 5, 27, 6, 3, 43, tzinfo=UTC)


def test_a_time_relative_to_the_visit_needs_the_visit():
    now = datetime(2020, 6, 9, 12, tzinfo=UTC)
    assert found(shown="<p>vor 5 Stunden</p>").article.published_at is None
    published = found(shown="<p>vor 5 Stunden</p>", now=now).article.published_at
    assert published == datetime(2020, 6, 9, 7, tzinfo=UTC)


def test_a_date_to_come_is_refused():
    now = datetime(2020, 6, 9, 12, tzinfo=UTC)
    assert found(linked("2031-01-01T00:00:00Z"), now=now).article.published_at is None
