"""RSS in all its versions: 0.9x, 1.0 (RDF), 2.0, what calls itself so, and CDF before it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple, Self

from scraper.discover import hubs, links, markup
from scraper.discover.discovery import Discovery
from scraper.discover.fields import (
    MAX_ITEMS,
    MAX_TITLE,
    distinct,
    entry,
    home_page,
    language,
    pause,
    plain,
)
from storage.records import Entry, SourceKind

_PUBLISHED: Final = ("pubdate", "dc:date", "dcterms:issued", "dcterms:created", "atom:published")
_PUBLISHED_ODD: Final = ("published", "date", "dcterms:date", "a10:updated")
_MODIFIED: Final = ("dcterms:modified", "atom:updated", "updated", "lastbuilddate")
_SUMMARY: Final = (
    *("description", "content:encoded", "atom:summary", "atom:content", "itunes:summary"),
    *("summary", "dc:description", "media:description", "xhtml:body", "body", "fullitem"),
    "abstract",  # of CDF
)
_IDENTITY: Final = ("guid", "id", "atom:id")
_MINUTES: Final = {
    "hourly": 60.0,
    "daily": 24 * 60.0,
    "weekly": 7 * 24 * 60.0,
}
"""`sy:updatePeriod`; a source that is content with a monthly visit is not one to believe."""


def read(root: markup.Element, url: str, now: datetime) -> Discovery:
    """The entries of an RSS feed, whose root is `rss`, `rdf:RDF` or `channel`."""
    channel = next(markup.items(root, "channel"), root)
    about = markup.fields(channel)
    stated = _link_text(about)
    home = home_page(stated, markup.base(channel, url))
    named = hubs.of_feed(_atom_links(about), url)
    return Discovery(
        kind=SourceKind.RDF if markup.local_name(root) == "rdf" else SourceKind.RSS,
        title=plain(markup.text(about, "title", "dc:title"), MAX_TITLE),
        entries=distinct(_entries(root, _Home.of(stated, home, url), now), home),
        language=language(
            markup.text(about, "language", "dc:language")
            or markup.stated_language(channel)
            or markup.stated_language(root)
        ),
        ttl=_ttl(about),
        hubs=named.hubs,
        self_url=named.topic,
        older=named.older,
    )


class _Home(NamedTuple):
    """The page of the feed: its link as written, and where it leads, or else the feed's address.

    `base` is what links of items are relative to: the feed's address, but where a service for feeds
    serves it, the page.
    """

    stated: str | None
    url: str
    base: str

    @classmethod
    def of(cls, stated: str | None, home: str | None, url: str) -> Self:
        """The page of the feed at `url`, whose link leads to `home`, if anywhere."""
        if home is None or _is_same_host(home, url):
            return cls(stated, home or url, url)
        return cls(stated, home, home)


@lru_cache(maxsize=1_024)
def _is_same_host(url: str, other: str) -> bool:
    return links.hostname(url) == links.hostname(other)


def _entries(root: markup.Element, home: _Home, now: datetime) -> Iterator[Entry | None]:
    for item in islice(markup.items(root, "item"), MAX_ITEMS):
        found = markup.fields(item)
        link = _link(item, found, home.stated)
        yield entry(
            link,
            home.base if link and links.is_web(link) else markup.base(item, home.base),
            now=now,
            title=markup.text(found, "title", "media:title", "dc:title", "atom:title"),
            summary=markup.text(found, *_SUMMARY),
            published=markup.text(found, *_PUBLISHED, *_PUBLISHED_ODD),
            modified=markup.text(found, *_MODIFIED) or markup.attribute(item, "lastmod"),
            tag=markup.text(found, "dc:language", "language") or markup.stated_language(item),
            guid=markup.text(found, *_IDENTITY)
            or _about(item)
            or markup.text(found, "dc:identifier"),
            home=home.url,
        )


def _link(item: markup.Element, found: markup.Fields, home: str | None) -> str | None:
    """The link of an item, from the best of the places where feeds put it.

    Some feeds give every item the link of the home page and only the permalink tells them apart.
    """
    original = markup.text(found, "feedburner:origlink")
    if original:
        return original
    link = _link_text(found)
    if link and link != home:
        return link
    return _permalink(found) or _atom_link(found, "alternate") or link or _permanent(item)


def _link_text(found: markup.Fields) -> str | None:
    for element in found.get("link", ()):
        link = markup.content(element).strip() or markup.attribute(element, "href")
        if link:
            return link
    return None


def _permalink(found: markup.Fields) -> str | None:
    for element in found.get("guid", ()):
        value = markup.content(element).strip()
        permanent = (markup.attribute(element, "ispermalink") or "true").strip().lower() == "true"
        if permanent and links.is_web(value):
            return value
    return None


def _atom_link(found: markup.Fields, relation: str) -> str | None:
    for element in _atom_links(found):
        href = markup.attribute(element, "href")
        if href and (markup.attribute(element, "rel") or "alternate").lower() == relation:
            return href
    return None


def _atom_links(found: markup.Fields) -> Iterator[markup.Element]:
    yield from found.get("atom:link", ())
    yield from found.get("atom10:link", ())


def _about(item: markup.Element) -> str | None:
    """The identity of an RDF item, which is its link."""
    return markup.attribute(item, "about")


def _permanent(item: markup.Element) -> str | None:
    """The link that the item has as an attribute: its identity in RDF, its page in CDF."""
    return _about(item) or markup.attribute(item, "href")


def _ttl(about: markup.Fields) -> timedelta | None:
    """How long the feed asks to be left alone; `skipHours` and `skipDays` are not heeded."""
    minutes = (markup.text(about, "ttl") or "").strip()
    if minutes.isascii() and minutes.isdecimal() and len(minutes) < 6:
        return pause(int(minutes))
    period = _MINUTES.get((markup.text(about, "sy:updateperiod") or "").strip().lower())
    times = (markup.text(about, "sy:updatefrequency") or "1").strip()
    if period is None or not (times.isascii() and times.isdecimal() and 0 < len(times) < 4):
        return None
    return pause(period / max(int(times), 1))
