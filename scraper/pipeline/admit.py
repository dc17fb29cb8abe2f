"""Admission: in ONE transaction an article is new, a copy or a revision, and its watches ring."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from scraper.clock import Clock
from scraper.dedupe import Relation, relate
from scraper.discover.links import host, normalise
from scraper.watch import MatchText, WatchSet
from storage.database import UnitOfWork
from storage.records import (
    AlertPer,
    Article,
    FrontierEntry,
    Match,
    Signature,
    StoredArticle,
    Watch,
)

_log = logging.getLogger(__name__)

# A copy that comes later than this is news again: an anniversary reprint, or a template's next use.
COPY_WINDOW = timedelta(days=30)
MOST_CANDIDATES = 50


class Outcome(StrEnum):
    """What an article turned out to be."""

    NEW = "new"  # it leads a story of its own
    COPY = "copy"  # of a stored article; it joins that one's story
    REWRITE = "rewrite"  # it shares much with a stored article, and joins its story
    REVISION = "revision"  # a later text of a stored article
    UNCHANGED = "unchanged"  # stored already, with this text


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What admission decided: for the log and for those who watch."""

    outcome: Outcome
    article: StoredArticle
    rang: tuple[tuple[Watch, Match, str], ...] = ()  # watch, match, alert id
    muted: tuple[Watch, ...] = ()  # matched, but this story rang before


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """The watches at one moment, ready to match. Any thread may use it."""

    version: int
    watches: Mapping[int, Watch]
    together: WatchSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What watches found in a text before its admission began."""

    version: int  # of the watches
    text: MatchText
    matches: Sequence[Match]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An article at the door.

    `from_source`: these are the source's words, for the page could not be had. `found`: its matches
    as far as they are known; they count if admission comes to the same text and watches.
    """

    article: Article
    signature: Signature
    entry: FrontierEntry
    source_name: str | None
    from_source: bool = False
    found: Found | None = None


class Admitter:
    """Admits articles. The compiled watches are kept until a watch changes.

    Several threads may admit at once.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._latest: Compiled | None = None

    def prepare(self, unit: UnitOfWork, candidate: Candidate) -> tuple[Compiled, MatchText | None]:
        """What to match before admission, outside its transaction; None: most likely nothing.

        Matching may take a second for a hostile page, for which no other writer should wait.
        """
        article, entry = candidate.article, candidate.entry
        if entry.article_id is not None:
            known = unit.articles.get(entry.article_id)
        else:
            known = unit.articles.find(own_keys(entry.url, article.url))
        compiled = self.compiled(unit)
        if known is not None:
            article = keep_identity(article, known.article)
            if candidate.from_source or not is_revision(known.article, article):
                return compiled, None
        return compiled, match_text(article, candidate.source_name)

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
        if stored is not None and relate(candidate.signature, [stored]) is not None:
            return named
        return None

    def _known_article(
        self, unit: UnitOfWork, known: StoredArticle, candidate: Candidate, now: datetime
    ) -> Admission:
        article = keep_identity(candidate.article, known.article)
        if not is_revision(known.article, article):
            return Admission(outcome=Outcome.UNCHANGED, article=known)
        stored = unit.articles.revise(known.id, article, signature=candidate.signature, now=now)
        rang, muted = self.ring(
            unit, stored, candidate.source_name, now, found=candidate.found, revised=True
        )
        return Admission(outcome=Outcome.REVISION, article=stored, rang=rang, muted=muted)

    def _new_article(
        self, unit: UnitOfWork, keys: Sequence[str], candidate: Candidate, now: datetime
    ) -> Admission:
        nearby = unit.articles.candidates(
            candidate.signature, since=now - COPY_WINDOW, limit=MOST_CANDIDATES
        )
        relation = relate(candidate.signature, nearby)
        stored = unit.articles.add(
            candidate.article,
            keys=keys,
            source_id=candidate.entry.source_id,
            story_id=relation.story_id if relation else None,
            copy_of=relation.article_id if relation and relation.kind == "copy" else None,
            signature=candidate.signature,
            now=now,
        )
        rang, muted = self.ring(
            unit, stored, candidate.source_name, now, found=candidate.found, revised=False
        )
        return Admission(outcome=_outcome(relation), article=stored, rang=rang, muted=muted)

    def ring(
        self,
        unit: UnitOfWork,
        stored: StoredArticle,
        source_name: str | None,
        now: datetime,
        *,
        found: Found | None,
        revised: bool,
    ) -> tuple[tuple[tuple[Watch, Match, str], ...], tuple[Watch, ...]]:
        """Write down its matches, and the alerts they ask for; those that rang, and the muted."""
        compiled = self.compiled(unit)
        rang: list[tuple[Watch, Match, str]] = []
        muted: list[Watch] = []
        for match in _matches(compiled, match_text(stored.article, source_name), found):
            watch = compiled.watches[match.watch_id]
            unit.outbox.match(
                watch_id=watch.id, article_id=stored.id, passages=match.passages, now=now
            )
            if too_old(watch, stored.article, now):
                continue
            alert = unit.outbox.ring(
                watch_id=watch.id,
                article_id=stored.id,
                story_id=stored.story_id,
                passages=match.passages,
                once_key=once_key(watch, stored),
                channels=watch.spec.channels,
                revised=revised,
                now=now,
            )
            if alert is None:
                muted.append(watch)
            else:
                rang.append((watch, match, alert))
        return tuple(rang), tuple(muted)

    def compiled(self, unit: UnitOfWork) -> Compiled:
        """The watches as this transaction sees them, which may be later or earlier than another."""
        version = unit.watches.version()
        latest = self._latest
        if latest is not None and latest.version == version:
            return latest
        watches = {watch.id: watch for watch in unit.watches.list(include_paused=False)}
        compiled = Compiled(version=version, watches=watches, together=WatchSet(watches.values()))
        # Read again: another thread may have been faster. What is kept is only ever replaced.
        latest = self._latest
        if latest is None or latest.version < version:
            self._latest = compiled
            _report_broken(compiled)
        return compiled


def _matches(compiled: Compiled, text: MatchText, found: Found | None) -> Sequence[Match]:
    if found is not None and (found.version, found.text) == (compiled.version, text):
        return found.matches
    return compiled.together.match(text)


def _report_broken(compiled: Compiled) -> None:
    """A watch that cannot ring must not be silent about it."""
    for watch_id, error in compiled.together.broken.items():
        watch = compiled.watches[watch_id]
        _log.error(
            "the watch %s cannot ring: %s, at character %d of its query. %s",
            watch.name,
            error,
            error.position + 1,
            error.remedy,
            extra={"action": "watch.broken", "watch": watch.name},
        )


def own_keys(*links: str) -> list[str]:
    """The distinct keys of the links by which a page was reached."""
    return list(dict.fromkeys(normalise(link) for link in links))


def canonical_key(article: Article) -> str | None:
    """The key of the canonical link, if the page may speak for it: it is on the page's own host.

    A hostile page could otherwise claim another outlet's link and have that outlet's article taken
    for known.
    """
    if article.canonical_url is None:
        return None
    try:
        if _site(article.canonical_url) != _site(article.url):
            return None
        return normalise(article.canonical_url)
    except ValueError:
        return None


def _site(url: str) -> str:
    return host(url).removeprefix("www.").removeprefix("m.").removeprefix("amp.")


def keep_identity(article: Article, known: Article) -> Article:
    """A later reading of a stored article: it keeps the link it is known by, and its first time."""
    return replace(
        article,
        url=known.url,
        canonical_url=known.canonical_url or article.canonical_url,
        published_at=known.published_at or article.published_at,
    )


def is_revision(known: Article, article: Article) -> bool:
    """Whether a later reading says something else.

    Only what a reader reads counts. A reading that came back empty is a broken page, a consent wall
    or a paywall, not a revision.
    """
    if not article.body.strip():
        return False
    return any(
        _plain(getattr(known, name)) != _plain(getattr(article, name))
        for name in ("title", "standfirst", "body")
        if getattr(article, name) is not None
    )


def _plain(text: str | None) -> str:
    return " ".join((text or "").split())


def too_old(watch: Watch, article: Article, now: datetime) -> bool:
    """Whether the watch does not want to hear of an article published so long ago."""
    if watch.spec.max_age is None or article.published_at is None:
        return False
    return now - article.published_at > watch.spec.max_age


def once_key(watch: Watch, stored: StoredArticle) -> str:
    """What a watch rings once for."""
    if watch.spec.alert_per is AlertPer.ARTICLE:
        return f"watch:{watch.id}:article:{stored.id}"
    return f"watch:{watch.id}:story:{stored.story_id}"


def match_text(article: Article, source_name: str | None) -> MatchText:
    """An article as watches read it."""
    return MatchText(
        title=article.title,
        standfirst=article.standfirst,
        body=article.body,
        caption=article.image_caption,
        language=article.language,
        source=source_name,
        url=article.url,
    )


def _outcome(relation: Relation | None) -> Outcome:
    if relation is None:
        return Outcome.NEW
    return Outcome.COPY if relation.kind == "copy" else Outcome.REWRITE
