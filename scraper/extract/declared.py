"""What JSON-LD's `articleBody` says of the blocks: evidence, not truth.

It may be cut short, a teaser, or have boxes in it that are no text: so it is a feature like others.
"""

from typing import Final

from scraper.extract.outline import Block
from scraper.extract.regions import Reading, clean

_SHORTEST_TEXT: Final = 200  # characters declared; fewer are a teaser
_FEWEST: Final = 3  # paragraphs that stand in it: else it tells of something else
_SHORTEST_BLOCK: Final = 20  # characters; fewer stand in it by chance
_LOOKED_AT: Final = 120  # characters of a block
_KEY: Final = 60  # letters of a block that are looked for
_LONGEST_TEXT: Final = 200_000  # characters declared: what follows is no evidence of anything
_MOST_WORK: Final = 200_000_000  # letters looked through for blocks: half a second

_INSIDE: Final = 1.0
_UNKNOWN: Final = 0.0
_AFTER: Final = -1.0  # what is declared may be cut short
_BEFORE: Final = -2.0
_AMONG: Final = -3.0  # between two paragraphs that are declared


class Declared:
    """The declared text, its letters alone, and the first and last paragraph that stand in it."""

    def __init__(self, text: str, reading: Reading) -> None:
        self.letters = clean(text[:_LONGEST_TEXT]) if len(text) > _SHORTEST_TEXT else ""
        self.letters = self.letters[: _MOST_WORK // max(1, len(reading.blocks))]
        self.first = self.last = -1
        self._judged: dict[int, bool] = {}  # by number of block
        if self.letters:
            held = [
                block.number
                for block in reading.blocks
                if reading.good[block.number] and self._has(block)
            ]
            if len(held) < _FEWEST:
                self.letters = ""
            else:
                self.first, self.last = held[0], held[-1]

    def holds(self, block: Block) -> float:
        """Whether a block stands in it (1), or else where: after, before, among those that do."""
        if not self.letters or len(block.text) < _SHORTEST_BLOCK:
            return _UNKNOWN
        if self._has(block):
            return _INSIDE
        if block.number < self.first:
            return _BEFORE
        return _AMONG if block.number < self.last else _AFTER

    def _has(self, block: Block) -> bool:
        found = self._judged.get(block.number)
        if found is None:
            key = clean(block.text[:_LOOKED_AT])[:_KEY]
            found = self._judged[block.number] = len(key) > 1 and key in self.letters
        return found
