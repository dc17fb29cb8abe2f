"""Where a source's links lead by their relations: to its WebSub hubs, to itself, into its past.

Hubs, and the topic to subscribe to there, come from `Link` headers or from the document
(https://www.w3.org/TR/websub/#discovery), and a subscription takes both from one place: what one
says is no word on the other's. The page that goes on into the past is `prev-archive` or `next`
(https://www.rfc-editor.org/rfc/rfc5005, 3 and 4).
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from scraper.discover import link_header, markup
from scraper.discover.discovery import MAX_HUBS
from scraper.discover.fields import resolved

RELATIONS: Final = frozenset({"hub", "self", "prev-archive", "next"})

_PAST: Final = frozenset({"prev-archive", "next"})
_WRITTEN_OUT: Final = (
    "http://www.iana.org/assignments/relation/"  # before a name (RFC 4287, 4.2.7.2)
)


class Advertised(NamedTuple):
    """Hubs in their order, each once, at most `MAX_HUBS`; and the topic, which is the first named.

    `older` is the page that goes on into the past: none or one. All are absolute http(s) links, as
    `links.resolve` gives them.
    """

    hubs: tuple[str, ...] = ()
    topic: str | None = None
    older: tuple[str, ...] = ()


def gathered(related: Iterable[tuple[Collection[str], str | None]]) -> Advertised:
    """What links say, given by their relations in lower case and their address, None if none."""
    found: dict[str, None] = {}
    topic = None
    older: dict[str, str] = {}
    for relations, address in related:
        if address and "hub" in relations and len(found) < MAX_HUBS:
            found[address] = None
        if address and "self" in relations:
            topic = topic or address
        if address:
            for relation in _PAST.intersection(relations):
                older.setdefault(relation, address)
    past = (older[relation] for relation in ("prev-archive", "next") if relation in older)
    return Advertised(tuple(found), topic, tuple(islice(past, 1)))


def of_header(header: str, url: str) -> Advertised:
    """What the `Link` header of the page at `url` says."""
    return gathered((link.relations, address) for link, address in link_header.read(header, url))


def of_feed(found: Iterable[markup.Element], url: str) -> Advertised:
    """What the `atom:link` elements of the feed at `url` say."""
    return gathered(_related(found, url))


def _related(
    found: Iterable[markup.Element], url: str
) -> Iterator[tuple[Collection[str], str | None]]:
    for link in found:
        stated = (markup.attribute(link, "rel") or "").lower()
        relations = RELATIONS.intersection(stated.replace(_WRITTEN_OUT, "").split())
        if relations:
            written = markup.attribute(link, "href") or markup.content(link)
            yield relations, resolved(written, markup.base(link, url))


def preferred(header: Advertised, document: Advertised) -> Advertised:
    """Which of the two counts; never one's hub with the other's topic.

    The Recommendation has headers looked at first, the document in their absence, and the first
    match taken. A match is a hub and a topic: so headers that name both win, else a document that
    names both. Where neither does, no subscription is possible, and what is left says so: the
    header's hubs or else the document's, without a topic, or a topic without hubs. Where the past
    is, the document knows best.
    """
    chosen = max(header, document, key=_worth)
    older = document.older or header.older
    return chosen if chosen.older == older else chosen._replace(older=older)


def _worth(one: Advertised) -> tuple[bool, bool, bool]:
    return bool(one.hubs and one.topic), bool(one.hubs), bool(one.topic)
