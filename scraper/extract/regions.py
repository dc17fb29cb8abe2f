"""Where the text of a page is, before any block is judged by itself.

Every block is scored: words of text count for it, links and scraps against. Sums of these scores
over a box find the one that holds the text: the best sum names the main box. Two are found, one
that scraps weigh heavily on (`tight`: one column of paragraphs) and one that forgives them
(`loose`: paragraphs split over several boxes). Sums over all boxes that are named alike find the
text where no single box holds it.
"""

import re
from collections.abc import Callable
from itertools import accumulate
from typing import Final, TypeAlias

from scraper.extract import traits as names
from scraper.extract.lists import words
from scraper.extract.outline import PLACES, Block, Box, Outline

Key: TypeAlias = tuple[str, str, str]

_WIDE: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]"
)
_WIDE_SCALE: Final = 2.8  # a letter of these scripts says as much as so many Latin ones
ENDS: Final = frozenset(".!?…。！？\"”»’';；।؟۔」』)）")
WORD: Final = re.compile(r"[^\W\d_]+")
_SMALL: Final = bytes(chr(byte).lower().encode()[0] if byte < 128 else 32 for byte in range(256))
_NO_LETTERS: Final = bytes(byte for byte in range(128) if not chr(byte).isalpha())
_WORDS: Final = bytes(32 if byte in _NO_LETTERS else small for byte, small in enumerate(_SMALL))
_PARAGRAPHS: Final = frozenset(
    ("p", "li", "td", "div", "blockquote", "section", "dd", "article", "pre", "body", "main")
)
_CONTENT: Final = frozenset(
    words(
        """p li ul ol dl dd dt blockquote h1 h2 h3 h4 h5 h6 table tbody thead tr td th pre figure
        center address"""
    )
)
HEADINGS: Final = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "dt"))
FIGURE: Final = PLACES["figure"] | PLACES["figcaption"]
_GOOD: Final = 20.0  # the score from which a block looks like a paragraph
_FAR: Final = 99.0
_LOOSE: Final = 0.2  # what a scrap weighs against the loose main box, of its weight
_LOOSE_MOST: Final = -4.0  # and what it weighs at most: lists of links stand in texts
_ITEM: Final = 2.0  # what an item of a list without a link counts for: menus have links
_SHORTEST_ITEM: Final = 20  # characters of such an item


class Page:
    """What is known of the page beside its outline."""

    def __init__(
        self, title: str = "", headline: str = "", description: str = "", declared: str = ""
    ) -> None:
        self.title = clean(title)
        self.headline = clean(headline)
        self.description = clean(description)
        self.declared = declared  # the text that JSON-LD has


def clean(text: str) -> str:
    """A text as it is compared: its letters only, lower-case."""
    if text.isascii():
        return text.encode().translate(_SMALL, _NO_LETTERS).decode()
    return "".join(WORD.findall(text.lower()))


def words_in(text: str) -> list[str]:
    """The words of a text, lower-case: its runs of letters."""
    if text.isascii():  # at a third of the cost
        return text.encode().translate(_WORDS).decode().split()
    return WORD.findall(text.lower())


class Group:
    """Blocks whose boxes are named alike, added up."""

    __slots__ = ("count", "inside", "linked", "rank", "score", "size")

    def __init__(self) -> None:
        self.size = self.linked = self.count = self.inside = self.score = 0.0
        self.rank = 0.0  # its score as a share of the best group's


def _group(box: Box) -> Key:
    """Boxes of one tag and class, in boxes of one class: the paragraphs of an article."""
    return box.tag, box.name, box.parent.name if box.parent is not None else ""


def _family(box: Box) -> Key:
    """Boxes that stand in boxes of one class: paragraphs with the headings and lists among them."""
    frame: Box | None = box
    while frame is not None and frame.tag in _CONTENT:
        frame = frame.parent
    if frame is None:
        return "", "", ""
    return frame.tag, frame.name, frame.id if not frame.name else ""


class Reading:
    """The outline with the scores of its blocks, and the boxes that they point at."""

    def __init__(self, outline: Outline, page: Page) -> None:
        self.outline = outline
        self.blocks = blocks = outline.blocks
        self.count = len(blocks)
        scale = _scale(blocks)
        self.sizes = [len(block.text) * scale for block in blocks]
        self.scores = [_score(block, size) for block, size in zip(blocks, self.sizes, strict=True)]
        self.size_sums = [0.0, *accumulate(self.sizes)]
        self.link_sums = [0.0, *accumulate(block.linked * scale for block in blocks)]
        self.loose, _ = _best_box(
            outline.boxes,
            [score if score > 0 else max(score * _LOOSE, _LOOSE_MOST) for score in self.scores],
        )
        self.tight, self.score_sums = _best_box(outline.boxes, self.scores)
        self.good = [score > _GOOD for score in self.scores]
        self._find_good()
        self.groups = self._gathered(_group)
        self.families = self._gathered(_family)
        self.headline_at = self._find_headline(page)

    def _find_good(self) -> None:
        """How far from each block the good ones are, and which of them frame the text."""
        self.since: list[float] = []
        self.before: list[int] = []
        distance, passed = _FAR, 0
        for is_good in self.good:
            self.since.append(distance)
            self.before.append(passed)
            passed += is_good
            distance = 1.0 if is_good else min(_FAR, distance + 1.0)
        self.good_count = passed
        self.until = [_FAR] * self.count
        distance = _FAR
        for number in range(self.count - 1, -1, -1):
            self.until[number] = distance
            distance = 1.0 if self.good[number] else min(_FAR, distance + 1.0)
        start, end = self.tight.start, self.tight.end
        inside = [number for number in range(start, end) if self.good[number]]
        self.first, self.last = (inside[0], inside[-1]) if inside else (start, end)

    def _gathered(self, key_of: Callable[[Box], Key]) -> list[Group]:
        """For each block: all blocks whose boxes have the same key, added up."""
        groups: dict[Key, Group] = {}
        gathered: list[Group] = []
        start, end = self.tight.start, self.tight.end
        for block, size, score in zip(self.blocks, self.sizes, self.scores, strict=True):
            key = key_of(block.box)
            group = groups.get(key)
            if group is None:
                group = groups[key] = Group()
            group.size += size
            group.linked += block.linked * size / len(block.text)
            group.count += 1.0
            group.score += score
            if start <= block.number < end:
                group.inside += size
            gathered.append(group)
        best = max([1.0, *(group.score for group in groups.values())])
        for group in groups.values():
            group.rank = group.score / best
        return gathered

    def _find_headline(self, page: Page) -> int:
        """The number of the block that is the headline, -1 where none is."""
        found = -1
        length = len(page.headline)
        for block in self.blocks:
            if block.number > self.first and found >= 0:
                break
            if block.box.tag == "h1" or (length and length <= len(block.text) <= 2 * length + 20):
                text = clean(block.text)
                if text and (text == page.headline or (found < 0 and text in page.title)):
                    found = block.number
        return found

    def candidates(self) -> list[Block]:
        """The blocks that can be text of the article: the rest is no longer looked at."""
        start, end = self.loose.start, self.loose.end
        return [
            block
            for block in self.blocks
            if (
                start <= block.number < end
                or self.good[block.number]
                or self.since[block.number] <= 2.0
                or self.until[block.number] <= 2.0
            )
            and not self._is_link(block)
        ]

    def _is_link(self, block: Block) -> bool:
        """A link and nothing else, in boxes that hold next to no text."""
        return (
            block.linked * 10 > 9 * len(block.text)
            and self.groups[block.number].rank < 0.05
            and self.families[block.number].rank < 0.3
        )

    def is_paragraph(self, block: Block) -> bool:
        """A plain paragraph among the many that make up the main box: the forest never says no."""
        return (
            self.groups[block.number].rank > 0.95
            and self.families[block.number].rank > 0.95
            and block.linked * 5 < len(block.text)
            and self.sizes[block.number] > 80
            and block.text[-1] in ENDS
            and self.tight.start <= block.number < self.tight.end
        )


def _scale(blocks: list[Block]) -> float:
    """What a character of this page counts for: more in scripts that say much with few."""
    sample = "".join([block.text[:60] for block in blocks[:400]])
    if sample.isascii():
        return 1.0
    return _WIDE_SCALE if len(_WIDE.findall(sample)) * 4 > len(sample) else 1.0


def _score(block: Block, size: float) -> float:
    """Words of text, above zero, or of anything else, below."""
    box = block.box
    text = block.text
    if box.above & names.CONSENT:
        return -10.0 - size * 0.3
    if box.places & FIGURE:
        return 0.0
    share = block.linked / len(text)
    if share > 0.5 or (size < 25 and share > 0.2):
        return -20.0 - block.linked * 0.5
    if size >= 60 and (text[-1] in ENDS or "," in text or "，" in text or "،" in text):
        return size * (1 - 1.5 * share) * _trust(box)
    if size >= 100:
        return size * 0.3 * (1 - share)
    return _score_of_few(block, size)


def _score_of_few(block: Block, size: float) -> float:
    """What a few words count for: a heading or an item of a list less against the text."""
    tag = block.box.tag
    if tag in {"li", "dd"} and size >= _SHORTEST_ITEM and not block.links:
        return _ITEM
    return -2.0 if tag in {"h2", "h3", "h4", "p"} else -8.0


def _trust(box: Box) -> float:
    """How much the names and tags around a box let its text count, 0 to 1."""
    trust = 1.0
    above = box.above
    if above & names.ASIDE:
        trust *= 0.5
    if above & names.COMMENTS:
        trust *= 0.1
    if above & names.HIDDEN:
        trust *= 0.7
    if box.low < -1.0:
        trust *= 0.3
    return trust if box.tag in _PARAGRAPHS else trust * 0.6


def _best_box(boxes: list[Box], scores: list[float]) -> tuple[Box, list[float]]:
    """The box whose blocks add up best, the innermost where several do; and the running sums."""
    sums = [0.0, *accumulate(scores)]
    best = boxes[0]
    best_score = sums[best.end] - sums[best.start]
    for box in boxes:
        score = sums[box.end] - sums[box.start]
        if score >= best_score and box.end > box.start:
            best, best_score = box, score
    return best, sums
