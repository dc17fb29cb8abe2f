"""Sift what a visit found, with what is remembered of its source: see `sift` for the decisions."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from scraper.discover.links import host, normalise
from scraper.discover.pageless import has_page
from scraper.pipeline import sift
from scraper.pipeline.rhythm import AT_ONCE
from scraper.pipeline.sift import Keyed, Sifted
from scraper.pipeline.source_health import Change
from storage.database import UnitOfWork
from storage.records import FLOODING, Entry, Source, SourceKind

_log = logging.getLogger(__name__)

_LAST = datetime.max.replace(tzinfo=UTC)

_LEAST_CHANGED = 5  # entries that a feed calls changed within a minute

_SITEMAPS = frozenset({SourceKind.SITEMAP, SourceKind.SITEMAP_INDEX})


def arranged(entries: Sequence[Entry], kind: SourceKind | None = None) -> list[Keyed]:
    """Entries under the keys of their links, the newest first."""
    listed = entries if kind in _SITEMAPS else _without_making(entries)
    return _newest_first(_keyed(listed))


def _without_making(entries: Sequence[Entry]) -> Sequence[Entry]:
    """Entries without the time at which their feed was made, if it calls all changed just then.

    Else each visit would have all their pages fetched again.
    """
    times = [entry.modified_at for entry in entries if entry.modified_at is not None]
    if len(times) < max(_LEAST_CHANGED, len(entries) / 2) or max(times) - min(times) >= AT_ONCE:
        return entries
    return [replace(entry, modified_at=None) for entry in entries]


def decide(
    unit: UnitOfWork, source: Source, kind: SourceKind | None, keyed: Sequence[Keyed], now: datetime
) -> Sifted:
    """What of a visit's links is to be taken in. Reads only."""
    if not keyed:
        return Sifted(keyed=keyed)
    state = unit.link_lists.state(source.id)
    is_feed = kind is not SourceKind.INDEX_PAGE and kind not in _SITEMAPS
    if is_feed and len(keyed) <= sift.room_of_list(state, now):
        return Sifted(keyed=keyed)
    keys = [key for key, _, _ in keyed]
    if kind is SourceKind.INDEX_PAGE:
        keys += sift.formers(state)
    unknown, passed = unit.link_lists.unknown(source.id, keys)
    if is_feed:
        return sift.within_day(Sifted(keyed=keyed), unknown, state, now=now)
    keyed = [one for one in keyed if one[0] not in passed]
    if kind is SourceKind.INDEX_PAGE:
        return sift.sift_page(keyed, unknown, state, now=now)
    sifted = sift.sift_sitemap(keyed, unknown, last_visit=source.last_success_at, now=now)
    return sift.within_day(sifted, unknown, state, now=now)


def remember(unit: UnitOfWork, source: Source, sifted: Sifted, now: datetime) -> Sequence[Change]:
    """What the next visit has to know, and what is then to be told.

    Before the entries: a link is none the less new later.
    """
    if sifted.state:
        unit.link_lists.remember(source.id, sifted.state)
    if sifted.passed_over:
        unit.link_lists.pass_over(source.id, sifted.passed_over)
    message = _too_much(source)
    if sifted.over and unit.notices.open(FLOODING, source.name, message, now=now):
        return (Change(kind=FLOODING, open=True, message=message),)
    return ()


def count(
    unit: UnitOfWork,
    source: Source,
    kind: SourceKind | None,
    new: int,
    now: datetime,
    *,
    sifted: Sifted | None = None,
) -> Sequence[Change]:
    """Count what was taken of a feed or a sitemap; tell when what had too much has no more.

    Not the first visit, which shows what there was before; that of a page counts by itself. What
    was not taken of a whole list, `sifted`, is remembered for whoever looks at the source.
    """
    state = unit.link_lists.state(source.id)
    is_counted = kind is not SourceKind.INDEX_PAGE and source.last_success_at is not None
    after = sift.counted(state, new if is_counted else 0, now)
    if sifted is not None:
        after = sift.told(after, sifted)
    is_over = sift.is_over_no_more(state, now)
    if is_over:
        del after[sift.OVER]
        unit.notices.resolve(FLOODING, source.name, now=now)
    if after != (state or {}):
        unit.link_lists.remember(source.id, after)
    over = Change(kind=FLOODING, open=False, message=f"{source.name} lists too much no more")
    return (over,) if is_over else ()


def _too_much(source: Source) -> str:
    return (
        f"{source.name} lists more new links than are taken in a day, as one does that shows "
        "others at every load. The rest is taken on later days, if it is still there. Look at "
        f"{source.url}; a feed of a section may serve you better."
    )


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
    if sifted.left and not sifted.over:
        _log.warning(
            "%s: %d new links are left for later visits: a page may have %d in one, %d in a day.",
            source.name,
            sifted.left,
            sift.MOST_A_VISIT,
            sift.MOST_A_DAY,
            extra=extra,
        )
    if sifted.older:
        _log.info(
            "%s: %d older links of it were passed over.", source.name, sifted.older, extra=extra
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
