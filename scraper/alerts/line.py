"""A channel as the deliverer holds it: what it is made of, its health, and what is under way."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from scraper.alerts.channels import build_channel
from scraper.alerts.circuit import Circuit
from scraper.alerts.retry import RetryPolicy
from scraper.alerts.transport import Channel, ChannelContext, ChannelType
from scraper.errors import DeliveryError, SettingsError
from scraper.plans import parse_rate
from storage.records import ChannelSpec

_NO_LIMIT = 1_000_000


@dataclass(slots=True)
class Line:
    """The line to one channel."""

    spec: ChannelSpec
    circuit: Circuit
    under_way: int = 0
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

    def follow(self, spec: ChannelSpec, policy: RetryPolicy) -> Channel | None:
        """Take what was set anew: a channel that was mended is tried at once.

        Gives the channel that is used no more, if there is one, for whoever closes it.
        """
        if spec == self.spec:
            return None
        self.spec, self.circuit = spec, Circuit(policy)
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
