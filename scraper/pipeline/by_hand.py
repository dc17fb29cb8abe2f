"""What a person says of stories: these are one, those are not. It stays so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from scraper.errors import UsageError
from scraper.pipeline.dispatch import Rung
from scraper.pipeline.ringing import merged, parted, spread
from storage.database import UnitOfWork
from storage.records import Belonging, Story, StoryDecision, Watch
from storage.stories import Moved


@dataclass(frozen=True, slots=True)
class Done:
    """What became of it: the story, the articles that changed theirs, and what rang for it."""

    story: Story
    articles: tuple[int, ...]
    rang: tuple[Rung, ...] = ()


def join(unit: UnitOfWork, kept: int, other: int, *, now: datetime) -> Done:
    """Make one story of two. The first keeps its number, and rings for nothing that either rang.

    Raises UsageError for stories that are not there, or are one already.
    """
    unit.articles.wait()
    into, home = _story(unit, kept), _story(unit, other)
    if into.id == home.id:
        raise UsageError(f"stories {kept} and {other} are one already: {into.id}")
    moved = unit.stories.merge(home.id, into.id, now=now)
    merged(unit, moved)
    return _done(unit, moved, now, spread(unit, _active(unit).values(), into.id, now))


def part(unit: UnitOfWork, article_ids: Sequence[int], *, now: datetime) -> Done:
    """Make a story of its own of some articles of one story, with the copies of them.

    What was muted only because it was taken for a part of the other rings. Raises UsageError for
    articles that are not there, of several stories, or all that a story has.
    """
    unit.articles.wait()
    found = {article_id: unit.articles.get(article_id) for article_id in article_ids}
    homes = set()
    for article_id, stored in found.items():
        if stored is None:
            raise UsageError(f'there is no article "{article_id}"; `tocsin article list` shows all')
        homes.add(stored.story_id)
    if len(homes) > 1:
        numbers = ", ".join(map(str, sorted(homes)))
        raise UsageError(f"these are articles of several stories: {numbers}; part one at a time")
    (home,) = homes
    moved = unit.stories.move(list(found), None, now=now)
    if unit.stories.articles(home, limit=1) == []:
        raise UsageError(f"nothing would be left of story {home}: these are all its articles")
    unit.stories.pin(home)
    rang = parted(unit, _active(unit), moved, now)
    return _done(unit, moved, now, rang)


def standing(unit: UnitOfWork, story_id: int) -> Story | None:
    """The story, or the one that its articles are of by now."""
    story = unit.stories.get(story_id)
    seen = set()
    while story is not None and story.merged_into is not None and story.id not in seen:
        seen.add(story.id)
        story = unit.stories.get(story.merged_into)
    return story


def _active(unit: UnitOfWork) -> dict[int, Watch]:
    return {watch.id: watch for watch in unit.watches.list(include_paused=False)}


def _story(unit: UnitOfWork, story_id: int) -> Story:
    story = standing(unit, story_id)
    if story is None:
        raise UsageError(f'there is no story "{story_id}"; `tocsin story list` shows all')
    return story


def _done(
    unit: UnitOfWork,
    moved: Moved,
    now: datetime,
    rang: Sequence[Rung] = (),
) -> Done:
    unit.stories.pin(moved.into)
    articles: list[int] = []
    for home, ids in moved.left.items():
        articles += ids
        for article_id in ids:
            unit.stories.decide(
                StoryDecision(
                    article_id=article_id,
                    story_id=moved.into,
                    kind=Belonging.HAND,
                    decided_at=now,
                    evidence={"from": home},
                )
            )
    story = unit.stories.get(moved.into)
    assert story is not None
    return Done(story, tuple(articles), tuple(rang))
