"""Which words of a text match patterns: beginnings, letters in a row, likeness, expressions.

Queries look for few patterns beside the many words of the news, and those words come again and
again. So for each word it is worked out once which of the patterns match it, and kept; when the
word comes again, only the patterns that were added meanwhile are tried on it.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Final, TypeVar

from scraper.watch.pattern_keys import FEWEST, decides, shape_of
from scraper.watch.patterns import deletions, is_within

_HEAD: Final = FEWEST  # letters that all beginnings have at least
_GRAM: Final = 3  # letters in a row by which longer ones are found
_MOST_KEPT: Final = 150_000  # words of texts
_LONGEST_KEPT: Final = 64  # letters of such a word
_EDITS: Final = (2, 1, 0)
_MOST_ADDED: Final = 200  # patterns tried one by one; if more were added, all are looked up anew

_Entry = TypeVar("_Entry")
_Decider = Callable[[str], Any] | None


class Shapes:
    """The patterns that queries look for, by their keys (pattern_keys.py).

    A key may begin with the name of a field and a NUL; so do the words of that field.
    """

    def __init__(self) -> None:
        # By word: how many patterns had been added when it came, and the keys of those that match.
        self._words: dict[str, tuple[int, tuple[str, ...]]] = {}
        self._before: dict[str, tuple[int, tuple[str, ...]]] = {}  # those of a while ago
        self._added: deque[str] = deque(maxlen=_MOST_ADDED)
        self._count = 0  # of patterns ever added
        self._asked: Counter[str] = Counter()
        self._keys: defaultdict[str, dict[str, _Decider]] = defaultdict(dict)  # by shape
        # By the first letters of a word, how long beginnings of it are, and how many so long.
        self._lengths: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self._grams: defaultdict[str, set[str]] = defaultdict(set)
        self._alike: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)
        # By edits, how many words of a length may be like those.
        self._alike_lengths: dict[int, Counter[int]] = defaultdict(Counter)

    def __bool__(self) -> bool:
        return bool(self._asked)

    def add(self, key: str) -> None:
        """Look for a pattern, once more if it is looked for already."""
        self._asked[key] += 1
        if self._asked[key] > 1:
            return
        shape = shape_of(key)
        if shape not in self._keys:
            self._seek(shape)
        self._keys[shape][key] = decides(key)
        self._added.append(key)
        self._count += 1

    def _seek(self, shape: str) -> None:
        word, sign, edits = shape.rpartition("~")
        if sign:
            self._alike_lengths[int(edits)].update(_lengths_like(word, int(edits)))
            for rest in deletions(word, int(edits)):
                self._alike[rest].add((word, int(edits)))
        elif shape[0] == "*":
            self._grams[shape[1:-1][:_GRAM]].add(shape[1:-1])
        else:
            self._lengths[shape[:_HEAD]][len(shape) - 1] += 1

    def remove(self, key: str) -> None:
        """Look for it once less."""
        self._asked[key] -= 1
        if self._asked[key]:
            return
        del self._asked[key]
        shape = shape_of(key)
        del self._keys[shape][key]
        if not self._keys[shape]:
            del self._keys[shape]
            self._seek_no_more(shape)

    def _seek_no_more(self, shape: str) -> None:
        word, sign, edits = shape.rpartition("~")
        if sign:
            self._alike_lengths[int(edits)] -= Counter(_lengths_like(word, int(edits)))
            for rest in deletions(word, int(edits)):
                _take(self._alike, rest, (word, int(edits)))
        elif shape[0] == "*":
            _take(self._grams, shape[1:-1][:_GRAM], shape[1:-1])
        else:
            self._lengths[shape[:_HEAD]] -= Counter({len(shape) - 1: 1})
            if not self._lengths[shape[:_HEAD]]:
                del self._lengths[shape[:_HEAD]]

    def of(self, words: Iterable[str]) -> dict[str, list[str]]:
        """By the key of each pattern that any of the words matches, all of them that do."""
        found: dict[str, list[str]] = {}
        count = self._count
        for word in words:
            entry = self._words.get(word)
            if entry is None or entry[0] != count:
                if " " in word:  # two characters of scripts without spaces are no word
                    continue
                entry = self._learn(word, entry or self._before.pop(word, None))
            for key in entry[1]:
                if key in found:
                    found[key].append(word)
                else:
                    found[key] = [word]
        # Of patterns that are looked for no more, words that are new since were not tried.
        for key in [key for key in found if key not in self._asked]:
            del found[key]
        return found

    def _learn(
        self, word: str, before: tuple[int, tuple[str, ...]] | None
    ) -> tuple[int, tuple[str, ...]]:
        """What is to be kept of a word, of which something may have been kept before."""
        if before is not None and before[0] == self._count:
            entry = before
        elif before is not None and (since := self._count - before[0]) <= len(self._added):
            latest = islice(self._added, len(self._added) - since, None)
            keys = dict.fromkeys((*before[1], *(key for key in latest if self._has(word, key))))
            entry = (self._count, tuple(keys))
        else:
            entry = (self._count, self._keys_of(word))
        if len(word) <= _LONGEST_KEPT:
            if len(self._words) >= _MOST_KEPT // 2:
                self._before, self._words = self._words, {}
            self._words[word] = entry
        return entry

    def _has(self, word: str, key: str) -> bool:
        """Whether the pattern of a key matches a word, if it is still looked for."""
        shape = shape_of(key)
        if key not in self._asked or not _fits(word, shape):
            return False
        decide = self._keys[shape][key]
        return decide is None or bool(decide(_letters(word)))

    def _keys_of(self, word: str) -> tuple[str, ...]:
        letters = _letters(word)
        return tuple(
            key
            for shape in (*self._beginnings(word), *self._within(word), *self._likenesses(word))
            for key, decide in self._keys[shape].items()
            if decide is None or decide(letters)
        )

    def _beginnings(self, word: str) -> Iterator[str]:
        for length in self._lengths.get(word[:_HEAD], ()):
            shape = f"{word[:length]}*"
            if shape in self._keys and len(word) >= length:
                yield shape

    def _within(self, word: str) -> Iterator[str]:
        if self._grams:
            ends = range(len(word) - 1)
            grams = {word[at : at + FEWEST] for at in ends}
            grams.update([word[at : at + _GRAM] for at in ends])
            for gram in grams & self._grams.keys():
                for letters in self._grams[gram]:
                    if letters in word:
                        yield f"*{letters}*"

    def _likenesses(self, word: str) -> Iterator[str]:
        lengths = self._alike_lengths
        edits = next((most for most in _EDITS if lengths[most][len(word)]), None)
        if edits is not None:
            alike = self._alike
            rests = deletions(word, edits) & alike.keys()
            for other, most in set().union(*map(alike.__getitem__, rests)):
                if is_within(other, word, most):
                    yield f"{other}~{most}"


def _letters(word: str) -> str:
    """A word without the field that it stands in."""
    return word.rpartition("\0")[2]


def _fits(word: str, shape: str) -> bool:
    other, sign, edits = shape.rpartition("~")
    if sign:
        return is_within(other, word, int(edits))
    return shape[1:-1] in word if shape[0] == "*" else word.startswith(shape[:-1])


def _lengths_like(word: str, edits: int) -> range:
    return range(len(word) - edits, len(word) + edits + 1)


def is_shape(key: str) -> bool:
    """Whether this is the key of a pattern, and no word."""
    shape = shape_of(key)
    return shape[-1] == "*" or shape[-2:-1] == "~"


def _take(sets: defaultdict[str, set[_Entry]], key: str, entry: _Entry) -> None:
    sets[key].discard(entry)
    if not sets[key]:
        del sets[key]
