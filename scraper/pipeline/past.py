"""What belongs to a backfill, and what rings: decisions, without I/O."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from storage.records import Backfill, Entry

YOUNG: Final = timedelta(days=2)  # what is younger is news, however it was found

_DATE = re.compile(
    r"(?<!\d)(20\d\d)(?:[-_/.]?(0[1-9]|1[0-2])(?:[-_/.]?(0[1-9]|[12]\d|3[01]))?)?(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment until before another."""

    begin: datetime
    end: datetime


def span_in(url: str) -> Span | None:
    """The day, month or year that an address names in its path; the last of several."""
    dates = list(_DATE.finditer(urlsplit(url).path))
    if not dates:
        return None
    found = dates[-1]
    year, month, day = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if not month:
        return Span(datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC))
    days = monthrange(year, month)[1]
    if not day or day > days:
        begin = datetime(year, month, 1, tzinfo=UTC)
        return Span(begin, begin + timedelta(days=days))
    begin = datetime(year, month, day, tzinfo=UTC)
    return Span(begin, begin + timedelta(days=1))


def may_reach(url: str, wanted: Backfill) -> bool:
    """Whether a list may have something of the range, by what its address names."""
    span = span_in(url)
    return span is None or (span.begin < wanted.until and span.end > wanted.since)


def is_wanted(entry: Entry, wanted: Backfill) -> bool:
    """Whether an entry is of the range, as far as can be told before its page is read.

    The time of publication decides, else the date in the link. `lastmod` of sitemaps is a later
    time than that of publication: it tells only what is too old. What tells no time is wanted.
    """
    if entry.published_at is not None:
        return wanted.since <= entry.published_at < wanted.until
    if not may_reach(entry.url, wanted):
        return False
    return entry.modified_at is None or entry.modified_at >= wanted.since


def is_of_range(published_at: datetime | None, wanted: Backfill) -> bool:
    """Whether an article, whose page was read, is of the range; one without a time is."""
    return published_at is None or wanted.since <= published_at < wanted.until


def is_quiet(wanted: Backfill | None, published_at: datetime | None, now: datetime) -> bool:
    """Whether nothing rings for an old entry's article. What is a day or two old is news."""
    if wanted is not None and wanted.ring:
        return False
    return published_at is None or published_at < now - YOUNG


def next_page(url: str, page: int) -> str:
    """The address of a page of a feed, as WordPress has it."""
    parts = urlsplit(url)
    kept = [one for one in parts.query.split("&") if one and not one.startswith("paged=")]
    return urlunsplit(parts._replace(query="&".join([*kept, urlencode({"paged": page})])))
