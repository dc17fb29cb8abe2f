"""Where the words of a phrase stand: in a row, or in any order within a stretch."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from scraper.watch.indexed import IndexedText

_MOST_WINDOWS = 1_000  # more than is ever shown; a page that repeats two words has no end of them


class Part(NamedTuple):
    """A word of a phrase: one token, or several of a script without spaces with nothing between."""

    tokens: tuple[str, ...]
    prefix: bool = False

    def starts(self, text: IndexedText, within: str | None) -> list[int]:
        """Where it starts in the field `within`, ascending."""
        if len(self.tokens) == 1:
            return text.positions(self.tokens[0], within, prefix=self.prefix)
        places = [text.positions(token, within) for token in self.tokens]
        return runs(text, places, [False] + [True] * (len(places) - 1))


def runs(text: IndexedText, places: Sequence[Sequence[int]], glued: Sequence[bool]) -> list[int]:
    """Where a run starts whose n-th word stands at one of the n-th `places`."""
    if not all(places):
        return []
    starts = set(places[0])
    for offset, positions in enumerate(places[1:], 1):
        starts.intersection_update([position - offset for position in positions])
        if not starts:
            return []
    if any(glued):
        held = [offset for offset, is_glued in enumerate(glued) if is_glued]
        starts = {at for at in starts if all(text.are_glued(at + offset) for offset in held)}
    return sorted(starts)


class Window(NamedTuple):
    """A stretch of words with all parts of a phrase, and the places of the parts in it."""

    first: int
    last: int
    members: tuple[tuple[int, int], ...]


def windows(
    parts: Sequence[Part], slop: int, text: IndexedText, within: str | None
) -> list[Window]:
    """The smallest stretches with all `parts` and at most `slop` other words.

    None has another within it. A part given twice is needed twice. One pass over the places in
    their order, up to the first thousand stretches.
    """
    needed = Counter(parts)
    places = {part: part.starts(text, within) for part in needed}
    if not all(places.values()):
        return []
    longest = sum(len(part.tokens) for part in parts) + slop
    events = sorted((start, part) for part, starts in places.items() for start in starts)
    latest: dict[Part, int] = {}  # the last word of its last place
    inside: Counter[Part] = Counter()
    found = []
    left = 0
    for right, (start, part) in enumerate(events):
        inside[part] += 1
        latest[part] = start + len(part.tokens) - 1
        while inside[events[left][1]] > needed[events[left][1]]:
            inside[events[left][1]] -= 1
            left += 1
        if all(inside[each] >= count for each, count in needed.items()):
            first, last = events[left][0], max(latest.values())
            if last - first < longest:
                members = events[left : right + 1]
                spans = tuple((at, at + len(each.tokens) - 1) for at, each in members)
                found.append(Window(first, last, spans))
                if len(found) == _MOST_WINDOWS:
                    break
    return _smallest(found)


def _smallest(windows: Iterable[Window]) -> list[Window]:
    """Those with no other within them, in their order."""
    kept: list[Window] = []
    for window in sorted(windows, key=lambda each: (-each.first, each.last)):
        if not kept or window.last < kept[-1].last:
            kept.append(window)
    return kept[::-1]
