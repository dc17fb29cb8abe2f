"""A channel as the deliverer holds it: what it is made of, its health, and what is under way."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from scraper.alerts.channels import build_channel
from scraper.alerts.circuit import Circuit
from scraper.alerts.retry import RetryPolicy
from scraper.alerts.transport import Channel, ChannelContext, ChannelType
from scraper.errors import DeliveryError, SettingsError
from storage.records import ChannelSpec


@dataclass(slots=True)
class Line:
    """The line to one channel."""

    spec: ChannelSpec
    circuit: Circuit
    under_way: int = 0
    _channel: Channel | None = field(default=None, init=False)

    def room(self, kind: ChannelType | None, now: float) -> int:
        """How many more messages it may be given now."""
        if self.circuit.is_open(now):
            return 0
        most = 1 if kind is None or self.circuit.on_trial else kind.concurrency
        return max(0, most - self.under_way)

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
