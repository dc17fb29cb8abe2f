"""How much two texts share, and how it lies in them.

Counting shared word pairs alone cannot tell a copy with some of its words changed from another
article that quotes a paragraph: both may share half. What tells them apart is where the shared
pairs lie. In the copy they are spread over the whole text with small holes, in the quotation they
are one solid block. So shared pairs that lie close together are joined into blocks, holes included,
and what counts is how much of each text its blocks cover.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from scraper.dedupe.sketch import Sketch

# A changed word breaks two pairs, and two changed words in a row three: a hole of up to three pairs
# is part of a block.
REACH: Final = 4
# One pair alone is a phrase that any two texts may share.
LEAST_IN_BLOCK: Final = 2


@dataclass(frozen=True, slots=True, order=True)
class Side:
    """One of two texts, seen through what it shares. Lengths and places count word pairs."""

    length: int
    shared: int
    covered: int  # by blocks
    first: int  # where the first block begins
    largest: int  # shared pairs in the largest block

    @property
    def coverage(self) -> float:
        """How much of the text its blocks cover, 0 to 1."""
        return self.covered / self.length if self.length else 0.0

    @property
    def containment(self) -> float:
        """How much of the text is shared, holes not counted, 0 to 1 (Broder's containment)."""
        return self.shared / self.length if self.length else 0.0


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two texts compared; `short` is the one with fewer pairs, whichever was given first."""

    short: Side
    long: Side


def compare(
    one: Sketch,
    two: Sketch,
    shared: AbstractSet[int],
    *,
    without: AbstractSet[int] = frozenset(),
) -> Overlap:
    """How two texts overlap that have the pairs in `shared` in common.

    The pairs in `without` are passed over, as if they stood in neither.
    """
    halvings = max(one.halvings, two.halvings)
    return Overlap(
        *sorted(_side(sketch.thinned(halvings), shared, without) for sketch in (one, two))
    )


def _side(pairs: Sequence[int], shared: AbstractSet[int], without: AbstractSet[int]) -> Side:
    if without:
        pairs = [pair for pair in pairs if pair not in without]
    places = [place for place, pair in enumerate(pairs) if pair in shared]
    blocks = [block for block in _blocks(places) if block[2] >= LEAST_IN_BLOCK]
    return Side(
        length=len(pairs),
        shared=len(places),
        covered=sum(end - start for start, end, _ in blocks),
        first=blocks[0][0] if blocks else len(pairs),
        largest=max((count for _, _, count in blocks), default=0),
    )


def _blocks(places: Sequence[int]) -> list[tuple[int, int, int]]:
    """(start, end, number of places) of each run of places no further apart than `REACH`."""
    blocks = []
    start = previous = places[0] if places else 0
    count = 0
    for place in places:
        if place - previous > REACH:
            blocks.append((start, previous + 1, count))
            start, count = place, 0
        previous = place
        count += 1
    if count:
        blocks.append((start, previous + 1, count))
    return blocks
