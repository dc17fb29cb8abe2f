"""A channel as the deliverer holds it: what it is made of, its health, and what is under way."""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from scraper.alerts.channels import build_channel
from scraper.alerts.circuit import Circuit
from scraper.alerts.retry import RetryPolicy
from scraper.alerts.transport import Channel, ChannelContext, ChannelType
from scraper.errors import DeliveryError, SettingsError
from scraper.plans import parse_rate
from storage.records import Channel as StoredChannel
from storage.records import ChannelSpec

_NO_LIMIT = 1_000_000


@dataclass(slots=True)
class Line:
    """The line to one channel."""

    spec: ChannelSpec
    circuit: Circuit
    under_way: int = 0
    paused: bool = False
    failing_since: datetime | None = None  # as stored; it took nothing since
    _lone: Counter[str] = field(default_factory=Counter, init=False)
    _channel: Channel | None = field(default=None, init=False)
    _begun: deque[float] = field(default_factory=deque, init=False)  # within the rate's span

    def room(self, kind: ChannelType | None, now: float) -> int:
        """How many more messages it may be given now."""
        if self.circuit.is_open(now):
            return 0
        if kind is None or self.circuit.on_trial:
            return max(0, 1 - self.under_way)
        most: int = self.spec.plan.get("concurrency", kind.concurrency)
        return max(0, min(most - self.under_way, self._left(now)))

    def begun(self, now: float) -> None:
        """One more message is on its way."""
        self.under_way += 1
        if "rate" in self.spec.plan:
            self._begun.append(now)

    def _left(self, now: float) -> int:
        """How many more may begin now, by the rate that is set."""
        if "rate" not in self.spec.plan:
            return _NO_LIMIT
        rate = parse_rate(self.spec.plan["rate"])
        while self._begun and self._begun[0] <= now - rate.per.total_seconds():
            self._begun.popleft()
        return rate.count - len(self._begun)

    def failed(self, delivery: str, error: DeliveryError) -> int:
        """Count a failure of a delivery as its own, if the channel works; gives how many it has.

        It is 0 when the channel takes nothing, or is there no more. What this process did not see
        is not counted: a message that fails is tried a few times more then, never fewer.
        """
        if not (error.only_this or self.circuit.works):
            return 0
        self._lone[delivery] += 1
        return self._lone[delivery]

    def ended(self, delivery: str) -> None:
        """It is not tried again."""
        self._lone.pop(delivery, None)

    def follow(self, stored: StoredChannel, policy: RetryPolicy) -> Channel | None:
        """Take what is stored: a channel that was mended, or let go on, is tried at once.

        Gives the channel that is used no more, if there is one, for whoever closes it.
        """
        resumed = self.paused and not stored.paused
        self.paused, self.failing_since = stored.paused, stored.failing_since
        if stored.spec == self.spec:
            if resumed:
                self.circuit = Circuit(policy)
            return None
        self.spec, self.circuit = stored.spec, Circuit(policy)
        return self.retired()

    def retired(self) -> Channel | None:
        """The channel, if it was built; it is used no more."""
        channel, self._channel = self._channel, None
        return channel

    def channel(self, context: ChannelContext, types: Mapping[str, ChannelType]) -> Channel:
        """The channel, built when it is first needed.

        Raises DeliveryError, a temporary one, when what was set is wrong: a person will mend it.
        """
        if self._channel is None:
            try:
                self._channel = build_channel(self.spec, context, types)
            except SettingsError as error:
                raise DeliveryError(str(error)) from error
        return self._channel
