"""Admission: in ONE transaction an article is new, a copy or a revision, and its watches ring."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from scraper.clock import Clock
from scraper.dedupe import COPY_WINDOW, STORY_WINDOW, relate
from scraper.pipeline.dispatch import Rung
from scraper.pipeline.known import (
    Earlier,
    canonical_key,
    is_first_page,
    is_revision,
    keep_identity,
    outlet_of,
    own_keys,
)
from scraper.pipeline.likeness import sketched
from scraper.pipeline.matching import Compiled, Found, Matching, text_of
from scraper.pipeline.past import is_quiet
from scraper.pipeline.ringing import merged, parted, ring, spread
from scraper.pipeline.stories import Placement, place
from scraper.pipeline.updates import earlier_texts, prepared
from scraper.watch import MatchText
from storage.database import UnitOfWork
from storage.records import (
    Article,
    Belonging,
    FrontierEntry,
    KeptPage,
    Revision,
    Signature,
    StoredArticle,
    Watch,
)

_log = logging.getLogger(__name__)

MOST_CANDIDATES = 50


class Outcome(StrEnum):
    """What an article turned out to be."""

    NEW = "new"  # it leads a story of its own
    COPY = "copy"  # of a stored article; it joins that one's story
    REWRITE = "rewrite"  # it shares much with a stored article, and joins its story
    EVENT = "event"  # it reports a stored article's event in its own words; it joins its story
    REVISION = "revision"  # a later text of a stored article
    REPAIRED = "repaired"  # stored already; the rules are others now, the publisher changed nothing
    UNCHANGED = "unchanged"  # stored already, with this text


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What admission decided: for the log and for those who watch."""

    outcome: Outcome
    article: StoredArticle
    rang: tuple[Rung, ...] = ()  # for this article, or for one before it
    muted: tuple[Watch, ...] = ()  # matched, but this story rang before


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An article at the door.

    `from_source`: these are the source's words, for the page could not be had. `found`: its matches
    as far as they are known; they count if admission comes to the same text and watches. `earlier`:
    the page of the stored article, where today's rules read another text on it than is stored.
    """

    article: Article
    signature: Signature
    entry: FrontierEntry
    source_name: str | None
    from_source: bool = False
    found: Found | None = None
    earlier: Earlier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Another text than is stored, though perhaps only the rules are others now.

    `page` is the one that the stored text was read from, `entry` the one that led to it.
    """

    stored: StoredArticle
    page: KeptPage
    entry: FrontierEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What admission most likely comes to: `text` is what it will match, None for nothing.

    `known` is the article of which it is an edit, `earlier` its texts up to now, the last first.
    """

    compiled: Compiled
    text: MatchText | None
    doubt: Doubt | None = None
    known: StoredArticle | None = None
    earlier: Sequence[Article | Revision] = ()

    def find(self) -> Found | None:
        """What the watches find in it: without I/O, though a hostile page may take a second."""
        if self.text is None:
            return None
        together = self.compiled.together
        matches = together.match(self.text)
        ids = [match.watch_id for match in matches]
        update = prepared(together, ids, self.text, self.known, self.earlier)
        version = self.compiled.version
        return Found(version=version, text=self.text, matches=matches, update=update)


class Admitter:
    """Admits articles. The watches stay compiled; what changes of them is read before they match.

    Several threads may admit at once. A transaction that began before a watch changed matches it as
    it is now.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        copy_window: timedelta = COPY_WINDOW,
        story_window: timedelta = STORY_WINDOW,
    ) -> None:
        self._clock = clock
        self._copy_window = copy_window
        self._story_window = story_window
        self._matching = Matching()

    def prepare(self, unit: UnitOfWork, candidate: Candidate) -> Prospect:
        """What to do before admission, outside its transaction.

        Matching may take a second for a hostile page, for which no other writer should wait.
        """
        article, entry = candidate.article, candidate.entry
        compiled = self.compiled(unit)
        own = own_keys(entry.url, article.url)
        known = self._known(unit, own, canonical_key(article), candidate)
        if known is None:
            return Prospect(compiled=compiled, text=text_of(unit, article, candidate.source_name))
        article = keep_identity(article, known.article)
        if candidate.from_source or not is_revision(known.article, article):
            return Prospect(compiled=compiled, text=None)
        return Prospect(
            compiled=compiled,
            text=text_of(unit, article, candidate.source_name),
            doubt=_doubt(unit, known),
            known=None if is_first_page(candidate.entry) else known,
            earlier=[known.article, *earlier_texts(unit, known.id)],
        )

    def admit(self, unit: UnitOfWork, candidate: Candidate) -> Admission:
        """Decide what the article is, store it, and write what its matches ask to be sent."""
        now = self._clock.now()
        article = candidate.article
        own = own_keys(candidate.entry.url, article.url)
        claimed = canonical_key(article)
        known = self._known(unit, own, claimed, candidate)
        if known is not None:
            unit.articles.add_keys(known.id, own)
            if candidate.from_source:  # a teaser is no later text of what was read in full
                return Admission(outcome=Outcome.UNCHANGED, article=known)
            return self._known_article(unit, known, candidate, now)
        keys = own
        if claimed and claimed not in own and unit.articles.find([claimed]) is None:
            keys = [*own, claimed]
        return self._new_article(unit, keys, candidate, now)

    def _known(
        self, unit: UnitOfWork, own: Sequence[str], claimed: str | None, candidate: Candidate
    ) -> StoredArticle | None:
        """The stored article under one of these links.

        A page's word on its canonical link is believed only where the texts agree: sites that name
        one link on every page would otherwise make revisions of a single article of all their news.
        """
        entry = candidate.entry
        if entry.article_id is not None:
            return unit.articles.get(entry.article_id)
        found = unit.articles.find(own)
        if found is not None or claimed is None:
            return found
        named = unit.articles.find([claimed])
        if named is None:
            return None
        stored = unit.articles.signed(named.id)
        if stored is not None and relate(candidate.signature, sketched([stored])) is not None:
            return named
        return None

    def _known_article(
        self, unit: UnitOfWork, known: StoredArticle, candidate: Candidate, now: datetime
    ) -> Admission:
        article = keep_identity(candidate.article, known.article)
        if not is_revision(known.article, article):
            return Admission(outcome=Outcome.UNCHANGED, article=known)
        earlier = candidate.earlier
        if earlier is not None and earlier.was == known.article:
            unedited = earlier.says(article)
            if earlier.loses_text:
                if unedited:
                    return Admission(outcome=Outcome.UNCHANGED, article=known)
            elif repaired := put_right(
                unit, known.id, earlier.article, was=earlier.was, signature=earlier.signature
            ):
                if unedited:
                    return Admission(outcome=Outcome.REPAIRED, article=repaired)
                article = keep_identity(candidate.article, repaired.article)
                known = repaired
        stored = unit.articles.revise(known.id, article, signature=candidate.signature, now=now)
        rang, muted = ring(
            unit,
            self.compiled(unit),
            stored,
            candidate.source_name,
            now,
            found=candidate.found,
            revised=True,
            edited_from=None if is_first_page(candidate.entry) else known,
            quiet=_is_quiet(unit, candidate, now),
        )
        return Admission(outcome=Outcome.REVISION, article=stored, rang=rang, muted=muted)

    def _new_article(
        self, unit: UnitOfWork, keys: Sequence[str], candidate: Candidate, now: datetime
    ) -> Admission:
        quiet = _is_quiet(unit, candidate, now)
        signed_at = _signed_at(candidate, now, quiet=quiet)
        nearby = unit.articles.candidates(
            candidate.signature,
            since=signed_at - self._copy_window,
            until=signed_at + self._copy_window,
            limit=MOST_CANDIDATES,
        )
        relation = relate(candidate.signature, sketched(nearby))
        placement = place(
            unit,
            candidate.article,
            candidate.signature,
            relation,
            now=now,
            at=signed_at,
            window=self._story_window,
        )
        stored = unit.articles.add(
            candidate.article,
            keys=keys,
            source_id=candidate.entry.source_id,
            story_id=placement.story_id,
            copy_of=relation.article_id if relation and relation.kind == "copy" else None,
            signature=candidate.signature,
            now=now,
            signed_at=signed_at,
            outlet=outlet_of(candidate.article.url),
        )
        placement.write(unit, stored, now, signed_at)
        again = self._follow(unit, placement, now)
        rang, muted = ring(
            unit,
            self.compiled(unit),
            stored,
            candidate.source_name,
            now,
            found=candidate.found,
            quiet=quiet,
        )
        return Admission(
            outcome=_OUTCOMES[placement.kind], article=stored, rang=(*again, *rang), muted=muted
        )

    def _follow(self, unit: UnitOfWork, placement: Placement, now: datetime) -> list[Rung]:
        """Let alerts follow the articles that this one showed to be of another story."""
        again: list[Rung] = []
        if not (placement.moved or placement.merged):
            return again
        compiled = self.compiled(unit)
        watches = compiled.together.watches
        for moved in placement.moved:
            again += parted(unit, watches, moved, now)
        for moved in placement.merged:
            merged(unit, moved)
        if compiled.patient:
            for moved in (*placement.moved, *placement.merged):
                again += spread(unit, compiled.waiting, moved.into, now)
        return again

    def compiled(self, unit: UnitOfWork) -> Compiled:
        """The watches with all changes that this transaction sees, and perhaps later ones."""
        return self._matching.compiled(unit)


def _is_quiet(unit: UnitOfWork, candidate: Candidate, now: datetime) -> bool:
    """Whether a backfill brought it that is to ring for nothing, and it is no news either."""
    if not candidate.entry.old:
        return False
    published_at = candidate.article.published_at
    return is_quiet(unit.backfills.get(candidate.entry.source_id), published_at, now)


def _signed_at(candidate: Candidate, now: datetime, *, quiet: bool) -> datetime:
    """When its text was news: an old one is no candidate for the copies of today."""
    published_at = candidate.article.published_at
    return min(published_at, now) if quiet and published_at is not None else now


def _doubt(unit: UnitOfWork, known: StoredArticle) -> Doubt | None:
    page = unit.pages.latest(known.id)
    entry = unit.entries.get(page.entry_id) if page and page.entry_id else None
    if page is None or entry is None:
        return None
    return Doubt(stored=known, page=page, entry=entry)


def put_right(
    unit: UnitOfWork, article_id: int, article: Article, *, was: Article, signature: Signature
) -> StoredArticle | None:
    """Repair an article, and know it by the canonical link that it has now.

    None, and nothing is changed, where the stored article is not `was` any more.
    """
    repaired = unit.articles.repair(article_id, article, was=was, signature=signature)
    claimed = canonical_key(article)
    if repaired and claimed is not None and article.canonical_url != was.canonical_url:
        unit.articles.add_keys(article_id, [claimed])
    return repaired


_OUTCOMES = {
    Belonging.LEAD: Outcome.NEW,
    Belonging.COPY: Outcome.COPY,
    Belonging.REWRITE: Outcome.REWRITE,
    Belonging.EVENT: Outcome.EVENT,
}
