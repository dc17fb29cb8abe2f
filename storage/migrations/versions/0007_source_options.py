"""How single sources want to be visited: headers, login, proxy, browser."""

import sqlalchemy as sa
from alembic import op

from storage.types import Json

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sources", sa.Column("options", Json, nullable=True))
