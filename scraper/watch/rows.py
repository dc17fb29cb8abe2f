"""Where several words stand together: in a row, or nearly so."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

Span = tuple[int, int]  # positions of the first and the last word

_MOST_SPANS: Final = (
    1_000  # more than is ever shown; a page that repeats two words has no end of them
)
_MOST_STEPS: Final = 100_000
_MOST_PLACES: Final = 500_000  # of all parts of a phrase


def follow(places: Sequence[Sequence[Span]]) -> list[Span]:
    """The rows in which each of the parts begins right after the last word of the one before.

    `places` has, for each part, where it stands.
    """
    starts_by_end: dict[int, set[int]] = {}
    for first, last in places[0]:
        starts_by_end.setdefault(last, set()).add(first)
    for spans in places[1:]:
        longer: dict[int, set[int]] = {}
        for first, last in spans:
            if (starts := starts_by_end.get(first - 1)) is not None:
                longer.setdefault(last, set()).update(starts)
        if not longer:
            return []
        starts_by_end = longer
    return sorted((first, last) for last, starts in starts_by_end.items() for first in starts)


def loose(places: Sequence[Sequence[Span]], lengths: Sequence[int], slop: int) -> list[Span]:
    """The stretches that hold the parts as Lucene's sloppy phrase has them: "a b"~5.

    Of every part a place is taken, no two at one position. Take from the position of each the words
    that come before it in the phrase: if what is left differs by `slop` at most, they match. So
    words in their order may have `slop` others between them, and neighbours that change places
    take two.

    `places` has, for each part, where it stands, ascending; `lengths` how many words it is. At most
    a thousand stretches are found, as there are ways to choose the places, and of a text that
    repeats the words half a million times only the beginning is looked at.
    """
    most = _MOST_PLACES // len(places)
    places = [spans[:most] for spans in places]
    before = [0, *accumulate(lengths)]
    moved = [[first - offset for first, _ in spans] for spans, offset in zip(places, before)]  # noqa: B905 - one more offset than parts
    windows = _windows(moved, slop)
    return sorted(set(_stretches(places, moved, windows, slop))) if windows else []


def _stretches(
    places: Sequence[Sequence[Span]],
    moved: Sequence[Sequence[int]],
    windows: Sequence[int],
    slop: int,
) -> Iterator[Span]:
    """Of each choice of places the stretch it fills, found by trying part after part.

    What lies in no window that holds every part is not followed: pages that repeat some of the
    words would use up the steps before the phrase is met.
    """
    # What is chosen so far: the next part, the least and the greatest of `moved`, and the spans.
    pending: list[tuple[int, int, int, tuple[Span, ...]]] = [
        (1, at, at, (span,)) for at, span in zip(moved[0], places[0], strict=True)
    ]
    pending.reverse()
    found = steps = 0
    while pending and found < _MOST_SPANS and steps < _MOST_STEPS:
        steps += 1
        part, least, greatest, chosen = pending.pop()
        window = bisect_left(windows, greatest - slop)
        if window == len(windows) or windows[window] > least:
            continue
        if part == len(places):
            found += 1
            yield min(chosen)[0], max(last for _, last in chosen)
            continue
        for index in range(bisect_left(moved[part], greatest - slop), len(moved[part])):
            at = moved[part][index]
            if at > least + slop:
                break
            span = places[part][index]
            if all(span[0] != first for first, _ in chosen):
                pending.append((part + 1, min(least, at), max(greatest, at), (*chosen, span)))


def _windows(moved: Sequence[Sequence[int]], slop: int) -> list[int]:
    """Where the windows of `slop` begin that hold a place of every part, ascending; at a place.

    One pass over all places in their order, so that no text, however it repeats the words, costs
    more than its length.
    """
    events = sorted((at, part) for part, found in enumerate(moved) for at in found)
    inside: Counter[int] = Counter()
    missing = len(moved)
    right = 0
    windows = []
    for at, part in events:
        while right < len(events) and events[right][0] <= at + slop:
            missing -= not inside[events[right][1]]
            inside[events[right][1]] += 1
            right += 1
        if not missing:
            windows.append(at)
        inside[part] -= 1
        missing += not inside[part]
    return windows
