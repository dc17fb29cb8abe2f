"""The log of what people and programs changed. Nothing in it is changed or taken out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.records import Actor, AuditEntry
from storage.tables import audit as table


class Audit:
    """The log, within one transaction: what is rolled back was not done, and is not in it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def note(
        self,
        actor: Actor,
        action: str,
        subject: str,
        *,
        detail: Mapping[str, Any] | None = None,
        now: datetime,
    ) -> None:
        """Note a change. `detail` holds no secrets."""
        self.connection.execute(
            sa.insert(table).values(
                at=now,
                actor=actor.name,
                via=actor.via,
                action=action,
                subject=subject,
                detail=detail,
            )
        )

    def list(
        self, limit: int = 50, *, before: int | None = None, subject: str | None = None
    ) -> list[AuditEntry]:
        """The last changes first. `before`: the id of the last one on the page before."""
        asked = sa.select(table).order_by(table.c.id.desc()).limit(limit)
        if before is not None:
            asked = asked.where(table.c.id < before)
        if subject is not None:
            asked = asked.where(table.c.subject == subject)
        return [
            AuditEntry(
                id=row.id,
                at=row.at,
                actor=Actor(name=row.actor, via=row.via),
                action=row.action,
                subject=row.subject,
                detail=row.detail,
            )
            for row in self.connection.execute(asked)
        ]
