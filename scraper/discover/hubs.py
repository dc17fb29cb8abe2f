"""WebSub hubs as a page names them (https://www.w3.org/TR/websub/#discovery)."""

from collections.abc import Iterable

from scraper.discover import markup
from scraper.discover.discovery import MAX_HUBS
from scraper.discover.fields import resolved

_REGISTERED = (
    "http://www.iana.org/assignments/relation/"  # a relation's name written out (RFC 4287)
)


def distinct(hubs: Iterable[str | None]) -> tuple[str, ...]:
    """The first `MAX_HUBS` of the links, each once and in their order; None is left out."""
    found: dict[str, None] = {}
    for hub in hubs:
        if hub and len(found) < MAX_HUBS:
            found[hub] = None
    return tuple(found)


def of_feed(found: Iterable[markup.Element], url: str) -> tuple[tuple[str, ...], str | None]:
    """The hubs and the topic that `atom:link` elements of a feed at `url` name; the first topic."""
    hubs: list[str | None] = []
    topic = None
    for link in found:
        relations = (markup.attribute(link, "rel") or "").lower().replace(_REGISTERED, "").split()
        if "hub" in relations or "self" in relations:
            written = markup.attribute(link, "href") or markup.content(link)
            href = resolved(written, markup.base(link, url))
            hubs += [href] if "hub" in relations else ()
            topic = topic or (href if "self" in relations else None)
    return distinct(hubs), topic
