"""When to try again, and when to give up: decisions, no I/O."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from scraper.errors import AttemptError

_MOST_DOUBLINGS = 30  # beyond it every pause is at its longest anyway, and powers stay small


@dataclass(frozen=True, slots=True)
class Again:
    """Try again once `after` has passed."""

    after: timedelta


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Do not try again; `reason` says why."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and for how long.

    Pauses double from `first` to `longest`. Half of each is fixed and half is drawn, so that what
    failed together does not come back together ("equal jitter" in Marc Brooker, Exponential
    Backoff And Jitter, AWS Architecture Blog, 2015).

    `longest` is short on purpose: when a channel comes back, its alerts are at most that late.

    A delivery is given up once it is older than `patience` AND was tried `least_attempts` times.
    The first lets a long weekend's outage lose nothing; the second keeps alive what grew old while
    Tocsin itself was down. A permanent error ends it at once.

    A pause that the other side asks for is kept, up to `longest_asked`.
    """

    first: timedelta = timedelta(seconds=10)
    longest: timedelta = timedelta(minutes=15)
    patience: timedelta = timedelta(days=4)
    least_attempts: int = 10
    longest_asked: timedelta = timedelta(hours=2)

    def pause(self, failures: int, random: Random) -> timedelta:
        """How long to wait after so many failures in a row, at least one."""
        doublings = min(max(failures, 1) - 1, _MOST_DOUBLINGS)
        full = min(self.first * (1 << doublings), self.longest)
        return full * (0.5 + random.random() / 2)

    def asked(self, error: AttemptError) -> timedelta:
        """The pause that the other side asked for, within reason; zero when it asked for none."""
        return min(max(error.retry_after or timedelta(0), timedelta(0)), self.longest_asked)

    def decide(
        self, error: AttemptError, *, attempts: int, age: timedelta, random: Random
    ) -> Again | GiveUp:
        """What follows a failure: `attempts` counts this one, `age` is the delivery's."""
        if error.permanent:
            return GiveUp(str(error))
        if age >= self.patience and attempts >= self.least_attempts:
            return GiveUp(f"given up after {attempts} attempts in {age.days} days: {error}")
        return Again(max(self.pause(attempts, random), self.asked(error)))
