"""Where an alert that rang goes, and when: written in the transaction in which it rang."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from scraper.plans import Hold, Plan, Priority, Rate, decide, plan_of
from storage.database import UnitOfWork
from storage.records import DeliveryKind, Match, StoredArticle, Watch

MUTED = "its story is muted"


class Rung(NamedTuple):
    """An alert that rang: the watch, what it found, in which article."""

    watch: Watch
    match: Match
    article: StoredArticle
    alert_id: str


def ring(
    unit: UnitOfWork,
    watch: Watch,
    match: Match,
    stored: StoredArticle,
    *,
    once_key: str,
    now: datetime,
    revised: bool = False,
) -> Rung | None:
    """Ring, and send the alert on its way to the watch's channels.

    None when `once_key` rang before.
    """
    alert = unit.outbox.ring(
        watch_id=watch.id,
        article_id=stored.id,
        story_id=stored.story_id,
        passages=match.passages,
        once_key=once_key,
        revised=revised,
        now=now,
    )
    if alert is None:
        return None
    if watch.spec.channels:
        _post(unit, watch, alert, stored.story_id, now)
    return Rung(watch, match, stored, alert)


def _post(unit: UnitOfWork, watch: Watch, alert: str, story_id: int, now: datetime) -> None:
    # As they are in this transaction: what was snoozed or set anew a moment ago counts.
    current = unit.watches.get(watch.name) or watch
    channels = unit.channels.of_names(watch.spec.channels)
    muted = unit.posting.muted(story_id, now)
    for name in dict.fromkeys(watch.spec.channels):
        if muted:
            unit.posting.withhold(alert, name, reason=MUTED, now=now)
            continue
        channel = channels.get(name)
        plan = plan_of(channel.spec.plan if channel else {}, watch.spec.plans.get(name, {}))
        held = _held(unit, current, name, plan, now)
        if held is not None:
            key = digest_key(name, watch.id if held.of_watch else None, held.reason, held.due)
            unit.posting.hold(alert, name, key=key, reason=held.reason, due=held.due, now=now)
            continue
        unit.posting.send(alert, name, now=now)
        if plan.escalate_to is not None:
            due = now + plan.escalate_after
            kind = DeliveryKind.ESCALATION
            to = plan.escalate_to
            unit.posting.send(alert, to, now=now, due=due, kind=kind, escalated_from=name)


def _held(unit: UnitOfWork, watch: Watch, channel: str, plan: Plan, now: datetime) -> Hold | None:
    def sent(rate: Rate, of_watch: bool) -> Sequence[datetime]:  # noqa: FBT001 - as scraper.plans has it
        return unit.posting.sent(
            channel,
            since=now - rate.per,
            limit=rate.count,
            watch_id=watch.id if of_watch else None,
        )

    return decide(
        plan,
        now=now,
        priority=Priority.of(watch.spec.priority),
        snoozed_until=watch.snoozed_until,
        sent=sent,
    )


def digest_key(channel: str, watch_id: int | None, reason: str, due: datetime) -> str:
    """What the alerts of one digest have in common."""
    of = "" if watch_id is None else str(watch_id)
    return f"{of}:{reason}:{int(due.timestamp())}:{channel}"


def unsnooze(unit: UnitOfWork, watch: Watch, now: datetime) -> int:
    """Let a snoozed watch ring again, and what it held back go now; gives the digests."""
    unit.watches.snooze(watch.name, None)
    return unit.posting.release(f"{watch.id}:snoozed:", now)
