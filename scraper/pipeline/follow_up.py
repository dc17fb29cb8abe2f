"""What follows from a visit: how its source fares, when to come again, and what is to be told."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import nlargest
from random import Random

from scraper.errors import AttemptError, Trouble
from scraper.pipeline import looks, source_health
from scraper.pipeline.rhythm import Rhythm, learn
from scraper.pipeline.schedule import PUSHED_PAUSE, PacedBy, Plan, back_off, plan
from scraper.pipeline.source_health import Change
from storage.database import UnitOfWork
from storage.records import Entry, Health, Source, SourceState

_log = logging.getLogger(__name__)

_TIMES = 5_000
_GONE_EVERY = timedelta(days=1)
_MOST_JITTER = timedelta(minutes=2)
_JITTER = 0.1  # of a back-off, upwards: whoever failed together does not come again together

_OUTCOMES = {
    Trouble.BARRED: looks.Outcome.BARRED,
    Trouble.BUSY: looks.Outcome.BUSY,
    Trouble.MISSING: looks.Outcome.MISSING,
    Trouble.GONE: looks.Outcome.MISSING,
    Trouble.UNRESOLVED: looks.Outcome.MISSING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a good visit showed, as far as its source's state is concerned.

    `whole`: not merely that nothing was modified. `asks` is how long the source asks to be left
    alone (None: it did not say now), `fresh` for how long its answer is the same. `redirected_to`
    is where permanent redirects led. `pushed`: what is new is pushed, so there is no hurry.
    """

    published: Sequence[datetime]  # of what it shows, new or not: see `times`
    new: int
    whole: bool
    asks: timedelta | None = None
    fresh: timedelta = timedelta(0)
    redirected_to: str | None = None
    pushed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A source's next state, and its next visit: when, and at which address."""

    state: SourceState
    plan: Plan
    address: str


def times(entries: Iterable[Entry]) -> list[datetime]:
    """When entries were published, the oldest first: of very many the newest, which tell enough."""
    known = (entry.published_at for entry in entries if entry.published_at is not None)
    return nlargest(_TIMES, known)[::-1]


def after_visit(source: Source, sight: Sight, *, now: datetime, random: Random) -> FollowUp:
    """What follows from a good visit."""
    rhythm = _learned(source, sight, now)
    state = source_health.after_success(
        source, rhythm=rhythm, whole=sight.whole, redirected_to=sight.redirected_to, now=now
    )
    planned = plan(
        rhythm,
        every=source.every,
        wish=max(timedelta(seconds=rhythm.asks), sight.fresh),
        now=now,
        spread=_is_to_spread(source, now),
        random=random,
    )
    if sight.pushed and source.every is None and planned.pause < PUSHED_PAUSE:
        planned = Plan(interval=PUSHED_PAUSE, pause=PUSHED_PAUSE, by=PacedBy.PUSHED)
    if sight.new:
        outcome = looks.Outcome.NEW
    else:
        outcome = looks.Outcome.NOTHING if sight.whole else looks.Outcome.SAME
    look = looks.Look(at=now, outcome=outcome, new=sight.new)
    return _noted(replace(source, failures=0), state, planned, look)


def after_failure(
    source: Source, error: AttemptError, *, now: datetime, random: Random
) -> FollowUp:
    """What follows from a failed visit."""
    state = source_health.after_failure(
        source, trouble=error.trouble, permanent=error.permanent, error=str(error), now=now
    )
    interval = source.every or source.interval
    pause = back_off(interval, failures=source.failures + 1, retry_after=error.retry_after)
    by = PacedBy.RETRY_AFTER if error.trouble is Trouble.BUSY else PacedBy.BACK_OFF
    if state.health is Health.GONE:
        pause, by = max(pause, _GONE_EVERY), PacedBy.GONE
    pause += min(pause * _JITTER, _MOST_JITTER) * random.random()
    outcome = _OUTCOMES.get(error.trouble, looks.Outcome.FAILED)
    planned = Plan(interval=interval, pause=pause, by=by)
    failed = replace(source, failures=source.failures + 1)
    return _noted(failed, state, planned, looks.Look(at=now, outcome=outcome))


def after_push(
    source: Source, published: Sequence[datetime], *, new: int, now: datetime
) -> SourceState:
    """The state after a source said something without being asked."""
    rhythm = _learned(source, Sight(published=published, new=new, whole=False), now)
    is_over = source.state.health is Health.SILENT and not source_health.is_silent(
        source.state, rhythm
    )
    state = replace(source.state, rhythm=rhythm.raw())
    if is_over:
        state = replace(state, health=Health.HEALTHY, since=now, reason=None)
    look = looks.Look(at=now, outcome=looks.Outcome.PUSHED, new=new)
    return replace(state, recent=looks.noted(state.recent, look))


def _learned(source: Source, sight: Sight, now: datetime) -> Rhythm:
    known = Rhythm.of(source.state.rhythm)
    rhythm = learn(known, published=sight.published, new=sight.new, now=now)
    if sight.asks is None:
        return rhythm
    return replace(rhythm, asks=sight.asks.total_seconds())


def _is_to_spread(source: Source, now: datetime) -> bool:
    """Whether many others are likely to have been visited with it: at first, or long overdue."""
    return source.last_visit_at is None or now - source.next_visit_at > source.interval


def _noted(source: Source, state: SourceState, planned: Plan, look: looks.Look) -> FollowUp:
    recent = looks.noted(state.recent, look)
    after = replace(state, recent=recent, paced_by=planned.by)
    address = source_health.address(replace(source, state=after))
    return FollowUp(state=after, plan=planned, address=address)


def record(unit: UnitOfWork, source: Source, state: SourceState, now: datetime) -> Sequence[Change]:
    """Open and resolve the notices of what changed; what is then to be told."""
    changes = source_health.changes(source.name, source.state, state)
    for change in changes:
        if change.open:
            unit.notices.open(change.kind, source.name, change.message, now=now)
        else:
            unit.notices.resolve(change.kind, source.name, now=now)
    return changes


def tell(source: Source, changes: Sequence[Change]) -> None:
    """Log what changed, once its transaction is committed."""
    for change in changes:
        level = logging.WARNING if change.open else logging.INFO
        extra = {"action": change.kind if change.open else f"{change.kind}.over"}
        _log.log(level, "%s", change.message, extra={**extra, "source": source.name})
