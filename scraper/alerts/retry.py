"""When to try again, and when to give up: decisions, no I/O."""

from dataclasses import dataclass, replace
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

    As long as a channel fails, that is all: `longest` is short on purpose, so when the channel
    comes back its alerts are at most that late, and nothing is given up because of an outage. A
    channel that took nothing for `outage`, and was asked `least_failures` times in a row, is
    paused. The second lets a machine that slept for a week ask first.

    A message that fails while the channel takes others is at fault itself: when its pauses have
    doubled to `longest`, those of `later` follow, and after the last it is given up, though not
    before `patience`. A permanent error ends it at once.

    A pause that the other side asks for is kept, up to `longest_asked`.
    """

    first: timedelta = timedelta(seconds=10)
    longest: timedelta = timedelta(minutes=15)
    later: tuple[timedelta, ...] = (
        timedelta(minutes=30),
        timedelta(hours=2),
        timedelta(hours=5),
        timedelta(hours=10),
        timedelta(hours=14),
        timedelta(hours=20),
        timedelta(hours=24),
    )
    patience: timedelta = timedelta(days=3)
    outage: timedelta = timedelta(days=5)
    least_failures: int = 10
    longest_asked: timedelta = timedelta(hours=2)

    def hurried(self, times: int) -> "RetryPolicy":
        """The same course in so much less time; only what a receiver asks for takes its time.

        It is for those who try out what happens in days.
        """
        return replace(
            self,
            first=self.first / times,
            longest=self.longest / times,
            later=tuple(pause / times for pause in self.later),
            patience=self.patience / times,
            outage=self.outage / times,
        )

    def pause(self, failures: int, random: Random) -> timedelta:
        """How long to wait after so many failures in a row, at least one."""
        return _jittered(min(self._doubled(failures), self.longest), random)

    def lone_pause(self, failures: int, random: Random) -> timedelta:
        """The same for a message that failed so often while the channel took others."""
        if failures <= self._quick or not self.later:
            return self.pause(failures, random)
        step = min(failures - self._quick, len(self.later)) - 1
        return _jittered(self.later[step], random)

    @property
    def _quick(self) -> int:
        """How many pauses are shorter than the longest."""
        return next(n for n in range(_MOST_DOUBLINGS + 2) if self._doubled(n + 1) >= self.longest)

    def _doubled(self, failures: int) -> timedelta:
        return self.first * (1 << min(max(failures, 1) - 1, _MOST_DOUBLINGS))

    def asked(self, error: AttemptError) -> timedelta:
        """The pause that the other side asked for, within reason; zero when it asked for none."""
        return min(max(error.retry_after or timedelta(0), timedelta(0)), self.longest_asked)

    def decide(
        self, error: AttemptError, *, attempts: int, alone: int, age: timedelta, random: Random
    ) -> Again | GiveUp:
        """What follows a failure: `attempts` counts this one, `age` is the delivery's.

        `alone` counts the failures while the channel took others, this one too; it is 0 when the
        channel takes nothing now.
        """
        if error.permanent:
            return GiveUp(str(error))
        if not alone:
            return Again(max(self.pause(attempts, random), self.asked(error)))
        if alone > self._quick + len(self.later) and age >= self.patience:
            return GiveUp(
                f"given up after {attempts} attempts in {age.days} days, "
                f"while others were taken: {error}"
            )
        return Again(max(self.lone_pause(alone, random), self.asked(error)))

    def is_over(self, *, failures: int, lasting: timedelta) -> bool:
        """The channel that failed so often in a row, for so long, is to be paused."""
        return lasting >= self.outage and failures >= self.least_failures


def _jittered(full: timedelta, random: Random) -> timedelta:
    """Between half of it and all of it."""
    return full * (0.5 + random.random() / 2)
