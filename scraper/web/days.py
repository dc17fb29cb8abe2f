"""Days in UTC, as charts show them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta


@dataclass(frozen=True, slots=True)
class Days:
    """Some days one after the other, today the last; `bounds` has one more: when it ends."""

    days: tuple[date, ...]
    bounds: tuple[datetime, ...]

    @classmethod
    def last(cls, number: int, now: datetime) -> "Days":
        """Today and the days before it, `number` in all."""
        today = now.astimezone(UTC).date()
        days = tuple(today - timedelta(days=back) for back in range(number - 1, -1, -1))
        every = (*days, today + timedelta(days=1))
        return cls(days, tuple(datetime.combine(day, time.min, tzinfo=UTC) for day in every))

    def place(self, moment: datetime) -> int | None:
        """Which of the days a moment is in, counted from 0."""
        back = (self.days[-1] - moment.astimezone(UTC).date()).days
        return len(self.days) - 1 - back if 0 <= back < len(self.days) else None
