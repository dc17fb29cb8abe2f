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
    asked_until: float = 0.0  # the channel itself asked to be left alone
    proven: bool = False  # it took something after it last failed twice in a row

    def is_open(self, now: float) -> bool:
        """The channel is left alone."""
        return now < self.asked_until or (self.failures > 0 and now < self.open_until)

    @property
    def on_trial(self) -> bool:
        """It failed last time: one delivery at a time, until one succeeds."""
        return self.failures > 0

    @property
    def works(self) -> bool:
        """It takes messages, though one of them may just have failed."""
        return self.proven and self.failures <= 1

    def answered(self) -> None:
        """The channel works: it took a message, or refused that one for good.

        What was under way while it asked for a pause does not end that pause.
        """
        self.failures = 0
        self.proven = True

    def failed(self, error: AttemptError, *, started: float, now: float, random: Random) -> None:
        """A message that was sent at `started` failed for now.

        Messages that were under way together fail together: that is one failure of the channel.
        """
        asked = self.policy.asked(error).total_seconds()
        self.asked_until = max(self.asked_until, now + asked)
        if self.failures and started < self.open_until:
            return
        self.failures += 1
        self.proven = self.proven and self.failures == 1
        self.open_until = now + self.policy.pause(self.failures, random).total_seconds()
