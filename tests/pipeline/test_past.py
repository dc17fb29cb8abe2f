"""What belongs to a backfill is decided by times, and by dates in links."""

from datetime import UTC, datetime, timedelta

import pytest

from scraper.pipeline.past import is_of_range, is_quiet, is_wanted, may_reach, next_page
from storage.records import Backfill, Entry

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
UNTIL = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def wanted(*, ring: bool = False) -> Backfill:
    return Backfill(
        source_id=1,
        since=SINCE,
        until=UNTIL,
        ring=ring,
        pause=timedelta(0),
        stopped=False,
        started_at=UNTIL,
    )


@pytest.mark.parametrize(
    ("path", "reaches"),
    [
        ("sitemap-2026-02.xml", True),
        ("sitemap-2025-12.xml", False),
        ("sitemap-2026-03.xml", False),
        ("2025/sitemap.xml", False),
        ("2026/sitemap.xml", True),
        ("sitemap-2026-02-31.xml", True),
        ("sitemap_20251231.xml.gz", False),
        ("sitemap-12.xml", True),
        ("post-sitemap7.xml", True),
    ],
)
def test_the_date_in_a_name_tells_whether_a_list_may_reach_into_the_range(path, reaches):
    assert may_reach(f"https://a.example/{path}", wanted()) is reaches


@pytest.mark.parametrize(
    ("path", "published", "modified", "is_in"),
    [
        ("a", SINCE, None, True),
        ("a", UNTIL, None, False),
        ("a", SINCE - DAY, UNTIL, False),
        ("2025/12/30/a", SINCE, None, True),  # the stated time goes before the link's
        ("2025/12/30/a", None, UNTIL, False),
        ("2026/01/05/a", None, UNTIL + DAY, True),
        ("a", None, SINCE - DAY, False),
        ("a", None, UNTIL + DAY, True),  # an edit; the page will tell
        ("a", None, None, True),
    ],
)
def test_an_entry_is_wanted_by_what_is_known_before_its_page(path, published, modified, is_in):
    url = f"https://a.example/{path}"
    entry = Entry(url=url, published_at=published, modified_at=modified)
    assert is_wanted(entry, wanted()) is is_in


def test_a_page_of_another_time_is_not_of_the_range_and_one_without_is():
    assert is_of_range(None, wanted())
    assert is_of_range(SINCE, wanted())
    assert not is_of_range(SINCE - DAY, wanted())


def test_the_old_is_quiet_and_the_young_is_news():
    assert is_quiet(wanted(), SINCE, UNTIL)
    assert is_quiet(wanted(), None, UNTIL)
    assert not is_quiet(wanted(), UNTIL - DAY, UNTIL)
    assert not is_quiet(wanted(ring=True), SINCE, UNTIL)


def test_the_next_page_of_a_feed_takes_the_place_of_the_page_before():
    second = next_page("https://a.example/feed/?cat=3", 2)
    assert second == "https://a.example/feed/?cat=3&paged=2"
    assert next_page(second, 3) == "https://a.example/feed/?cat=3&paged=3"
