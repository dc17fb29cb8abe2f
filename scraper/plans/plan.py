"""What is set for a watch and a channel, and what follows from it for one alert."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from scraper.plans.rates import Rate, parse_rate
from scraper.plans.times import Quiet, Timetable, parse_quiet, parse_timetable, quiet_until

INSTANT, NONE, NEVER = "instant", "none", "never"


class Priority(IntEnum):
    """How much a watch matters: what gets through quiet hours."""

    LOW = 0
    NORMAL = 1
    HIGH = 2
    URGENT = 3

    @classmethod
    def of(cls, name: str) -> "Priority":
        """The priority of that name; ValueError names them all."""
        try:
            return cls[name.upper()]
        except KeyError:
            known = ", ".join(f'"{each.name.lower()}"' for each in cls)
            raise ValueError(f'there is no priority "{name}": use one of {known}') from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How the alerts of one watch go to one channel.

    `of_watch` names the keys that the watch sets for itself: what they hold back is put together
    with nothing but this watch's alerts, and what they count is this watch's alone.
    """

    send: Timetable | None = None  # None: at once
    quiet: tuple[Quiet, ...] = ()
    break_through: Priority | None = Priority.URGENT  # None: nothing does
    throttle: Rate | None = None
    escalate_to: str | None = None
    escalate_after: timedelta = timedelta(minutes=15)
    of_watch: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hold:
    """An alert waits until `due`, together with others that wait for the same reason."""

    due: datetime
    reason: str
    of_watch: bool


PLAN_KEYS = ("send", "quiet", "break_through", "throttle", "escalate_to", "escalate_after")


def plan_of(channel: Mapping[str, Any], watch: Mapping[str, Any]) -> Plan:
    """The plan of what is set for a channel, and by a watch for that channel, which goes before.

    Values are texts as in the settings, `quiet` a list of them, `escalate_after` seconds. Raises
    ValueError for those that no settings would take.
    """
    values = {**channel, **watch}
    send, throttle = values.get("send", INSTANT), values.get("throttle", NONE)
    through = values.get("break_through", "urgent")
    return Plan(
        send=None if send == INSTANT else parse_timetable(send),
        quiet=tuple(map(parse_quiet, values.get("quiet", ()))),
        break_through=None if through == NEVER else Priority.of(through),
        throttle=None if throttle == NONE else parse_rate(throttle),
        escalate_to=values.get("escalate_to") or None,
        escalate_after=timedelta(seconds=values.get("escalate_after", 15 * 60)),
        of_watch=frozenset(watch),
    )


Sent = Callable[[Rate, bool], Sequence[datetime]]


def decide(
    plan: Plan,
    *,
    now: datetime,
    priority: Priority,
    snoozed_until: datetime | None,
    sent: Sent,
) -> Hold | None:
    """What an alert that rings now has to wait for; None: it goes at once.

    `sent(rate, of_watch)` gives the times of those that went at once within the rate's span: those
    of the watch, or all of the channel.
    """
    if snoozed_until is not None and snoozed_until > now:
        return Hold(snoozed_until, "snoozed", of_watch=True)
    if plan.send is not None:
        return Hold(plan.send.after(now), plan.send.text, of_watch="send" in plan.of_watch)
    if held := _quiet(plan, now, priority):
        return held
    if plan.throttle is None:
        return None
    of_watch = "throttle" in plan.of_watch
    free = plan.throttle.free_at(sent(plan.throttle, of_watch), now)
    if free <= now:
        return None
    later = _quiet(plan, free, priority)
    return Hold(later.due if later else free, f"more than {plan.throttle.text}", of_watch=of_watch)


def _quiet(plan: Plan, now: datetime, priority: Priority) -> Hold | None:
    if plan.break_through is not None and priority >= plan.break_through:
        return None
    found = quiet_until(plan.quiet, now)
    if found is None:
        return None
    until, quiet = found
    return Hold(until, f"quiet hours {quiet.text}", of_watch="quiet" in plan.of_watch)
