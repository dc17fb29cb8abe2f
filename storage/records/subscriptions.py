"""Subscriptions to hubs, which push what sources publish (WebSub)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class SubscriptionState(StrEnum):
    """Where a subscription stands."""

    WANTED = "wanted"  # the hub is to be asked
    ASKED = "asked"  # the hub took the request, and has yet to verify that it was ours
    ACTIVE = "active"  # verified
    DENIED = "denied"  # the hub said no
    ENDING = "ending"  # no longer wanted; the hub is to be told


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A source's subscription at one of its hubs."""

    id: int
    source_id: int
    hub: str
    topic: str
    token: str = field(repr=False)  # the secret part of the callback's address
    secret: str = field(repr=False)  # what the hub signs with
    state: SubscriptionState
    next_at: datetime  # when something is to be done: to ask, to ask again, to renew
    attempts: int  # requests since the last that was verified
    verified_at: datetime | None
    lease_until: datetime | None
    pushed_at: datetime | None  # the last time that it brought something
    trusted: bool  # it brings what visits would find
    missed: int  # visits in a row that found something which it had not brought
    error: str | None

    def is_live(self, now: datetime) -> bool:
        """Whether the hub has promised to push."""
        is_active = self.state is SubscriptionState.ACTIVE
        return is_active and self.lease_until is not None and now < self.lease_until
