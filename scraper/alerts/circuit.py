"""A channel's state of health: while it is down, its deliveries wait instead of failing one by one.

The pattern is the circuit breaker (Michael Nygard, Release It!): closed while all is well, open for
a growing pause after a failure, then half open: one delivery is let through, and its outcome closes
the circuit or opens it for longer. No I/O; times are seconds of a clock that never runs backwards.
"""

from dataclasses import dataclass
from random import Random

from scraper.alerts.retry import RetryPolicy
from scraper.errors import AttemptError


@dataclass(slots=True)
class Circuit:
    """The health of one channel."""

    policy: RetryPolicy
    failures: int = 0  # in a row
    open_until: float = 0.0

    def is_open(self, now: float) -> bool:
        """The channel is left alone."""
        return self.failures > 0 and now < self.open_until

    @property
    def on_trial(self) -> bool:
        """It failed last time: one delivery at a time, until one succeeds."""
        return self.failures > 0

    def answered(self) -> None:
        """The channel works: it took a message, or refused that one for good."""
        self.failures = 0

    def failed(self, error: AttemptError, *, started: float, now: float, random: Random) -> None:
        """A message that was sent at `started` failed for now.

        Messages that were under way together fail together: that is one failure of the channel.
        """
        if self.failures and started < self.open_until:
            self.open_until = max(self.open_until, now + self._asked(error))
            return
        self.failures += 1
        pause = self.policy.pause(self.failures, random).total_seconds()
        self.open_until = now + max(pause, self._asked(error))

    def _asked(self, error: AttemptError) -> float:
        return self.policy.asked(error).total_seconds()
