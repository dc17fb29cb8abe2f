"""Policies of watches: how often they ring, and in how many outlets a story must be before."""

import sqlalchemy as sa
from alembic import op

from storage.types import Text

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_NAMES = {"story": "first", "article": "every"}


def upgrade() -> None:
    op.execute(sa.text("ALTER TABLE watches RENAME COLUMN alert_per TO policy"))
    for former, name in _NAMES.items():
        op.execute(
            sa.text("UPDATE watches SET policy = :name WHERE policy = :former").bindparams(
                name=name, former=former
            )
        )
    op.add_column(
        "watches", sa.Column("outlets", sa.Integer(), nullable=False, server_default=sa.text("1"))
    )
    op.add_column("articles", sa.Column("outlet", Text, nullable=True))
    op.create_index("ix_articles_outlet", "articles", ["story_id", "outlet", "id"])
