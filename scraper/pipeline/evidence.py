"""Where each field of an article came from: its kept page is read once more, and asked.

Pure, for the sandbox: what comes out is bounded, whatever the page holds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Final

from scraper.errors import ExtractError
from scraper.extract import Extraction, Site, Sites, extract
from scraper.extract.claims import Claim, claims
from scraper.extract.overlay import LaidBlock, Stretch, lay, stretches
from scraper.extract.titles import squeeze
from scraper.pipeline.packing import unpack
from scraper.pipeline.reading import complete
from storage.records import Article, FrontierEntry, PackedPage

LARGEST: Final = 8 * 2**20  # bytes of a page that is read for somebody who waits
_LONGEST: Final = 600  # characters of a value, and of what a rule says of itself
_LONGEST_BLOCK: Final = 300  # characters of a block of the page
_MOST_STRETCHES: Final = 400
_FOLDED: Final = 1  # blocks of a folded stretch of which the text goes along
_TOLD: Final = "entry of the source"
_FIELDS: Final = (
    "title", "standfirst", "authors", "published_at", "modified_at", "body", "language", "kind",
    "section", "tags", "site_name", "publisher", "paywalled", "image_url", "image_caption",
    "canonical_url",
)  # fmt: skip


class Origin(StrEnum):
    """What sort of thing a field was read from, in words."""

    RULE = "the site's own rule"
    LINKED = "JSON-LD"
    META = "meta element"
    MARKUP = "markup"
    TEXT = "text of the page"
    ADDRESS = "address"
    TOLD = "what its source told"
    NOTHING = "nowhere"


_ELEMENTS: Final = ("h1", "h2", "h3", "title", "<", "rel=", "itemprop=")
_ORIGINS: Final[Sequence[tuple[tuple[str, ...], Origin]]] = (  # the first that a place begins with
    (("json-ld",), Origin.LINKED),
    (("byline", "headline", "text", "blocks"), Origin.TEXT),
    ((*_ELEMENTS, "link ", "html ", "caption", "picture"), Origin.MARKUP),
    (("address",), Origin.ADDRESS),
    (("nothing",), Origin.NOTHING),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldEvidence:
    """Where a field came from.

    `value` is what is read now, empty for nothing; `stored` what is stored, where that is another.
    `written` is what stands at the place; `agreeing` are places that say the same, `others` what
    was said elsewhere, and not taken.
    """

    name: str
    value: str
    origin: Origin
    place: str
    written: str | None = None
    agreeing: tuple[str, ...] = ()
    others: tuple[Claim, ...] = ()
    stored: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where all that is known of an article came from, as today's rules read its kept page.

    `rule` is the site's own, `matched` what it names and the page has, `missed` what that lacks.
    `taken` of the `total` blocks of the page are the body; `stretches` are the first of them.
    `is_told`: what the source told of the article is known, too.
    """

    fields: tuple[FieldEvidence, ...]
    rule: str | None
    matched: tuple[str, ...]
    missed: tuple[str, ...]
    taken: int
    total: int
    stretches: tuple[Stretch, ...]
    fetched_at: datetime
    is_told: bool

    @property
    def differing(self) -> tuple[FieldEvidence, ...]:
        """The fields that are stored otherwise."""
        return tuple(each for each in self.fields if each.stored is not None)


def gather(
    packed: PackedPage, entry: FrontierEntry | None, stored: Article, site: Site | None = None
) -> Evidence:
    """Read the kept page of an article again, and say of each field where it came from.

    `entry` is what its source told, `stored` the article as it is stored. Raises ExtractError where
    the page is damaged, too large, or cannot be read.
    """
    if packed.size > LARGEST:
        raise ExtractError("The kept page is too large to be read while you wait.", permanent=True)
    body, now = unpack(packed), packed.fetched_at
    extraction = extract(body, packed.url, packed.headers, now=now, sites=Sites(everywhere=site))
    article = extraction.article if entry is None else complete(extraction.article, entry)
    said = claims(extraction, body, packed.headers, now=now)
    fields = (_field(name, extraction, article, said.get(name, ()), stored) for name in _FIELDS)
    blocks = lay(extraction, body, packed.headers)
    return Evidence(
        fields=tuple(each for each in fields if each is not None),
        rule=extraction.rule,
        matched=extraction.matched,
        missed=extraction.missed,
        taken=sum(block.kept for block in blocks),
        total=len(blocks),
        stretches=tuple(map(_short, islice(stretches(blocks), _MOST_STRETCHES))),
        fetched_at=now,
        is_told=entry is not None,
    )


def _field(
    name: str, extraction: Extraction, article: Article, said: Sequence[Claim], stored: Article
) -> FieldEvidence | None:
    """Where a field came from; None where there is nothing to say of it."""
    read, value = (in_words(each, name) for each in (extraction.article, article))
    place = extraction.evidence.get(name, "")
    was = in_words(stored, name)
    if not (value or said or was):
        return None
    origin, written, others = origin_of(place, extraction.rule), _taken(place, said), said
    if value != read:  # the source's words complete the page's, or take their place
        origin, written = Origin.TOLD, None
        others = [*said, *([Claim(place or _TOLD, read)] if read else ())]
        place = _TOLD
    elif not value:
        origin = Origin.NOTHING
    same = {squeeze(value), squeeze(written.text) if written else ""} - {""}
    agreeing = (each for each in others if each != written and squeeze(each.text) in same)
    return FieldEvidence(
        name=name,
        value=value[:_LONGEST],
        origin=origin,
        place=place[:_LONGEST],
        written=None if written is None else written.text,
        agreeing=tuple(dict.fromkeys(each.place for each in agreeing)),
        others=tuple(each for each in others if each != written and squeeze(each.text) not in same),
        stored=None if _are_same(name, article, stored) else was[:_LONGEST],
    )


def _taken(place: str, said: Iterable[Claim]) -> Claim | None:
    """The claim that was taken: that at the place, and of several the one it quotes."""
    there = [each for each in said if place == each.place or place.startswith(_quoted(each.place))]
    quoted = (each for each in there if place == f"{each.place}: {each.text}")
    return next(quoted, there[0] if there else None)


def _quoted(place: str) -> tuple[str, str]:
    return f"{place}: ", f"{place}, "


def origin_of(place: str, rule: str | None = None) -> Origin:
    """What sort of thing a place is, as `Extraction.evidence` names it."""
    if not place:
        return Origin.NOTHING
    if rule is not None and place.startswith(f"{rule}: "):
        return Origin.RULE
    found = (origin for beginnings, origin in _ORIGINS if place.startswith(beginnings))
    name = place.partition(",")[0]
    otherwise = Origin.META if " " not in name or name.startswith("meta ") else Origin.TEXT
    return next(found, otherwise)


def in_words(article: Article, name: str) -> str:
    """A field of an article to be shown; of the body how long it is."""
    if name == "body":
        return f"{article.word_count:,} words" if article.body else ""
    value = getattr(article, name)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S UTC")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value) if value else ""


def _are_same(name: str, article: Article, stored: Article) -> bool:
    return bool(getattr(article, name) == getattr(stored, name))


def _short(stretch: Stretch) -> Stretch:
    """The same with texts of a bounded length, and few of those that are folded."""
    blocks = [_cut(block) for block in stretch.blocks]
    if stretch.folded:
        blocks[_FOLDED:] = [replace(block, text="") for block in blocks[_FOLDED:]]
    return replace(stretch, blocks=tuple(blocks))


def _cut(block: LaidBlock) -> LaidBlock:
    if len(block.text) <= _LONGEST_BLOCK:
        return block
    return replace(block, text=f"{block.text[:_LONGEST_BLOCK]}…")
