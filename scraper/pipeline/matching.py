"""The watches, compiled, and what they find in articles."""

import logging
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple

from scraper.errors import QueryError
from scraper.pipeline.lists import saved_lists
from scraper.pipeline.updates import Update
from scraper.watch import MatchText, WatchSet
from storage.database import UnitOfWork
from storage.records import Article, Match, Watch

_log = logging.getLogger(__name__)


class WatchesVersion(NamedTuple):
    """Which of their changes the compiled watches have seen."""

    watches: int
    lists: int  # the sets and names that queries look for


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """The watches, ready to match, and the version they had at least. Any thread may use it.

    `patient` are the ids of those that wait for several outlets.
    """

    version: WatchesVersion
    together: WatchSet
    patient: AbstractSet[int]

    @property
    def waiting(self) -> list[Watch]:
        """The watches that wait for several outlets."""
        watches = self.together.watches
        return [watches[each] for each in sorted(self.patient) if each in watches]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What watches found in a text before its admission began.

    `update` is what is news in it, if it is an edit and there are watches that ring for updates.
    """

    version: WatchesVersion
    text: MatchText
    matches: Sequence[Match]
    update: Update | None = None

    def is_of(self, compiled: Compiled, text: MatchText) -> bool:
        """Whether it was found in this text, by these watches."""
        return (self.version, self.text) == (compiled.version, text)


class Matching:
    """Keeps the watches compiled; what changes of them is read before they match."""

    def __init__(self) -> None:
        self._together = WatchSet()
        self._patient: AbstractSet[int] = frozenset()
        self._version = WatchesVersion(watches=-1, lists=-1)
        self._refreshing = Lock()

    def compiled(self, unit: UnitOfWork) -> Compiled:
        """The watches with all changes that this transaction sees, and perhaps later ones."""
        version = WatchesVersion(*unit.versions())
        if version.watches > self._version.watches or version.lists > self._version.lists:
            with self._refreshing:
                self._refresh(unit, version)
        return Compiled(version=self._version, together=self._together, patient=self._patient)

    def _refresh(self, unit: UnitOfWork, version: WatchesVersion) -> None:
        together, seen = self._together, self._version
        was_broken = dict(together.broken)
        if version.lists > seen.lists:
            together.relist(saved_lists(unit))
        if version.watches > seen.watches:
            changes = unit.watches.changes(seen.watches)
            for gone in changes.gone:
                together.discard(gone)
            for watch in changes.active:
                together.put(watch)
            changed = {*changes.gone, *(each.id for each in changes.active)}
            patient = {each.id for each in changes.active if each.spec.outlets > 1}
            self._patient = (self._patient - changed) | patient
        self._version = WatchesVersion(*map(max, seen, version))
        _report_broken(together, was_broken)


def matches_of(compiled: Compiled, text: MatchText, found: Found | None) -> Sequence[Match]:
    """What the watches find in a text, unless that was found before."""
    if found is not None and found.is_of(compiled, text):
        return found.matches
    return compiled.together.match(text)


def text_of(unit: UnitOfWork, article: Article, source_name: str | None) -> MatchText:
    """An article as watches read it, with the tags of its source."""
    tags = unit.sources.tags(source_name) if source_name is not None else ()
    return match_text(article, source_name, tags)


def match_text(
    article: Article, source_name: str | None, source_tags: Sequence[str] = ()
) -> MatchText:
    """An article as watches read it."""
    return MatchText(
        title=article.title,
        standfirst=article.standfirst,
        body=article.body,
        caption=article.image_caption,
        language=article.language,
        source=source_name,
        url=article.url,
        authors=article.authors,
        section=article.section,
        tags=(*article.tags, *source_tags),
        kind=article.kind.value,
        published_at=article.published_at,
    )


def _report_broken(together: WatchSet, was: Mapping[int, QueryError]) -> None:
    """A watch that cannot ring must not be silent about it."""
    for watch_id, error in together.broken.items():
        before = was.get(watch_id)
        if before is not None and (str(before), before.position) == (str(error), error.position):
            continue
        watch = together.watches[watch_id]
        _log.error(
            "the watch %s cannot ring: %s, at character %d of its query. %s",
            watch.name,
            error,
            error.position + 1,
            error.remedy,
            extra={"action": "watch.broken", "watch": watch.name},
        )
