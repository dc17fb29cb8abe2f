"""Watches, and a number that says whether any of them changed."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.named import Named
from storage.records import AlertPer, Watch, WatchSpec
from storage.statements import AnyRow, insert
from storage.tables import versions
from storage.tables import watches as table


class Watches(Named[WatchSpec, Watch]):
    """The watches, within one transaction."""

    table = table
    word, words = "watch", "watches"

    def _record(self, row: AnyRow) -> Watch:
        return watch(row)

    def _values(self, spec: WatchSpec) -> dict[str, Any]:
        return {
            "query": spec.query,
            "channels": list(spec.channels),
            "languages": list(spec.languages),
            "sources": list(spec.sources),
            "alert_per": spec.alert_per,
            "max_age": spec.max_age,
        }

    def _first(self, spec: WatchSpec, now: datetime) -> dict[str, Any]:  # noqa: ARG002 - the base class's signature
        return {"created_at": now}

    def _changed(self) -> None:
        # Two who change watches wait for each other here, so no change shares another's number.
        statement = insert(self.connection, versions).values(name=table.name, value=1)
        self.connection.execute(
            statement.on_conflict_do_update(
                index_elements=["name"], set_={"value": versions.c.value + 1}
            )
        )

    def list(self, include_paused: bool = True) -> list[Watch]:  # noqa: FBT001, FBT002 - as the name says it
        """The watches, by name."""
        return [found for found in super().list() if include_paused or not found.paused]

    def version(self) -> int:
        """A number that grows with every change of any watch; 0 before the first."""
        found = self.connection.scalar(
            sa.select(versions.c.value).where(versions.c.name == table.name)
        )
        return 0 if found is None else int(found)


def watch(row: AnyRow) -> Watch:
    """A row of the table as a record."""
    return Watch(
        id=row.id,
        spec=WatchSpec(
            name=row.name,
            query=row.query,
            channels=tuple(row.channels),
            languages=tuple(row.languages),
            sources=tuple(row.sources),
            alert_per=AlertPer(row.alert_per),
            max_age=row.max_age,
        ),
        origin=row.origin,
        paused=row.paused,
        created_at=row.created_at,
    )
