"""When an article was published and modified: declared, or read off the page."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from scraper.extract import dates
from scraper.extract.dates import Stamp
from scraper.extract.head import Head
from scraper.extract.lists import words
from scraper.extract.outline import Outline
from scraper.extract.shown import Place, Shown, find_near, find_shown, machine_times

_PUBLISHED: Final = words(
    """article:published_time article:published og:published_time datepublished sailthru.date
    parsely-pub-date cxenseparse:publishtime cxenseparse:recs:publishtime dc.date.issued
    dcterms.issued dc.date dcterms.date date pubdate publishdate publish_date publish-date
    dc.date.created dcterms.created citation_publication_date datecreated publication_date
    article_date_original originalpublicationdate article.published published_time
    article:created vr:published_time og:pubdate last-published lastpublished created
    rnews:datepublished bt:pubdate shareaholic:article_published_time release_date
    og:article:published_time displaydate gsa-publish-date ptime pub_date published-date
    dc.terms.issued"""
)
_MODIFIED: Final = words(
    """article:modified_time og:updated_time datemodified lastmod last-modified article:modified
    dcterms.modified dc.date.modified og:modified_time modified cxenseparse:modifiedtime revised
    updated_time og:article:modified_time"""
)
_URL: Final = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[/_.-](1[0-2]|0?[1-9])[/_.-](3[01]|[12]\d|0?[1-9])(?!\d)|"
    r"(?<!\d)(20[0-3]\d)(1[0-2]|0[1-9])(3[01]|[12]\d|0[1-9])(?:(?!\d)|(?=(?:[01]\d|2[0-3])[0-5]\d))"
)


# Other names of meta elements that tell of a publication.
_OTHER_NAME: Final = re.compile(r"publi[sc].{0,4}(?:date|time)|date.{0,4}publi[sc]|issue.?date")
_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(seconds=90)
_WEST: Final = timedelta(hours=-12)
_EAST: Final = timedelta(hours=14)


class Times:
    """Published and modified, each with the place it was found at, as written."""

    def __init__(self) -> None:
        self.published: tuple[Stamp, str] | None = None
        self.modified: tuple[Stamp, str] | None = None

    def moments(self) -> tuple[datetime | None, datetime | None]:
        """Both in UTC; a time without an offset has that of the other, if it has one."""
        offset = self.offset()
        published = self.published[0].at(offset) if self.published else None
        modified = self.modified[0].at(offset) if self.modified else None
        return published, modified

    def offset(self) -> timedelta | None:
        """The offset from UTC that one of the two was written with, the published one's first."""
        for found in (self.published, self.modified):
            if found is not None and found[0].offset:
                return found[0].offset
        return None


Found = tuple[Stamp, str]


def is_declared(head: Head) -> bool:
    """Whether the page declares when its article was published, so that none has to be read."""
    return "datePublished" in head.data.article or not head.meta.keys().isdisjoint(_PUBLISHED)


def find_times(
    head: Head,
    outline: Outline,
    url: str,
    *,
    language: str | None,
    first: int,
    now: datetime | None,
) -> Times:
    """When the article was published and modified; `first` is the block its body begins at."""
    times = Times()
    place = Place(outline, first, language, now)
    declared = [each for each in declared_all(head, language) if dates.plausible(each[0].day, now)]
    if not declared:
        others = declared_otherwise(head, language)
        declared = [each for each in others if dates.plausible(each[0].day, now)]
    modified = [each for each in modified_all(head) if dates.plausible(each[0].day, now)]
    times.modified = modified[0] if modified else None
    if declared:
        times.published = _settled(declared, place)
        return times
    shown = [each for each in find_shown(place) if dates.plausible(each.stamp.day, now)]
    times.published = _seen(shown, in_url(url))
    if times.modified is None:
        times.modified = _seen_updated(shown, times.published)
    return times


def declared_all(head: Head, language: str | None) -> Iterator[Found]:
    """What the page declares as the time of its publication, the best known ways first."""
    for key in ("datePublished", "dateCreated", "uploadDate"):
        stamp = _declared(head.data.text(key), language)
        if stamp:
            yield stamp, f"json-ld {key}"
    meta = head.meta
    for name in _PUBLISHED:
        value = meta.get(name)
        stamp = _declared(value, language) if value else None
        if stamp:
            yield stamp, f"meta {name}"


def declared_otherwise(head: Head, language: str | None) -> Iterator[Found]:
    """What is said of the page itself, and what meta elements of less known names tell."""
    for thing in head.data.of_type(
        "webpage", "videoobject", "imagegallery", "podcastepisode", "itempage"
    ):
        value = thing.get("datePublished") or thing.get("uploadDate")
        stamp = _declared(value, language) if isinstance(value, str) else None
        if stamp:
            yield stamp, "json-ld of the page"
    for name, value in head.meta.items():
        if _OTHER_NAME.search(name):
            stamp = dates.read_machine(value)
            if stamp:
                yield stamp, f"meta {name}"


def _settled(declared: list[Found], place: Place) -> Found:
    """The declared time that the page shows too, in the page's own zone."""
    best = declared[0]
    if any(abs(each[0].day - best[0].day) > _DAY for each in declared[1:]):
        days = {each.stamp.day for each in find_near(place, timed=False) if not each.updated}
        if not any(abs(day - best[0].day) <= _DAY for day in days):
            best = next((each for each in declared if each[0].day in days), best)
    stamp, source = best
    if stamp.clock in {None, time()} or stamp.offset:
        return best
    # A time of day in UTC: the page's own day may be another one.
    for other in _ways_to_write_it(declared, place):
        local = _local(stamp, other)
        if local is not None:
            return local, source
    return best


def _ways_to_write_it(declared: list[Found], place: Place) -> Iterator[Stamp]:
    """The times of a page that may be the same moment with an offset, the cheapest first."""
    for stamp, _ in declared[1:]:
        yield stamp
    yield from machine_times(place.outline)
    for shown in find_near(place, timed=True):
        if not shown.updated:
            yield shown.stamp


def _local(stamp: Stamp, other: Stamp) -> Stamp | None:
    """A time in UTC with the offset that another way to write the same moment has."""
    if other.clock is None or stamp.clock is None or stamp.offset:
        return None
    moment = datetime.combine(stamp.day, stamp.clock)
    there = datetime.combine(other.day, other.clock)
    if other.offset is not None:
        offset = other.offset
        if abs(there - offset - moment) > _MINUTE:
            return None
    else:
        offset = timedelta(minutes=15 * round((there - moment) / timedelta(minutes=15)))
        if abs(there - offset - moment) > _MINUTE:
            return None
    if not offset or not _WEST <= offset <= _EAST:
        return None
    here = moment + offset
    return Stamp(here.date(), here.time(), offset)


def _seen(shown: list[Shown], day: date | None) -> Found | None:
    """The time that the page shows, that of its address if it has one; else that of its address."""
    best: Shown | None = None
    for each in shown:
        if best is None or _rank(each, day) < _rank(best, day):
            best = each
    if best is not None:
        return best.stamp, best.source
    if day is not None:
        return Stamp(day), "address"
    return None


def _rank(shown: Shown, day: date | None) -> int:
    return (
        shown.distance + 60 * shown.updated - 40 * (shown.stamp.day == day) - 10 * shown.published
    )


def _seen_updated(shown: list[Shown], published: Found | None) -> Found | None:
    """The time of an update that the page shows beside its headline."""
    for each in shown:
        if each.updated and each.near and (published is None or each.stamp.day >= published[0].day):
            return each.stamp, each.source
    return None


def modified_all(head: Head) -> Iterator[Found]:
    """What the page declares as the time of its last edit, the best known way first."""
    stamp = _declared(head.data.text("dateModified"), None)
    if stamp:
        yield stamp, "json-ld dateModified"
    for name in _MODIFIED:
        value = head.meta.get(name)
        stamp = _declared(value, None) if value else None
        if stamp:
            yield stamp, f"meta {name}"
            return


def _declared(value: str | None, language: str | None) -> Stamp | None:
    if not value:
        return None
    return dates.read_machine(value) or dates.read(value, language=language)


def in_url(url: str) -> date | None:
    """The day that the address of an article names."""
    match = _URL.search(url)
    if not match:
        return None
    year, month, day = (part for part in match.groups() if part)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
