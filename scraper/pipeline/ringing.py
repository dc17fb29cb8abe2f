"""What a watch rings once for, and what becomes of that when articles change their story."""

from collections.abc import Mapping
from datetime import datetime

from scraper.pipeline import dispatch
from scraper.pipeline.dispatch import Rung
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


def _is_spread(unit: UnitOfWork, watch: Watch, story_id: int) -> bool:
    """Whether as many outlets have the story as the watch waits for."""
    wanted = watch.spec.outlets
    return wanted <= 1 or unit.stories.outlet_count(story_id) >= wanted


def spread(
    unit: UnitOfWork, watches: Mapping[int, Watch], story_id: int, now: datetime
) -> list[Rung]:
    """Ring for a story that as many outlets have by now as a watch waits for.

    The outlet that makes the number full need not match itself: what rings is the first article of
    the story that does, and is not too old.
    """
    matching = [watches[each] for each in unit.outbox.matching(story_id) if each in watches]
    rang = []
    for watch in matching:
        if watch.spec.outlets <= 1:
            continue
        since = None if watch.spec.max_age is None else now - watch.spec.max_age
        first = unit.outbox.first_match(story_id, watch.id, published_since=since)
        if first is not None:
            rang += _ring(unit, watches, *first, now)
    return rang


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
            for match in unit.outbox.matches(article_id)
            if match.watch_id in heard and heard[match.watch_id].article_id not in articles
        ]
        waiting += [
            first
            for alert in left
            if (first := unit.outbox.first_match(home, alert.watch_id)) is not None
        ]
        for article_id, match in waiting:
            rang += _ring(unit, watches, article_id, match, now)
    return rang


def _followed(alert: AlertKey, home: int, into: int) -> str | None:
    """The key of an alert in another story; None if it has nothing to do with the story.

    Those of updates have more after that of the story.
    """
    was = story_key(alert.watch_id, home)
    if alert.once_key == was or alert.once_key.startswith(f"{was}:"):
        return story_key(alert.watch_id, into) + alert.once_key.removeprefix(was)
    return None


def _ring(
    unit: UnitOfWork, watches: Mapping[int, Watch], article_id: int, match: Match, now: datetime
) -> list[Rung]:
    watch, stored = watches.get(match.watch_id), unit.articles.get(article_id)
    if watch is None or stored is None or too_old(watch, stored.article, now):
        return []
    if not _is_spread(unit, watch, stored.story_id):
        return []
    rung = dispatch.ring(unit, watch, match, stored, once_key=once_key(watch, stored), now=now)
    return [] if rung is None else [rung]
