"""The database, and all SQL."""
