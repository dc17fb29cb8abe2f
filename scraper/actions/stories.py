"""Stories are joined, parted, muted and heard again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from scraper.actions.missing import known
from scraper.pipeline import by_hand
from scraper.pipeline.by_hand import Done, standing
from storage.database import UnitOfWork
from storage.records import Actor, Story


def join(unit: UnitOfWork, kept: int, other: int, *, by: Actor, now: datetime) -> Done:
    """Make one story of two; the first keeps its number."""
    done = by_hand.join(unit, kept, other, now=now)
    unit.audit.note(by, "story.join", str(kept), detail={"other": other}, now=now)
    return done


def part(unit: UnitOfWork, article_ids: Sequence[int], *, by: Actor, now: datetime) -> Done:
    """Make a story of its own of some articles of one story, with the copies of them."""
    done = by_hand.part(unit, article_ids, now=now)
    detail = {"articles": list(article_ids)}
    unit.audit.note(by, "story.part", str(done.story.id), detail=detail, now=now)
    return done


def mute(
    unit: UnitOfWork, story_id: int, length: timedelta | None, *, by: Actor, now: datetime
) -> tuple[Story, datetime | None]:
    """Send no more alerts of it, or not for so long; gives until when."""
    story = known(standing(unit, story_id), "story", story_id)
    until = None if length is None else now + length
    unit.posting.mute(story.id, until=until, now=now)
    detail = {} if until is None else {"until": until.isoformat()}
    unit.audit.note(by, "story.mute", str(story.id), detail=detail or None, now=now)
    return story, until


def unmute(unit: UnitOfWork, story_id: int, *, by: Actor, now: datetime) -> tuple[Story, bool]:
    """Send alerts of it again, from now on; gives whether it was muted."""
    story = known(standing(unit, story_id), "story", story_id)
    was = unit.posting.unmute(story.id)
    if was:
        unit.audit.note(by, "story.unmute", str(story.id), now=now)
    return story, was
