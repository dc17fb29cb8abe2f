"""How attempts ended, and how that is told."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from scraper.alerts.clean import one_line
from storage.records import Alert, Delivery, Outcome

_log = logging.getLogger(__name__)

_LONGEST_REFUSALS = 2000  # characters of them that are stored

_WORDS = {
    Outcome.DELIVERED: (logging.INFO, "is done"),
    Outcome.RETRY: (logging.WARNING, "will be tried again"),
    Outcome.FAILED: (logging.ERROR, "failed for good"),
}
_PAUSED = (logging.ERROR, "waits, the channel is paused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How one attempt ended. `detail` is what the other side said, or what went wrong."""

    outcome: Outcome
    detail: str
    retry_at: datetime | None = None
    refused: Mapping[str, str] = field(default_factory=dict)  # recipients that will not get it
    settled: Mapping[str, str | None] = field(default_factory=dict)  # those that need no other try
    works: bool = True  # the channel does, whatever became of this message
    stops: str | None = None  # why the channel is to be paused: nothing will be taken there


Listener = Callable[[Alert | None, Delivery, Report], None]


@dataclass(slots=True, kw_only=True)
class DeliverySummary:
    """What a call of `deliver_due` did, in numbers of attempts."""

    claimed: int = 0
    delivered: int = 0
    retried: int = 0
    failed: int = 0
    paused: set[str] = field(default_factory=set)  # channels that take no more

    def add(self, channel: str, report: Report) -> None:
        """Count one that ended."""
        self.delivered += report.outcome is Outcome.DELIVERED
        self.retried += report.outcome is Outcome.RETRY
        self.failed += report.outcome is Outcome.FAILED
        if report.stops:
            self.paused.add(channel)

    def join(self, other: "DeliverySummary") -> None:
        """Add what another call did."""
        self.claimed += other.claimed
        self.delivered += other.delivered
        self.retried += other.retried
        self.failed += other.failed
        self.paused |= other.paused


def given_up(reason: str) -> Report:
    """The report of a delivery that is not tried again."""
    return Report(outcome=Outcome.FAILED, detail=reason)


def about(delivery: Delivery, what: str) -> dict[str, str]:
    """What a line of the log carries beside its sentence."""
    return {
        "action": f"deliver.{what}",
        "delivery": delivery.id,
        "alert": delivery.alert_id or delivery.kind.value,
        "channel": delivery.channel,
    }


def refusals(report: Report) -> str | None:
    """Who will not get a message that others got, and why; None when all got it."""
    if not report.refused:
        return None
    said = (f"{address} will not get it: {reason}" for address, reason in report.refused.items())
    return one_line("; ".join(said), limit=_LONGEST_REFUSALS)


def log_report(delivery: Delivery, report: Report) -> None:
    """A line for the attempt, and one for each recipient that will not get the message."""
    level, words = _PAUSED if report.stops else _WORDS[report.outcome]
    _log.log(
        level,
        'delivery %s to "%s" %s: %s',
        delivery.id,
        delivery.channel,
        words,
        report.detail,
        extra=about(delivery, report.outcome.value),
    )
    for address, reason in report.refused.items():
        _log.warning(
            'delivery %s to "%s": %s will not get it: %s',
            delivery.id,
            delivery.channel,
            address,
            reason,
            extra=about(delivery, "refused"),
        )
