"""What two sequences have in common, in the same order: the heart of every difference.

Equal items at both ends are taken off. What stands once in each of the two, and in the same order,
parts what is left (Bram Cohen's patience diff); where nothing does, the shortest edit is sought
(Myers, "An O(ND) Difference Algorithm and Its Variations", 1986), within a budget. Past that, what
is left differs as a whole: so hostile sequences cost no more than long ones.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

Numbers: TypeAlias = Sequence[int]

BUDGET: Final = 400_000  # steps of the shortest edit in all of one comparison: a tenth of a second
_MOST_EDITS: Final = 250  # of one part, by the shortest edit
_DEEPEST: Final = 24  # how often a part may be parted again


class Run(NamedTuple):
    """A stretch that both have: `length` items, from `before` in one, from `after` in the other."""

    before: int
    after: int
    length: int


class _Part(NamedTuple):
    """Stretches of the two that are to be compared, by their bounds."""

    before: int
    before_end: int
    after: int
    after_end: int
    depth: int


class Budget:
    """Steps that may still be taken."""

    __slots__ = ("left",)

    def __init__(self, steps: int = BUDGET) -> None:
        self.left = steps


def common(before: Numbers, after: Numbers, budget: Budget | None = None) -> list[Run]:
    """The runs that two sequences have in common, ascending in both; none touches the next.

    The time is that of sorting them, and of the steps in the budget.
    """
    return joined(sorted(_runs(before, after, budget or Budget())))


def numbered(*sequences: Iterable[Hashable]) -> list[list[int]]:
    """Each distinct item as a number of its own, the same in all the sequences."""
    numbers: dict[Hashable, int] = {}
    return [[numbers.setdefault(item, len(numbers)) for item in each] for each in sequences]


def _runs(before: Numbers, after: Numbers, budget: Budget) -> Iterator[Run]:
    parts = [_Part(0, len(before), 0, len(after), 0)]
    while parts:
        part, ends = _trimmed(before, after, parts.pop())
        yield from ends
        if part.before == part.before_end or part.after == part.after_end:
            continue
        anchors = _anchors(before, after, part) if part.depth < _DEEPEST else []
        if anchors:
            parts += _between(part, anchors)
        else:
            yield from _shortest(before, after, part, budget)


def _trimmed(before: Numbers, after: Numbers, part: _Part) -> tuple[_Part, list[Run]]:
    """The part without what is equal at its ends, and that as runs."""
    low, high, new_low, new_high, depth = part
    while low < high and new_low < new_high and before[low] == after[new_low]:
        low += 1
        new_low += 1
    while low < high and new_low < new_high and before[high - 1] == after[new_high - 1]:
        high -= 1
        new_high -= 1
    ends = (
        Run(part.before, part.after, low - part.before),
        Run(high, new_high, part.before_end - high),
    )
    return _Part(low, high, new_low, new_high, depth), [run for run in ends if run.length]


def _anchors(before: Numbers, after: Numbers, part: _Part) -> list[tuple[int, int]]:
    """Where the items stand that are once in each: as many as stand in the same order in both."""
    old = before[part.before : part.before_end]
    new = after[part.after : part.after_end]
    in_old, in_new = Counter(old), Counter(new)
    places = {
        item: place
        for place, item in enumerate(new, part.after)
        if in_new[item] == 1 and in_old.get(item) == 1
    }
    return _ascending(
        [(place, places[item]) for place, item in enumerate(old, part.before) if item in places]
    )


def _ascending(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest ascending subsequence of pairs, by their second members, by patience sorting."""
    tops: list[int] = []  # the least last member of an ascending row of each length
    last: list[int] = []  # which pair that is
    previous: list[int] = []
    for index, (_, place) in enumerate(pairs):
        length = bisect_left(tops, place)
        previous.append(last[length - 1] if length else -1)
        if length == len(tops):
            tops.append(place)
            last.append(index)
        else:
            tops[length], last[length] = place, index
    found = []
    index = last[-1] if last else -1
    while index >= 0:
        found.append(pairs[index])
        index = previous[index]
    return found[::-1]


def _between(part: _Part, anchors: Iterable[tuple[int, int]]) -> list[_Part]:
    """The parts that begin with the anchors, and the one before the first."""
    starts = [(part.before, part.after), *anchors]
    ends = [*starts[1:], (part.before_end, part.after_end)]
    return [
        _Part(low, high, new_low, new_high, part.depth + 1)
        for (low, new_low), (high, new_high) in zip(starts, ends, strict=True)
    ]


def _shortest(before: Numbers, after: Numbers, part: _Part, budget: Budget) -> Iterator[Run]:
    """The runs of the shortest edit; none where it is too long, or the budget is spent."""
    old = before[part.before : part.before_end]
    new = after[part.after : part.after_end]
    reached = {1: 0}  # how far in `old` each diagonal was come
    trace: list[dict[int, int]] = []
    for edits in range(min(_MOST_EDITS, len(old) + len(new)) + 1):
        trace.append(dict(reached))
        for diagonal in range(-edits, edits + 1, 2):
            came_from = _from(reached, diagonal, edits)
            start = reached[came_from] + (came_from < diagonal)
            place = _slide(old, new, start, start - diagonal)
            budget.left -= 2 + place - start
            reached[diagonal] = place
            if place >= len(old) and place - diagonal >= len(new):
                yield from _back(trace, len(old), len(new), part)
                return
        if budget.left < 0:
            return


def _from(reached: dict[int, int], diagonal: int, edits: int) -> int:
    """The neighbouring diagonal from which one more edit comes furthest."""
    if diagonal == -edits:
        return diagonal + 1
    if diagonal != edits and reached[diagonal - 1] < reached[diagonal + 1]:
        return diagonal + 1
    return diagonal - 1


def _slide(old: Numbers, new: Numbers, place: int, new_place: int) -> int:
    """Where the two differ again."""
    shift = new_place - place
    end = min(len(old), len(new) - shift)
    while place < end and old[place] == new[place + shift]:
        place += 1
    return place


def _back(
    trace: Sequence[dict[int, int]], place: int, new_place: int, part: _Part
) -> Iterator[Run]:
    """The runs of the shortest edit, from its end back."""
    for edits in range(len(trace) - 1, -1, -1):
        diagonal = place - new_place
        came_from = _from(trace[edits], diagonal, edits)
        former = trace[edits][came_from]
        length = min(place - former, new_place - (former - came_from))
        if length > 0:
            yield Run(part.before + place - length, part.after + new_place - length, length)
        place, new_place = former, former - came_from


def joined(runs: Iterable[Run]) -> list[Run]:
    """Ascending runs, those that touch as one."""
    found: list[Run] = []
    for run in runs:
        if found and end_of(found[-1]) == (run.before, run.after):
            found[-1] = found[-1]._replace(length=found[-1].length + run.length)
        else:
            found.append(run)
    return found


def end_of(run: Run) -> tuple[int, int]:
    """Where it ends in the two sequences."""
    return run.before + run.length, run.after + run.length
