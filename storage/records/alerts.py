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


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSpec:
    """A channel as a person asked for it; `options` are its type's own, secrets named by file."""

    name: str
    type: str  # "email", "webhook"
    options: Mapping[str, Any] = field(default_factory=dict)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One alert on its way to one channel. `id` is stable over all its attempts."""

    id: str
    alert_id: str
    channel: str
    state: DeliveryState
    attempts: int
    next_attempt_at: datetime | None
    created_at: datetime
    delivered_at: datetime | None
    last_error: str | None


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
