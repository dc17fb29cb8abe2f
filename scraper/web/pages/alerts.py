"""The outbox: what rang, where it went, what did not arrive and why; and what is done about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from pydantic import TypeAdapter, ValidationError
from starlette.responses import RedirectResponse, Response

from scraper.alerts.message import also_in
from scraper.settings.load import worded
from scraper.settings.model import PositiveDuration
from scraper.web.access import GuardedRoute, needs
from scraper.web.context import asker, web
from scraper.web.lists import LONGEST_CURSOR, ROWS, Listed, listed, there
from storage.database import UnitOfWork
from storage.records import (
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
_LONGEST_DURATION: Final = 40
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
    at, identity, now = web(request), asker(request), web(request).clock.now()

    def work(unit: UnitOfWork) -> int:
        number = unit.outbox.retry_failed(now=now, channel=channel or None)
        detail = {"deliveries": number}
        unit.audit.note(identity.actor, "alert.retry", channel or "all", detail=detail, now=now)
        return number

    number = await at.database.run(work)
    return RedirectResponse(f"/alerts?done={'retried' if number else 'nothing-to-retry'}", 303)


@router.post("/alerts/{alert_id}/acknowledge")
@needs(Scope.ALERTS)
async def acknowledge(request: Request, alert_id: str) -> Response:
    """Somebody has seen to it."""
    identity, now = asker(request), web(request).clock.now()

    def work(unit: UnitOfWork) -> str:
        first = unit.posting.acknowledge(alert_id, by=identity.name, now=now)
        return "acknowledged" if first else "known"

    return await _change(request, alert_id, "alert.acknowledge", work)


@router.post("/alerts/{alert_id}/retry")
@needs(Scope.ALERTS)
async def retry(request: Request, alert_id: str) -> Response:
    """Deliver again what of it was given up."""
    now = web(request).clock.now()

    def work(unit: UnitOfWork) -> str:
        number = unit.outbox.retry_failed(now=now, alert_id=alert_id)
        return "retried" if number else "nothing-to-retry"

    return await _change(request, alert_id, "alert.retry", work)


@router.post("/alerts/{alert_id}/cancel")
@needs(Scope.ALERTS)
async def cancel(request: Request, alert_id: str) -> Response:
    """Send no more of it."""
    reason = f"cancelled by {asker(request).name}"

    def work(unit: UnitOfWork) -> str:
        number = unit.posting.cancel(alert_id, reason=reason)
        return "cancelled" if number else "nothing-waiting"

    return await _change(request, alert_id, "alert.cancel", work)


@router.post("/alerts/{alert_id}/snooze")
@needs(Scope.ALERTS)
async def snooze(
    request: Request,
    alert_id: str,
    duration: Annotated[str, Form(max_length=_LONGEST_DURATION)] = "",
) -> Response:
    """Have it again later."""
    now = web(request).clock.now()
    try:
        length = TypeAdapter(PositiveDuration).validate_python(duration.strip())
    except ValidationError as error:
        problem = worded(error.errors()[0])[1]
        return await _page(request, alert_id, problem=problem, duration=duration)
    known = there(await web(request).database.query(lambda unit: unit.outbox.alert(alert_id)))
    if known.acknowledged_at is not None:
        problem = f"{known.acknowledged_by} has acknowledged it: it comes no more."
        return await _page(request, alert_id, problem=problem, duration=duration)

    def work(unit: UnitOfWork) -> str:
        unit.posting.remind(alert_id, at=now + length, now=now)
        return "snoozed"

    return await _change(request, alert_id, "alert.snooze", work, detail={"for": duration.strip()})


async def _change(
    request: Request,
    alert_id: str,
    action: str,
    work: Callable[[UnitOfWork], str],
    *,
    detail: Mapping[str, str] | None = None,
) -> Response:
    """Do it, note it, and show the alert again."""
    at, identity, now = web(request), asker(request), web(request).clock.now()

    def noted(unit: UnitOfWork) -> str:
        there(unit.outbox.alert(alert_id))
        done = work(unit)
        unit.audit.note(identity.actor, action, alert_id, detail=detail, now=now)
        return done

    done = await at.database.run(noted)
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
    alerts = unit.outbox.alerts(ROWS + 1, watch=watch, channel=channel, state=state, before=before)
    page = listed(
        alerts, "before", lambda alert: alert.id, state=state, watch=watch, channel=channel
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
