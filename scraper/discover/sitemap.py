"""Sitemaps (https://www.sitemaps.org/protocol.html), Google's news extension, and their indexes."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from scraper.discover import dates, links, markup
from scraper.discover.discovery import Discovery
from scraper.discover.fields import MAX_LOCATIONS, distinct, entry
from storage.records import Entry, SourceKind

_IN_NAME = re.compile(
    r"(?<!\d)(20\d\d)[-_/.]?(0[1-9]|1[0-2])(?:[-_/.]?(0[1-9]|[12]\d|3[01]))?(?!\d)"
)
_YEAR_IN_NAME = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_FRESH = re.compile(r"(?<![a-z])(?:google-?news|news|latest|recent|today)(?![a-z])", re.IGNORECASE)
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


def read(root: markup.Element, url: str, now: datetime) -> Discovery:
    """The entries of a `urlset`."""
    return Discovery(kind=SourceKind.SITEMAP, entries=distinct(_entries(root, url, now)))


def read_index(root: markup.Element, url: str, now: datetime) -> Discovery:
    """The sitemaps that a `sitemapindex` names, newest first."""
    found: dict[str, datetime] = {}
    for item in islice(markup.items(root, "sitemap"), MAX_LOCATIONS):
        values = markup.fields(item)
        child = links.resolve(markup.text(values, "loc") or "", url)
        if child and child != url:
            age = _newest(child, dates.parse(markup.text(values, "lastmod"), now=now), now)
            found[child] = max(found.get(child, _LONG_AGO), age)
    children = sorted(found, key=lambda child: found[child], reverse=True)
    return Discovery(kind=SourceKind.SITEMAP_INDEX, children=tuple(children))


def read_lines(text: str, url: str, now: datetime) -> Discovery:
    """The entries of a plain-text sitemap: a link a line."""
    lines = islice((line for line in text.splitlines() if links.is_web(line)), MAX_LOCATIONS)
    found = distinct(entry(line, url, now=now) for line in lines)
    return Discovery(kind=SourceKind.SITEMAP, entries=found)


def _entries(root: markup.Element, url: str, now: datetime) -> Iterator[Entry | None]:
    """The entries; images, videos and translations of a page are not entries of their own."""
    for item in islice(markup.items(root, "url"), MAX_LOCATIONS):
        values = markup.fields(item)
        news = next((markup.fields(one) for one in values.get("news:news", ())), {})
        publication = next((markup.fields(one) for one in news.get("news:publication", ())), {})
        yield entry(
            markup.text(values, "loc"),
            url,
            now=now,
            title=markup.text(news, "news:title"),
            published=markup.text(news, "news:publication_date"),
            modified=markup.text(values, "lastmod"),
            tag=markup.text(publication, "news:language") or markup.text(news, "news:language"),
        )


def _newest(child: str, stated: datetime | None, now: datetime) -> datetime:
    """How new a sitemap is: as stated; else as its name says, `news` and `latest` being now."""
    if stated:
        return stated
    if _FRESH.search(child.rpartition("/")[2]):
        return now
    name = child.partition("://")[2].partition("/")[2]
    found = _IN_NAME.search(name)
    if found:
        return _moment(int(found[1]), int(found[2]), int(found[3] or 1))
    found = _YEAR_IN_NAME.search(name)
    return _moment(int(found[1]), 1, 1) if found else _LONG_AGO


def _moment(year: int, month: int, day: int) -> datetime:
    """The start of a day; of the month if it has no such day."""
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return datetime(year, month, 1, tzinfo=UTC)
