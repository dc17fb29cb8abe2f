"""What is looked up besides the news: the log of changes, saved sets, attempts to deliver."""

from typing import Annotated, Any

from fastapi import Path, Query, Request
from pydantic import AwareDatetime

from scraper.actions.missing import known
from scraper.web.access import needs
from scraper.web.api.models import Out, Page
from scraper.web.api.routing import Cursor, Limit, make_router, page_of, place
from scraper.web.context import web
from storage.database import UnitOfWork
from storage.records import Scope

router = make_router("upkeep")


class AuditOut(Out):
    """A change that somebody made; `via` says how that one was known."""

    id: int
    at: AwareDatetime
    actor: str
    via: str
    action: str
    subject: str
    detail: dict[str, Any] | None


class SetOut(Out):
    """A saved list of terms, which queries name set:NAME."""

    name: str
    terms: list[str]
    origin: str
    created_at: AwareDatetime


class AttemptOut(Out):
    """An attempt to deliver."""

    id: int
    delivery_id: str
    attempted_at: AwareDatetime
    outcome: str
    error: str | None


@router.get("/audit")
@needs(Scope.ADMIN)
async def list_changes(
    request: Request,
    limit: Limit = 50,
    cursor: Cursor = None,
    subject: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[AuditOut]:
    """Who changed what, the last change first."""
    before = place(cursor, int)
    found = await web(request).database.query(
        lambda unit: unit.audit.list(limit, before=before, subject=subject)
    )
    items = [
        AuditOut(
            id=each.id,
            at=each.at,
            actor=each.actor.name,
            via=each.actor.via,
            action=each.action,
            subject=each.subject,
            detail=None if each.detail is None else dict(each.detail),
        )
        for each in found
    ]
    return page_of(items, limit, found[-1].id if found else None)


@router.get("/sets")
@needs(Scope.READ)
async def list_sets(request: Request) -> list[SetOut]:
    """The saved lists of terms."""
    found = await web(request).database.query(lambda unit: unit.sets.list())
    return [
        SetOut(
            name=each.name,
            terms=list(each.spec.terms),
            origin=each.origin,
            created_at=each.created_at,
        )
        for each in found
    ]


@router.get("/alerts/{alert_id}/attempts")
@needs(Scope.READ)
async def list_attempts(
    request: Request, alert_id: Annotated[str, Path(min_length=1, max_length=100)]
) -> list[AttemptOut]:
    """Every attempt to deliver an alert, by delivery, the first first."""

    def read(unit: UnitOfWork) -> list[AttemptOut]:
        known(unit.outbox.alert(alert_id), "alert", alert_id)
        return [
            AttemptOut.model_validate(attempt)
            for delivery in unit.outbox.deliveries(alert_id)
            for attempt in unit.outbox.attempts(delivery.id)
        ]

    return await web(request).database.query(read)
