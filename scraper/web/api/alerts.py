"""Alerts, their deliveries, and what the operator is told."""

from typing import Annotated

from fastapi import Path, Query, Request
from starlette.responses import Response

from scraper.actions import alerts as actions
from scraper.actions.missing import known
from scraper.web.access import needs
from scraper.web.api.asked import Count, Length, To
from scraper.web.api.models import AlertOut, NoticeOut, Page
from scraper.web.api.once import KEYED, change
from scraper.web.api.routing import Cursor, Limit, make_router, page_of, place, tagged
from scraper.web.context import asker, web
from storage.database import UnitOfWork
from storage.records import DeliveryState, Scope

router = make_router("alerts")

Id = Annotated[str, Path(min_length=1, max_length=100)]
_Text = Annotated[str | None, Query(max_length=200)]


@router.get("/alerts")
@needs(Scope.READ)
async def list_alerts(
    request: Request,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
    watch: _Text = None,
    channel: _Text = None,
    state: DeliveryState | None = None,
    story: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
) -> Page[AlertOut]:
    """The alerts, the last first; with `channel` or `state` those that have such a delivery."""
    before = place(cursor, str)

    def read(unit: UnitOfWork) -> Page[AlertOut]:
        found = unit.outbox.alerts(
            limit, watch=watch, channel=channel, state=state, story_id=story, before=before
        )
        items = [AlertOut.of(each, unit.outbox.deliveries(each.id)) for each in found]
        return page_of(items, limit, found[-1].id if found else None)

    return await web(request).database.query(read)


@router.get("/alerts/{alert_id}", response_model=AlertOut)
@needs(Scope.READ)
async def show_alert(request: Request, alert_id: Id) -> Response:
    """An alert."""

    def read(unit: UnitOfWork) -> AlertOut:
        alert = known(unit.outbox.alert(alert_id), "alert", alert_id)
        return AlertOut.of(alert, unit.outbox.deliveries(alert_id))

    return tagged(request, await web(request).database.query(read))


@router.post("/alerts/{alert_id}/acknowledge", status_code=204, dependencies=KEYED)
@needs(Scope.ALERTS)
async def acknowledge_alert(request: Request, alert_id: Id) -> Response:
    """Say that somebody has seen to it: it is not escalated any more."""
    by, now = asker(request).actor, web(request).clock.now()
    return await change(request, lambda unit: actions.acknowledge(unit, alert_id, by=by, now=now))


@router.post("/alerts/{alert_id}/snooze", status_code=204, dependencies=KEYED)
@needs(Scope.ALERTS)
async def snooze_alert(request: Request, alert_id: Id, body: Length) -> Response:
    """Have it again later; until then it is not escalated."""
    by, now = asker(request).actor, web(request).clock.now()
    return await change(
        request, lambda unit: actions.snooze(unit, alert_id, body.duration, by=by, now=now)
    )


@router.post("/alerts/{alert_id}/retry", response_model=Count, dependencies=KEYED)
@needs(Scope.ALERTS)
async def retry_alert(request: Request, alert_id: Id, body: To | None = None) -> Response:
    """Deliver again what was given up of it."""
    by, now = asker(request).actor, web(request).clock.now()
    channel = body.channel if body else None

    def retry(unit: UnitOfWork) -> Count:
        count = actions.retry(unit, alert_id, channel=channel, by=by, now=now)
        return Count(deliveries=count)

    return await change(request, retry)


@router.post("/alerts/{alert_id}/cancel", response_model=Count, dependencies=KEYED)
@needs(Scope.ALERTS)
async def cancel_alert(request: Request, alert_id: Id, body: To | None = None) -> Response:
    """Send no more of it. What a channel has already stays there."""
    by, now = asker(request).actor, web(request).clock.now()
    channel = body.channel if body else None

    def cancel(unit: UnitOfWork) -> Count:
        count = actions.cancel(unit, alert_id, channel=channel, by=by, now=now)
        return Count(deliveries=count)

    return await change(request, cancel)


@router.get("/notices")
@needs(Scope.READ)
async def list_notices(
    request: Request,
    limit: Limit = 50,
    resolved: bool = False,  # noqa: FBT001, FBT002 - a parameter of the address
) -> list[NoticeOut]:
    """What the operator is told, the newest first; with `resolved` what is over, too."""
    found = await web(request).database.query(
        lambda unit: unit.notices.list(limit=limit, resolved=resolved)
    )
    return [NoticeOut.model_validate(notice) for notice in found]
