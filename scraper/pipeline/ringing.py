"""What rings for an article, and what becomes of that when articles change their story."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from scraper.pipeline import dispatch
from scraper.pipeline.dispatch import Rung
from scraper.pipeline.matching import Compiled, Found, matches_of, text_of
from scraper.pipeline.updates import ring_updates, wants_updates
from storage.database import UnitOfWork
from storage.outbox import AlertKey
from storage.records import Article, Match, Policy, StoredArticle, Watch
from storage.stories import Moved


def once_key(watch: Watch, stored: StoredArticle) -> str:
    """What a watch rings once for."""
    if watch.spec.policy is Policy.EVERY:
        return f"watch:{watch.id}:article:{stored.id}"
    return story_key(watch.id, stored.story_id)


def story_key(watch_id: int, story_id: int) -> str:
    """The key of a watch that rings once for a story."""
    return f"watch:{watch_id}:story:{story_id}"


def too_old(watch: Watch, article: Article, now: datetime) -> bool:
    """Whether the watch does not want to hear of an article published so long ago."""
    if watch.spec.max_age is None or article.published_at is None:
        return False
    return now - article.published_at > watch.spec.max_age


def ring(
    unit: UnitOfWork,
    compiled: Compiled,
    stored: StoredArticle,
    source_name: str | None,
    now: datetime,
    *,
    found: Found | None,
    revised: bool = False,
    edited_from: StoredArticle | None = None,
    quiet: bool = False,
) -> tuple[tuple[Rung, ...], tuple[Watch, ...]]:
    """Write down an article's matches, and the alerts they ask for; those that rang, and the muted.

    `found`: its matches as far as they are known. `edited_from`: what was stored of it before, if
    the publisher edited it. `quiet`: the matches alone. Its story did not ring, so that a later
    article of it may.
    """
    text = text_of(unit, stored.article, source_name)
    rang: list[Rung] = []
    muted: list[Watch] = []
    for match in matches_of(compiled, text, found):
        watch = compiled.together.watches.get(match.watch_id)
        if watch is None:  # taken out a moment ago
            continue
        unit.outbox.match(watch.id, stored.id, match.passages, now, quiet=quiet)
        if quiet or too_old(watch, stored.article, now):
            continue
        if watch.spec.outlets > 1:
            muted.append(watch)  # until its story is spread
            continue
        key = once_key(watch, stored)
        rung = dispatch.ring(unit, watch, match, stored, once_key=key, revised=revised, now=now)
        if rung is None:
            muted.append(watch)
        else:
            rang.append(rung)
    if edited_from is not None and any(map(wants_updates, muted)):
        before = found.update if found is not None and found.is_of(compiled, text) else None
        rang += ring_updates(
            unit,
            compiled.together,
            muted,
            text=text,
            stored=stored,
            edited_from=edited_from,
            update=before,
            now=now,
        )
    if compiled.patient and not quiet:
        full = not revised and unit.stories.is_first_of_outlet(stored.id)
        rang += spread(unit, compiled.waiting if full else muted, stored.story_id, now)
    heard = {rung.watch.id for rung in rang}
    return tuple(rang), tuple(watch for watch in muted if watch.id not in heard)


def spread(unit: UnitOfWork, watches: Iterable[Watch], story_id: int, now: datetime) -> list[Rung]:
    """Ring for a story that as many outlets have by now as one of these watches waits for.

    The outlet that makes the number full need not match itself: what rings is the first article of
    the story that does, and is not too old.
    """
    patient = [watch for watch in watches if watch.spec.outlets > 1]
    if not patient:
        return []
    outlets = unit.stories.outlet_count(story_id)
    full = {story_key(each.id, story_id): each for each in patient if each.spec.outlets <= outlets}
    rang = unit.outbox.rang(full)
    return [
        rung
        for key, watch in full.items()
        if key not in rang and (first := _first(unit, watch, story_id, now)) is not None
        for rung in _ring(unit, watch, *first, now)
    ]


def merged(unit: UnitOfWork, moved: Moved) -> None:
    """Let the alerts of a story that was merged count for the other: neither rings again."""
    for home in moved.left:
        unit.posting.follow_mute(home, moved.into)
        for alert in unit.outbox.of_story(home):
            unit.outbox.follow(alert.id, moved.into, once_key=_followed(alert, home, moved.into))


def parted(
    unit: UnitOfWork, watches: Mapping[int, Watch], moved: Moved, now: datetime
) -> list[Rung]:
    """Ring for what was muted only because it was taken for a part of another story.

    That is an article that moved, if its watch rang for another of its former story; and the first
    of the former story, if what rang for it has moved away.
    """
    rang = []
    for home, articles in moved.left.items():
        heard = {
            alert.watch_id: alert
            for alert in unit.outbox.of_story(home)
            if alert.once_key == story_key(alert.watch_id, home)
        }
        left = [alert for alert in heard.values() if alert.article_id in articles]
        for alert in unit.outbox.of_story(home):
            if alert.article_id in articles:
                key = _followed(alert, home, moved.into)
                unit.outbox.follow(alert.id, moved.into, once_key=key)
        waiting = [
            (article_id, match)
            for article_id in articles
            for match in unit.outbox.matches(article_id, ringing=True)
            if match.watch_id in heard and heard[match.watch_id].article_id not in articles
        ]
        waiting += [
            first
            for alert in left
            if (watch := watches.get(alert.watch_id)) is not None
            and (first := _first(unit, watch, home, now)) is not None
        ]
        for article_id, match in waiting:
            if (watch := watches.get(match.watch_id)) is not None:
                rang += _ring(unit, watch, article_id, match, now)
    return rang


def _first(
    unit: UnitOfWork, watch: Watch, story_id: int, now: datetime
) -> tuple[int, Match] | None:
    """The first article of a story that the watch may ring for."""
    since = None if watch.spec.max_age is None else now - watch.spec.max_age
    return unit.outbox.first_match(story_id, watch.id, published_since=since)


def _followed(alert: AlertKey, home: int, into: int) -> str | None:
    """The key of an alert in another story; None if it has nothing to do with the story.

    Those of updates have more after that of the story.
    """
    was = story_key(alert.watch_id, home)
    if alert.once_key == was or alert.once_key.startswith(f"{was}:"):
        return story_key(alert.watch_id, into) + alert.once_key.removeprefix(was)
    return None


def _ring(
    unit: UnitOfWork, watch: Watch, article_id: int, match: Match, now: datetime
) -> list[Rung]:
    stored = unit.articles.get(article_id)
    if stored is None or too_old(watch, stored.article, now):
        return []
    wanted = watch.spec.outlets
    if wanted > 1 and unit.stories.outlet_count(stored.story_id) < wanted:
        return []
    rung = dispatch.ring(unit, watch, match, stored, once_key=once_key(watch, stored), now=now)
    return [] if rung is None else [rung]
