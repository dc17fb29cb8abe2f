"""The body laid over its page: for each block of the page whether it was taken, and if not, why.

The stages are run once more and asked, so what is shown is what they do: which blocks are
candidates at all, what the forest gives each of them, which of those it takes find_body leaves out
all the same. Nothing here decides anything.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp
from typing import Final

from scraper.extract import body, forest
from scraper.extract import traits as names
from scraper.extract.article import Extraction, page_of, parse, survey
from scraper.extract.features import Describer
from scraper.extract.outline import Block, outline
from scraper.extract.regions import FIGURE

_LINKED: Final = 0.8  # of a block's characters: a run of links
_TELLING: Final = 40  # characters that two texts do not share by chance
_CELLS: Final = " | "  # what the body puts between the cells of a table


class Reason(StrEnum):
    """Why a block is not part of the body."""

    OUTSIDE = "outside of the text's region"
    LINK = "link"
    LINKS = "run of links"
    CAPTION = "caption"
    NEXT = "next article"
    FOREST = "unlikely to be text"
    STANDFIRST = "standfirst"
    EDGE = "edge of the text"  # the headline once more, a date, a closing line
    NOTICE = "notice or call"
    ELSEWHERE = "not in the text that was found elsewhere"  # by a site's rule, or in JSON-LD


_LINKS: Final = (Reason.OUTSIDE, Reason.LINK, Reason.LINKS)  # by how many links there are
# What the names of the boxes around a block say it is: told beside the reason.
_PLACES: Final = (
    (names.COMMENTS, "comments"),
    (names.CONSENT, "consent"),
    (names.CAPTION, "caption"),
    (names.TAGS, "tags"),
    (names.AUTHOR, "byline"),
    (names.DATE, "date"),
    (names.ASIDE, "aside"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidBlock:
    """A block of the page.

    `score` is the probability, 0 to 1, that the forest gives it; None where it was not asked.
    `place` is what the names of the boxes around a block that was left out call it.
    """

    text: str
    kept: bool
    reason: Reason | None = None
    score: float | None = None
    place: str | None = None


def lay(extraction: Extraction, html: bytes, headers: Mapping[str, str]) -> list[LaidBlock]:
    """The blocks of a page in reading order, with those of the extraction's body marked.

    `html` and `headers` are those that `extraction` was read from. What no reading ever enters
    (scripts, menus and footers that are named so) is no block, and is not among them.
    """
    tree = parse(html, headers)
    if tree.body is None:
        return []
    head, _, found = survey(tree)
    title = extraction.article.title or ""
    page = page_of(head, title)
    chosen = body.find_body(found, page)
    # The reading enters but a part of the page: what it passed by may be what is looked for.
    blocks = list(_merged(outline(tree.body).blocks, found.blocks))
    if chosen.text() != extraction.article.body:
        return list(_laid_by_text([block for block, _ in blocks], extraction.article.body))
    return list(_laid(blocks, chosen, Describer(found, page)))


def _merged(every: list[Block], entered: list[Block]) -> Iterator[tuple[Block, bool]]:
    """All blocks of a page in reading order; those that were entered are so marked.

    Both are of one page, so a text that is but once in each is the same block; between two of those
    the next that is the same is.
    """
    counts = Counter(block.text for block in every)
    more = Counter(block.text for block in entered)
    places = {block.text: number for number, block in enumerate(entered) if more[block.text] == 1}
    at = since = 0
    for number, block in enumerate(every):
        place = places.get(block.text) if counts[block.text] == 1 else None
        if place is not None and place >= since:
            yield from _between(every[at:number], entered[since:place])
            yield entered[place], True
            at, since = number + 1, place + 1
    yield from _between(every[at:], entered[since:])


def _between(every: list[Block], entered: list[Block]) -> Iterator[tuple[Block, bool]]:
    waiting = deque(entered)
    for block in every:
        if waiting and waiting[0].text == block.text:
            yield waiting.popleft(), True
        else:
            yield block, False
    for block in waiting:
        yield block, True


def _laid(
    blocks: Iterable[tuple[Block, bool]], chosen: body.Body, describer: Describer
) -> Iterator[LaidBlock]:
    candidates = {block.number for block in describer.reading.candidates()}
    kept = {block.number for block in chosen.blocks}
    for block, entered in blocks:
        score = None
        if entered and block.number in candidates:
            score = forest.score(describer.row(block))
        reason = None
        if not (entered and block.number in kept):
            reason = _reason(block, score, describer, chosen)
        yield LaidBlock(
            text=block.text,
            kept=reason is None,
            reason=reason,
            score=None if score is None else _probability(score),
            place=None if reason is None else _place(block),
        )


def _reason(block: Block, score: float | None, describer: Describer, chosen: body.Body) -> Reason:
    """Why a block that is no part of the body was left out; `score`: log-odds, of candidates."""
    if block is chosen.standfirst:
        return Reason.STANDFIRST
    if block.box.places & FIGURE:
        return Reason.CAPTION
    if score is None:
        return _LINKS[min(block.links, 2)] if _is_linked(block) else Reason.OUTSIDE
    if describer.is_of_next_article(block):
        return Reason.NEXT
    if score <= body.THRESHOLD and not describer.reading.is_paragraph(block):
        return Reason.FOREST
    return _reason_of_rules(block, chosen)


def _reason_of_rules(block: Block, chosen: body.Body) -> Reason:
    """Which rule left out what the forest takes: those for the edges only take from there."""
    if _is_linked(block) and block.links > 1:
        return Reason.LINKS
    if chosen.blocks and not chosen.first < block.number < chosen.last:
        return Reason.EDGE
    return Reason.NOTICE


def _is_linked(block: Block) -> bool:
    return block.linked > _LINKED * len(block.text)


def _place(block: Block) -> str | None:
    above = block.box.above
    return next((place for trait, place in _PLACES if above & trait), None)


def _laid_by_text(blocks: Iterable[Block], text: str) -> Iterator[LaidBlock]:
    """By comparing texts, where the body is not what the page's blocks gave."""
    parts = Counter(part for line in text.split("\n") for part in line.split(_CELLS))
    for block in blocks:
        kept = parts[block.text] > 0 or _holds(text, block.text)
        parts[block.text] -= kept
        yield LaidBlock(
            text=block.text,
            kept=kept,
            reason=None if kept else Reason.ELSEWHERE,
            place=None if kept else _place(block),
        )


def _holds(text: str, block: str) -> bool:
    """Whether a long block begins or ends the same as something in the text: parts may be cut."""
    if len(block) < _TELLING:
        return False
    return block[:_TELLING] in text or block[-_TELLING:] in text


def _probability(log_odds: float) -> float:
    return round(1 / (1 + exp(-log_odds)), 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Blocks that follow one another; folded: too many were left out to show each of them."""

    blocks: Sequence[LaidBlock]
    folded: bool

    def reasons(self) -> str:
        """Why they were left out, in words: the most frequent reason first."""
        counts = Counter(block.reason for block in self.blocks if block.reason is not None)
        return ", ".join(f"{reason} ({count})" for reason, count in counts.most_common())


LONGEST_STRETCH: Final = 3  # blocks left out one after the other that are all shown
_NEAR_MISS: Final = 0.2  # probability from which a block that was left out is always shown


def stretches(blocks: Sequence[LaidBlock]) -> Iterator[Stretch]:
    """The blocks in pieces: long stretches of what was left out are folded.

    What the forest nearly took, and the blocks of the text itself, are never folded away.
    """
    waiting: list[LaidBlock] = []
    for block in blocks:
        near = block.score is not None and block.score >= _NEAR_MISS
        if not block.kept and not near:
            waiting.append(block)
            continue
        if waiting:
            yield _stretch(waiting)
            waiting = []
        yield Stretch(blocks=(block,), folded=False)
    if waiting:
        yield _stretch(waiting)


def _stretch(blocks: list[LaidBlock]) -> Stretch:
    return Stretch(blocks=tuple(blocks), folded=len(blocks) > LONGEST_STRETCH)
