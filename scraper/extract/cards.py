"""Cards: boxes in a series, each with a linked headline and a line or two: ways to other pages.

Where an article is short, the cards beside it are most of a page's text, and look like it: whole
sentences in boxes of one name. What tells them is that each begins with a headline that is a link,
that there are several, and that none stands in the box that the article's own headline begins.
"""

from collections import Counter
from typing import Final

from scraper.extract.outline import Block, Box
from scraper.extract.regions import Reading

_SERIES: Final = 3  # cards of one shape that make a series
_MOST_BLOCKS: Final = 4  # of one card: headline, day, a line or two
_HEADINGS: Final = frozenset(("h2", "h3", "h4", "h5", "h6"))


class Cards:
    """The cards of a page that stand apart from its article."""

    def __init__(self, reading: Reading) -> None:
        self._cards: set[int] = set()  # numbers of boxes
        found = [box for box in map(_card, reading.blocks) if box is not None]
        if len(found) < _SERIES:
            return
        shapes = Counter(map(_shape, found))
        cards = [box for box in found if shapes[_shape(box)] >= _SERIES]
        home = _home(reading, {box.number for box in cards}) if cards else None
        if home is not None:
            self._cards = {box.number for box in cards if not home.start <= box.start < home.end}

    def hold(self, block: Block) -> bool:
        """Whether a block stands in a card."""
        box: Box | None = block.box
        for _ in range(3 if self._cards else 0):
            if box is None:
                return False
            if box.number in self._cards:
                return True
            box = box.parent
        return False


def _card(block: Block) -> Box | None:
    """The box that a linked headline begins, if it holds little more."""
    if block.box.tag not in _HEADINGS:
        return None
    box = block.box.parent
    if (
        box is None
        or block.linked * 10 < 9 * len(block.text)
        or not 2 <= box.end - box.start <= _MOST_BLOCKS
    ):
        return None
    return box


def _shape(box: Box) -> tuple[str, str, int]:
    return box.tag, box.name, box.parent.number if box.parent is not None else -1


def _home(reading: Reading, cards: set[int]) -> Box | None:
    """The innermost box with the headline and the first paragraph after it that is in no card."""
    at = reading.headline_at
    if at < 0:
        return None
    for block in reading.blocks[at + 1 :]:
        if reading.good[block.number] and (
            block.box.parent is None or block.box.parent.number not in cards
        ):
            home: Box | None = block.box
            while home is not None and not home.start <= at < home.end:
                home = home.parent
            return home
    return None
