"""One query: compiled, matched, explained."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from scraper.watch.explain import explain
from scraper.watch.indexed import IndexedText
from scraper.watch.lists import NO_LISTS, ListKind, Lists
from scraper.watch.matchtext import MatchText
from scraper.watch.nodes import Node
from scraper.watch.parser import parse
from scraper.watch.passages import passages
from storage.records import Passage

if TYPE_CHECKING:
    from scraper.watch.warnings import QueryWarning

_MOST_KEPT: Final = 1 << 15  # queries


@dataclass(frozen=True, slots=True)
class Query:
    """A compiled query. `str()` gives its normal form, which compiles to an equal one.

    `text` is the query as typed; `language` is assumed of texts that do not say theirs; `lists` has
    the sets and names that it was compiled with.
    """

    text: str
    root: Node
    language: str | None = None
    lists: Lists = field(default=NO_LISTS, compare=False, repr=False)

    @property
    def warnings(self) -> "tuple[QueryWarning, ...]":
        """What is allowed, and yet hardly meant so; in the order of the query. Found when asked."""
        return _warnings(self, None)

    def warnings_at(self, now: datetime) -> "tuple[QueryWarning, ...]":
        """As `warnings`, and what is to be said of its dates at that time, in UTC."""
        return _warnings(self, now)

    def match(self, text: MatchText) -> tuple[Passage, ...] | None:
        """The passages that satisfy the query, best first; None if it does not match.

        A match may have no passage: `lang:` and `site:` look at no text.
        """
        return self.match_indexed(IndexedText(text, language=self.language))

    def match_indexed(self, text: IndexedText) -> tuple[Passage, ...] | None:
        """As `match`, of a text whose words were found before."""
        return passages(text, self.root.hits(text)) if self.root.holds(text) else None

    def explain(self, text: MatchText) -> str:
        """The query as a tree, a line for each part: yes or no, and where it was found."""
        return explain(self.root, IndexedText(text, language=self.language))

    def __str__(self) -> str:
        return str(self.root)


def _warnings(query: Query, now: datetime | None) -> "tuple[QueryWarning, ...]":
    from scraper.watch.warnings import warnings_of  # noqa: PLC0415 - the matcher does without

    return warnings_of(query.text, query.lists, now=now)


def compile_query(query: str, *, language: str | None = None, lists: Lists = NO_LISTS) -> Query:
    """The query, ready to match. Raises QueryError, with position and remedy.

    `language` is assumed of texts that do not say theirs; `lists` has what `set:` names, and what
    was changed of the names of places. Compiled queries that name no list are kept, up to a bound.
    Others are not: they would keep every former state of the lists, with all their terms.
    """
    found = _without_lists(query, language)
    if found is not None:
        return found
    return Query(query, parse(query, lists), language, lists)


class _ListsAskedForError(Exception):
    """A query names a list."""


class _Listless(Lists):
    """Says when it is asked."""

    __slots__ = ()

    def set_name(self, name: str) -> str | None:
        raise _ListsAskedForError(name)

    def names(self, kind: ListKind, name: str) -> tuple[str, ...] | None:
        raise _ListsAskedForError(kind, name)


_LISTLESS: Final = _Listless()


@lru_cache(maxsize=_MOST_KEPT)
def _without_lists(query: str, language: str | None) -> Query | None:
    try:
        return Query(query, parse(query, _LISTLESS), language)
    except _ListsAskedForError:
        return None
