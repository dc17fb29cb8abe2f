"""Alerts, and their way to a channel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from storage.records.articles import StoredArticle, Story
from storage.records.watches import Passage, Watch


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"  # given up: the channel refused it, or too many attempts
    CANCELLED = "cancelled"  # nobody wants it any more; `reason` says why


OVER = "over"  # the reason of a delivery that tells of the end of a trouble
CHANNEL_PAUSED = "channel.paused"  # a kind of notice; its subject is the channel


class DeliveryKind(StrEnum):
    """What a delivery carries."""

    ALERT = "alert"
    ESCALATION = "escalation"  # an alert that nobody acknowledged, to a second channel
    REMINDER = "reminder"  # an alert again, as somebody asked
    DIGEST = "digest"  # several alerts
    NOTICE = "notice"  # what the operator is to be told


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSpec:
    """A channel as a person asked for it; `options` are its type's own, secrets named by file."""

    name: str
    type: str  # "email", "webhook"
    options: Mapping[str, Any] = field(default_factory=dict)
    plan: Mapping[str, Any] = field(default_factory=dict)  # when, and how fast (scraper.plans)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscription:
    """An address of a channel that wants no more messages of a watch."""

    channel: str
    address: str
    watch_id: int
    watch: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel and its place in the database."""

    id: int
    spec: ChannelSpec
    origin: str
    paused: bool
    paused_because: str | None = None  # where Tocsin paused it by itself
    failing_since: datetime | None = None  # it took nothing since then

    @property
    def name(self) -> str:
        """The name a person gave it."""
        return self.spec.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What a match asks to be sent. `id` is stable: by it a receiver drops repeats."""

    id: str
    created_at: datetime
    watch: Watch
    article: StoredArticle
    story: Story
    passages: tuple[Passage, ...]
    source_name: str | None
    revised: bool  # it was a later text of the article that matched
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message on its way to one channel. `id` is stable over all its attempts.

    A digest has `alert_count` alerts and no `alert_id`; a notice has a `notice_id` instead.
    `settled` are the recipients that need no other attempt: None when they took it, else why they
    never will. `escalated_from` is the channel where nobody acknowledged the alert.
    """

    id: str
    alert_id: str | None
    channel: str
    state: DeliveryState
    attempts: int
    next_attempt_at: datetime | None
    created_at: datetime
    delivered_at: datetime | None
    last_error: str | None
    kind: DeliveryKind = DeliveryKind.ALERT
    notice_id: int | None = None
    reason: str | None = None  # why it had to wait, or was cancelled
    alert_count: int = 0
    settled: Mapping[str, str | None] = field(default_factory=dict, hash=False)
    escalated_from: str | None = None


class Outcome(StrEnum):
    """How an attempt to deliver ended."""

    DELIVERED = "delivered"
    RETRY = "retry"  # it is tried again later
    FAILED = "failed"  # given up


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryAttempt:
    """One attempt to deliver an alert to a channel."""

    id: int
    delivery_id: str
    attempted_at: datetime
    outcome: Outcome
    error: str | None
