"""Sitemaps (https://www.sitemaps.org/protocol.html), Google's news extension, and their indexes.

A sitemap may have 50,000 links and 50 MB. It is parsed in pieces of some hundred links, each in the
root element of the whole, so that no tree of it all is ever held.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from scraper.discover import dates, links, markup
from scraper.discover.discovery import Discovery
from scraper.discover.fields import MAX_LOCATIONS, distinct, entry
from scraper.errors import DiscoverError
from storage.records import Entry, SourceKind

_IN_NAME = re.compile(
    r"(?<!\d)(20\d\d)[-_/.]?(0[1-9]|1[0-2])(?:[-_/.]?(0[1-9]|[12]\d|3[01]))?(?!\d)"
)
_YEAR_IN_NAME = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_FRESH = re.compile(r"(?<![a-z])(?:google-?news|news|latest|recent|today)(?![a-z])", re.IGNORECASE)
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


_LINE = re.compile(r"[^\r\n]+")
_PIECE: Final = 131_072  # characters that are parsed at once, or up to the end of the item there
_LONGEST_PIECE: Final = 20 * 1024 * 1024  # characters; what comes after them is not read
_MOST_OF_ROOT: Final = 10_000  # characters of a root element's start tag
_ROOT = re.compile(r"<([\w.:-]+)(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_ITEM_END = re.compile(r"</(?:[\w.-]+:)?(?:url|sitemap)\s*>", re.IGNORECASE)


def read(text: str, start: int, url: str, now: datetime) -> Discovery:
    """The entries of a `urlset`, which begins at `start`. DiscoverError if it cannot be parsed."""
    items = islice(_items(text, start, "url"), MAX_LOCATIONS)
    return Discovery(kind=SourceKind.SITEMAP, entries=distinct(_entries(items, url, now)))


def read_index(text: str, start: int, url: str, now: datetime) -> Discovery:
    """The sitemaps that a `sitemapindex` names, newest first."""
    found: dict[str, datetime] = {}
    changed: dict[str, datetime | None] = {}
    for item in islice(_items(text, start, "sitemap"), MAX_LOCATIONS):
        values = markup.fields(item)
        child = links.resolve(markup.text(values, "loc") or "", url)
        if child and child != url:
            stated = dates.parse(markup.text(values, "lastmod"), now=now)
            found[child] = max(found.get(child, _LONG_AGO), _newest(child, stated, now))
            known = changed.setdefault(child, stated)
            changed[child] = max(known, stated) if known and stated else None
    children = sorted(found, key=lambda child: found[child], reverse=True)
    return Discovery(
        kind=SourceKind.SITEMAP_INDEX,
        children=tuple(children),
        changed=tuple(changed[child] for child in children),
    )


def read_lines(text: str, url: str, now: datetime) -> Discovery:
    """The entries of a plain-text sitemap: a link a line."""
    written = (found[0] for found in _LINE.finditer(text))
    lines = islice((line for line in written if links.is_web(line)), MAX_LOCATIONS)
    found = distinct(entry(line, url, now=now) for line in lines)
    return Discovery(kind=SourceKind.SITEMAP, entries=found)


def _items(text: str, start: int, wanted: str) -> Iterator[markup.Element]:
    """The elements of a name, piece by piece."""
    for number, (piece, begin) in enumerate(_pieces(text, start)):
        try:
            root = markup.parse(piece, begin)
        except DiscoverError:
            if not number:
                raise
            continue  # a broken piece costs no more than itself
        yield from markup.items(root, wanted)


def _pieces(text: str, start: int) -> Iterator[tuple[str, int]]:
    """Well-formed documents, each with some of the items of the whole; and where they begin.

    Where nothing tells the items apart, the rest is one piece, as far as it is read.
    """
    opened = _ROOT.match(text, start, start + _MOST_OF_ROOT)
    position = opened.end() if opened else start
    before = text[:start] if "<!ENTITY" in text[:start] else ""
    if opened is None or len(text) - position <= _PIECE:
        yield before + text[start:], len(before)
        return
    while position < len(text):
        found = _ITEM_END.search(text, min(position + _PIECE, len(text)))
        if found is None:
            yield before + opened[0] + text[position : position + _LONGEST_PIECE], len(before)
            return
        inside = text[position : found.end()]
        yield f"{before}{opened[0]}{inside}</{opened[1]}>", len(before)
        position = found.end()


def _entries(items: Iterable[markup.Element], url: str, now: datetime) -> Iterator[Entry | None]:
    """The entries; images, videos and translations of a page are not entries of their own."""
    for item in items:
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
