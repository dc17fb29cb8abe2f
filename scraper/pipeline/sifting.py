"""Sift what a visit found, with what is remembered of its source: see `sift` for the decisions."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from scraper.discover.links import host, normalise
from scraper.discover.pageless import has_page
from scraper.pipeline import sift
from scraper.pipeline.sift import Keyed, Sifted
from storage.database import UnitOfWork
from storage.records import Entry, Source, SourceKind

_log = logging.getLogger(__name__)

_LAST = datetime.max.replace(tzinfo=UTC)

_SITEMAPS = frozenset({SourceKind.SITEMAP, SourceKind.SITEMAP_INDEX})


def arranged(entries: Sequence[Entry]) -> list[Keyed]:
    """Entries under the keys of their links, the newest first."""
    return _newest_first(_keyed(entries))


def decide(
    unit: UnitOfWork, source: Source, kind: SourceKind | None, keyed: Sequence[Keyed], now: datetime
) -> Sifted:
    """What of a visit's links is to be taken in. Reads only."""
    if not keyed or (kind is not SourceKind.INDEX_PAGE and kind not in _SITEMAPS):
        return Sifted(keyed=keyed)
    unknown, passed = unit.link_lists.unknown(source.id, [key for key, _, _ in keyed])
    keyed = [one for one in keyed if one[0] not in passed]
    if kind in _SITEMAPS:
        return sift.sift_sitemap(keyed, unknown, last_visit=source.last_success_at, now=now)
    state = unit.link_lists.state(source.id)
    return sift.sift_page(keyed, unknown, state, now=now)


def remember(unit: UnitOfWork, source: Source, sifted: Sifted) -> None:
    """What the next visit has to know. Before the entries: a link is none the less new later."""
    if sifted.state:
        unit.link_lists.remember(source.id, sifted.state)
    if sifted.passed_over:
        unit.link_lists.pass_over(source.id, sifted.passed_over)


def tell(source: Source, sifted: Sifted) -> None:
    """Say in the log what was not taken, and why."""
    extra = {"action": "visit.sifted", "source": source.name}
    if sifted.flooding and sifted.held:
        _log.warning(
            "%s: its page lists other links at every visit; %d seen for the first time wait until "
            "they are seen again. A feed or a section page may serve you better.",
            source.name,
            sifted.held,
            extra=extra,
        )
    if sifted.left and sifted.state:
        _log.warning(
            "%s: %d new links are left for later visits: a page may have %d in one, %d in a day.",
            source.name,
            sifted.left,
            sift.MOST_A_VISIT,
            sift.MOST_A_DAY,
            extra=extra,
        )
    elif sifted.left:
        _log.info(
            "%s: %d older links of it were passed over.", source.name, sifted.left, extra=extra
        )


def _newest_first(keyed: Sequence[Keyed]) -> list[Keyed]:
    """What has no time may be new, and is as its source put it."""

    def time(seen: Keyed) -> datetime:
        entry = seen[2]
        return entry.published_at or entry.modified_at or _LAST

    return sorted(keyed, key=time, reverse=True)


def _keyed(entries: Sequence[Entry]) -> list[Keyed]:
    """Entries under the key of their link, the first of each.

    Left out is what is no web link, and what has neither a page nor a word to say.
    """
    keyed: dict[str, Keyed] = {}
    for entry in entries:
        if not (entry.title or entry.summary or has_page(entry.url)):
            continue
        try:
            key = normalise(entry.url)
            keyed.setdefault(key, (key, host(entry.url), entry))
        except ValueError:
            _log.debug("not a link to follow: %.200s", entry.url)
    return list(keyed.values())
