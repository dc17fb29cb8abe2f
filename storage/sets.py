"""Saved lists of terms, which queries name: set:officials."""

from datetime import datetime
from typing import Any

from storage import versions
from storage.named import Named
from storage.records import TermSet, TermSetSpec
from storage.statements import AnyRow
from storage.tables import term_sets as table


class Sets(Named[TermSetSpec, TermSet]):
    """The sets, within one transaction."""

    table = table
    word, words = "set", "sets"

    def _record(self, row: AnyRow) -> TermSet:
        return TermSet(
            id=row.id,
            spec=TermSetSpec(name=row.name, terms=tuple(row.terms)),
            origin=row.origin,
            created_at=row.created_at,
        )

    def _values(self, spec: TermSetSpec) -> dict[str, Any]:
        return {"terms": list(spec.terms)}

    def _first(self, spec: TermSetSpec, now: datetime) -> dict[str, Any]:  # noqa: ARG002 - the base class's signature
        return {"created_at": now}

    def _stamp(self) -> dict[str, Any]:
        versions.advance(self.connection, versions.LISTS)
        return {}
