"""What of an article is shown for a match: the sentences around what was found.

Hits are gathered sentence by sentence; the title comes first if it matched, then the sentences with
most of the query's terms that were not shown yet. A long sentence is cut at words' ends around its
densest stretch.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from scraper.text.folding import APOSTROPHES, HYPHENS
from scraper.text.words import words
from scraper.watch.indexed import IndexedText
from scraper.watch.matchtext import FIELDS
from scraper.watch.terms import Hit, Leaf
from storage.records import Passage

MOST_PASSAGES = 3
LONGEST_PASSAGE = 300  # characters, the … of a cut included

_MOST_HITS = 500  # of one term that are looked at: a page of a million words is no article
_NOT_SHOWN = frozenset({"source", "url"})  # these are shown beside every alert
_SPACE = re.compile(r"\s")
_HELD_BY = frozenset((*APOSTROPHES, *HYPHENS))  # between two parts of one word


class _Place(NamedTuple):
    """A hit by characters of its field's text."""

    start: int
    end: int
    leaf: Leaf


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A sentence, or several that a hit holds together, with the hits in it."""

    field: str
    start: int
    end: int
    places: tuple[_Place, ...]

    @property
    def leaves(self) -> set[Leaf]:
        """The terms that were found in it."""
        return {place.leaf for place in self.places}


def passages(text: IndexedText, hits: Iterable[Hit]) -> tuple[Passage, ...]:
    """The best few passages that hold `hits`; none if the query looks at no text."""
    places: dict[str, set[_Place]] = {}
    seen: Counter[int] = Counter()
    for first, last, leaf in hits:
        seen[id(leaf)] += 1
        if seen[id(leaf)] > _MOST_HITS:
            continue
        field = text.field_at(first)
        place = _Place(text.words[first].start, text.words[last].end, leaf)
        places.setdefault(field, set()).add(place)
    stretches = [
        stretch
        for field in FIELDS
        if field in places and field not in _NOT_SHOWN
        for stretch in _stretches(text, field, sorted(places[field], key=_by_offset))
    ]
    return tuple(_passage(text.original.value(best.field), best) for best in _best(stretches))


def _by_offset(place: _Place) -> tuple[int, int]:
    return place[:2]


def _stretches(text: IndexedText, field: str, places: Sequence[_Place]) -> Iterable[_Stretch]:
    bounds = text.sentences(field)
    starts = [start for start, _ in bounds]
    index = 0
    while index < len(places):
        first = bisect_right(starts, places[index].start) - 1
        start, end = bounds[first]
        held = []
        while index < len(places) and places[index].start < end:
            place = places[index]
            if place.end > end:
                end = bounds[bisect_left(starts, place.end) - 1][1]
            held.append(place)
            index += 1
        yield _Stretch(field, start, end, tuple(held))


def _best(stretches: list[_Stretch]) -> list[_Stretch]:
    chosen: list[_Stretch] = []
    shown: set[Leaf] = set()
    while stretches and len(chosen) < MOST_PASSAGES:
        best = max(
            stretches,
            key=lambda stretch: (
                stretch.field == "title",
                len(stretch.leaves - shown),
                len(stretch.leaves),
            ),
        )  # the first of equals, so the earliest in the article
        if best.field == "title" and any(stretch.field == "title" for stretch in chosen):
            stretches = [stretch for stretch in stretches if stretch.field != "title"]
            continue
        chosen.append(best)
        shown |= best.leaves
        stretches = [stretch for stretch in stretches if stretch is not best]
    return chosen


def _passage(value: str, stretch: _Stretch) -> Passage:
    start, end = stretch.start, stretch.end
    if end - start > LONGEST_PASSAGE:
        start, end = _cut(value, stretch)
    before = "…" if start > stretch.start else ""
    after = "…" if end < stretch.end else ""
    shift = len(before) - start
    inside = [
        (place.start, min(place.end, end)) for place in stretch.places if start <= place.start < end
    ]
    return Passage(
        field=stretch.field,
        text=before + _SPACE.sub(" ", value[start:end]) + after,
        highlights=tuple((first + shift, last + shift) for first, last in _merged(value, inside)),
    )


def _cut(value: str, stretch: _Stretch) -> tuple[int, int]:
    """The bounds of a passage in a long stretch: its densest part, and as much on both sides."""
    room = LONGEST_PASSAGE - 2
    first, last = _densest(stretch.places, room)
    last = min(last, first + room)
    spare = (room - (last - first)) // 2
    low, high = first - spare, last + spare
    if low <= stretch.start:
        low, high = stretch.start, stretch.start + room
    elif high >= stretch.end:
        low, high = stretch.end - room, stretch.end
    return _word_start(value, low, first, stretch.start), _word_end(value, last, high, stretch.end)


def _densest(places: Sequence[_Place], room: int) -> tuple[int, int]:
    """The bounds of the run of hits, no longer than `room`, with the most different terms."""
    inside: Counter[Leaf] = Counter()
    best = (0, places[0].start, places[0].end)
    left = 0
    for place in places:
        inside[place.leaf] += 1
        while _too_far(places[left], place, room):
            inside[places[left].leaf] -= 1
            left += 1
        different = sum(1 for count in inside.values() if count)
        if different > best[0]:
            best = (different, places[left].start, place.end)
    return best[1], best[2]


def _too_far(first: _Place, last: _Place, room: int) -> bool:
    """Whether `first` is too far to the left of `last` to be in one passage with it."""
    return first is not last and last.end - first.start > room


def _word_start(value: str, low: int, high: int, edge: int) -> int:
    if low <= edge:
        return edge
    return next((low + word.start for word in words(value[low:high]) if word.start > 0), high)


def _word_end(value: str, low: int, high: int, edge: int) -> int:
    if high >= edge:
        return edge
    room = high - low
    whole = (word.end for word in reversed(words(value[low:high])) if word.end < room)
    return low + next(whole, 0)


def _merged(value: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that touch or are parts of one word as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and (start <= merged[-1][1] or _is_held(value, merged[-1][1], start)):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _is_held(value: str, end: int, start: int) -> bool:
    return start - end == 1 and value[end] in _HELD_BY
