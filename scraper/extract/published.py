"""When an article was published and modified: declared, or read off the page."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from scraper.extract import dates
from scraper.extract import traits as names
from scraper.extract.dates import Stamp
from scraper.extract.head import Head
from scraper.extract.lists import words
from scraper.extract.outline import Box, Outline

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
    r"(?<!\d)(20[0-3]\d)(1[0-2]|0[1-9])(3[01]|[12]\d|0[1-9])(?!\d)"
)
_UPDATED: Final = re.compile(
    r"updat|modif|aktualis|mis à jour|actualiz|atualiz|aggiorn|обнов|оновл|更新|수정|güncel|"
    r"bijgewerkt|zaktualiz|oppdater|uppdater|opdater|päivitetty|ενημ|تحديث|محدث|ویرایش",
    re.IGNORECASE,
)


class Times:
    """Published and modified, each with the place it was found at, as written."""

    def __init__(self) -> None:
        self.published: tuple[Stamp, str] | None = None
        self.modified: tuple[Stamp, str] | None = None

    def moments(self) -> tuple[datetime | None, datetime | None]:
        """Both in UTC; a time without an offset has that of the other, if it has one."""
        offset = self._offset()
        published = self.published[0].at(offset) if self.published else None
        modified = self.modified[0].at(offset) if self.modified else None
        return published, modified

    def _offset(self) -> timedelta | None:
        for found in (self.published, self.modified):
            if found is not None and found[0].offset:
                return found[0].offset
        return None


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
    for stamp, source in _published(head, outline, url, language, first, now):
        if dates.plausible(stamp.day, now):
            times.published = stamp, source
            break
    for stamp, source in _modified(head):
        if dates.plausible(stamp.day, now):
            times.modified = stamp, source
            break
    return times


def _published(
    head: Head, outline: Outline, url: str, language: str | None, first: int, now: datetime | None
) -> Iterator[tuple[Stamp, str]]:
    for key in ("datePublished", "dateCreated", "uploadDate"):
        value = head.data.text(key)
        stamp = _declared(value, language)
        if stamp:
            yield stamp, f"json-ld {key}"
    for name in _PUBLISHED:
        stamp = _declared(head.meta.get(name), language)
        if stamp:
            yield stamp, f"meta {name}"
    for thing in head.data.of_type(
        "webpage", "videoobject", "imagegallery", "podcastepisode", "itempage"
    ):
        value = thing.get("datePublished") or thing.get("uploadDate")
        stamp = _declared(value, language) if isinstance(value, str) else None
        if stamp:
            yield stamp, "json-ld of the page"
    in_url = _in_url(url)
    yield from _visible(outline, language, first, now, in_url)
    if in_url:
        yield Stamp(in_url), "address"


def _modified(head: Head) -> Iterator[tuple[Stamp, str]]:
    stamp = _declared(head.data.text("dateModified"), None)
    if stamp:
        yield stamp, "json-ld dateModified"
    for name in _MODIFIED:
        stamp = _declared(head.meta.get(name), None)
        if stamp:
            yield stamp, f"meta {name}"


def _declared(value: str | None, language: str | None) -> Stamp | None:
    if not value:
        return None
    return dates.read_machine(value) or dates.read(value, language=language)


def _in_url(url: str) -> date | None:
    match = _URL.search(url)
    if not match:
        return None
    year, month, day = (part for part in match.groups() if part)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _visible(
    outline: Outline, language: str | None, first: int, now: datetime | None, in_url: date | None
) -> Iterator[tuple[Stamp, str]]:
    """The dates that can be seen, those close to the beginning of the body first."""
    found = [
        *_in_marked(outline, language, first, now),
        *_in_blocks(outline, language, first, now),
    ]
    found.sort(key=lambda each: each[0] - 40 * (each[1].day == in_url))
    for _, stamp, source in found:
        yield stamp, source


def _far(block: int, first: int, box: Box) -> int:
    """How far from the beginning of the body a date stands; before it is nearer than in it."""
    distance = first - block if block <= first else 3 * (block - first)
    return distance + 60 * bool(box.above & (names.COMMENTS | names.ASIDE))


def _in_marked(
    outline: Outline, language: str | None, first: int, now: datetime | None
) -> Iterator[tuple[int, Stamp, str]]:
    """Dates in <time> and in elements named after dates."""
    for marked in outline.marked:
        if not marked.traits & (names.DATE | names.TIME):
            continue
        value = marked.attributes.get("datetime") or marked.attributes.get("content")
        stamp = dates.read_machine(value) if value else None
        text = marked.attributes.get("class") or ""
        if stamp is None:
            text = marked.text()
            stamp = dates.read(text, language=language, now=now) if len(text) < 300 else None
        if stamp is not None:
            distance = _far(marked.block, first, marked.box)
            distance -= 8 * bool(marked.traits & names.TIME)
            distance += 30 * bool(_UPDATED.search(text))
            yield distance, stamp, f"<{marked.tag}>"


def _in_blocks(
    outline: Outline, language: str | None, first: int, now: datetime | None
) -> Iterator[tuple[int, Stamp, str]]:
    """Dates in short blocks around the headline, or at the end of the page."""
    blocks = outline.blocks
    near = blocks[max(0, first - 25) : first + 3]
    for block in [*near, *blocks[first + 3 :][-40:]]:
        if len(block.text) < 200 and any(map(str.isdigit, block.text)):
            stamp = dates.read(block.text, language=language, now=now)
            if stamp is not None:
                distance = _far(block.number, first, block.box) + 6
                distance += 10 * (len(block.text) > 60)
                distance += 30 * bool(_UPDATED.search(block.text))
                yield distance, stamp, "text beside the headline"
