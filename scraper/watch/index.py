"""Which of many queries may match a text, without a look at most of them.

The idea is that of the percolators built on Lucene: every query is kept under its anchors (see
anchors.py), a text is looked up by what it has, and only the queries found so are evaluated. Where
a query needs a second thing, that is looked up, too, before it counts as found. Queries come and go
one by one; nothing is built anew.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from scraper.watch.anchors import (
    GRAM,
    Anchor,
    Cover,
    anchor_of,
    cover,
    keys_in_all_languages,
    usual_share,
)
from scraper.watch.indexed import IndexedText
from scraper.watch.nodes import And, AnyOf, AtLeast, Leaf, Near, Node, Not, Or, Phrase
from scraper.watch.patterns import deletions, is_within

_MOST_NEEDED: Final = 24  # keys, of which one is needed besides an anchor
_MOST_REMEMBERED: Final = 60_000  # words of texts
_LONGEST_FUZZY: Final = 64  # letters of a word that others are compared with
_FEWEST_LETTERS: Final = 2  # that a prefix is found by


class Index:
    """Queries by their anchors. A query is known by a number from 0 that the caller gives."""

    def __init__(self) -> None:
        self._named: Counter[str] = Counter()  # how many queries look for it
        self._anchors: dict[int, tuple[Anchor, ...]] = {}
        self._needs: dict[int, frozenset[str] | None] = {}
        self._always: set[int] = set()  # without anchors
        self._exact: defaultdict[str, list[int]] = defaultdict(list)
        self._plain: defaultdict[str, list[int]] = defaultdict(list)
        self._marks: defaultdict[str, list[int]] = defaultdict(list)
        self._patterns = _Patterns()
        self._fields: Counter[str] = Counter()  # with anchors of their own
        # The lists that queries look for have negative numbers; by these, who looks for them.
        self._lists: dict[AnyOf, int] = {}
        self._seekers: dict[int, list[int]] = {}
        self._next_list = -1

    def __len__(self) -> int:
        return sum(1 for number in self._anchors if number >= 0)

    def put(self, number: int, root: Node) -> None:
        """Add a query."""
        self._named.update(_named(root))
        best, second = cover(root, self._share)
        self._needs[number] = _needed(second)
        self._add(number, best)

    def _share(self, anchor: Anchor) -> float:
        share = usual_share(anchor)
        if isinstance(anchor.value, str) and (named := self._named.get(anchor.value)):
            # One query alone says nothing of what is in the news.
            return max(share, (named - 1) / len(self._anchors))
        return share

    def _add(self, number: int, best: Cover | None) -> None:
        anchors = best.anchors if best is not None else ()
        self._anchors[number] = anchors
        if best is None:
            self._always.add(number)
        for anchor in anchors:
            if isinstance(anchor.value, AnyOf):
                self._seekers[self._list(anchor.value)].append(number)
            else:
                self._post(anchor, number)

    def _post(self, anchor: Anchor, number: int) -> None:
        if anchor.field is not None:
            self._fields[anchor.field] += 1
        if anchor.kind in _PATTERNS:
            self._patterns.add(anchor, number)
            return
        postings = self._postings(anchor)
        for key in _keys(anchor):
            postings[key].append(number)

    def _postings(self, anchor: Anchor) -> defaultdict[str, list[int]]:
        return {"exact": self._exact, "plain": self._plain, "mark": self._marks}[anchor.kind]

    def _list(self, leaves: AnyOf) -> int:
        """The number of a list, which is added if no query looked for it yet."""
        if (number := self._lists.get(leaves)) is None:
            number = self._lists[leaves] = self._next_list
            self._next_list -= 1
            self._seekers[number] = []
            self._needs[number] = None
            self._add(number, _cover_of_list(leaves))
        return number

    def discard(self, number: int, root: Node) -> None:
        """Take a query out, whose tree is given once more."""
        self._named -= Counter(_named(root))
        self._remove(number)

    def _remove(self, number: int) -> None:
        for anchor in self._anchors.pop(number):
            if isinstance(anchor.value, AnyOf):
                self._leave(anchor.value, number)
            else:
                self._unpost(anchor, number)
        self._always.discard(number)
        del self._needs[number]

    def _leave(self, leaves: AnyOf, number: int) -> None:
        its_number = self._lists[leaves]
        self._seekers[its_number].remove(number)
        if not self._seekers[its_number]:
            del self._seekers[its_number], self._lists[leaves]
            self._remove(its_number)

    def _unpost(self, anchor: Anchor, number: int) -> None:
        if anchor.field is not None:
            self._fields -= Counter({anchor.field: 1})
        if anchor.kind in _PATTERNS:
            self._patterns.remove(anchor, number)
            return
        postings = self._postings(anchor)
        for key in _keys(anchor):
            postings[key].remove(number)
            if not postings[key]:
                del postings[key]

    def candidates(self, text: IndexedText) -> list[int]:
        """The numbers of all queries that may match, and of few others."""
        exact, plain = self._spellings(text)
        found = [*self._always]
        for key in exact & self._exact.keys():
            found += self._exact[key]
        for key in plain & self._plain.keys():
            found += self._plain[key]
        for key in text.marks & self._marks.keys():
            found += self._marks[key]
        if self._patterns:
            for word in exact:
                found += self._patterns[word]
        numbers = set(found)
        if self._lists:
            for number in [number for number in numbers if number < 0]:
                numbers.update(self._seekers[number])
        everything, needs = exact | plain, self._needs
        return [
            number
            for number in numbers
            if number >= 0 and ((need := needs[number]) is None or not need.isdisjoint(everything))
        ]

    def _spellings(self, text: IndexedText) -> tuple[frozenset[str], frozenset[str]]:
        """What the text has; that of fields that are looked at only when named, under their name."""
        exact, plain = text.exact, text.plain
        for field in self._fields:
            some_exact, some_plain = text.spellings(field)
            exact |= {f"{field}\0{key}" for key in some_exact}
            plain |= {f"{field}\0{key}" for key in some_plain}
        return exact, plain


def _cover_of_list(leaves: AnyOf) -> Cover | None:
    """The anchors of every leaf of a list; None if one has none."""
    anchors: dict[Anchor, None] = {}
    for leaf in leaves.leaves:
        scoped = leaf if leaves.within is None else replace(leaf, within=leaves.within)
        found, _ = cover(scoped, usual_share)
        if found is None:
            return None
        anchors.update(dict.fromkeys(found.anchors))
    return Cover(1.0, tuple(anchors))


def _named(root: Node) -> Iterator[str]:
    """The words that a query looks for."""
    pending: list[Node] = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, And | Or):
            pending += node.children
        elif isinstance(node, Near):
            pending += node.operands
        elif isinstance(node, Not | AtLeast):
            pending.append(node.child)
        elif isinstance(node, Phrase):
            pending += node.parts
        elif isinstance(node, Leaf):
            anchor = anchor_of(node)
            if anchor is not None and isinstance(anchor.value, str):
                yield anchor.value


def _needed(found: Cover | None) -> frozenset[str] | None:
    """The keys of which a text needs one, as far as they are soon looked up."""
    keys: set[str] = set()
    for anchor in found.anchors if found is not None else ():
        if anchor.kind not in {"exact", "plain"} or anchor.field is not None:
            return None
        keys.update(_keys(anchor))
    return frozenset(keys) if 0 < len(keys) <= _MOST_NEEDED else None


def _keys(anchor: Anchor) -> Iterable[str]:
    """What an anchor is looked up by."""
    if anchor.kind == "plain":
        found: Iterable[str] = keys_in_all_languages(anchor.value, name=anchor.name)
    else:
        found = (anchor.value,)
    return found if anchor.field is None else [f"{anchor.field}\0{key}" for key in found]


_PATTERNS: Final = frozenset(("prefix", "gram", "fuzzy"))


class _Patterns(dict[str, tuple[int, ...]]):
    """By a word of a text, the queries with a pattern that it may be of; worked out once."""

    def __init__(self) -> None:
        super().__init__()
        self._count = 0
        self._prefixes: defaultdict[str, list[int]] = defaultdict(list)
        # By the first letters of a word, how long the prefixes are that it may have, and how often.
        self._lengths: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self._grams: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        self._fuzzy: defaultdict[str, list[tuple[str, int, int]]] = defaultdict(list)

    def __bool__(self) -> bool:
        return self._count > 0

    def add(self, anchor: Anchor, number: int) -> None:
        """Add a query under its pattern."""
        self._count += 1
        self.clear()
        for postings, key, entry in self._entries(anchor, number):
            postings[key].append(entry)
        if anchor.kind == "prefix":
            value = _scoped(anchor)
            self._lengths[value[:_FEWEST_LETTERS]][len(value)] += 1

    def remove(self, anchor: Anchor, number: int) -> None:
        """Take a query out."""
        self._count -= 1
        self.clear()
        for postings, key, entry in self._entries(anchor, number):
            postings[key].remove(entry)
            if not postings[key]:
                del postings[key]
        if anchor.kind == "prefix":
            value = _scoped(anchor)
            self._lengths[value[:_FEWEST_LETTERS]] -= Counter({len(value): 1})

    def _entries(
        self, anchor: Anchor, number: int
    ) -> Iterator[tuple[defaultdict[str, Any], str, Any]]:
        value = _scoped(anchor)
        if anchor.kind == "prefix":
            yield self._prefixes, value, number
        elif anchor.kind == "gram":
            yield self._grams, anchor.value[:GRAM], (anchor.value, number)
        else:
            for key in deletions(value, anchor.edits):
                yield self._fuzzy, key, (value, anchor.edits, number)

    def __missing__(self, word: str) -> tuple[int, ...]:
        found = (*self._starting(word), *self._having(word), *self._resembling(word))
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        if len(word) <= _LONGEST_FUZZY:
            self[word] = found
        return found

    def _starting(self, word: str) -> Iterator[int]:
        for length in self._lengths.get(word[:_FEWEST_LETTERS], ()):
            yield from self._prefixes.get(word[:length], ())

    def _having(self, word: str) -> Iterator[int]:
        if self._grams:
            for gram in {word[at : at + GRAM] for at in range(len(word) - GRAM + 1)}:
                for piece, number in self._grams.get(gram, ()):
                    if piece in word:
                        yield number

    def _resembling(self, word: str) -> Iterator[int]:
        if self._fuzzy and len(word) <= _LONGEST_FUZZY + 2:
            seen = {entry for key in deletions(word, 2) for entry in self._fuzzy.get(key, ())}
            for value, edits, number in seen:
                if is_within(value, word, edits):
                    yield number


def _scoped(anchor: Anchor) -> str:
    return anchor.value if anchor.field is None else f"{anchor.field}\0{anchor.value}"
