"""The dates that a page shows: in <time>, in elements named after dates, in short lines."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from scraper.extract import dates
from scraper.extract import traits as names
from scraper.extract.dates import Stamp
from scraper.extract.outline import Block, Box, Marked, Outline

_UPDATED: Final = re.compile(
    r"updat|modif|aktualis|mis à jour|actualiz|atualiz|aggiorn|обнов|оновл|수정|güncel|"
    r"bijgewerkt|zaktualiz|oppdater|uppdater|opdater|päivitetty|ενημ|تحديث|محدث|ویرایش|"
    r"last reviewed|cập nhật|עודכן|diperbarui|актуализ|ажурир",
    re.IGNORECASE,
)
_PUBLISHED: Final = re.compile(
    r"publi[sc]|posted|veröffentlicht|erschienen|publikowan|publicerad|publiseret|publisert|"
    r"gepubliceerd|опублик|نشر|منتشر|发布|發佈|公開|입력|yayın",
    re.IGNORECASE,
)
_ABOVE: Final = 25  # blocks before the body in which its date can stand
_INTO: Final = 3  # blocks of the body itself
_AT_END: Final = 40  # last blocks of the page, where old pages have their date
_LONGEST: Final = 200  # characters of a line that holds a date
_LONGEST_MARKED: Final = 300
_MOST_MARKED: Final = 500_000  # characters read of all of them: some hold half the page
_LONG: Final = 60  # characters above which a line tells more than a date
_LATE: Final = 30  # how much farther the date of an update counts
_NEAR: Final = 16  # how far at most a date stands that surely belongs to the article


@dataclass(frozen=True, slots=True)
class Shown:
    """A date that the page shows; the smaller `distance`, the surer it is the article's."""

    distance: int
    stamp: Stamp
    source: str
    updated: bool  # said to be that of an update
    published: bool  # said to be that of the publication

    @property
    def near(self) -> bool:
        """Whether it stands where an article's own dates stand."""
        return self.distance - _LATE * self.updated <= _NEAR


@dataclass(frozen=True, slots=True)
class Place:
    """Where dates are looked for: on a page whose body begins at block `first`."""

    outline: Outline
    first: int
    language: str | None
    now: datetime | None


def find_shown(place: Place) -> list[Shown]:
    """The dates on the page, the article's likeliest first."""
    headline = _headline(place)
    blocks = place.outline.blocks
    lines = blocks[max(0, place.first - _ABOVE) : place.first + _INTO]
    lines += blocks[place.first + _INTO :][-_AT_END:]
    found = [
        *_in_marked(place, headline, place.outline.marked),
        *_in_blocks(place, headline, lines),
    ]
    found.sort(key=lambda each: each.distance)
    return found


def find_near(place: Place, *, timed: bool) -> Iterator[Shown]:
    """The dates around the headline in the order of the page; `timed`: with a time of day alone."""
    headline = _headline(place)
    first = place.first
    marked = [each for each in place.outline.marked if -_NEAR <= each.block - first <= _INTO]
    lines = place.outline.blocks[max(0, first - _NEAR) : first + _INTO]
    if timed:
        lines = [block for block in lines if ":" in block.text[:_LONGEST]]
    yield from _in_blocks(place, headline, lines)
    yield from _in_marked(place, headline, marked)


def machine_times(outline: Outline) -> Iterator[Stamp]:
    """What the <time> elements of the page have for machines."""
    for marked in outline.marked:
        value = marked.attributes.get("datetime") if marked.traits & names.TIME else None
        stamp = dates.read_machine(value) if value else None
        if stamp is not None:
            yield stamp


def _headline(place: Place) -> int:
    """The number of the last main heading before the body; 0 without one."""
    for block in reversed(place.outline.blocks[max(0, place.first - _ABOVE) : place.first + 1]):
        if block.box.tag == "h1":
            return block.number
    return 0


def _far(block: int, first: int, headline: int, box: Box) -> int:
    """How far from the beginning of the body a date stands; before it is nearer than in it."""
    distance = first - block if block <= first else 3 * (block - first)
    # Above the headline stands the day of the visit, and what is said of other articles.
    distance += 4 * (block < headline)
    return distance + 60 * bool(box.above & (names.COMMENTS | names.ASIDE))


def _in_marked(place: Place, headline: int, elements: Iterable[Marked]) -> Iterator[Shown]:
    """Dates in <time> and in elements named after dates."""
    left = _MOST_MARKED
    for marked in elements:
        if not marked.traits & (names.DATE | names.TIME):
            continue
        value = marked.attributes.get("datetime") or marked.attributes.get("content")
        stamp = dates.read_machine(value) if value else None
        text = marked.attributes.get("class") or ""
        if stamp is None and left > 0:
            text = marked.text()
            left -= len(text)
            if len(text) < _LONGEST_MARKED:
                stamp = dates.read(text, language=place.language, now=place.now)
        if stamp is not None:
            distance = _far(marked.block, place.first, headline, marked.box)
            distance -= 8 * bool(marked.traits & names.TIME)
            yield _shown(distance, stamp, f"<{marked.tag}>", text)


def _in_blocks(place: Place, headline: int, blocks: Iterable[Block]) -> Iterator[Shown]:
    """Dates in short blocks."""
    for block in blocks:
        text = block.text
        if len(text) < _LONGEST and any(map(str.isdigit, text)):
            stamp = dates.read(text, language=place.language, now=place.now)
            if stamp is not None:
                distance = _far(block.number, place.first, headline, block.box) + 6
                distance += 10 * (len(text) > _LONG)
                yield _shown(distance, stamp, f'text near the headline: "{text[:_LONG]}"', text)


def _shown(distance: int, stamp: Stamp, source: str, text: str) -> Shown:
    updated = _UPDATED.search(text)
    published = _PUBLISHED.search(text)
    late = updated is not None and (published is None or updated.start() < published.start())
    return Shown(distance + _LATE * late, stamp, source, late, published is not None and not late)
