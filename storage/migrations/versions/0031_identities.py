"""Whom a provider of log-ins knows, and log-ins that were begun there."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Text, UtcDateTime

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identities",
        sa.Column("id", Id, nullable=False),
        sa.Column("issuer", Text, nullable=False),
        sa.Column("subject", Text, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_identities"),
        sa.UniqueConstraint("issuer", "subject", name="uq_identities_issuer_subject"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_identities_user_id_users"),
    )
    op.create_index("ix_identities_user", "identities", ["user_id"])
    op.create_table(
        "logins",
        sa.Column("id", Id, nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("browser", Text, nullable=False),
        sa.Column("nonce", Text, nullable=False),
        sa.Column("verifier", Text, nullable=False),
        sa.Column("next", Text, nullable=False),
        sa.Column("begun_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_logins"),
        sa.UniqueConstraint("state", name="uq_logins_state"),
    )
    op.create_index("ix_logins_begun", "logins", ["begun_at"])
    op.add_column("sessions", sa.Column("issuer", Text))


def downgrade() -> None:
    op.drop_column("sessions", "issuer")
    op.drop_table("logins")
    op.drop_table("identities")
