"""The outbox: what rang, where it went, what did not arrive and why; and what is done about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from scraper.actions import alerts
from scraper.alerts.message import also_in
from scraper.errors import MissingError, UsageError
from scraper.web.access import GuardedRoute, needs
from scraper.web.context import asker, web
from scraper.web.fields import LONGEST_DURATION, length_of
from scraper.web.lists import LONGEST_CURSOR, ROWS, Listed, listed, there
from storage.database import UnitOfWork
from storage.records import (
    Actor,
    Alert,
    Delivery,
    DeliveryAttempt,
    DeliveryKind,
    DeliveryState,
    Scope,
)

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)

_DEAD: Final = 20  # deliveries of no single alert that were given up, shown above the list
_LONGEST_ID: Final = 100
_STATES: Final = {
    None: "All",
    DeliveryState.PENDING: "Waiting",
    DeliveryState.FAILED: "Given up",
    DeliveryState.CANCELLED: "Cancelled",
    DeliveryState.DELIVERED: "Delivered",
}
_DONE: Final = {
    "acknowledged": "Acknowledged: it is not escalated any more.",
    "known": "Somebody had acknowledged it before.",
    "snoozed": "It comes again later; until then it is not escalated.",
    "retried": "What was given up is due again.",
    "nothing-to-retry": "Nothing of it was given up.",
    "cancelled": "What was waiting is cancelled.",
    "nothing-waiting": "Nothing of it was waiting.",
}
_Text = Annotated[str | None, Query(max_length=LONGEST_CURSOR)]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which alerts are shown."""

    state: DeliveryState | None
    watch: str | None
    channel: str | None

    def at(self, state: DeliveryState | None) -> str:
        """Where those with deliveries in another state are."""
        values = {"state": state, "watch": self.watch, "channel": self.channel}
        return f"/alerts?{urlencode({key: value for key, value in values.items() if value})}"


@dataclass(frozen=True, slots=True)
class _Outbox:
    page: Listed[Alert]
    deliveries: Mapping[str, Sequence[Delivery]]
    dead: Sequence[Delivery]  # digests and notices: they are of no single alert


@dataclass(frozen=True, slots=True)
class _Shown:
    alert: Alert
    also_in: str
    deliveries: Sequence[tuple[Delivery, Sequence[DeliveryAttempt]]]

    @property
    def waits(self) -> bool:
        """Whether something of it can be cancelled."""
        return any(delivery.state is DeliveryState.PENDING for delivery, _ in self.deliveries)

    @property
    def was_given_up(self) -> bool:
        """Whether something of it can be tried again."""
        return any(delivery.state is DeliveryState.FAILED for delivery, _ in self.deliveries)


@router.get("/alerts")
@needs(Scope.READ)
async def show_all(
    request: Request,
    state: DeliveryState | None = None,
    watch: _Text = None,
    channel: _Text = None,
    before: Annotated[str | None, Query(max_length=_LONGEST_ID)] = None,
    done: _Text = None,
) -> Response:
    """The outbox, the newest first."""
    at = web(request)
    asked = _Asked(state, watch or None, channel or None)
    shown = await at.database.query(lambda unit: _outbox(unit, asked, before))
    return at.pages.render(
        request,
        "alerts.html",
        shown=shown,
        asked=asked,
        tabs=[(name, asked.at(each), each == state) for each, name in _STATES.items()],
        is_first=before is None,
        standing=standing,
        done=_DONE.get(done or ""),
    )


@router.get("/alerts/{alert_id}")
@needs(Scope.READ)
async def show(request: Request, alert_id: str, done: _Text = None) -> Response:
    """An alert, its passages, and the attempts to deliver it."""
    return await _page(request, alert_id, done=_DONE.get(done or ""))


@router.post("/alerts/retry")
@needs(Scope.ALERTS)
async def retry_all(
    request: Request, channel: Annotated[str, Form(max_length=LONGEST_CURSOR)] = ""
) -> Response:
    """Deliver again all that was given up, or what was for a channel."""
    at, by, now = web(request), asker(request).actor, web(request).clock.now()
    number = await at.database.run(
        lambda unit: alerts.retry(unit, channel=channel or None, by=by, now=now)
    )
    return RedirectResponse(f"/alerts?done={'retried' if number else 'nothing-to-retry'}", 303)


@router.post("/alerts/{alert_id}/acknowledge")
@needs(Scope.ALERTS)
async def acknowledge(request: Request, alert_id: str) -> Response:
    """Somebody has seen to it."""

    def work(unit: UnitOfWork, by: Actor, now: datetime) -> str:
        _, first = alerts.acknowledge(unit, alert_id, by=by, now=now)
        return "acknowledged" if first else "known"

    return await _change(request, alert_id, work)


@router.post("/alerts/{alert_id}/retry")
@needs(Scope.ALERTS)
async def retry(request: Request, alert_id: str) -> Response:
    """Deliver again what of it was given up."""

    def work(unit: UnitOfWork, by: Actor, now: datetime) -> str:
        number = alerts.retry(unit, alert_id, by=by, now=now)
        return "retried" if number else "nothing-to-retry"

    return await _change(request, alert_id, work)


@router.post("/alerts/{alert_id}/cancel")
@needs(Scope.ALERTS)
async def cancel(request: Request, alert_id: str) -> Response:
    """Send no more of it."""

    def work(unit: UnitOfWork, by: Actor, now: datetime) -> str:
        number = alerts.cancel(unit, alert_id, by=by, now=now)
        return "cancelled" if number else "nothing-waiting"

    return await _change(request, alert_id, work)


@router.post("/alerts/{alert_id}/snooze")
@needs(Scope.ALERTS)
async def snooze(
    request: Request,
    alert_id: str,
    duration: Annotated[str, Form(max_length=LONGEST_DURATION)] = "",
) -> Response:
    """Have it again later."""
    length = length_of(duration)
    if isinstance(length, str):
        return await _page(request, alert_id, problem=length, duration=duration)

    def work(unit: UnitOfWork, by: Actor, now: datetime) -> str:
        alerts.snooze(unit, alert_id, length, by=by, now=now)
        return "snoozed"

    try:
        return await _change(request, alert_id, work)
    except MissingError:
        raise
    except UsageError as error:  # somebody has acknowledged it
        return await _page(request, alert_id, problem=str(error), duration=duration)


async def _change(
    request: Request, alert_id: str, work: Callable[[UnitOfWork, Actor, datetime], str]
) -> Response:
    """Do it, and show the alert again."""
    at, by, now = web(request), asker(request).actor, web(request).clock.now()
    done = await at.database.run(lambda unit: work(unit, by, now))
    return RedirectResponse(f"/alerts/{alert_id}?done={done}", 303)


async def _page(
    request: Request,
    alert_id: str,
    *,
    done: str | None = None,
    problem: str | None = None,
    duration: str = "2h",
) -> Response:
    at = web(request)
    shown = await at.database.query(lambda unit: _shown(unit, alert_id[:_LONGEST_ID]))
    return at.pages.render(
        request,
        "alert.html",
        status=200 if problem is None else 422,
        shown=shown,
        standing=standing,
        done=done,
        problem=problem,
        duration=duration,
    )


def _outbox(unit: UnitOfWork, asked: _Asked, before: str | None) -> _Outbox:
    state, watch, channel = asked.state, asked.watch, asked.channel
    found = unit.outbox.alerts(ROWS + 1, watch=watch, channel=channel, state=state, before=before)
    page = listed(
        found, "before", lambda alert: alert.id, state=state, watch=watch, channel=channel
    )
    dead: Sequence[Delivery] = ()
    if state is DeliveryState.FAILED and before is None and watch is None:
        failed = unit.outbox.deliveries(state=state, channel=channel, limit=_DEAD)
        dead = [each for each in failed if each.alert_id is None]
    return _Outbox(
        page=page,
        deliveries={alert.id: unit.outbox.deliveries(alert.id) for alert in page.rows},
        dead=dead,
    )


def _shown(unit: UnitOfWork, alert_id: str) -> _Shown:
    alert = there(unit.outbox.alert(alert_id))
    deliveries = unit.outbox.deliveries(alert_id)
    return _Shown(
        alert=alert,
        also_in=also_in(alert),
        deliveries=[(each, unit.outbox.attempts(each.id)) for each in deliveries],
    )


def standing(delivery: Delivery) -> str:
    """How a delivery fares, in a word or two."""
    words = {
        DeliveryState.PENDING: "waits",
        DeliveryState.DELIVERED: "delivered",
        DeliveryState.FAILED: "given up",
        DeliveryState.CANCELLED: "cancelled",
    }
    kind = "" if delivery.kind is DeliveryKind.ALERT else f" ({delivery.kind.value})"
    return f"{words[delivery.state]}{kind}"
