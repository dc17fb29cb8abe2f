"""What the forest is told of each block: numbers, nearly all of them free of language.

First every block is scored by itself: words of text count for it, links and scraps against. Sums of
these scores over a box find the one that holds the text: the best sum names the main box. Two are
found, one that scraps weigh heavily on (`tight`: one column of paragraphs) and one that forgives
them (`loose`: paragraphs split over several boxes). Then each block that can be text at all, a
third of them on most pages, is described: by itself, by its neighbours, by the boxes around it, by
all blocks whose boxes are named alike, and by where it stands relative to the main boxes.
"""

import re
from collections.abc import Callable
from itertools import accumulate
from typing import Final, TypeAlias

from scraper.extract import phrases, weights
from scraper.extract import traits as names
from scraper.extract.outline import PLACES, Block, Box, Outline

Key: TypeAlias = tuple[str, str, str]

NAMES: Final = tuple(
    """size linked links ends commas tag upper main table weight low parent_weight grand_weight
    word_low word_sum previous_size previous_linked next_size next_linked since_good inside_tight
    gap climb place from_first to_last before after parent_size parent_linked parent_count
    parent_share grand_linked grand_share group_size group_linked group_count group_inside
    group_rank family_size family_linked family_inside family_rank from_headline headings_since
    same_article in_headline_article described page_size main_share blocks main_score caption author
    hidden call""".split()
)

LEXICON: Final[dict[str, float]] = {
    word: weight for weight, words in weights.LEXICON.items() for word in words.split()
}

_WIDE: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]"
)
_WIDE_SCALE: Final = 2.8  # a letter of these scripts says as much as so many Latin ones
_ENDS: Final = frozenset(".!?…。！？\"”»’';；।؟۔」』)）")
_WORD: Final = re.compile(r"[^\W\d_]+")
_TAGS: Final = {
    tag: float(number)
    for number, tag in enumerate(
        """p div td li blockquote h1 h2 h3 h4 h5 h6 figcaption pre section article dd dt th header
        footer ul aside main body""".split(),
        1,
    )
}
_PARAGRAPHS: Final = frozenset(
    ("p", "li", "td", "div", "blockquote", "section", "dd", "article", "pre", "body", "main")
)
_CONTENT: Final = frozenset(
    """p li ul ol dl dd dt blockquote h1 h2 h3 h4 h5 h6 table tbody thead tr td th pre figure center
    address""".split()
)
_FIGURE: Final = PLACES["figure"] | PLACES["figcaption"]
_OUTER: Final = PLACES["aside"] | PLACES["footer"]
_MAIN: Final = PLACES["article"] | PLACES["main"]
_GOOD: Final = 20.0  # the score from which a block looks like a paragraph
_FAR: Final = 99.0
_LOOSE: Final = 0.2  # what a scrap weighs against the loose main box, of its weight
_SHORT: Final = 300  # characters of a block whose words are looked up


class Page:
    """What is known of the page beside its outline."""

    def __init__(self, title: str = "", headline: str = "", description: str = "") -> None:
        self.title = clean(title)
        self.headline = clean(headline)
        self.description = clean(description)


def clean(text: str) -> str:
    """A text as it is compared: its letters only, lower-case."""
    return "".join(_WORD.findall(text.lower()))


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
            outline.boxes, [score if score > 0 else score * _LOOSE for score in self.scores]
        )
        self.tight, self.score_sums = _best_box(outline.boxes, self.scores)
        self.good = [score > _GOOD for score in self.scores]
        self._find_good()
        self.groups = self._gathered(_group)
        self.families = self._gathered(_family)
        self.headline_at = self._find_headline(page)

    def _find_good(self) -> None:
        """How far the good blocks are, before and after each block; which of them frame the text."""
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
        """For each block all those whose boxes have the same key, added up."""
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
            if start <= block.number < end
            or self.good[block.number]
            or self.since[block.number] <= 2.0
            or self.until[block.number] <= 2.0
        ]


def _scale(blocks: list[Block]) -> float:
    """What a character of this page counts for: more in scripts that say much with few."""
    sample = "".join([block.text for block in blocks[:400]])[:20_000]
    return _WIDE_SCALE if len(_WIDE.findall(sample)) * 4 > len(sample) else 1.0


def _score(block: Block, size: float) -> float:
    """Words of text, above zero, or of anything else, below."""
    box = block.box
    text = block.text
    if box.above & names.CONSENT:
        return -10.0 - size * 0.3
    if box.places & _FIGURE:
        return 0.0
    share = block.linked / len(text)
    if share > 0.5 or (size < 25 and share > 0.2):
        return -20.0 - block.linked * 0.5
    if size >= 60 and (text[-1] in _ENDS or "," in text or "，" in text or "،" in text):
        return size * (1 - 1.5 * share) * _trust(box)
    if size >= 100:
        return size * 0.3 * (1 - share)
    return -2.0 if box.tag in {"h2", "h3", "h4", "p"} else -8.0


def _trust(box: Box) -> float:
    """How much the names and tags around a box let its text count, 0 to 1."""
    trust = 1.0
    above = box.above
    if box.places & _OUTER:
        trust = 0.1
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


class Describer:
    """Writes the row of numbers of each candidate."""

    def __init__(self, outline: Outline, page: Page) -> None:
        self.page = page
        self.reading = reading = Reading(outline, page)
        self.around: dict[int, list[float]] = {}
        self.tight_article = _article(reading.tight)
        at = reading.headline_at
        self.headline_article = _article(reading.blocks[at].box) if at >= 0 else None
        self.headings = self._headings()
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

    def _headings(self) -> list[float]:
        """For each block, the h1 headings that came since the headline."""
        found: list[float] = []
        count = 0.0
        at = self.reading.headline_at
        for block in self.reading.blocks:
            if block.box.tag == "h1" and block.number > at >= 0:
                count += 1.0
            found.append(count)
        return found

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
            *self.of_page,
            *_traits(block),
        ]

    def _own(self, block: Block) -> tuple[float, ...]:
        text = block.text
        length = len(text)
        box = block.box
        places = box.places
        start = text[:40]
        return (
            self.reading.sizes[block.number],
            block.linked / length,
            block.links,
            text[-1] in _ENDS,
            text.count(",") + text.count("，") + text.count("،") + text.count("。"),
            _TAGS.get(box.tag, 0.0),
            sum(map(str.isupper, start)) / len(start),
            places & _MAIN > 0,
            places & PLACES["table"] > 0,
        )

    def _named(self, block: Block, box: Box, parent: Box) -> tuple[float, ...]:
        lowest = total = 0.0
        text = block.text
        if len(text) < _SHORT:
            for word in _WORD.findall(text[:160].lower())[:14]:
                weight = LEXICON.get(word)
                if weight is not None:
                    total += weight
                    lowest = min(lowest, weight)
        grand = parent.parent or parent
        return box.weight, box.low, parent.weight, grand.weight, lowest, total

    def _beside(self, block: Block) -> tuple[float, ...]:
        reading = self.reading
        number = block.number
        previous = reading.blocks[number - 1] if number else None
        following = reading.blocks[number + 1] if number + 1 < reading.count else None
        return (
            reading.sizes[number - 1] if previous else 0.0,
            previous.linked / len(previous.text) if previous else 0.0,
            reading.sizes[number + 1] if following else 0.0,
            following.linked / len(following.text) if following else 0.0,
            reading.since[number],
        )

    def _place(self, block: Block, box: Box) -> tuple[float, ...]:
        reading = self.reading
        number = block.number
        tight = reading.tight
        climb = 0
        outer = box
        while outer.parent is not None and not (
            outer.start <= tight.start and tight.end <= outer.end
        ):
            climb += 1
            outer = outer.parent
        return (
            tight.start <= number < tight.end,
            box.depth - tight.depth,
            climb,
            (number - reading.first) / max(1, reading.last - reading.first),
            number - reading.first,
            reading.last - number,
            reading.before[number],
            reading.good_count - reading.before[number],
        )

    def _around(self, parent: Box) -> list[float]:
        """What is known of the box around a block's own, and of the one around that."""
        grand = parent.parent or parent
        size, linked, score = self._sums(parent)
        _, grand_linked, grand_score = self._sums(grand)
        whole = max(1.0, self.main_score)
        return [
            size, linked, float(parent.end - parent.start), score / whole, grand_linked,
            grand_score / whole,
        ]  # fmt: skip

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
        return (
            number - at if at >= 0 else -500.0,
            self.headings[number],
            _within(self.tight_article, number),
            _within(self.headline_article, number),
            self._described(block.text),
        )

    def _described(self, text: str) -> float:
        """Whether a block is the page's description (1), or its beginning (0.5)."""
        description = self.page.description
        if not description or not 20 <= len(text) <= 2 * len(description) + 40:
            return 0.0
        key = clean(text)
        if key == description:
            return 1.0
        return 0.5 if description.startswith(key[:60]) else 0.0


def _article(box: Box | None) -> Box | None:
    """The innermost <article> around a box."""
    while box is not None and box.tag != "article":
        box = box.parent
    return box


def _within(box: Box | None, number: int) -> float:
    if box is None:
        return 0.0
    return 1.0 if box.start <= number < box.end else -1.0


def _traits(block: Block) -> tuple[float, ...]:
    above = block.box.above
    call = len(block.text) < _SHORT and phrases.CALL.match(block.text) is not None
    return (
        above & names.CAPTION > 0,
        above & names.AUTHOR > 0,
        above & names.HIDDEN > 0,
        call,
    )
