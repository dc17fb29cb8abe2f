"""Many watches against one text."""

from collections.abc import Collection, Iterable, Mapping
from threading import Lock
from types import MappingProxyType
from typing import NamedTuple

from scraper.errors import QueryError
from scraper.watch.index import Index
from scraper.watch.indexed import IndexedText
from scraper.watch.lists import NO_LISTS, Lists
from scraper.watch.matchtext import MatchText, primary_language
from scraper.watch.nodes import looks_for_lists
from scraper.watch.paragraphs import Span
from scraper.watch.passages import passages, within
from scraper.watch.query import Query, compile_query
from storage.records import Match, Watch


class _Scope(NamedTuple):
    """A watch, and the articles it looks at. Empty: all."""

    watch_id: int
    languages: frozenset[str]
    sources: frozenset[str]
    tags: frozenset[str]

    def takes(self, language: str | None, source: str | None, tags: frozenset[str]) -> bool:
        """Whether an article of this language, source and tags concerns the watch."""
        if self.languages and language is not None and language not in self.languages:
            return False
        if self.tags and self.tags.isdisjoint(tags):
            return False
        return not self.sources or source in self.sources


class _Slot(NamedTuple):
    """A query, and the watches that ask it, by their ids."""

    query: Query
    scopes: dict[int, _Scope]


class WatchSet:
    """Watches, compiled for matching together. Any thread may use it and change it.

    Every watch given takes part, paused or not. A text is read once for all of them; then only
    those watches are evaluated that have an anchor in it (see index.py), so the cost of a text
    grows with the watches that nearly match, not with all. Watches with the same query are
    evaluated once. A watch that is put in or taken out touches nothing but its own anchors.

    `broken` has the watches whose query does not compile, by id; the others do not suffer.
    """

    def __init__(self, watches: Iterable[Watch] = (), *, lists: Lists = NO_LISTS) -> None:
        self._lock = Lock()
        self._lists = lists
        self._broken: dict[int, QueryError] = {}
        self._watches: dict[int, Watch] = {}
        self._slots: dict[int, _Slot] = {}
        self._free: list[int] = []
        self._number_of_query: dict[Query, int] = {}
        self._number_of_watch: dict[int, int] = {}
        self._index = Index()
        for watch in watches:
            self.put(watch)

    @property
    def broken(self) -> Mapping[int, QueryError]:
        """Why a watch takes no part, by its id."""
        return MappingProxyType(self._broken)

    @property
    def watches(self) -> Mapping[int, Watch]:
        """The watches, the broken ones too, by id."""
        return MappingProxyType(self._watches)

    def __len__(self) -> int:
        return len(self._number_of_watch)

    def put(self, watch: Watch) -> None:
        """Add a watch, or take it as it is now."""
        while True:
            lists = self._lists
            found = _compiled(watch, lists)
            with self._lock:
                if lists is self._lists:  # else they changed meanwhile
                    self._take(watch, found)
                    return

    def _take(self, watch: Watch, found: Query | QueryError) -> None:
        self._discard(watch.id)
        self._watches[watch.id] = watch
        if isinstance(found, QueryError):
            self._broken[watch.id] = found
        else:
            self._put(_scope(watch), found)

    def _put(self, scope: _Scope, query: Query) -> None:
        if (number := self._number_of_query.get(query)) is None:
            number = self._free.pop() if self._free else len(self._slots)
            self._index.put(number, query.root)
            self._number_of_query[query] = number
            self._slots[number] = _Slot(query, {})
        self._slots[number].scopes[scope.watch_id] = scope
        self._number_of_watch[scope.watch_id] = number

    def discard(self, watch_id: int) -> None:
        """Take a watch out, if it is there."""
        with self._lock:
            self._discard(watch_id)

    def _discard(self, watch_id: int) -> None:
        self._watches.pop(watch_id, None)
        self._broken.pop(watch_id, None)
        if (number := self._number_of_watch.pop(watch_id, None)) is None:
            return
        query, scopes = self._slots[number]
        del scopes[watch_id]
        if not scopes:
            self._index.discard(number, query.root)
            del self._slots[number], self._number_of_query[query]
            self._free.append(number)

    def relist(self, lists: Lists) -> None:
        """Take these as the saved lists, and compile anew what looks for any."""
        with self._lock:
            self._lists = lists
            concerned = [*self._broken] + [
                watch_id
                for watch_id, number in self._number_of_watch.items()
                if looks_for_lists(self._slots[number].query.root)
            ]
            watches = [self._watches[watch_id] for watch_id in concerned]
        for watch in watches:
            found = _compiled(watch, lists)
            with self._lock:
                if self._lists is not lists:
                    return  # who gave others takes care of all
                if self._watches.get(watch.id) is watch:  # else it was changed or taken out
                    self._take(watch, found)

    def match(self, text: MatchText) -> list[Match]:
        """The watches that the text satisfies, with its passages, by ascending watch id.

        A watch with languages also takes an article whose language is not known, rather than
        miss it; a watch with sources takes only articles of those.
        """
        indexed = IndexedText(text)
        matches = []
        for query, watch_ids in self._satisfied(indexed):
            shown = passages(indexed, query.root.hits(indexed))
            matches += [Match(watch_id=watch_id, passages=shown) for watch_id in watch_ids]
        return sorted(matches, key=lambda match: match.watch_id)

    def match_within(
        self, text: MatchText, parts: Mapping[str, Collection[Span]], watch_ids: Collection[int]
    ) -> list[Match]:
        """As `match`, those of these watches that found something in some parts of the text.

        The whole text satisfies the query, so a part need not say what the article is about; the
        passages are of these parts. They are (start, end) in characters, by field.
        """
        indexed = IndexedText(text)
        matches = []
        for query, satisfied in self._satisfied(indexed):
            wanted = [watch_id for watch_id in satisfied if watch_id in watch_ids]
            hits = [*within(indexed, query.root.hits(indexed), parts)] if wanted else []
            if hits:
                shown = passages(indexed, hits)
                matches += [Match(watch_id=watch_id, passages=shown) for watch_id in wanted]
        return sorted(matches, key=lambda match: match.watch_id)

    def matching(self, text: MatchText) -> list[int]:
        """The ids of the watches that the text satisfies, ascending, without the passages."""
        found = (watch_ids for _, watch_ids in self._satisfied(IndexedText(text)))
        return sorted(watch_id for watch_ids in found for watch_id in watch_ids)

    def _satisfied(self, indexed: IndexedText) -> list[tuple[Query, list[int]]]:
        text = indexed.original
        source = text.source.casefold() if text.source else None
        tags = frozenset(tag.casefold() for tag in (*text.tags, text.section or ""))
        with self._lock:
            slots = list(map(self._slots.__getitem__, self._index.candidates(indexed)))
        found = []
        for query, scopes in slots:
            if query.root.holds(indexed):
                # The language that the text was said to be in, not one that was guessed.
                language = primary_language(text.language)
                concerned = [
                    scope.watch_id
                    for scope in [*scopes.values()]
                    if scope.takes(language, source, tags)
                ]
                if concerned:
                    found.append((query, concerned))
        return found

    def candidates(self, text: MatchText) -> int:
        """How many queries would be evaluated for the text: what the index lets through."""
        indexed = IndexedText(text)
        with self._lock:
            return len(self._index.candidates(indexed))


def _compiled(watch: Watch, lists: Lists) -> Query | QueryError:
    try:
        return compile_query(watch.spec.query, lists=lists)
    except QueryError as error:
        return error


def _scope(watch: Watch) -> _Scope:
    languages = (primary_language(language) for language in watch.spec.languages)
    return _Scope(
        watch.id,
        frozenset(language for language in languages if language),
        frozenset(source.casefold() for source in watch.spec.sources),
        frozenset(tag.casefold() for tag in watch.spec.tags),
    )
