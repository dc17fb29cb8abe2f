"""Alerts are acknowledged, had again later, delivered again and cancelled."""

from datetime import datetime, timedelta

from scraper.actions.missing import known
from scraper.errors import UsageError
from storage.database import UnitOfWork
from storage.records import Actor, Alert


def acknowledge(
    unit: UnitOfWork, alert_id: str, *, by: Actor, now: datetime, name: str | None = None
) -> tuple[Alert, bool]:
    """Say that somebody (`name`; else who asks) has seen to it: it is not escalated any more.

    Gives the alert as it was, and whether this was the first to say so.
    """
    alert = known(unit.outbox.alert(alert_id), "alert", alert_id)
    first = unit.posting.acknowledge(alert_id, by=name or by.name, now=now)
    if first:
        unit.audit.note(by, "alert.acknowledge", alert_id, now=now)
    return alert, first


def snooze(
    unit: UnitOfWork, alert_id: str, length: timedelta, *, by: Actor, now: datetime
) -> tuple[datetime, int]:
    """Have it again later; gives when, and at how many channels. Until then it is not escalated."""
    alert = known(unit.outbox.alert(alert_id), "alert", alert_id)
    if alert.acknowledged_at is not None:
        raise UsageError(f"{alert.acknowledged_by} has acknowledged it: it comes no more")
    at = now + length
    channels = unit.posting.remind(alert_id, at=at, now=now)
    unit.audit.note(by, "alert.snooze", alert_id, detail={"until": at.isoformat()}, now=now)
    return at, channels


def retry(
    unit: UnitOfWork,
    alert_id: str | None = None,
    *,
    channel: str | None = None,
    by: Actor,
    now: datetime,
) -> int:
    """Deliver again what was given up: all of it, of one alert, to one channel; gives how many."""
    _refer(unit, alert_id, channel)
    count = unit.outbox.retry_failed(now=now, channel=channel, alert_id=alert_id)
    detail = {"deliveries": count, **({"channel": channel} if channel else {})}
    unit.audit.note(by, "alert.retry", alert_id or "all", detail=detail, now=now)
    return count


def cancel(
    unit: UnitOfWork, alert_id: str, *, channel: str | None = None, by: Actor, now: datetime
) -> int:
    """Send no more of it; gives how many deliveries that stops. What a channel has stays there."""
    _refer(unit, alert_id, channel)
    reason = f"cancelled by {by.name}"
    count = unit.posting.cancel(alert_id, reason=reason, now=now, channel=channel)
    detail = {"deliveries": count, **({"channel": channel} if channel else {})}
    unit.audit.note(by, "alert.cancel", alert_id, detail=detail, now=now)
    return count


def _refer(unit: UnitOfWork, alert_id: str | None, channel: str | None) -> None:
    if alert_id is not None:
        known(unit.outbox.alert(alert_id), "alert", alert_id)
    if channel is not None:
        known(unit.channels.get(channel), "channel", channel)
