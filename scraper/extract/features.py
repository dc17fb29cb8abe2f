"""What the forest is told of each block: numbers, nearly all of them free of language.

Only blocks that can be text at all are described, a third of them on most pages: by themselves, by
their neighbours, by the boxes around them, by all blocks whose boxes are named alike, and by where
they stand relative to the main box and the headline.
"""

from collections import Counter
from itertools import accumulate
from typing import Final

from scraper.extract import phrases, weights
from scraper.extract import traits as names
from scraper.extract.lists import words
from scraper.extract.outline import PLACES, Block, Box, Outline
from scraper.extract.regions import ENDS, WORD, Page, Reading, clean

NAMES: Final = tuple(
    words(
        """size linked links ends commas tag upper main table weight low parent_weight grand_weight
        word_low word_sum previous_size previous_linked next_size next_linked since_good
        inside_tight gap climb place from_first to_last before after parent_size parent_linked
        parent_count parent_share grand_linked grand_share group_size group_linked group_count
        group_inside group_rank family_size family_linked family_inside family_rank
        from_headline headings_since same_article in_headline_article described page_size
        main_share blocks main_score caption author hidden call
        declared declared_share repeats label ellipsis marks images parent_tag grand_tag group_mean
        family_mean heading_low heading_far twins chain upper_all digits next_weight previous_weight
        previous_ends next_ends in_list position own_count group_place"""
    )
)

LEXICON: Final[dict[str, float]] = {
    word: weight for weight, words in weights.LEXICON.items() for word in words.split()
}

_TAGS: Final = {
    tag: float(number)
    for number, tag in enumerate(
        words(
            """p div td li blockquote h1 h2 h3 h4 h5 h6 figcaption pre section article dd dt th
            header footer ul aside main body"""
        ),
        1,
    )
}
_HEADS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "dt"))
_MAIN: Final = PLACES["article"] | PLACES["main"]
_ARTICLE_SIZE: Final = 600.0  # characters that make an <article> one to be followed by the next
_SHORT: Final = 300  # characters of a block whose words are looked up


class Describer:
    """Writes the row of numbers of each candidate."""

    def __init__(self, outline: Outline, page: Page) -> None:
        self.page = page
        self.reading = reading = Reading(outline, page)
        self.around: dict[int, list[float]] = {}
        self.climbs: dict[int, int] = {}
        self.tight_article = _article(reading.tight)
        at = reading.headline_at
        self.headline_article = _article(reading.blocks[at].box) if at >= 0 else None
        self.headings = self._headings()
        start, end = reading.tight.start, reading.tight.end
        sums = reading.size_sums
        whole = sums[-1] or 1.0
        self.declared = clean(page.declared) if len(page.declared) > 200 else ""
        self.declared_share = 0.0
        self.declared_first = self.declared_last = -1
        if self.declared:
            inside = [b for b in reading.blocks if reading.good[b.number]]
            total = sum(reading.sizes[b.number] for b in inside) or 1.0
            held = [b.number for b in inside if self._stands_in(b)]
            self.declared_share = sum(reading.sizes[n] for n in held) / total
            if len(held) < 3:
                self.declared = ""
            else:
                self.declared_first, self.declared_last = held[0], held[-1]
        self.repeats = Counter(block.text[:80] for block in reading.blocks)
        self.twins = Counter((box.tag, box.name) for box in outline.boxes if box.end > box.start)
        at_block = [0] * (reading.count + 2)
        for _, _, number in outline.images:
            at_block[min(number, reading.count) + 1] += 1
        self.image_sums = list(accumulate(at_block))
        self.heads = self._heads()
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
            *self._more(block, box, parent),
        ]

    def _more(self, block: Block, box: Box, parent: Box) -> tuple[float, ...]:
        reading = self.reading
        text = block.text
        number = block.number
        group = reading.groups[number]
        family = reading.families[number]
        heading, far = self.heads[number]
        colon = text.find(":", 0, 34)
        chain = 0.0
        at: Box | None = box
        depth = 0
        in_list = 0.0
        while at is not None:
            chain += at.weight
            if at.tag in ("ul", "ol", "table"):
                in_list += 1.0
            at = at.parent
        blocks = reading.blocks
        previous = blocks[number - 1] if number else None
        following = blocks[number + 1] if number + 1 < reading.count else None
        count = max(1.0, group.count)
        n = len(text)
        start = text[:200]
        return (
            self._declared(block),
            self.declared_share,
            float(self.repeats[text[:80]]),
            float(colon),
            float(text.endswith(("...", "…"))),
            float(text.count("@") + text.count("|") + text.count("http") + text.count("©")),
            float(self.image_sums[parent.end] - self.image_sums[parent.start]),
            _TAGS.get(parent.tag, 0.0),
            _TAGS.get((parent.parent or parent).tag, 0.0),
            group.size / count,
            family.size / max(1.0, family.count),
            heading,
            far,
            float(self.twins.get((parent.tag, parent.name), 0)),
            chain,
            sum(map(str.isupper, start)) / len(start),
            sum(map(str.isdigit, start)) / len(start),
            following.box.weight if following else 0.0,
            previous.box.weight if previous else 0.0,
            float(previous is not None and previous.text[-1] in ENDS),
            float(following is not None and following.text[-1] in ENDS),
            in_list,
            float(number - box.start),
            float(box.end - box.start),
            (number - group.first) / max(1, group.last - group.first),
        )

    def _declared(self, block: Block) -> float:
        if not self.declared or len(block.text) < 20:
            return 0.0
        if self._stands_in(block):
            return 1.0
        if block.number < self.declared_first:
            return -2.0
        return -3.0 if block.number < self.declared_last else -1.0

    def _stands_in(self, block: Block) -> bool:
        key = clean(block.text[:120])
        return len(key) >= 8 and key[:60] in self.declared

    def _heads(self) -> list[tuple[float, float]]:
        """For each block what the last heading says, and how far up it is."""
        found = []
        low, at = 0.0, -99
        for block in self.reading.blocks:
            text = block.text
            found.append((low, min(99.0, float(block.number - at))))
            if len(text) < 80 and (block.box.tag in _HEADS or text[-1] == ":"):
                low = 0.0
                at = block.number
                for word in WORD.findall(text.lower())[:8]:
                    low += LEXICON.get(word, 0.0)
        return found

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
            text[-1] in ENDS,
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
            for word in WORD.findall(text[:160].lower())[:14]:
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
        return (
            tight.start <= number < tight.end,
            box.depth - tight.depth,
            self._climb(box),
            (number - reading.first) / max(1, reading.last - reading.first),
            number - reading.first,
            reading.last - number,
            reading.before[number],
            reading.good_count - reading.before[number],
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
