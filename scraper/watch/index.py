"""Which of many queries may match a text, without a look at most of them.

The idea is that of the percolators built on Lucene: every query is kept under its anchors (see
anchors.py), a text is looked up by what it has, and only the queries found so are evaluated. What
else a query needs is looked up, too, before it counts as found. Queries come and go one by one;
nothing is built anew.
"""

from array import array
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
_NOTHING: Final = 0  # the number of a need that every text satisfies
_NO_QUERY: Final = -1
_COMMON: Final = 0.5  # share of articles: no use in looking for what most of them have


class Index:
    """Queries by their anchors. A query is known by a number that the caller gives.

    It is kept as one entry; an OR as several, one for each branch with needs of its own and one for
    all others. Entries are numbered from 0, and what is known of each lies in arrays: with many
    queries, it is reaching into memory here and there that takes the time.
    """

    def __init__(self) -> None:
        self._named: Counter[str] = Counter()  # how many queries look for a word
        self._entries: dict[int, tuple[int, ...]] = {}  # by the number of a query
        self._anchors: list[tuple[Anchor, ...]] = []  # by entry
        self._owners = array("q")  # by entry, the number of its query
        self._first_need = array("q")  # by entry, something that it needs
        self._other_needs: dict[int, tuple[int, ...]] = {}  # by entry, if it needs more
        self._free: list[int] = []  # entries without a query
        self._needs = _Needs()
        self._always: set[int] = set()  # entries without anchors
        self._exact: defaultdict[str, list[int]] = defaultdict(list)
        self._plain: defaultdict[str, list[int]] = defaultdict(list)
        self._others: defaultdict[str, list[int]] = defaultdict(list)  # by marks and shapes
        self._shapes = Shapes()
        self._fields: Counter[str] = Counter()  # with anchors or needs of their own
        self._shapes_in_fields = 0  # anchors
        # The lists that queries look for have entries of their own; by these, who looks for them.
        self._lists: dict[AnyOf, int] = {}
        self._seekers: dict[int, list[int]] = {}

    def put(self, number: int, root: Node) -> None:
        """Add a query."""
        entries = []
        for found in self._branches(root):
            entry = self._enter(number, found[0].anchors if found else ())
            needed = [each for each in found[1:] if each.share < _COMMON and _is_soon_known(each)]
            self._need(entry, needed[:_MOST_NEEDS])
            entries.append(entry)
        self._entries[number] = tuple(entries)
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
            return max(share, named / (len(self._entries) + _FEW))
        return share

    def _enter(self, number: int, anchors: tuple[Anchor, ...]) -> int:
        """A new entry under these anchors; without any, it is always found."""
        if self._free:
            entry = self._free.pop()
            self._owners[entry], self._anchors[entry] = number, anchors
        else:
            entry = len(self._owners)
            self._owners.append(number)
            self._first_need.append(_NOTHING)
            self._anchors.append(anchors)
        if not anchors:
            self._always.add(entry)
        for anchor in anchors:
            if isinstance(anchor.value, AnyOf):
                self._seekers[self._list(anchor.value)].append(entry)
                continue
            if anchor.kind == "shape":
                self._shapes.add(_scoped(anchor))
                self._shapes_in_fields += anchor.field is not None
            if anchor.field is not None:
                self._fields[anchor.field] += 1
            postings = self._postings(anchor)
            for key in _keys(anchor):
                postings[key].append(entry)
        return entry

    def _need(self, entry: int, needed: Iterable[Cover]) -> None:
        needs = []
        for each in needed:
            keys = _keys_of(each.anchors)
            for shape in filter(is_shape, keys):
                self._shapes.add(shape)
            self._fields.update(_fields_of(keys))
            needs.append(self._needs.add(keys))
        if needs:
            self._first_need[entry] = needs[0]
        if needs[1:]:
            self._other_needs[entry] = tuple(needs[1:])

    def _postings(self, anchor: Anchor) -> defaultdict[str, list[int]]:
        if anchor.kind == "exact":
            return self._exact
        return self._plain if anchor.kind == "plain" else self._others

    def _list(self, leaves: AnyOf) -> int:
        """The entry of a list, which is made if no query looked for it yet."""
        if (entry := self._lists.get(leaves)) is None:
            entry = self._lists[leaves] = self._enter(_NO_QUERY, _anchors_of_list(leaves))
            self._seekers[entry] = []
        return entry

    def discard(self, number: int, root: Node) -> None:
        """Take a query out, whose tree is given once more."""
        for word in _words(root):  # -= would go through all that there are
            self._named[word] -= 1
            if not self._named[word]:
                del self._named[word]
        for entry in self._entries.pop(number):
            first = self._first_need[entry]
            for need in (first, *self._other_needs.pop(entry, ())) if first else ():
                keys = self._needs.remove(need)
                for shape in filter(is_shape, keys):
                    self._shapes.remove(shape)
                self._fields -= Counter(_fields_of(keys))
            self._leave(entry)

    def _leave(self, entry: int) -> None:
        self._always.discard(entry)
        for anchor in self._anchors[entry]:
            if isinstance(anchor.value, AnyOf):
                self._seek_no_more(anchor.value, entry)
                continue
            if anchor.kind == "shape":
                self._shapes.remove(_scoped(anchor))
                self._shapes_in_fields -= anchor.field is not None
            if anchor.field is not None:
                self._fields -= Counter({anchor.field: 1})
            postings = self._postings(anchor)
            for key in _keys(anchor):
                postings[key].remove(entry)
                if not postings[key]:
                    del postings[key]
        self._anchors[entry], self._first_need[entry] = (), _NOTHING
        self._free.append(entry)

    def _seek_no_more(self, leaves: AnyOf, entry: int) -> None:
        its_entry = self._lists[leaves]
        self._seekers[its_entry].remove(entry)
        if not self._seekers[its_entry]:
            del self._seekers[its_entry], self._lists[leaves]
            self._leave(its_entry)

    def candidates(self, text: IndexedText) -> list[int]:
        """The numbers of all queries that may match, and of few others."""
        exact, plain = self._spellings(text)
        others = text.marks
        if self._shapes:
            text.alike = self._shapes.of(text.exact)
            others = others.union(text.alike)
            if self._shapes_in_fields:
                others = others.union(self._shapes.of(exact - text.exact))
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
            for entry in entries & self._seekers.keys():
                entries.remove(entry)
                entries.update(self._seekers[entry])
        return self._with_needs(entries, exact | plain | others)

    def _with_needs(self, entries: Iterable[int], keys: frozenset[str]) -> list[int]:
        """The queries of those entries that find all that they need among the keys."""
        present, first = self._needs.present(keys), self._first_need
        others, owners = self._other_needs, self._owners
        found = [entry for entry in entries if present[first[entry]]]
        if others:
            found = [
                entry
                for entry in found
                if entry not in others or all(present[need] for need in others[entry])
            ]
        return list({owners[entry] for entry in found})

    def _spellings(self, text: IndexedText) -> tuple[frozenset[str], frozenset[str]]:
        """What the text has; what is in fields that only some queries look at, under their name."""
        exact, plain = text.exact, text.plain
        for field in self._fields:
            some_exact, some_plain = text.spellings(field)
            exact |= {f"{field}\0{key}" for key in some_exact}
            plain |= {f"{field}\0{key}" for key in some_plain}
        return exact, plain


class _Needs:
    """Sets of keys of which a text needs one, by numbers from 1; number 0 asks for nothing."""

    def __init__(self) -> None:
        self._numbers: dict[frozenset[str], int] = {}
        self._keys: list[frozenset[str]] = [frozenset()]
        self._asked = array("q", [1])  # how many entries need it
        self._by_key: defaultdict[str, list[int]] = defaultdict(list)
        self._free: list[int] = []

    def add(self, keys: frozenset[str]) -> int:
        """The number of these keys, which one more entry asks for."""
        if (number := self._numbers.get(keys)) is None:
            if self._free:
                number = self._free.pop()
                self._keys[number] = keys
            else:
                number = len(self._keys)
                self._keys.append(keys)
                self._asked.append(0)
            self._numbers[keys] = number
            for key in keys:
                self._by_key[key].append(number)
        self._asked[number] += 1
        return number

    def remove(self, number: int) -> frozenset[str]:
        """One entry less asks for it. Gives its keys."""
        keys = self._keys[number]
        self._asked[number] -= 1
        if not self._asked[number]:
            for key in keys:
                self._by_key[key].remove(number)
                if not self._by_key[key]:
                    del self._by_key[key]
            del self._numbers[keys]
            self._keys[number] = frozenset()
            self._free.append(number)
        return keys

    def present(self, keys: frozenset[str]) -> bytearray:
        """By number, whether one of the keys is among these."""
        found = bytearray(len(self._keys))
        found[_NOTHING] = 1
        by_key = self._by_key
        for key in keys & by_key.keys():
            for number in by_key[key]:
                found[number] = 1
        return found


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
    for anchor in found.anchors:
        if anchor.kind == "any" or (anchor.kind == "shape" and anchor.field is not None):
            return False
    return sum(1 for anchor in found.anchors for _ in _keys(anchor)) <= _MOST_KEYS


def _keys_of(anchors: tuple[Anchor, ...]) -> frozenset[str]:
    first = anchors[0]
    if len(anchors) == 1 and first.kind == "plain" and first.field is None:  # many can share these
        return keys_in_all_languages(anchors[0].value, name=anchors[0].name)
    return frozenset(key for anchor in anchors for key in _keys(anchor))


def _fields_of(keys: Iterable[str]) -> set[str]:
    """The fields that keys are looked for in by themselves."""
    return {key.partition("\0")[0] for key in keys if "\0" in key}


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
    # Letters within a word are found in every field.
    return key if anchor.kind == "shape" and key[0] == "*" else f"{anchor.field}\0{key}"
