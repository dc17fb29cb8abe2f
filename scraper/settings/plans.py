"""What may be set of when alerts go to a channel: for the channel, and by a watch for a channel."""

from datetime import timedelta
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from scraper.plans import INSTANT, Priority, parse_quiet, parse_rate, parse_timetable
from scraper.plans.plan import NEVER, NONE
from scraper.settings.units import parse_duration

_LONGEST = timedelta(days=7)
_FASTEST = 1000  # messages a second


def _timetable(value: str) -> str:
    return value if value == INSTANT else parse_timetable(value).text


def _throttle(value: str) -> str:
    if value != NONE:
        parse_rate(value)
    return value


def _rate(value: str) -> str:
    rate = parse_rate(value)
    if rate.count > _FASTEST * rate.per.total_seconds():
        raise ValueError(f"the fastest is {_FASTEST} a second")
    return value


def _priority(value: str) -> str:
    return Priority.of(value).name.lower()


def _through(value: str) -> str:
    return value if value == NEVER else _priority(value)


def _hours(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _quiet(value: str) -> str:
    return parse_quiet(value).text


def _wait(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError('write a duration as text with a unit, such as "15m"')  # noqa: TRY004 - pydantic's
    duration = parse_duration(value)
    if not timedelta(seconds=10) <= duration <= _LONGEST:
        raise ValueError('write from "10s" to "7d"')
    return duration.total_seconds()


PriorityName = Annotated[str, AfterValidator(_priority)]
_Quiet = Annotated[str, AfterValidator(_quiet)]
_Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class PlanKeys(BaseModel):
    """When alerts go to a channel; what is left out is as the channel has it, or at once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    send: Annotated[str, AfterValidator(_timetable)] | None = None
    quiet: Annotated[tuple[_Quiet, ...], BeforeValidator(_hours), Field(max_length=20)] | None = (
        None
    )
    break_through: Annotated[str, AfterValidator(_through)] | None = None
    throttle: Annotated[str, AfterValidator(_throttle)] | None = None
    escalate_to: _Name | None = None
    escalate_after: Annotated[float, BeforeValidator(_wait)] | None = None

    def plan(self) -> dict[str, Any]:
        """The keys that were set, as storage keeps them."""
        values = self.model_dump(include=set(PlanKeys.model_fields), exclude_none=True)
        return {key: list(value) if key == "quiet" else value for key, value in values.items()}


class ChannelPlan(PlanKeys):
    """When alerts go to a channel, and how fast: `rate` messages, `concurrency` at once."""

    rate: Annotated[str, AfterValidator(_rate)] | None = None
    concurrency: Annotated[int, Field(ge=1, le=100)] | None = None

    def plan(self) -> dict[str, Any]:
        """The keys that were set, as storage keeps them."""
        speed = {"rate": self.rate, "concurrency": self.concurrency}
        return super().plan() | {key: value for key, value in speed.items() if value is not None}
