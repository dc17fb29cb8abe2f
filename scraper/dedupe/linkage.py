"""Average linkage: which of some articles belong together, by how alike they are in pairs.

Agglomerative clustering in which two groups are as alike as their members are on average (UPGMA:
Sokal and Michener, "A statistical method for evaluating systematic relationships", 1958). A chain
of articles, each a little like the next, does not become one group, as it would by nearest pairs.
"""

from collections.abc import Sequence
from typing import Final

APART: Final = -1e9  # the likeness of two that must never be in one group, whatever else is


def linked(likeness: Sequence[Sequence[float]], sizes: Sequence[int], least: float) -> list[int]:
    """The number of the group of each item: that of its first item.

    `likeness` is square and symmetric; its diagonal is not read. `sizes`: how many articles each
    item stands for. Groups are joined, the most alike first, until none are as alike as `least`.
    Time: the third power of the items at worst, the second as a rule.
    """
    count = len(sizes)
    rows = [list(row) for row in likeness]
    weights = list(sizes)
    group = list(range(count))
    alive = list(range(count))
    nearest = {one: _nearest(rows[one], one, alive) for one in alive}
    while len(alive) > 1:
        one = max(alive, key=lambda item: (nearest[item][0], -item))
        score, other = nearest[one]
        if score < least:
            break
        one, other = min(one, other), max(one, other)
        alive.remove(other)
        group = [one if each == other else each for each in group]
        _join(rows, weights, one, other, alive)
        for item in alive:
            if item == one or nearest[item][1] in (one, other):
                nearest[item] = _nearest(rows[item], item, alive)
            elif rows[item][one] > nearest[item][0]:
                nearest[item] = (rows[item][one], one)
    return group


def _nearest(row: Sequence[float], item: int, alive: Sequence[int]) -> tuple[float, int]:
    best, score = -1, float("-inf")
    for other in alive:
        if other != item and row[other] > score:
            best, score = other, row[other]
    return score, best


def _join(
    rows: list[list[float]], weights: list[int], one: int, other: int, alive: Sequence[int]
) -> None:
    """Let `one` stand for both."""
    total = weights[one] + weights[other]
    for item in alive:
        if item != one:
            mean = (weights[one] * rows[one][item] + weights[other] * rows[other][item]) / total
            rows[one][item] = rows[item][one] = mean
    weights[one] = total
