"""What an edit added that a watch looks for, and has not told before.

A watch that rings for updates rings for the first article of a story like any other. Later it rings
for an edit of one of its articles, if a sentence that the edit added holds a word that the watch
looks for: the whole article satisfies the query, so that sentence need not name the city again. Of
an article whose headline alone satisfies the query, every addition is news; but not of a live blog,
which is about many things. docs/decisions/revisions.md says more.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from itertools import islice

from scraper.dedupe import Addition, added, untold
from scraper.pipeline import dispatch
from scraper.pipeline.dispatch import Rung
from scraper.text.words import texts
from scraper.watch import MatchText, WatchSet, readable
from scraper.watch.passages import LONGEST_PASSAGE, MOST_PASSAGES
from storage.database import UnitOfWork
from storage.records import (
    Article,
    ArticleKind,
    Match,
    Passage,
    Policy,
    Revision,
    StoredArticle,
    Watch,
)

MOST_EARLIER = 50  # texts of one article that are looked through for what was said before
_MOST_ALERTS = 20  # of a watch for a story, the last ones, whose articles count as told


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A text of an article as watches read it, and what it added to the earlier ones."""

    text: MatchText
    additions: tuple[Addition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What watches that ring for updates found in an edit of `known`, as it was stored then."""

    known: StoredArticle
    edit: Edit
    news: Sequence[Match]


def wants_updates(watch: Watch) -> bool:
    """Whether it rings again for what edits add."""
    return watch.spec.policy is Policy.UPDATES


def earlier_texts(unit: UnitOfWork, article_id: int) -> list[Revision]:
    """The former texts of an article, the last one first."""
    return list(islice(reversed(unit.articles.revisions(article_id)), MOST_EARLIER))


def prepared(
    together: WatchSet,
    matching: Iterable[int],
    text: MatchText,
    known: StoredArticle | None,
    earlier: Sequence[Article | Revision],
) -> Update | None:
    """The update that `text` is of the article `known`, for those of the matching watches.

    None where no watch wants one. `earlier` are the article's texts up to now, the last one first.
    """
    watches = together.watches
    wanted = [each for each in matching if each in watches and wants_updates(watches[each])]
    if known is None or not wanted:
        return None
    edit = _edit_of(text, earlier)
    return Update(known=known, edit=edit, news=_news_of(edit, together, wanted))


def foreseen(
    together: WatchSet,
    text: MatchText,
    stored: StoredArticle,
    earlier: Sequence[Article],
) -> list[str]:
    """What an edit of an article would have rung once for, one key for each watch.

    `earlier` are its texts before that, the last one first. What others had told is not looked at.
    """
    some = earlier[:MOST_EARLIER]
    update = prepared(together, together.matching(text), text, stored, some)
    return [_once_key(match, stored) for match in update.news] if update else []


def ring_updates(
    unit: UnitOfWork,
    together: WatchSet,
    watches: Iterable[Watch],
    *,
    text: MatchText,
    stored: StoredArticle,
    edited_from: StoredArticle,
    update: Update | None,
    now: datetime,
) -> list[Rung]:
    """Ring those of the watches that want updates and for which the edit of `stored` has news.

    `update` is what was prepared; it counts if it was for the text that was revised.
    """
    wanted = {watch.id: watch for watch in watches if wants_updates(watch)}
    if update is None or update.known != edited_from:
        earlier = earlier_texts(unit, stored.id)
        update = prepared(together, wanted, text, edited_from, earlier)
    found = []
    for match in update.news if update else ():
        watch = wanted.get(match.watch_id)
        if watch is None or update is None:
            continue
        left = _without_told(unit, update.edit, together, watch, match, stored)
        if left is None:
            continue
        again = dispatch.ring(
            unit, watch, left, stored, once_key=_once_key(left, stored), revised=True, now=now
        )
        if again is not None:
            found.append(again)
    return found


def _edit_of(text: MatchText, earlier: Sequence[Article | Revision]) -> Edit:
    """The edit that made `text` of the earlier texts, the last one first."""
    text = readable(text)
    were = [
        readable(MatchText(title=each.title, standfirst=each.standfirst, body=each.body))
        for each in earlier
    ]
    return Edit(text=text, additions=added(text, were, text.language))


def _news_of(edit: Edit, together: WatchSet, watch_ids: Collection[int]) -> list[Match]:
    """Those of the watches for which an edit has news, with passages of what it added."""
    if not edit.additions or not watch_ids:
        return []
    parts: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for each in edit.additions:
        parts[each.field].append((each.start, each.end))
    found = {match.watch_id: match for match in together.match_within(edit.text, parts, watch_ids)}
    others = [watch_id for watch_id in watch_ids if watch_id not in found]
    if others and edit.text.kind != ArticleKind.LIVE_BLOG:
        headline = replace(edit.text, body="", caption=None)
        shown = tuple(map(_passage, edit.additions[:MOST_PASSAGES]))
        for watch_id in set(together.matching(headline)).intersection(others):
            found[watch_id] = Match(watch_id=watch_id, passages=shown)
    return [found[watch_id] for watch_id in sorted(found)]


def _passage(addition: Addition) -> Passage:
    text = addition.text
    if len(text) > LONGEST_PASSAGE:
        text = text[: LONGEST_PASSAGE - 1] + "…"
    return Passage(field=addition.field, text=text, highlights=())


def _without_told(
    unit: UnitOfWork,
    edit: Edit,
    together: WatchSet,
    watch: Watch,
    match: Match,
    stored: StoredArticle,
) -> Match | None:
    """The match without what the watch's alerts for this story told; None where nothing is left.

    Told is all that the articles say which rang, for whoever was rung can read them.
    """
    alerts = unit.outbox.alerts(_MOST_ALERTS, watch=watch.name, story_id=stored.story_id)
    articles = {alert.article.id: alert.article.article for alert in alerts}
    articles.pop(stored.id, None)  # its own earlier texts were looked through
    left = untold(edit.additions, [*articles.values()])
    if len(left) == len(edit.additions):
        return match
    matches = _news_of(replace(edit, additions=left), together, [match.watch_id])
    return matches[0] if matches else None


def _once_key(match: Match, stored: StoredArticle) -> str:
    """What an update rings once for: these words, whichever article of the story has them."""
    said = sorted(" ".join(texts(passage.text)) for passage in match.passages)
    digest = blake2b("\n".join(said).encode("utf-8", "replace"), digest_size=12).hexdigest()
    return f"watch:{match.watch_id}:story:{stored.story_id}:update:{digest}"
