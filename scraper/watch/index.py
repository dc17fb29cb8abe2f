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
from scraper.watch.nodes import AnyOf, Node, Or, Phrase, leaves_of
from scraper.watch.shapes import Shapes, is_shape

_FEW: Final = 100  # queries, which say nothing yet of what is in the news
_MOST_NEEDS: Final = 3  # things that are looked up besides the anchors
_MOST_KEYS: Final = 24  # of which one is needed; more are not worth it
_FIRST_ENTRY: Final = 1 << 40  # beyond all numbers of queries
_COMMON: Final = 0.5  # share of articles: no use in looking for what most of them have


class Index:
    """Queries by their anchors. A query is known by a number that the caller gives."""

    def __init__(self) -> None:
        self._named: Counter[str] = Counter()  # how many queries look for a word
        # A query has one entry, under its own number. Only one that is an OR may have several: one
        # for each branch with needs of its own, one for all others. Those have other numbers.
        self._entries: dict[int, tuple[int, ...]] = {}
        self._owners: dict[int, int] = {}
        self._next_entry = _FIRST_ENTRY
        self._anchors: dict[int, tuple[Anchor, ...]] = {}
        self._needs: dict[int, tuple[frozenset[str], ...]] = {}
        self._always: set[int] = set()  # entries without anchors
        self._exact: defaultdict[str, list[int]] = defaultdict(list)
        self._plain: defaultdict[str, list[int]] = defaultdict(list)
        self._others: defaultdict[str, list[int]] = defaultdict(list)  # by marks and shapes
        self._shapes = Shapes()
        self._fields: Counter[str] = Counter()  # with anchors of their own
        # The lists that queries look for are entries with negative numbers; by these, who looks.
        self._lists: dict[AnyOf, int] = {}
        self._seekers: dict[int, list[int]] = {}
        self._next_list = -1

    def put(self, number: int, root: Node) -> None:
        """Add a query."""
        branches = self._branches(root)
        entries = (number,)
        if len(branches) > 1:
            entries = tuple(range(self._next_entry, self._next_entry + len(branches)))
            self._next_entry += len(branches)
            self._entries[number] = entries
            self._owners.update(dict.fromkeys(entries, number))
        for entry, found in zip(entries, branches, strict=True):
            self._add(entry, found[0].anchors if found else ())
            needed = [each for each in found[1:] if each.share < _COMMON and _is_soon_known(each)]
            self._need(entry, needed[:_MOST_NEEDS])
        self._named.update(_words(root))

    def _branches(self, root: Node) -> list[list[Cover]]:
        """What each way to match needs, the rarest first; [] where one needs nothing at all."""
        if not isinstance(root, Or):
            return [covers(root, self._share)]
        found = [covers(child, self._share) for child in root.children]
        if not all(found):
            return [[]]
        several = [each for each in found if len(each) > 1]
        single = [each[0] for each in found if len(each) == 1]
        if single:
            anchors = dict.fromkeys(anchor for each in single for anchor in each.anchors)
            several.append([Cover(1.0, tuple(anchors))])
        return several

    def _share(self, anchor: Anchor) -> float:
        share = usual_share(anchor)
        if isinstance(anchor.value, str) and (named := self._named.get(anchor.value)):
            return max(share, named / (len(self._anchors) + _FEW))
        return share

    def _need(self, entry: int, needed: Iterable[Cover]) -> None:
        needs = []
        for each in needed:
            shapes = [anchor.value for anchor in each.anchors if anchor.kind == "shape"]
            for shape in shapes:
                self._shapes.add(shape)
            needs.append(_keys_of(each.anchors))
        self._needs[entry] = tuple(needs)

    def _add(self, entry: int, anchors: tuple[Anchor, ...]) -> None:
        self._anchors[entry] = anchors
        if not anchors:
            self._always.add(entry)
        for anchor in anchors:
            if isinstance(anchor.value, AnyOf):
                self._seekers[self._list(anchor.value)].append(entry)
                continue
            if anchor.kind == "shape":
                self._shapes.add(_scoped(anchor))
            if anchor.field is not None:
                self._fields[anchor.field] += 1
            postings = self._postings(anchor)
            for key in _keys(anchor):
                postings[key].append(entry)

    def _postings(self, anchor: Anchor) -> defaultdict[str, list[int]]:
        if anchor.kind == "exact":
            return self._exact
        return self._plain if anchor.kind == "plain" else self._others

    def _list(self, leaves: AnyOf) -> int:
        """The entry of a list, which is added if no query looked for it yet."""
        if (entry := self._lists.get(leaves)) is None:
            entry = self._lists[leaves] = self._next_list
            self._next_list -= 1
            self._seekers[entry] = []
            self._add(entry, _anchors_of_list(leaves))
        return entry

    def discard(self, number: int, root: Node) -> None:
        """Take a query out, whose tree is given once more."""
        self._named -= Counter(_words(root))
        for entry in self._entries.pop(number, (number,)):
            self._owners.pop(entry, None)
            for needed in self._needs.pop(entry):
                for shape in filter(is_shape, needed):
                    self._shapes.remove(shape)
            self._remove(entry)

    def _remove(self, entry: int) -> None:
        self._always.discard(entry)
        for anchor in self._anchors.pop(entry):
            if isinstance(anchor.value, AnyOf):
                self._leave(anchor.value, entry)
                continue
            if anchor.kind == "shape":
                self._shapes.remove(_scoped(anchor))
            if anchor.field is not None:
                self._fields -= Counter({anchor.field: 1})
            postings = self._postings(anchor)
            for key in _keys(anchor):
                postings[key].remove(entry)
                if not postings[key]:
                    del postings[key]

    def _leave(self, leaves: AnyOf, entry: int) -> None:
        its_entry = self._lists[leaves]
        self._seekers[its_entry].remove(entry)
        if not self._seekers[its_entry]:
            del self._seekers[its_entry], self._lists[leaves]
            self._remove(its_entry)

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
        entries = set(found)
        if self._lists:
            lists = [entry for entry in entries if entry < 0]
            entries.difference_update(lists)
            entries.update(*map(self._seekers.__getitem__, lists))
        return self._with_needs(entries, exact | plain | others)

    def _with_needs(self, entries: Iterable[int], keys: frozenset[str]) -> list[int]:
        """The queries of those entries that find all that they need among the keys."""
        needs = self._needs
        found = []
        for entry in entries:
            for needed in needs[entry]:
                if needed.isdisjoint(keys):
                    break
            else:
                found.append(entry)
        owners = self._owners
        return list({owners.get(entry, entry) for entry in found}) if owners else found

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


def _keys_of(anchors: tuple[Anchor, ...]) -> frozenset[str]:
    if len(anchors) == 1 and anchors[0].kind == "plain":  # many queries can share these
        return keys_in_all_languages(anchors[0].value, name=anchors[0].name)
    return frozenset(key for anchor in anchors for key in _keys(anchor))


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
