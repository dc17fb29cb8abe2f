"""Which shapes of words a text has: beginnings, letters in a row, likeness to a word.

Queries look for few shapes beside the many words of the news, and those words come again and again.
So for each word it is worked out once which of the shapes it has, and kept until a shape is added.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Final, TypeVar

from scraper.watch.patterns import deletions, is_within

GRAM: Final = 3  # letters in a row that a word is found by
_HEAD: Final = 2  # letters that all beginnings have at least
_MOST_KEPT: Final = 30_000  # words of texts
_LONGEST_KEPT: Final = 64  # letters of such a word
_MOST_EDITS: Final = 2

_Entry = TypeVar("_Entry")


class Shapes:
    """The shapes that queries look for.

    A key of one is "roc*" for a beginning, "*ocke*" for letters within, "mosul~1" for a likeness.
    """

    def __init__(self) -> None:
        self._words = _Words(self._shapes_of)
        self._asked: Counter[str] = Counter()
        # By the first letters of a word, how long beginnings of it are, and how many so long.
        self._lengths: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self._grams: defaultdict[str, set[str]] = defaultdict(set)
        self._alike: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)
        self._alike_lengths: Counter[int] = Counter()  # of words that may be like those

    def __bool__(self) -> bool:
        return bool(self._asked)

    def add(self, key: str) -> None:
        """Look for a shape, once more if it is looked for already."""
        self._asked[key] += 1
        if self._asked[key] > 1:
            return
        self._forget(key)
        word, sign, edits = key.rpartition("~")
        if sign:
            self._alike_lengths.update(_lengths_like(word, int(edits)))
            for rest in deletions(word, int(edits)):
                self._alike[rest].add((word, int(edits)))
        elif key[0] == "*":
            self._grams[key[1 : 1 + GRAM]].add(key[1:-1])
        else:
            self._lengths[key[:_HEAD]][len(key) - 1] += 1

    def remove(self, key: str) -> None:
        """Look for it once less."""
        self._asked[key] -= 1
        if self._asked[key]:
            return
        del self._asked[key]
        self._forget(key)
        word, sign, edits = key.rpartition("~")
        if sign:
            self._alike_lengths -= Counter(_lengths_like(word, int(edits)))
            for rest in deletions(word, int(edits)):
                _take(self._alike, rest, (word, int(edits)))
        elif key[0] == "*":
            _take(self._grams, key[1 : 1 + GRAM], key[1:-1])
        else:
            self._lengths[key[:_HEAD]] -= Counter({len(key) - 1: 1})
            if not self._lengths[key[:_HEAD]]:
                del self._lengths[key[:_HEAD]]

    def _forget(self, key: str) -> None:
        """Work out anew, when they come, the words that may have this shape."""
        kept = self._words
        word, sign, edits = key.rpartition("~")
        if sign:
            lengths = _lengths_like(word, int(edits))
            concerned = [each for each in kept if len(each) in lengths]
        elif key[0] == "*":
            letters = key[1:-1]
            concerned = [each for each in kept if letters in each]
        else:
            start = key[:-1]
            concerned = [each for each in kept if each.startswith(start)]
        for each in concerned:
            del kept[each]

    def of(self, words: Iterable[str]) -> set[str]:
        """The keys of all shapes that any of the words has."""
        return set(chain.from_iterable(filter(None, map(self._words.__getitem__, words))))

    def _shapes_of(self, word: str) -> tuple[str, ...]:
        return (*self._beginnings(word), *self._within(word), *self._likenesses(word))

    def _beginnings(self, word: str) -> Iterator[str]:
        for length in self._lengths.get(word[:_HEAD], ()):
            key = f"{word[:length]}*"
            if key in self._asked and len(word) >= length:
                yield key

    def _within(self, word: str) -> Iterator[str]:
        if self._grams:
            for gram in {word[at : at + GRAM] for at in range(len(word) - GRAM + 1)}:
                for letters in self._grams.get(gram, ()):
                    if letters in word:
                        yield f"*{letters}*"

    def _likenesses(self, word: str) -> Iterator[str]:
        if len(word) in self._alike_lengths:
            rests = deletions(word, _MOST_EDITS)
            for other, edits in set().union(*(self._alike.get(rest, ()) for rest in rests)):
                if is_within(other, word, edits):
                    yield f"{other}~{edits}"


def _lengths_like(word: str, edits: int) -> range:
    return range(len(word) - edits, len(word) + edits + 1)


class _Words(dict[str, tuple[str, ...]]):
    """By a word of a text, the keys of its shapes; worked out once."""

    def __init__(self, shapes_of: Callable[[str], tuple[str, ...]]) -> None:
        super().__init__()
        self._shapes_of = shapes_of

    def __missing__(self, word: str) -> tuple[str, ...]:
        found = self._shapes_of(word)
        if len(word) <= _LONGEST_KEPT:
            if len(self) >= _MOST_KEPT:
                self.clear()
            self[word] = found
        return found


def is_shape(key: str) -> bool:
    """Whether this is the key of a shape, and no word."""
    return key[-1] == "*" or key[-2:-1] == "~"


def _take(sets: defaultdict[str, set[_Entry]], key: str, entry: _Entry) -> None:
    sets[key].discard(entry)
    if not sets[key]:
        del sets[key]
