"""JSON Feed 1 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from scraper.discover import hubs, links
from scraper.discover.discovery import Discovery
from scraper.discover.fields import (
    MAX_ITEMS,
    MAX_TITLE,
    distinct,
    entry,
    home_page,
    language,
    plain,
)
from scraper.errors import DiscoverError
from storage.records import Entry, SourceKind

MAX_VALUES: Final = 1_000_000
"""A document of more lists and objects than this is refused: each takes some sixty bytes."""


def read(text: str, url: str, now: datetime) -> Discovery:
    """The entries of a JSON Feed. DiscoverError if the JSON is broken or is something else."""
    feed = _load(text)
    listed = feed.get("items")
    if not isinstance(listed, list) or not _is_feed(feed):
        raise DiscoverError(
            "The page is JSON but no JSON Feed. Give the address of a feed, a sitemap or a page "
            "with links to articles."
        )
    named = hubs.gathered(_related(feed, url))
    home = home_page(_text(feed, "home_page_url"), url)
    return Discovery(
        kind=SourceKind.JSON_FEED,
        title=plain(_text(feed, "title"), MAX_TITLE),
        entries=distinct(_entries(listed, url, home or url, now), home),
        language=language(_text(feed, "language")),
        hubs=named.hubs,
        self_url=named.topic,
        older=named.older,
    )


def _load(text: str) -> Mapping[str, Any]:
    if text.count("{") + text.count("[") > MAX_VALUES:
        raise DiscoverError("The page is JSON of too many parts to be a feed.")
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DiscoverError("The page begins like a JSON Feed but is broken JSON.") from error
    return feed if isinstance(feed, dict) else {}


def _is_feed(feed: Mapping[str, Any]) -> bool:
    """Whether it says so; or says nothing, but its items look it."""
    version = _text(feed, "version")
    if version:
        return "jsonfeed.org/version/" in version
    return any(isinstance(item, dict) and _text(item, "url") for item in feed["items"])


def _entries(listed: list[Any], url: str, home: str, now: datetime) -> Iterator[Entry | None]:
    for item in listed[:MAX_ITEMS]:
        if isinstance(item, dict):
            yield entry(
                _link(item),
                url,
                now=now,
                title=_text(item, "title"),
                summary=_text(item, "summary", "content_text", "content_html"),
                published=_text(item, "date_published"),
                modified=_text(item, "date_modified"),
                tag=_text(item, "language"),
                guid=_identity(item),
                home=home,
            )


def _link(item: Mapping[str, Any]) -> str | None:
    """The item's page; not `external_url`, which is another's page that it speaks of."""
    link = _text(item, "url")
    if link:
        return link
    identity = _text(item, "id") or ""
    external = _text(item, "external_url")
    return identity if links.is_web(identity) else external


def _identity(item: Mapping[str, Any]) -> str | None:
    """The item's id; numbers are taken as well, as the specification asks."""
    value = item.get("id")
    number = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18
    return str(value) if number else _text(item, "id")


def _related(feed: Mapping[str, Any], url: str) -> Iterator[tuple[tuple[str], str | None]]:
    """The topic, the hubs and the next page, by the relations that other formats give them."""
    yield ("self",), links.resolve(_text(feed, "feed_url") or "", url)
    yield ("next",), links.resolve(_text(feed, "next_url") or "", url)
    listed = feed.get("hubs")
    for hub in listed[:MAX_ITEMS] if isinstance(listed, list) else ():
        if isinstance(hub, dict) and (_text(hub, "type") or "").strip().lower() == "websub":
            yield ("hub",), links.resolve(_text(hub, "url") or "", url)


def _text(values: Mapping[str, Any], *names: str) -> str | None:
    """The first of these values that is text and not empty."""
    for name in names:
        value = values.get(name)
        if isinstance(value, str) and value.strip():
            return value
    return None
