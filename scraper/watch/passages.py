"""What of an article is shown for a match: the sentences around what was found.

Hits are gathered sentence by sentence; the title comes first if it matched, then the sentences with
most of the query's terms that were not shown yet. A long sentence is cut at words' ends around its
densest stretch.
"""

import re
import sys
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from scraper.text.folding import APOSTROPHES, HYPHENS
from scraper.text.words import words
from scraper.watch.indexed import IndexedText
from scraper.watch.matchtext import FIELDS
from scraper.watch.paragraphs import Paragraph, Span
from scraper.watch.terms import Hit, Leaf
from storage.records import Passage

MOST_PASSAGES = 3
LONGEST_PASSAGE = 300  # characters, the … of a cut included

_BEYOND = sys.maxsize  # any offset in a text
_MOST_HITS = 500  # of one term that are looked at: a page of a million words is no article
_NOT_SHOWN = frozenset({"source", "url"})  # these are shown beside every alert
_SPACE = re.compile(r"\s")
_HELD_BY = frozenset((*APOSTROPHES, *HYPHENS))  # between two parts of one word


class _Place(NamedTuple):
    """A hit by characters of its field's text, and the number of its term in the query."""

    start: int
    end: int
    term: int


class _Stretch(NamedTuple):
    """A sentence, or several that a hit holds together, with the hits in it and their terms."""

    field: str
    start: int
    end: int
    places: Sequence[_Place]
    terms: frozenset[int]


def passages(text: IndexedText, hits: Iterable[Hit]) -> tuple[Passage, ...]:
    """The best few passages that hold `hits`; none if the query looks at no text."""
    places: dict[str, set[_Place]] = {}
    paragraphs: dict[str, dict[int, Paragraph]] = {}  # of a field, by their starts
    numbers: dict[Leaf, int] = {}
    known: dict[int, int] = {}  # by the identity of a leaf: it is costly to compare
    seen: Counter[int] = Counter()
    located = text.located
    for first, last, leaf in hits:
        if (term := known.get(id(leaf))) is None:
            term = known[id(leaf)] = numbers.setdefault(leaf, len(numbers))
        seen[term] += 1
        if seen[term] > _MOST_HITS:
            continue
        begin, end, start, after = located(first, last)
        field = begin.field
        if field not in places:
            places[field], paragraphs[field] = set(), {}
        paragraphs[field][begin.start] = begin
        paragraphs[field][end.start] = end
        places[field].add(_Place(start, after, term))
    stretches = [
        stretch
        for field in FIELDS
        if field in places and field not in _NOT_SHOWN
        for stretch in _stretches(field, _bounds(paragraphs[field]), sorted(places[field]))
    ]
    return tuple(_passage(text, best) for best in _best(stretches, len(numbers)))


def within(
    text: IndexedText, hits: Iterable[Hit], parts: Mapping[str, Collection[Span]]
) -> Iterator[Hit]:
    """The hits that reach into one of the parts, (start, end) in characters by field."""
    for hit in hits:
        begin, _, start, after = text.located(hit[0], hit[1])
        if any(start < high and low < after for low, high in parts.get(begin.field, ())):
            yield hit


def _bounds(paragraphs: Mapping[int, Paragraph]) -> Sequence[Span]:
    """The sentences of some paragraphs in their order."""
    if len(paragraphs) == 1:
        return next(iter(paragraphs.values())).sentences
    return [bounds for start in sorted(paragraphs) for bounds in paragraphs[start].sentences]


def _stretches(field: str, bounds: Sequence[Span], places: Sequence[_Place]) -> Iterable[_Stretch]:
    index = 0
    while index < len(places):
        place = places[index]
        start, end = bounds[bisect_right(bounds, (place.start, _BEYOND)) - 1]
        held = []
        terms = set()
        while index < len(places) and (place := places[index]).start < end:
            if place.end > end:
                end = bounds[bisect_left(bounds, (place.end,)) - 1][1]
            held.append(place)
            terms.add(place.term)
            index += 1
        yield _Stretch(field, start, end, held, frozenset(terms))


def _best(stretches: list[_Stretch], terms: int) -> list[_Stretch]:
    """Those with most terms that were not shown yet; of equals the earliest in the article."""
    if terms == 1 or len(stretches) == 1:
        title = stretches[0].field == "title" if stretches else False
        others = [stretch for stretch in stretches if stretch.field != "title"]
        return ([stretches[0]] if title else []) + others[: MOST_PASSAGES - title]
    chosen: list[_Stretch] = []
    shown: set[int] = set()
    while stretches and len(chosen) < MOST_PASSAGES:
        best = max(
            stretches,
            key=lambda stretch: (
                stretch.field == "title",
                len(stretch.terms - shown),
                len(stretch.terms),
            ),
        )
        if best.field == "title" and any(stretch.field == "title" for stretch in chosen):
            stretches = [stretch for stretch in stretches if stretch.field != "title"]
            continue
        chosen.append(best)
        shown |= best.terms
        stretches = [stretch for stretch in stretches if stretch is not best]
    return chosen


def _passage(text: IndexedText, stretch: _Stretch) -> Passage:
    value = text.original.value(stretch.field)
    start, end = stretch.start, stretch.end
    if end - start > LONGEST_PASSAGE:
        start, end = _cut(value, stretch)
    before = "…" if start > stretch.start else ""
    after = "…" if end < stretch.end else ""
    shift = len(before) - start
    inside = [
        (place.start, min(place.end, end)) for place in stretch.places if start <= place.start < end
    ]
    if len(inside) > 1:
        inside = _merged(value, inside)
    return Passage(
        field=stretch.field,
        text=before + _shown(text, stretch.field, start, end) + after,
        highlights=tuple((first + shift, last + shift) for first, last in inside),
    )


def _shown(text: IndexedText, field: str, start: int, end: int) -> str:
    """A part of a field in one line. Many watches show the same sentence."""
    asked = ("shown", field, start, end)
    if (found := text.memo.get(asked)) is None:
        found = text.memo[asked] = _SPACE.sub(" ", text.original.value(field)[start:end])
    shown: str = found
    return shown


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
    inside: Counter[int] = Counter()
    best = (0, places[0].start, places[0].end)
    left = 0
    for place in places:
        inside[place.term] += 1
        while _too_far(places[left], place, room):
            inside[places[left].term] -= 1
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
