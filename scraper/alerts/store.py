"""What the deliverer asks of a database: `storage.database.Database` has it, and so have fakes."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from storage.records import Alert, Channel, Delivery, Notice

T = TypeVar("T")


class Outbox(Protocol):
    """The deliveries not yet done. All times are aware, in UTC."""

    def due(self, now: datetime) -> Collection[str]:
        """The channels that something is due for which nobody has claimed."""
        ...

    def claim_due(
        self,
        now: datetime,
        *,
        worker: str,
        limit: int,
        rooms: Mapping[str, int] | None = None,
        exclude_channels: Collection[str] = (),
    ) -> list[Delivery]:
        """Claim at most so many due deliveries; their `attempts` count the one that begins now.

        With `rooms` at most so many of each channel that it names, and one of each other.
        """
        ...

    def alerts_of(self, ids: Collection[str]) -> Sequence[Alert]:
        """The alerts of these ids, but for those that are stored no more."""
        ...

    def digest(self, delivery_id: str) -> Sequence[Alert]:
        """The alerts of a digest."""
        ...

    def delivered(
        self, delivery_id: str, *, worker: str, now: datetime, refused: str | None = None
    ) -> bool:
        """The channel took it, though not for those of its recipients that `refused` tells of.

        False, here and below, when the worker's claim was gone.
        """
        ...

    def delivered_together(
        self, ids: Sequence[str], *, worker: str, now: datetime
    ) -> Collection[str]:
        """The channels took these; gives those whose claim was not gone."""
        ...

    def retry(
        self,
        delivery_id: str,
        *,
        worker: str,
        at: datetime,
        error: str,
        now: datetime,
        settled: Mapping[str, str | None],
    ) -> bool:
        """It failed, and is due again at `at`; not for those of its recipients that are settled."""
        ...

    def fail(
        self,
        delivery_id: str,
        *,
        worker: str,
        error: str,
        now: datetime,
        settled: Mapping[str, str | None],
    ) -> bool:
        """It is given up; who is settled is kept, should it be tried anew."""
        ...

    def release(self, worker: str, *, settled: Mapping[str, Mapping[str, str | None]]) -> int:
        """Free all that the worker has claimed, as if it had not been.

        `settled` are, of deliveries that were cut off, the recipients that need no other attempt.
        """
        ...


class Channels(Protocol):
    """The channels, those that are paused too."""

    def list(self) -> Sequence[Channel]:
        """All that were not removed."""
        ...

    def stop(self, name: str, because: str) -> bool:
        """Pause it for a reason that was found; False when it is paused, or there is none."""
        ...

    def works(self, name: str) -> None:
        """It took a message."""
        ...

    def fails(self, name: str, now: datetime) -> None:
        """It took nothing now; what counts is when that began."""
        ...


class Notices(Protocol):
    """What the operator is told."""

    def get(self, notice_id: int) -> Notice | None:
        """The notice, or None when it is stored no more."""
        ...

    def open(self, kind: str, subject: str, message: str, *, now: datetime) -> bool:
        """Tell of a kind of trouble with a subject; False when that is told of already."""
        ...

    def resolve(self, kind: str, subject: str, *, now: datetime) -> bool:
        """The trouble is over."""
        ...

    def list(self) -> Sequence[Notice]:
        """Those that are open."""
        ...


class Posting(Protocol):
    """What comes into the outbox besides the alerts."""

    def has_untold(self) -> bool:
        """Whether there are notices that nobody was told of."""
        ...

    def post_notices(self, channels: Sequence[str], now: datetime) -> int:
        """Write deliveries of the notices that nobody was told of; gives how many notices."""
        ...


class Unit(Protocol):
    """One transaction."""

    @property
    def outbox(self) -> Outbox:
        """The outbox."""
        ...

    @property
    def notices(self) -> Notices:
        """The notices."""
        ...

    @property
    def posting(self) -> Posting:
        """What comes into the outbox."""
        ...

    @property
    def channels(self) -> Channels:
        """The channels."""
        ...


class Database(Protocol):
    """Runs work in a transaction, off the event loop."""

    async def run(self, work: Callable[[Unit], T]) -> T:
        """Do the work and commit it; cancelling the caller does not stop it."""
        ...

    async def query(self, work: Callable[[Unit], T]) -> T:
        """Do work that only reads."""
        ...
