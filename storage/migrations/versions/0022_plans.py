"""When alerts go out: digests, priorities, snoozing, muting, acknowledging; notices go out, too.

A delivery need not be of one alert any more. SQLite cannot loosen a column, so the two tables are
made anew there; who refers to them comes after them, so that no reference ever leads nowhere.
"""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Json, Text, UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_UNCLAIMED = "state = 'pending' AND claimed_by IS NULL"
_CLAIMED = "claimed_by IS NOT NULL"
_UNTOLD = "NOT told OR NOT told_of_end"


def upgrade() -> None:
    op.add_column("channels", sa.Column("plan", Json))
    op.add_column("channels", sa.Column("paused_because", Text))
    op.add_column(
        "watches",
        sa.Column("priority", Text, nullable=False, server_default=sa.text("'normal'")),
    )
    op.add_column("watches", sa.Column("plans", Json))
    op.add_column("watches", sa.Column("snoozed_until", UtcDateTime))
    op.add_column("alerts", sa.Column("acknowledged_at", UtcDateTime))
    op.add_column("alerts", sa.Column("acknowledged_by", Text))
    _notices()
    if op.get_bind().dialect.name == "sqlite":
        _made_anew()
    else:
        _loosened()
    _indexes()
    op.create_table(
        "digest_items",
        sa.Column("delivery_id", Text, sa.ForeignKey("deliveries.id"), nullable=False),
        sa.Column("alert_id", Text, sa.ForeignKey("alerts.id"), nullable=False),
        sa.PrimaryKeyConstraint("delivery_id", "alert_id", name="pk_digest_items"),
    )
    op.create_index("ix_digest_items_alert", "digest_items", ["alert_id"])
    op.create_table(
        "mutes",
        sa.Column("story_id", Id, sa.ForeignKey("stories.id"), autoincrement=False, nullable=False),
        sa.Column("until", UtcDateTime),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("story_id", name="pk_mutes"),
    )


def _notices() -> None:
    """What was open before is told as the dashboard shows it; what was resolved is history."""
    for name in ("told", "told_of_end"):
        op.add_column(
            "notices", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.execute(
        sa.text(
            "UPDATE notices SET told = :yes, told_of_end = :yes WHERE resolved_at IS NOT NULL"
        ).bindparams(sa.bindparam("yes", value=True, type_=sa.Boolean()))
    )
    where = sa.text(_UNTOLD)
    op.create_index(
        "ix_notices_untold", "notices", ["id"], sqlite_where=where, postgresql_where=where
    )


def _loosened() -> None:
    op.drop_constraint("uq_deliveries_alert_id_channel", "deliveries", type_="unique")
    op.alter_column("deliveries", "alert_id", nullable=True)
    op.add_column(
        "deliveries",
        sa.Column("kind", Text, nullable=False, server_default=sa.text("'alert'")),
    )
    op.alter_column("deliveries", "kind", server_default=None)
    op.add_column(
        "deliveries",
        sa.Column("notice_id", Id, sa.ForeignKey("notices.id", ondelete="SET NULL")),
    )
    op.add_column("deliveries", sa.Column("reason", Text))
    op.add_column("deliveries", sa.Column("digest_key", Text))
    op.create_unique_constraint("uq_deliveries_digest_key", "deliveries", ["digest_key"])
    op.add_column(
        "deliveries",
        sa.Column("alert_count", sa.Integer(), nullable=False, server_default=sa.text("0")),
    )
    op.alter_column("deliveries", "alert_count", server_default=None)


def _made_anew() -> None:
    for name in ("ix_deliveries_due", "ix_deliveries_claimed", "ix_deliveries_state"):
        op.drop_index(name)
    op.drop_index("ix_delivery_attempts_delivery")
    op.rename_table("deliveries", "former_deliveries")
    op.rename_table("delivery_attempts", "former_attempts")
    op.create_table(
        "deliveries",
        sa.Column("id", Text, nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("alert_id", Text, sa.ForeignKey("alerts.id")),
        sa.Column("notice_id", Id, sa.ForeignKey("notices.id", ondelete="SET NULL")),
        sa.Column("channel", Text, nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", UtcDateTime),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("delivered_at", UtcDateTime),
        sa.Column("last_error", Text),
        sa.Column("reason", Text),
        sa.Column("digest_key", Text),
        sa.Column("alert_count", sa.Integer(), nullable=False),
        sa.Column("claimed_by", Text),
        sa.Column("claimed_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("digest_key", name="uq_deliveries_digest_key"),
    )
    kept = (
        "id, alert_id, channel, state, attempts, next_attempt_at, created_at, delivered_at, "
        "last_error, claimed_by, claimed_at"
    )
    op.execute(
        sa.text(
            f"INSERT INTO deliveries ({kept}, kind, alert_count) "  # noqa: S608 - names of columns
            f"SELECT {kept}, 'alert', 0 FROM former_deliveries"
        )
    )
    op.create_table(
        "delivery_attempts",
        sa.Column("id", Id, nullable=False),
        sa.Column("delivery_id", Text, sa.ForeignKey("deliveries.id"), nullable=False),
        sa.Column("attempted_at", UtcDateTime, nullable=False),
        sa.Column("outcome", Text, nullable=False),
        sa.Column("error", Text),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_attempts"),
    )
    columns = "id, delivery_id, attempted_at, outcome, error"
    op.execute(
        sa.text(
            f"INSERT INTO delivery_attempts ({columns}) "  # noqa: S608 - names of columns
            f"SELECT {columns} FROM former_attempts"
        )
    )
    op.drop_table("former_attempts")
    op.drop_table("former_deliveries")
    op.create_index("ix_delivery_attempts_delivery", "delivery_attempts", ["delivery_id", "id"])
    op.create_index("ix_deliveries_state", "deliveries", ["state", "id"])
    for name, indexed, where in (
        ("ix_deliveries_due", ["channel", "next_attempt_at"], _UNCLAIMED),
        ("ix_deliveries_claimed", ["claimed_by"], _CLAIMED),
    ):
        op.create_index(name, "deliveries", indexed, sqlite_where=sa.text(where))


def _indexes() -> None:
    op.create_index("ix_deliveries_alert", "deliveries", ["alert_id"])
    op.create_index("ix_deliveries_channel", "deliveries", ["channel", "created_at"])
    op.create_index("ix_deliveries_notice", "deliveries", ["notice_id"])
