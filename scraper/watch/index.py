"""Which of many queries may match a text, without a look at most of them.

The idea is that of the percolators built on Lucene: every query is kept under its anchors (see
anchors.py), a text is looked up by what it has, and only the queries found so are evaluated. What
else a query needs is looked up, too, before it counts as found. Queries come and go one by one;
nothing is built anew.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from scraper.watch.anchors import (
    Anchor,
    Cover,
    anchor_of,
    covers,
    keys_in_all_languages,
    usual_share,
)
from scraper.watch.indexed import IndexedText
from scraper.watch.nodes import AnyOf, Node, Phrase, leaves_of
from scraper.watch.shapes import Shapes, is_shape

_FEW: Final = 100  # queries, which say nothing yet of what is in the news
_MOST_NEEDS: Final = 3  # things that are looked up besides the anchors
_MOST_KEYS: Final = 24  # of which one is needed; more are not worth it
_COMMON: Final = 0.5  # share of articles: no use in looking for what most of them have


class Index:
    """Queries by their anchors. A query is known by a number from 0 that the caller gives."""

    def __init__(self) -> None:
        self._named: Counter[str] = Counter()  # how many queries look for a word
        self._anchors: dict[int, tuple[Anchor, ...]] = {}
        self._needs: dict[int, tuple[frozenset[str], ...]] = {}
        self._always: set[int] = set()  # without anchors
        self._exact: defaultdict[str, list[int]] = defaultdict(list)
        self._plain: defaultdict[str, list[int]] = defaultdict(list)
        self._others: defaultdict[str, list[int]] = defaultdict(list)  # by marks and shapes
        self._shapes = Shapes()
        self._fields: Counter[str] = Counter()  # with anchors of their own
        # The lists that queries look for have negative numbers; by these, who looks for them.
        self._lists: dict[AnyOf, int] = {}
        self._seekers: dict[int, list[int]] = {}
        self._next_list = -1

    def put(self, number: int, root: Node) -> None:
        """Add a query."""
        found = covers(root, self._share)
        self._named.update(_words(root))
        self._add(number, found[0].anchors if found else ())
        needed = [each for each in found[1:] if each.share < _COMMON and _is_soon_known(each)]
        self._need(number, needed[:_MOST_NEEDS])

    def _need(self, number: int, needed: Iterable[Cover]) -> None:
        needs = []
        for each in needed:
            shapes = [anchor.value for anchor in each.anchors if anchor.kind == "shape"]
            for shape in shapes:
                self._shapes.add(shape)
            needs.append(frozenset(key for anchor in each.anchors for key in _keys(anchor)))
        self._needs[number] = tuple(needs)

    def _share(self, anchor: Anchor) -> float:
        share = usual_share(anchor)
        if isinstance(anchor.value, str) and (named := self._named.get(anchor.value)):
            return max(share, named / (len(self._anchors) + _FEW))
        return share

    def _add(self, number: int, anchors: tuple[Anchor, ...]) -> None:
        self._anchors[number] = anchors
        if not anchors:
            self._always.add(number)
        for anchor in anchors:
            if isinstance(anchor.value, AnyOf):
                self._seekers[self._list(anchor.value)].append(number)
                continue
            if anchor.kind == "shape":
                self._shapes.add(_scoped(anchor))
            if anchor.field is not None:
                self._fields[anchor.field] += 1
            postings = self._postings(anchor)
            for key in _keys(anchor):
                postings[key].append(number)

    def _postings(self, anchor: Anchor) -> defaultdict[str, list[int]]:
        if anchor.kind == "exact":
            return self._exact
        return self._plain if anchor.kind == "plain" else self._others

    def _list(self, leaves: AnyOf) -> int:
        """The number of a list, which is added if no query looked for it yet."""
        if (number := self._lists.get(leaves)) is None:
            number = self._lists[leaves] = self._next_list
            self._next_list -= 1
            self._seekers[number] = []
            self._add(number, _anchors_of_list(leaves))
        return number

    def discard(self, number: int, root: Node) -> None:
        """Take a query out, whose tree is given once more."""
        self._named -= Counter(_words(root))
        for needed in self._needs.pop(number):
            for shape in filter(is_shape, needed):
                self._shapes.remove(shape)
        self._remove(number)

    def _remove(self, number: int) -> None:
        self._always.discard(number)
        for anchor in self._anchors.pop(number):
            if isinstance(anchor.value, AnyOf):
                self._leave(anchor.value, number)
                continue
            if anchor.kind == "shape":
                self._shapes.remove(_scoped(anchor))
            if anchor.field is not None:
                self._fields -= Counter({anchor.field: 1})
            postings = self._postings(anchor)
            for key in _keys(anchor):
                postings[key].remove(number)
                if not postings[key]:
                    del postings[key]

    def _leave(self, leaves: AnyOf, number: int) -> None:
        its_number = self._lists[leaves]
        self._seekers[its_number].remove(number)
        if not self._seekers[its_number]:
            del self._seekers[its_number], self._lists[leaves]
            self._remove(its_number)

    def candidates(self, text: IndexedText) -> list[int]:
        """The numbers of all queries that may match, and of few others."""
        exact, plain = self._spellings(text)
        others = text.marks
        if self._shapes:
            others = others.union(*map(self._shapes.__getitem__, exact))
        found = [*self._always]
        for keys, postings in (
            (exact, self._exact),
            (plain, self._plain),
            (others, self._others),
        ):
            for key in keys & postings.keys():
                found += postings[key]
        numbers = set(found)
        if self._lists:
            lists = [number for number in numbers if number < 0]
            numbers.difference_update(lists)
            numbers.update(*map(self._seekers.__getitem__, lists))
        return self._with_needs(numbers, exact | plain | others)

    def _with_needs(self, numbers: Iterable[int], keys: frozenset[str]) -> list[int]:
        """Those of the queries that find all that they need among the keys."""
        needs = self._needs
        found = []
        for number in numbers:
            for needed in needs[number]:
                if needed.isdisjoint(keys):
                    break
            else:
                found.append(number)
        return found

    def _spellings(self, text: IndexedText) -> tuple[frozenset[str], frozenset[str]]:
        """What the text has; what is in fields that only some queries look at, under their name."""
        exact, plain = text.exact, text.plain
        for field in self._fields:
            some_exact, some_plain = text.spellings(field)
            exact |= {f"{field}\0{key}" for key in some_exact}
            plain |= {f"{field}\0{key}" for key in some_plain}
        return exact, plain


def _anchors_of_list(leaves: AnyOf) -> tuple[Anchor, ...]:
    """The anchors of every leaf of a list; none if one has none."""
    anchors: dict[Anchor, None] = {}
    for leaf in leaves.leaves:
        scoped = leaf if leaves.within is None else leaf.scoped(leaves.within)
        found = covers(scoped, usual_share)
        if not found:
            return ()
        anchors.update(dict.fromkeys(found[0].anchors))
    return tuple(anchors)


def _words(root: Node) -> Iterator[str]:
    """The words and shapes that a query looks for."""
    for leaf in leaves_of(root):
        for part in leaf.parts if isinstance(leaf, Phrase) else (leaf,):
            anchor = anchor_of(part)
            if anchor is not None and isinstance(anchor.value, str):
                yield anchor.value


def _is_soon_known(found: Cover) -> bool:
    """Whether these are things that a text is looked up by anyway, and not too many."""
    if any(anchor.kind == "any" or anchor.field is not None for anchor in found.anchors):
        return False
    return sum(1 for anchor in found.anchors for _ in _keys(anchor)) <= _MOST_KEYS


def _keys(anchor: Anchor) -> Iterable[str]:
    """What an anchor is looked up by."""
    if anchor.kind != "plain":
        return (_scoped(anchor),)
    keys = keys_in_all_languages(anchor.value, name=anchor.name)
    return keys if anchor.field is None else [f"{anchor.field}\0{key}" for key in keys]


def _scoped(anchor: Anchor) -> str:
    """The key of an anchor, with the field that it is looked for in."""
    key: str = anchor.value
    if anchor.field is None:
        return key
    # Letters within a word are within the key of a field's word, too.
    return key if anchor.kind == "shape" and key[0] == "*" else f"{anchor.field}\0{key}"
