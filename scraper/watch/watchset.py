"""Many watches against one text."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from scraper.errors import QueryError
from scraper.watch.anchors import Presearcher
from scraper.watch.indexed import IndexedText, MatchText, primary_language
from scraper.watch.passages import passages
from scraper.watch.query import Query, compile_query
from storage.records import Match, Watch


class _Scope(NamedTuple):
    """A watch, and the articles it looks at. Empty: all."""

    watch_id: int
    languages: frozenset[str]
    sources: frozenset[str]

    def takes(self, language: str | None, source: str | None) -> bool:
        """Whether an article of this language and source concerns the watch."""
        if self.languages and language is not None and language not in self.languages:
            return False
        return not self.sources or source in self.sources


class WatchSet:
    """Watches, compiled for matching together. Immutable; build another when watches change.

    Every watch given takes part, paused or not. A text is read once for all of them; then only
    those watches are evaluated that have an anchor in it (see anchors.py), so the cost of a text
    grows with the watches that nearly match, not with all. Watches with the same query are
    evaluated once.

    `broken` has the watches whose query does not compile, by id; the others do not suffer.
    """

    __slots__ = ("_broken", "_presearcher", "_queries", "_scopes")

    def __init__(self, watches: Iterable[Watch]) -> None:
        self._broken: dict[int, QueryError] = {}
        scopes: dict[Query, list[_Scope]] = {}
        for watch in watches:
            try:
                query = compile_query(watch.spec.query)
            except QueryError as error:
                self._broken[watch.id] = error
            else:
                scopes.setdefault(query, []).append(_scope(watch))
        self._queries = tuple(scopes)
        self._scopes = tuple(map(tuple, scopes.values()))
        self._presearcher = Presearcher([query.root for query in self._queries])

    @property
    def broken(self) -> Mapping[int, QueryError]:
        """Why a watch takes no part, by its id."""
        return MappingProxyType(self._broken)

    def __len__(self) -> int:
        return sum(map(len, self._scopes))

    def match(self, text: MatchText) -> list[Match]:
        """The watches that the text satisfies, with its passages, by ascending watch id.

        A watch with languages also takes an article whose language is not known, rather than
        miss it; a watch with sources takes only articles of those.
        """
        indexed = IndexedText(text)
        source = text.source.casefold() if text.source else None
        matches = []
        for place in self._presearcher.candidates(indexed):
            query = self._queries[place]
            if not query.root.holds(indexed):
                continue
            concerned = [
                scope for scope in self._scopes[place] if scope.takes(indexed.language, source)
            ]
            if concerned:
                shown = passages(indexed, query.root.hits(indexed))
                matches += [Match(watch_id=scope.watch_id, passages=shown) for scope in concerned]
        return sorted(matches, key=lambda match: match.watch_id)

    def candidates(self, text: MatchText) -> int:
        """How many queries would be evaluated for the text: what the presearcher lets through."""
        return len(self._presearcher.candidates(IndexedText(text)))


def _scope(watch: Watch) -> _Scope:
    languages = (primary_language(language) for language in watch.spec.languages)
    return _Scope(
        watch.id,
        frozenset(language for language in languages if language),
        frozenset(source.casefold() for source in watch.spec.sources),
    )
