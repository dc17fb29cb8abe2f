"""What the forest is told of each block: numbers, nearly all of them free of language.

Only blocks that can be text at all are described, a third of them on most pages: by themselves, by
their neighbours, by the boxes around them, by all blocks whose boxes are named alike, and by where
they stand relative to the main box and the headline.
"""

import re
from bisect import bisect_left
from typing import Final

from scraper.extract import traits as names
from scraper.extract import weights
from scraper.extract.declared import Declared
from scraper.extract.lists import words
from scraper.extract.outline import PLACES, Block, Box, Outline
from scraper.extract.regions import ENDS, HEADINGS, Page, Reading, clean, words_in

NAMES: Final = tuple(
    words(
        """size linked ends commas upper marks main weight parent_weight grand_weight chain word_low
        word_sum previous_linked next_size inside_tight climb place from_first to_last before after
        parent_size parent_share grand_linked grand_share group_size group_mean group_linked
        group_count group_inside group_rank family_size family_linked family_inside family_rank
        from_headline in_headline_article described heading_low from_heading declared hidden
        page_size main_share blocks main_score"""
    )
)

LEXICON: Final[dict[str, float]] = {
    word: weight for weight, words in weights.LEXICON.items() for word in words.split()
}

_MAIN: Final = PLACES["article"] | PLACES["main"]
_ARTICLE_SIZE: Final = 600.0  # characters that make an <article> one to be followed by the next
_SHORT: Final = 300  # characters of a block whose words are looked up
_LONGEST_HEADING: Final = 80  # characters of a line that tells what follows
_BEGINNING: Final = 200  # characters of a block that are looked at for capital letters
_HEADING_WORDS: Final = 8  # of a heading that are looked up
_NO_CAPITALS: Final = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_FAR: Final = 99.0


class Describer:
    """Writes the row of numbers of each candidate."""

    def __init__(self, outline: Outline, page: Page) -> None:
        self.page = page
        self.reading = reading = Reading(outline, page)
        self.declared = Declared(page.declared, reading)
        self.around: dict[int, list[float]] = {}
        self.climbs: dict[int, int] = {}
        self.chains: dict[int, float] = {}
        at = reading.headline_at
        self.headline_article = _article(reading.blocks[at].box) if at >= 0 else None
        self.headings = [
            number for number, block in enumerate(reading.blocks) if _is_heading(block)
        ]
        self.lows: dict[int, float] = {}
        start, end = reading.tight.start, reading.tight.end
        sums = reading.size_sums
        whole = sums[-1] or 1.0
        self.main_score = reading.score_sums[end] - reading.score_sums[start]
        self.of_page = [
            whole, (sums[end] - sums[start]) / whole, float(reading.count), self.main_score,
        ]  # fmt: skip

    def rows(self) -> list[tuple[Block, list[float]]]:
        """The candidates, each with its features in the order of NAMES."""
        return [(block, self.row(block)) for block in self.reading.candidates()]

    def is_of_next_article(self, block: Block) -> bool:
        """Whether a block stands in an <article> after the headline's: pages without end."""
        own = self.headline_article
        if own is None or block.number < own.end:
            return False
        other = _article(block.box)
        sums = self.reading.size_sums
        return (
            other is not None
            and other.start >= own.end
            and sums[own.end] - sums[own.start] >= _ARTICLE_SIZE
        )

    def row(self, block: Block) -> list[float]:
        """The features of one block."""
        box = block.box
        parent = box.parent or box
        around = self.around.get(parent.number)
        if around is None:
            around = self.around[parent.number] = self._around(parent)
        return [
            *self._own(block),
            *self._named(block, box, parent),
            *self._beside(block),
            *self._place(block, box),
            *around,
            *self._named_alike(block),
            *self._story(block),
            box.above & names.HIDDEN > 0,
            *self.of_page,
        ]

    def _own(self, block: Block) -> tuple[float, ...]:
        text = block.text
        start = text[:_BEGINNING]
        count = text.count
        return (
            self.reading.sizes[block.number],
            block.linked / len(text),
            text[-1] in ENDS,
            count(",") + count("，") + count("،") + count("。"),
            _capitals(start) / len(start),
            count("@") + count("|") + count("http") + count("©"),
            block.box.places & _MAIN > 0,
        )

    def _named(self, block: Block, box: Box, parent: Box) -> tuple[float, ...]:
        lowest = total = 0.0
        text = block.text
        if len(text) < _SHORT:
            for word in words_in(text[:160])[:14]:
                weight = LEXICON.get(word)
                if weight is not None:
                    total += weight
                    lowest = min(lowest, weight)
        grand = parent.parent or parent
        return box.weight, parent.weight, grand.weight, self._chain(box), lowest, total

    def _chain(self, box: Box) -> float:
        """The weights of a box and of all around it, added up; each is looked at once."""
        path: list[Box] = []
        at: Box | None = box
        while at is not None and at.number not in self.chains:
            path.append(at)
            at = at.parent
        total = self.chains[at.number] if at is not None else 0.0
        for each in reversed(path):
            total += each.weight
            self.chains[each.number] = total
        return total

    def _beside(self, block: Block) -> tuple[float, float]:
        blocks = self.reading.blocks
        number = block.number
        previous = blocks[number - 1] if number else None
        return (
            previous.linked / len(previous.text) if previous else 0.0,
            self.reading.sizes[number + 1] if number + 1 < len(blocks) else 0.0,
        )

    def _place(self, block: Block, box: Box) -> tuple[float, ...]:
        reading = self.reading
        number = block.number
        tight = reading.tight
        before = reading.before[number]
        return (
            tight.start <= number < tight.end,
            self._climb(box),
            (number - reading.first) / max(1, reading.last - reading.first),
            number - reading.first,
            reading.last - number,
            before,
            reading.good_count - before,
        )

    def _climb(self, box: Box) -> int:
        """How many boxes up the first is that holds all of the main one; each is looked at once."""
        tight = self.reading.tight
        path: list[Box] = []
        while (
            box.number not in self.climbs
            and box.parent is not None
            and not (box.start <= tight.start and tight.end <= box.end)
        ):
            path.append(box)
            box = box.parent
        climb = self.climbs.setdefault(box.number, 0)
        for each in reversed(path):
            climb += 1
            self.climbs[each.number] = climb
        return climb

    def _around(self, parent: Box) -> list[float]:
        """What is known of the box around a block's own, and of the one around that."""
        size, _, score = self._sums(parent)
        _, grand_linked, grand_score = self._sums(parent.parent or parent)
        whole = max(1.0, self.main_score)
        return [size, score / whole, grand_linked, grand_score / whole]

    def _sums(self, box: Box) -> tuple[float, float, float]:
        reading = self.reading
        start, end = box.start, box.end
        size = reading.size_sums[end] - reading.size_sums[start] or 1.0
        linked = reading.link_sums[end] - reading.link_sums[start]
        return size, linked / size, reading.score_sums[end] - reading.score_sums[start]

    def _named_alike(self, block: Block) -> tuple[float, ...]:
        group = self.reading.groups[block.number]
        family = self.reading.families[block.number]
        return (
            group.size,
            group.size / group.count,
            group.linked / group.size,
            group.count,
            group.inside / group.size,
            group.rank,
            family.size,
            family.linked / family.size,
            family.inside / family.size,
            family.rank,
        )

    def _story(self, block: Block) -> tuple[float, ...]:
        number = block.number
        at = self.reading.headline_at
        low, heading = self._heading(number)
        return (
            number - at if at >= 0 else -500.0,
            _within(self.headline_article, number),
            self._described(block.text),
            low,
            min(_FAR, number - heading),
            self.declared.holds(block),
        )

    def _heading(self, number: int) -> tuple[float, int]:
        """What the last heading above a block says, as the sum of its words, and its number."""
        place = bisect_left(self.headings, number)
        if not place:
            return 0.0, -int(_FAR)
        at = self.headings[place - 1]
        low = self.lows.get(at)
        if low is None:
            said = words_in(self.reading.blocks[at].text)[:_HEADING_WORDS]
            low = self.lows[at] = sum([LEXICON.get(word, 0.0) for word in said])
        return low, at

    def _described(self, text: str) -> float:
        """Whether a block is the page's description (1), or its beginning (0.5)."""
        description = self.page.description
        if not description or not 20 <= len(text) <= 2 * len(description) + 40:
            return 0.0
        first = text[0]
        if first.isalpha() and first.lower()[0] != description[0]:
            return 0.0  # most blocks: not worth the reading of their letters
        key = clean(text)
        if key == description:
            return 1.0
        return 0.5 if description.startswith(key[:60]) else 0.0


def _is_heading(block: Block) -> bool:
    """Whether a block tells what follows it."""
    text = block.text
    return len(text) < _LONGEST_HEADING and (block.box.tag in HEADINGS or text[-1] in ":：")


def _capitals(text: str) -> int:
    """How many letters of a text are capital."""
    plain = len(text.encode("ascii", "ignore").translate(None, _NO_CAPITALS))
    return plain if text.isascii() else plain + sum(map(str.isupper, _BEYOND_ASCII.findall(text)))


def _article(box: Box | None) -> Box | None:
    """The innermost <article> around a box."""
    while box is not None and box.tag != "article":
        box = box.parent
    return box


def _within(box: Box | None, number: int) -> float:
    if box is None:
        return 0.0
    return 1.0 if box.start <= number < box.end else -1.0
