"""What belongs to a backfill is decided by times, and by dates in links."""

from datetime import UTC, datetime, timedelta

import pytest

from scraper.errors import DiscoverError, FetchError, PageGoneError, Trouble
from scraper.pipeline.past import (
    MOST_UNDATED,
    RETRIES,
    GivenUp,
    Retry,
    after_failure,
    goes_on,
    is_of_range,
    is_quiet,
    is_wanted,
    may_reach,
    reaches,
    time_left,
    wordpress_page,
)
from storage.records import Backfill, BackfillList, Entry

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
UNTIL = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


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


@pytest.mark.parametrize(
    ("path", "reaches"),
    [
        ("2026/1/", True),
        ("2025/12/", False),
        ("2026/3/5/", False),
        ("2026/2/28/", True),
        ("2026/9-lives-of-a-cat", True),
        ("?m=202603", False),
        ("?m=202602", True),
        ("?date=2026-03-05", False),
        ("?id=20260305&m=1", True),
    ],
)
def test_the_date_of_an_archive_tells_whether_it_may_reach_into_the_range(path, reaches):
    assert may_reach(f"https://a.example/{path}", wanted()) is reaches


def dated(*days):
    """Entries so many days after the begin of the range."""
    return [
        Entry(url=f"https://a.example/{number}", published_at=SINCE + day * DAY)
        for number, day in enumerate(days)
    ]


UNDATED = [Entry(url="https://a.example/one")]


@pytest.mark.parametrize(
    ("entries", "page", "is_on"),
    [
        (dated(3, 1), 900, True),
        (dated(-1, 3, -2), 2, True),
        (dated(-1, -2), 1, False),
        (UNDATED, MOST_UNDATED - 1, True),
        (UNDATED, MOST_UNDATED, False),
        ([], 2, True),
        ([Entry(url="https://a.example/2025/12/30/a")], 1, False),
    ],
)
def test_a_list_is_gone_through_until_all_of_it_is_older(entries, page, is_on):
    assert goes_on(entries, wanted(), page) is is_on


def test_one_old_entry_at_the_top_does_not_show_that_a_list_reaches_back():
    assert not reaches(dated(-90, 1, 2, 3), wanted())
    assert reaches(dated(1, 2, 3, 4, -1, -2, -3), wanted())
    imprint = Entry(url="https://a.example/imprint", modified_at=SINCE - DAY)
    assert not reaches([imprint] * 5, wanted())


@pytest.mark.parametrize(
    ("page", "guessed", "attempts", "error", "verdict"),
    [
        (1, False, 0, FetchError("busy"), Retry(RETRIES[0])),
        (1, False, 1, FetchError("busy", retry_after=2 * HOUR), Retry(2 * HOUR)),
        (7, True, 2, FetchError("busy", retry_after=DAY / 9999), Retry(RETRIES[2])),
        (1, False, 3, FetchError("busy"), GivenUp(failed=True)),
        (1, True, 3, FetchError("busy"), GivenUp(failed=True)),
        (1, False, 0, PageGoneError("404"), GivenUp(failed=True)),
        (1, True, 0, PageGoneError("404"), GivenUp(failed=False)),
        (4, False, 0, PageGoneError("404"), GivenUp(failed=False)),
        (1, True, 0, DiscoverError("a page"), GivenUp(failed=False)),
        (1, False, 0, FetchError("403", trouble=Trouble.BARRED), GivenUp(failed=True)),
        (4, False, 0, FetchError("403", trouble=Trouble.BARRED), GivenUp(failed=True)),
        (1, True, 0, FetchError("403", trouble=Trouble.BARRED), GivenUp(failed=False)),
        (4, False, 0, FetchError("400", permanent=True), GivenUp(failed=False)),
    ],
)
def test_what_becomes_of_a_list_that_could_not_be_had(page, guessed, attempts, error, verdict):
    chosen = BackfillList(
        id=1, url="https://a.example/", page=page, guessed=guessed, attempts=attempts
    )
    assert after_failure(chosen, error) == verdict


def test_how_long_it_takes_is_told_once_the_pace_is_known():
    assert time_left(HOUR, 4, 100) is None
    assert time_left(HOUR, 10, 100) == 10 * HOUR
    assert time_left(HOUR, 10, 0) is None


@pytest.mark.parametrize(
    ("url", "following"),
    [
        ("https://a.example/feed/", "https://a.example/feed/?paged=2"),
        ("https://a.example/world/feed/rss2", "https://a.example/world/feed/rss2?paged=2"),
        ("https://a.example/?feed=atom&paged=7", "https://a.example/?feed=atom&paged=2"),
        ("https://a.example/rss.xml", None),
        ("https://a.example/feeds/news", None),
    ],
)
def test_wordpress_has_further_pages_at_addresses_of_its_own(url, following):
    assert wordpress_page(url, 2) == following
