"""From a page's bytes to an article.

    bytes ─► charset ─► guard ─► Lexbor ─┬► head: meta, links, JSON-LD ───────────┐
                                         └► outline: boxes, blocks, pictures,     ├► article
                                            bylines, times, in one walk           │
                                              └► features ─► forest ─► body ──────┘

The walk turns the tree into blocks of text in reading order. Each block is described by numbers
(how long, how linked, how its box is named, where it stands relative to the box that holds most
text …) and a small forest of decision trees tells whether it belongs to the article. The other
fields weigh what the page declares (JSON-LD, meta elements) against what it shows.

A site that needs it has rules of its own (sites.py): what they find is laid over this reading.

What is unknown is None. Every field says where it was found: `Extraction.evidence`.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from scraper.extract.article import Extraction, read
from scraper.extract.sites import NO_SITES, Site, Sites

__all__ = ["NO_SITES", "Extraction", "Site", "Sites", "extract"]

_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})


def extract(
    html: bytes,
    url: str,
    headers: Mapping[str, str] = _NO_HEADERS,
    *,
    now: datetime | None = None,
    sites: Sites = NO_SITES,
) -> Extraction:
    """The article on a page, with the place each field was found at.

    `url` is the page's address after redirects, `headers` those it came with (lower-case names),
    `now` the time it was fetched: with it "2 hours ago" is understood and dates to come are
    refused. What `sites` knows of the page's host goes before the general reading. Raises
    ExtractError only where the page holds nothing at all.
    """
    return read(html, url, headers, now, sites)
