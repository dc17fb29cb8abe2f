"""What belongs to a backfill, and what rings: decisions, without I/O."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from scraper.discover import article_links
from scraper.errors import AttemptError, DiscoverError, PageGoneError, Trouble
from storage.records import Backfill, BackfillList, Entry

YOUNG: Final = timedelta(days=2)  # what is younger is news, however it was found
MOST_UNDATED: Final = 50  # pages of a list that tells no times: it may go on without end
RETRIES: Final = (timedelta(seconds=30), timedelta(minutes=5), timedelta(minutes=30))
"""The pauses after which a list that did not come is asked for again."""

_WORDPRESS = re.compile(r"/feed(?:/(?:rss2?|atom|rdf))?/?$")
_ENOUGH: Final = 5  # pages by which the pace is known
_BEYOND: Final = 3  # so many older entries show that a list goes back beyond the range
_ARTICLE: Final = 1.5  # `article_links.score` from which an address is likely an article's
_DAY = r"(?:[-_/.]?(0[1-9]|[12]\d|3[01])|/([1-9])(?=[/.]|$))?"
_DATE = re.compile(
    rf"(?<!\d)(20\d\d)(?:(?:[-_/.]?(0[1-9]|1[0-2])|/([1-9])(?=[/.]|$)){_DAY})?(?!\d)"
)

_PAUSES: Final = 5
_SHORTEST_PAUSE: Final = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment until before another."""

    begin: datetime
    end: datetime


def span_in(url: str) -> Span | None:
    """The day, month or year that an address names; the last of several in its path.

    Where it names none there, a lone parameter may (`?m=202603`).
    """
    parts = urlsplit(url)
    dates = list(_DATE.finditer(parts.path))
    if not dates:
        values = [value for _, value in parse_qsl(parts.query, max_num_fields=20)]
        alone = _DATE.fullmatch(values[0]) if len(values) == 1 else None
        dates = [alone] if alone else []
    if not dates:
        return None
    found = dates[-1]
    year, month, day = int(found[1]), int(found[2] or found[3] or 0), int(found[4] or found[5] or 0)
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


def is_older(entry: Entry, wanted: Backfill) -> bool | None:
    """Whether an entry is of before the range; None where nothing tells.

    A late `lastmod` tells nothing, and an early one of what is no article (an imprint) neither.
    """
    if entry.published_at is not None:
        return entry.published_at < wanted.since
    if (span := span_in(entry.url)) is not None:
        return span.end <= wanted.since
    if entry.modified_at is not None and article_links.score(entry.url) >= _ARTICLE:
        return entry.modified_at < wanted.since or None
    return None


def reaches(entries: Sequence[Entry], wanted: Backfill) -> bool:
    """Whether a list goes back beyond the range, and not just by an old entry that it keeps."""
    older = sum(is_older(entry, wanted) is True for entry in entries)
    return older >= _BEYOND or 2 * older > len(entries)


def goes_on(entries: Sequence[Entry], wanted: Backfill, page: int) -> bool:
    """Whether the page after this one may have something of the range; pages count from 1."""
    told = [older for entry in entries if (older := is_older(entry, wanted)) is not None]
    return not all(told) if told else page < MOST_UNDATED


def wordpress_page(url: str, page: int) -> str | None:
    """The address of a page of a feed as WordPress has it; None where the feed is none of its."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=20)
    if not (_WORDPRESS.search(parts.path) or any(name == "feed" for name, _ in query)):
        return None
    kept = [(name, value) for name, value in query if name != "paged"]
    return urlunsplit(parts._replace(query=urlencode([*kept, ("paged", page)]), fragment=""))


def child_is_older(url: str, changed: datetime | None, wanted: Backfill) -> bool:
    """Whether a list, which changed last then, is of before the range as a whole."""
    span = span_in(url)
    if span is not None and span.end <= wanted.since:
        return True
    return changed is not None and changed < wanted.since


@dataclass(frozen=True, slots=True)
class Retry:
    """A list is to be asked for again after a pause."""

    pause: timedelta


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A list is asked for no more. `failed`: it ought to be there, so that somebody is told."""

    failed: bool


def after_failure(chosen: BackfillList, error: AttemptError) -> Retry | GivenUp:
    """What becomes of a list that could not be had.

    A page after the last one of a list is no failure, it is how lists end; nor is a usual place at
    which there is nothing. What a site bars, it bars on purpose. Everything else may pass.
    """
    expected = not chosen.guessed and chosen.page <= 1
    if isinstance(error, PageGoneError | DiscoverError):
        return GivenUp(failed=expected)
    if error.permanent or error.trouble is Trouble.BARRED:
        barred = error.trouble is Trouble.BARRED and not chosen.guessed
        return GivenUp(failed=expected or barred)
    if chosen.attempts >= len(RETRIES):
        return GivenUp(failed=True)
    return Retry(max(RETRIES[chosen.attempts], error.retry_after or timedelta(0)))


def time_left(passed: timedelta, done: int, waiting: int) -> timedelta | None:
    """How long `waiting` pages take at the pace at which `done` were read; None: too few to say."""
    return passed / done * waiting if done >= _ENOUGH and waiting else None


def backfill_pause(host_pause: timedelta) -> timedelta:
    """What a backfill leaves between two pages of a host, unless told: five times the host's."""
    return max(_SHORTEST_PAUSE, _PAUSES * host_pause)
