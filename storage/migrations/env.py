"""How Alembic runs the revisions: on the connection it is given, in the transaction it is in."""

from alembic import context

from storage.migrations import VERSION_TABLE
from storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
