"""Whom a provider of log-ins knows, and log-ins that were begun there and have not come back."""

from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.errors import ConflictError
from storage.records import BegunLogin, ProviderIdentity
from storage.statements import insert
from storage.tables import identities as table
from storage.tables import logins, users

LASTS: Final = timedelta(minutes=10)  # a log-in, from its beginning here to its end
MOST_BEGUN: Final = 5_000  # log-ins; of more the oldest are forgotten: whoever comes may begin one


class Identities:
    """Identities and begun log-ins, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def user_name(self, identity: ProviderIdentity) -> str | None:
        """The name of the person whose identity that is."""
        found: str | None = self.connection.scalar(
            sa.select(users.c.name)
            .join_from(table, users, table.c.user_id == users.c.id)
            .where(table.c.issuer == identity.issuer, table.c.subject == identity.subject)
        )
        return found

    def of(self, user_id: int) -> list[ProviderIdentity]:
        """A person's identities."""
        rows = self.connection.execute(
            sa.select(table.c.issuer, table.c.subject)
            .where(table.c.user_id == user_id)
            .order_by(table.c.id)
        )
        return [ProviderIdentity(issuer=row.issuer, subject=row.subject) for row in rows]

    def link(self, identity: ProviderIdentity, user_id: int, *, now: datetime) -> None:
        """Let that identity be this person's; ConflictError where it is somebody's already."""
        added = self.connection.scalar(
            insert(self.connection, table)
            .values(
                issuer=identity.issuer,
                subject=identity.subject,
                user_id=user_id,
                created_at=now,
            )
            .on_conflict_do_nothing(index_elements=["issuer", "subject"])
            .returning(table.c.id)
        )
        if added is None:
            raise ConflictError(
                f"{identity.subject!r} of {identity.issuer} is somebody's already.",
                remedy="Unlink it there first: tocsin user unlink NAME.",
            )

    def unlink(self, user_id: int, issuer: str | None = None) -> int:
        """Let a person's identities, or those of one provider, be nobody's; gives how many."""
        which = table.c.user_id == user_id
        if issuer is not None:
            which &= table.c.issuer == issuer
        return self.connection.execute(sa.delete(table).where(which)).rowcount

    # Log-ins that were begun.

    def begin(self, login: BegunLogin, *, most: int = MOST_BEGUN) -> None:
        """Note a log-in that was begun; those that are too old, and of too many, are forgotten."""
        now = login.begun_at
        self.connection.execute(sa.delete(logins).where(logins.c.begun_at <= now - LASTS))
        self.connection.execute(
            sa.insert(logins).values(
                state=login.state,
                browser=login.browser,
                nonce=login.nonce,
                verifier=login.verifier,
                next=login.next,
                begun_at=now,
            )
        )
        beyond = (
            sa.select(logins.c.id).order_by(logins.c.id.desc()).offset(most).limit(1)
        ).scalar_subquery()
        self.connection.execute(sa.delete(logins).where(logins.c.id <= beyond))

    def take(self, state: str, *, now: datetime) -> BegunLogin | None:
        """The log-in that was begun so, which is forgotten thereby: each is used once."""
        row = self.connection.execute(
            sa.delete(logins).where(logins.c.state == state).returning(*logins.c)
        ).first()
        if row is None or row.begun_at <= now - LASTS or row.begun_at > now + LASTS:
            return None
        return BegunLogin(
            state=row.state,
            browser=row.browser,
            nonce=row.nonce,
            verifier=row.verifier,
            next=row.next,
            begun_at=row.begun_at,
        )
