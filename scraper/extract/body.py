"""The body of an article: which blocks of the page belong to it, set as plain text."""

import re
from collections.abc import Callable
from typing import Final

from scraper.extract import dates, features, forest, people, phrases, pictures
from scraper.extract import traits as names
from scraper.extract.cards import Cards
from scraper.extract.outline import Block, Box, Outline
from scraper.extract.regions import FIGURE, HEADINGS, WORD, Page, Reading, clean
from scraper.extract.titles import SiteNames

THRESHOLD: Final = (
    -0.3
)  # log-odds from which a block is text of the article: favours recall a little
_LONGEST_CALL: Final = 240  # characters of a call to read on, subscribe or follow
_SHORTEST_TWICE: Final = 40  # characters of a text that nobody writes twice
_SHORTEST_HEADLINE: Final = 15  # letters of one that a block may begin with
_DATELINE: Final = 60  # letters that may follow it: a day, a place, a desk
_LONGEST_NAMED: Final = 700  # characters of a standfirst: a longer text is lost nowhere
_SHORTEST_STANDFIRST: Final = 25
_LONGEST_STANDFIRST: Final = 350.0  # letters of one that only its place tells
_NEAR: Final = 3  # blocks from the headline to a standfirst
_DRESSING: Final = 2  # blocks below a standfirst among which its date stands
_MOST_OPENINGS: Final = 6  # lines between the headline and the text that are looked at
_LONGEST_DATE: Final = 60
_LONGEST_BYLINE: Final = 120
_LONGEST_LINE: Final = 160  # of several things that are said of a text: by whom, when, how long
_PARTS: Final = re.compile(r"\s+[·•|]\s+")
_MOST_WORDS: Final = 6  # of a line that is a date: day, month, "published on", a zone
_SENTENCE_ENDS: Final = frozenset(".!?…。！？।؟۔")
_NO_SITE: Final = SiteNames((), "")  # a byline may name the site as well


class Body:
    """The blocks that make up the article, in reading order, and the one that leads to them."""

    def __init__(self, blocks: list[Block], standfirst: Block | None = None) -> None:
        self.blocks = blocks
        self.standfirst = standfirst  # where its place or name tells it from the text
        self.first = blocks[0].number if blocks else 0
        self.last = blocks[-1].number if blocks else 0

    def text(self) -> str:
        """Plain text: a blank line parts paragraphs, a line break items of a list, a bar cells."""
        out: list[str] = []
        before: Block | None = None
        for block in self.blocks:
            if before is not None:
                out.append(_between(before, block))
            out.append(block.text)
            before = block
        return "".join(out)


def _between(before: Block, block: Block) -> str:
    row = _around(before.box, "tr")
    if row is not None and row is _around(block.box, "tr"):
        if len(before.text) < 100 and len(block.text) < 100:
            return " | "
        return "\n\n"
    if before.box.tag == block.box.tag == "li" and before.box.parent is block.box.parent:
        return "\n"
    return "\n\n"


def _around(box: Box | None, tag: str) -> Box | None:
    """The innermost box of that tag around, within four steps."""
    for _ in range(4):
        if box is None or box.tag == tag:
            return box
        box = box.parent
    return None


def find_body(outline: Outline, page: Page) -> Body:
    """The body as the forest sees it, captions, calls to read on and the headline left out."""
    describer = features.Describer(outline, page)
    return choose(describer, lambda block: forest.score(describer.row(block)))


def choose(describer: features.Describer, judge: Callable[[Block], float]) -> Body:
    """The body of the blocks that the judge gives log-odds above THRESHOLD."""
    reading, page = describer.reading, describer.page
    cards = Cards(reading)
    chosen = [
        block
        for block in reading.candidates()
        if not _never(block)
        and not cards.hold(block)
        and not describer.is_of_next_article(block)
        and (reading.is_paragraph(block) or judge(block) > THRESHOLD)
    ]
    chosen = _once(chosen)
    while len(chosen) > 1 and _is_heading(chosen[0], page):
        chosen.pop(0)
    standfirst = None
    if len(chosen) > 2 and _is_standfirst(chosen[0], reading):
        standfirst = chosen.pop(0)
    for _ in range(_MOST_OPENINGS):
        if len(chosen) < 2 or not _is_opening(chosen[0], reading):
            break
        chosen.pop(0)
    while len(chosen) > 1 and _is_closing(chosen[-1]):
        chosen.pop()
    return Body(chosen, standfirst)


def _once(blocks: list[Block]) -> list[Block]:
    """The blocks without those that another box has said: for a smaller screen, as a quotation."""
    seen: dict[str, Box | None] = {}
    return [
        block
        for block in blocks
        if len(block.text) < _SHORTEST_TWICE
        or seen.setdefault(block.text, block.box.parent) is block.box.parent
    ]


def _is_standfirst(block: Block, reading: Reading) -> bool:
    """Named as one, a heading right below the headline, or parted from the text by its date."""
    if len(block.text) > _LONGEST_NAMED:
        return False
    if block.box.traits & names.STANDFIRST:
        return True
    at = reading.headline_at
    far = block.number - at if at >= 0 else 0
    if far == 1 and block.box.tag in HEADINGS and len(block.text) >= _SHORTEST_STANDFIRST:
        return True
    return 0 < far <= _NEAR and _is_parted_from_text(block, reading, far)


def _is_parted_from_text(block: Block, reading: Reading, far: int) -> bool:
    """Whether a date stands below a block; `far` is how many blocks the headline is above it."""
    box = block.box
    below = reading.blocks[block.number + 1 : block.number + 1 + _DRESSING]
    if box.tag == "li" or not any(map(_is_dressing, below)):
        return False
    if box.parent is not None and box.parent.traits & names.STANDFIRST:
        return True
    return far == 1 and reading.sizes[block.number] <= _LONGEST_STANDFIRST


def _is_opening(block: Block, reading: Reading) -> bool:
    """What stands between headline and text: a date, a caption, who wrote it."""
    return _is_dressing(block) or _is_caption(block, reading) or _is_byline(block)


def _is_byline(block: Block) -> bool:
    """A line that says by whom, and nothing else."""
    text = block.text
    if len(text) > _LONGEST_BYLINE or text[-1] in _SENTENCE_ENDS:
        return False
    named = people.follows_by(text)
    return named is not None and any(map(people.is_full, people.people_in(named, _NO_SITE)))


def _is_dressing(block: Block) -> bool:
    """A line that tells when a text was published, or how long it takes to read; or by whom, too.

    Several such things are parted by middle dots or bars.
    """
    text = block.text
    if block.box.tag == "blockquote" or len(text) > _LONGEST_LINE:
        return False
    parts = _PARTS.split(text)
    if len(parts) > 1 and text[-1] in _SENTENCE_ENDS:
        return False
    return any(map(_is_date_or_length, parts))


def _is_date_or_length(text: str) -> bool:
    if not text or len(text) > _LONGEST_DATE:
        return False
    if phrases.READING_TIME.fullmatch(text):
        return True
    return (
        any(map(str.isdigit, text))
        and text[-1] not in _SENTENCE_ENDS
        and len(WORD.findall(text)) <= _MOST_WORDS
        and dates.read(text) is not None
    )


def _is_caption(block: Block, reading: Reading) -> bool:
    """A few words in one box with a picture, and with nothing else."""
    return (
        reading.sizes[block.number] <= _LONGEST_CALL
        and block.text[-1] not in _SENTENCE_ENDS
        and block.box.tag not in HEADINGS
        and pictures.stands_alone_with_one(block, reading.outline)
    )


def _is_heading(block: Block, page: Page) -> bool:
    """The headline once more, alone or with its date."""
    text = clean(block.text)
    if text in {page.headline, page.title}:
        return True
    headline = page.headline
    return (
        len(headline) >= _SHORTEST_HEADLINE
        and text.startswith(headline)
        and len(text) - len(headline) <= _DATELINE
        and block.text[-1] not in _SENTENCE_ENDS
    )


def _is_closing(block: Block) -> bool:
    """A line that many texts end with, linked or not: to follow, to print, to write."""
    text = block.text
    return len(text) <= _LONGEST_CALL and phrases.CLOSING.match(text) is not None


def _never(block: Block) -> bool:
    """What is no text of the article wherever it stands."""
    if block.box.places & FIGURE:
        return True
    text = block.text
    if block.links > 1 and _is_run_of_links(block):
        return True
    if len(text) > _LONGEST_CALL:
        return False
    if text.casefold().strip(" .:-–—") in phrases.NOTICES or phrases.CREDIT.match(text):
        return True
    return block.linked * 2 > len(text) * 0.6 and phrases.CALL.match(text) is not None


def _is_run_of_links(block: Block) -> bool:
    """Several links and next to nothing else: a menu, other headlines; no sources of a text."""
    text = block.text
    return (
        block.linked * 5 > len(text) * 4
        and text[-1] not in _SENTENCE_ENDS
        and block.box.tag not in HEADINGS
        and "://" not in text
    )
