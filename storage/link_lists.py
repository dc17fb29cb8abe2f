"""What is remembered of sources' lists of links, beside the entries that came of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.statements import chunks, digest, insert, insert_new
from storage.tables import entries, link_lists, passed_over

MOST_PASSED_OVER = 500_000  # links of one source, of some 60 bytes each


class LinkLists:
    """The lists, within one transaction. Links are given by their keys (`links.normalise`)."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def state(self, source_id: int) -> Mapping[str, Any] | None:
        """What was remembered of a source's list at its last visit; None before the first."""
        found: Mapping[str, Any] | None = self.connection.scalar(
            sa.select(link_lists.c.state).where(link_lists.c.source_id == source_id)
        )
        return found

    def remember(self, source_id: int, state: Mapping[str, Any]) -> None:
        """Remember this until the next visit."""
        added = insert(self.connection, link_lists).values(source_id=source_id, state=state)
        self.connection.execute(
            added.on_conflict_do_update(
                index_elements=["source_id"], set_={"state": added.excluded.state}
            )
        )

    def forget(self, source_id: int) -> None:
        """The source has another address: what was remembered is of another list."""
        for table in (link_lists, passed_over):
            self.connection.execute(sa.delete(table).where(table.c.source_id == source_id))

    def unknown(self, source_id: int, keys: Sequence[str]) -> tuple[set[str], set[str]]:
        """Those of the links that are no entries: the new ones, and those that were passed over."""
        by_digest = {digest(key): key for key in keys}
        passed: set[str] = set()
        for some in chunks(list(by_digest)):
            for found in self.connection.scalars(
                sa.select(entries.c.key).where(entries.c.key.in_(some))
            ):
                by_digest.pop(found, None)
            for found in self.connection.scalars(
                sa.select(passed_over.c.key).where(
                    passed_over.c.source_id == source_id, passed_over.c.key.in_(some)
                )
            ):
                if found in by_digest:
                    passed.add(by_digest.pop(found))
        return set(by_digest.values()), passed

    def pass_over(self, source_id: int, keys: Sequence[str]) -> None:
        """Nobody is going to fetch these because this source lists them.

        At most `MOST_PASSED_OVER` of a source are remembered; the rest stays new.
        """
        known = sa.select(sa.func.count()).where(passed_over.c.source_id == source_id)
        room = max(MOST_PASSED_OVER - int(self.connection.scalar(known) or 0), 0)
        for some in chunks(sorted(digest(key) for key in keys[:room])):
            rows = [{"source_id": source_id, "key": key} for key in some]
            insert_new(self.connection, passed_over, rows, unique=["source_id", "key"])
