"""The lists that queries name: saved sets of terms, and the names of places and countries."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from scraper.text.names import Names
    from scraper.watch.nodes import Leaf

ListKind = Literal["set", "place", "country"]
Edits = Mapping[tuple[str, str], tuple[Iterable[str], Iterable[str]]]

_NO_SETS: Final[Mapping[str, Iterable[str]]] = MappingProxyType({})
_NO_EDITS: Final[Edits] = MappingProxyType({})
_MOST_KEPT: Final = 4096  # places and countries whose leaves are kept, beside all sets


class Lists:
    """What `set:`, `place:` and `country:` stand for. It never changes: make another one.

    `sets` has the terms of each set by its name; `edits`, by kind and key of a place or country (as
    in scraper.text.names), the names that a person added and those that were taken out. Two are
    equal if they are one and the same. What a list compiles to is kept, for all queries that use
    it.
    """

    __slots__ = ("_edits", "_leaves", "_lock", "_names_by_fold", "_sets", "_tables")

    def __init__(
        self, sets: Mapping[str, Iterable[str]] = _NO_SETS, edits: Edits = _NO_EDITS
    ) -> None:
        self._sets = {name: tuple(terms) for name, terms in sets.items()}
        self._names_by_fold = {_key(name): name for name in self._sets}
        self._edits = {
            which: (tuple(added), tuple(removed)) for which, (added, removed) in edits.items()
        }
        self._leaves: dict[tuple[ListKind, str], tuple[Leaf, ...]] = {}
        self._tables: dict[tuple[ListKind, str], dict[str | None, Any]] = {}
        self._lock = Lock()

    def __reduce__(self) -> tuple[object, ...]:
        return Lists, (self._sets, self._edits)

    @property
    def known_sets(self) -> tuple[str, ...]:
        """The names of the sets."""
        return tuple(self._sets)

    def set_name(self, name: str) -> str | None:
        """The name of a set as it was saved, however it is spelled here."""
        return name if name in self._sets else self._names_by_fold.get(_key(name))

    def terms(self, name: str) -> tuple[str, ...] | None:
        """The terms of a set; None if there is none of that name."""
        known = self.set_name(name)
        return None if known is None else self._sets[known]

    def place(self, kind: ListKind, name: str) -> "Names | None":
        """A place or country; None if there is none of that name."""
        from scraper.text import names  # noqa: PLC0415 - a gazetteer that most queries do without

        return names.country(name) if kind == "country" else names.place(name)

    def names(self, kind: ListKind, name: str) -> tuple[str, ...] | None:
        """The names of a place or country, edited; None if there is none of that name."""
        found = self.place(kind, name)
        if found is None:
            return None
        added, removed = self._edits.get((kind, found.key), ((), ()))
        return found.edited(added, removed) if added or removed else found.names

    def nearest(self, kind: ListKind, name: str) -> list[str]:
        """Lists that may be meant, as in a query: a close name, or this name of the other kind."""
        if kind == "set":
            close = difflib.get_close_matches(_key(name), self._names_by_fold, n=1, cutoff=0.5)
            return [_written("set", self._names_by_fold[near]) for near in close]
        from scraper.text import names  # noqa: PLC0415 - as above

        if kind == "place" and (meant := self.place("country", name)):
            return [_written("country", meant.english)]
        near = [_written(kind, each) for each in names.nearest(kind, name)]
        if kind == "place":
            return near[:1]
        meant = self.place("place", name)
        return [*near, _written("place", meant.english)] if meant else near

    def leaves(
        self, kind: ListKind, name: str, make: "Callable[[], tuple[Leaf, ...]]"
    ) -> "tuple[Leaf, ...]":
        """What `make` gives, made once for all queries."""
        if (found := self._leaves.get((kind, name))) is not None:
            return found
        made = make()
        with self._lock:
            if len(self._leaves) >= _MOST_KEPT + len(self._sets):
                self._leaves.clear()
                self._tables.clear()
            return self._leaves.setdefault((kind, name), made)

    def tables(self, kind: ListKind, name: str) -> dict[str | None, Any]:
        """Where all queries that look for a list keep what its leaves are looked up by."""
        with self._lock:
            return self._tables.setdefault((kind, name), {})


def _written(kind: ListKind, name: str) -> str:
    return f"{kind}:{name}" if name.isalnum() else f'{kind}:"{name}"'


def _key(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").split())


NO_LISTS: Final = Lists()
