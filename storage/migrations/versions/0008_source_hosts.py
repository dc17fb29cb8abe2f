"""The host of each source, so that of one host a single source is visited at a time."""

from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

from storage.types import Text

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    empty = sa.text("''")
    op.add_column("sources", sa.Column("host", Text, nullable=False, server_default=empty))
    sources = sa.table("sources", sa.column("id"), sa.column("url"), sa.column("host"))
    connection = op.get_bind()
    hosts = [
        {"of_id": row.id, "of_host": _host(row.url)}
        for row in connection.execute(sa.select(sources.c.id, sources.c.url))
    ]
    if hosts:
        connection.execute(
            sa.update(sources)
            .where(sources.c.id == sa.bindparam("of_id"))
            .values(host=sa.bindparam("of_host")),
            hosts,
        )
    op.drop_index("ix_sources_due", "sources")
    scheduled = sa.text("claimed_by IS NULL AND NOT retired AND NOT paused")
    op.create_index(
        "ix_sources_due",
        "sources",
        ["next_visit_at", "host"],
        sqlite_where=scheduled,
        postgresql_where=scheduled,
    )


def _host(url: str) -> str:
    try:
        name = urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""
    return name.removeprefix("www.")
