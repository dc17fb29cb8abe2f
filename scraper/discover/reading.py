"""A page to its entries: decompress, decode, find out what it is, hand it to its reader."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Final

from scraper.discover import (
    atom,
    hubs,
    index_page,
    json_feed,
    links,
    markup,
    pageless,
    rss,
    sitemap,
)
from scraper.discover.discovery import Discovery
from scraper.discover.fields import language
from scraper.discover.kind import Form, sniff
from scraper.errors import DiscoverError
from scraper.text import charset
from storage.records import Page

MAX_BYTES: Final = 20 * 1024 * 1024
"""What is read of a page, once a `.gz` file is unpacked: twice what is fetched, no more."""

MAX_SITEMAP_BYTES: Final = 50 * 1024 * 1024
"""What is read of a sitemap, unpacked: as much as it may have (sitemaps.org)."""

_HEAD: Final = 262_144  # bytes of a long page by which it is told what it is
_GZIP: Final = b"\x1f\x8b"
_KNOWN_FILES: Final = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"RIFF", "a picture or a sound"),
    (b"ID3", "a sound"),
)
_REMEDY: Final = "Give the address of a feed, a sitemap, or a page that lists articles."

_XML_READERS: Final[Mapping[Form, Callable[[markup.Element, str, datetime], Discovery]]] = {
    Form.RSS: rss.read,
    Form.ATOM: atom.read,
}
_SITEMAP_READERS: Final[Mapping[Form, Callable[[str, int, str, datetime], Discovery]]] = {
    Form.SITEMAP: sitemap.read,
    Form.SITEMAP_INDEX: sitemap.read_index,
}
_TEXT_READERS: Final[Mapping[Form, Callable[[str, str, datetime], Discovery]]] = {
    Form.LINES: sitemap.read_lines,
    Form.JSON: json_feed.read,
    Form.HTML: index_page.read,
}
_UNREADABLE: Final = {
    Form.EMPTY: f"The page is empty. {_REMEDY}",
    Form.OPML: "The page is an OPML list of feeds. Save it, then: tocsin source import FILE",
    Form.XML: f"The page is XML but neither a feed nor a sitemap. {_REMEDY}",
    Form.TEXT: f"The page is plain text without links. {_REMEDY}",
    Form.BINARY: f"The page is not text. {_REMEDY}",
}


_hostname = lru_cache(maxsize=1_024)(links.hostname)


def discover(page: Page) -> Discovery:
    """What a page says of articles. DiscoverError, with a remedy, if it says nothing.

    Pure and picklable. The times of entries are judged by `page.fetched_at`; relative links by
    `page.url`. WebSub hubs and their topic are those of the `Link` headers if these name both, else
    those of the page: never a hub of the one with the topic of the other (`hubs.preferred`).
    """
    try:
        _hostname(page.url)
    except ValueError as error:
        raise DiscoverError(f"The page's own address is of no use. {error}") from error
    body = _unpacked(page.body)
    for mark, what in _KNOWN_FILES:
        if body.startswith(mark):
            raise DiscoverError(f"The page is {what}. {_REMEDY}")
    text = charset.decode(_bounded(body, page), page.headers)
    del body
    form, start = sniff(text)
    if form in _UNREADABLE:
        raise DiscoverError(_UNREADABLE[form])
    if form in _TEXT_READERS:
        found = _TEXT_READERS[form](text, page.url, page.fetched_at)
    else:
        if form in _SITEMAP_READERS:
            found = _SITEMAP_READERS[form](text, start, page.url, page.fetched_at)
        else:
            found = _XML_READERS[form](markup.parse(text, start), page.url, page.fetched_at)
        found = found if markup.is_whole(text, start) else _without_torn(found)
    return _with_header(found, page)


def _without_torn(found: Discovery) -> Discovery:
    """What a page that breaks off says, without a last entry whose link may have been to come."""
    torn = found.entries and not pageless.has_page(found.entries[-1].url)
    return replace(found, entries=found.entries[:-1]) if torn else found


def _bounded(body: bytes, page: Page) -> bytes:
    """As much of a page as is read of its like."""
    if len(body) <= MAX_BYTES:
        return body
    form, _ = sniff(charset.decode(body[:_HEAD], page.headers))
    is_sitemap = form in _SITEMAP_READERS or form is Form.LINES
    return body[: MAX_SITEMAP_BYTES if is_sitemap else MAX_BYTES]


def _unpacked(body: bytes) -> bytes:
    """The contents of a gzip file, as far as they are whole, at most `MAX_SITEMAP_BYTES`.

    Sitemaps are served as such files, apart from any content encoding.
    """
    if not body.startswith(_GZIP):
        return body
    unpacker = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    unpacked = bytearray()
    for start in range(0, len(body), _PIECE):
        try:
            left = MAX_SITEMAP_BYTES - len(unpacked)
            unpacked += unpacker.decompress(body[start : start + _PIECE], left)
        except zlib.error:
            break
        if unpacker.eof or len(unpacked) >= MAX_SITEMAP_BYTES:
            break
    if not unpacked:
        raise DiscoverError(f"The page is a gzip file that cannot be unpacked. {_REMEDY}")
    return bytes(unpacked)


_PIECE: Final = 65_536


def _with_header(found: Discovery, page: Page) -> Discovery:
    """The discovery with what headers add: hub and topic of `Link`, and the language."""
    if not ("link" in page.headers or "content-language" in page.headers):
        return found
    named = hubs.preferred(
        hubs.of_header(page.headers.get("link", ""), page.url),
        hubs.Advertised(found.hubs, found.self_url, found.older),
    )
    return replace(
        found,
        hubs=named.hubs,
        self_url=named.topic,
        older=named.older,
        language=found.language or language(page.headers.get("content-language")),
    )
