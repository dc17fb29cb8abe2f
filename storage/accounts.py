"""Who may see and change what: people, the sessions of their browsers, the tokens of programs.

Passwords come hashed, the secrets of sessions and tokens as digests: storage knows none of them.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.errors import ConflictError
from storage.records import Role, Scope, Session, Token, User
from storage.statements import AnyRow, insert
from storage.tables import identities, sessions, tokens
from storage.tables import users as table

_SEEN_EVERY = timedelta(minutes=1)  # a session or token in use is written down no more often
_NO_TIME = timedelta(0)
_USER = [column.label(f"person_{column.name}") for column in table.c]


class Accounts:
    """The accounts, within one transaction. Names are compared in small letters."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    # People.

    def users(self) -> list[User]:
        """All people, by name."""
        rows = self.connection.execute(sa.select(*_USER).order_by(table.c.key))
        return [_user(row) for row in rows]

    def user(self, name: str) -> User | None:
        """The person of that name."""
        row = self.connection.execute(sa.select(*_USER).where(table.c.key == _key(name))).first()
        return None if row is None else _user(row)

    def password(self, name: str) -> str | None:
        """The hash of the password of somebody who may log in."""
        asked = sa.select(table.c.password).where(table.c.key == _key(name), ~table.c.disabled)
        found: str | None = self.connection.scalar(asked)
        return found

    def has_users(self) -> bool:
        """Whether anybody has an account."""
        return self.connection.scalar(sa.select(table.c.id).limit(1)) is not None

    def has_admin(self) -> bool:
        """Whether somebody may manage accounts."""
        asked = sa.select(table.c.id).where(table.c.role == Role.ADMIN, ~table.c.disabled)
        return self.connection.scalar(asked.limit(1)) is not None

    def add(self, name: str, role: Role, *, password: str | None, now: datetime) -> User:
        """Add a person. Raises ConflictError when the name is taken."""
        added = self.connection.scalar(
            insert(self.connection, table)
            .values(name=name, key=_key(name), role=role, password=password, created_at=now)
            .on_conflict_do_nothing(index_elements=["key"])
            .returning(table.c.id)
        )
        if added is None:
            raise ConflictError(
                f"There is a person named {name!r} already.", remedy="Choose another name."
            )
        return self._known(name)

    def edit(
        self,
        name: str,
        *,
        role: Role | None = None,
        password: str | None = None,
        disabled: bool | None = None,
    ) -> User:
        """Change a person; whoever was logged in as that one must do so again.

        Raises ConflictError when there is none, and when nobody would be left to manage accounts.
        """
        known = self._known(name)
        given = {"role": role, "password": password, "disabled": disabled}
        values: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
        if values:
            self.connection.execute(sa.update(table).where(table.c.id == known.id).values(**values))
            self.end_sessions(known.id)
        if known.role is Role.ADMIN and not known.disabled:
            self._keep_an_admin()
        return self._known(name)

    def appoint(self, user_id: int, role: Role) -> None:
        """Give a person the role that the provider who knows that one says.

        Nobody need be left who may manage accounts: others may be named there, and whoever sits at
        the machine can name one by a command. Sessions stay: they have the role of the person.
        """
        self.connection.execute(sa.update(table).where(table.c.id == user_id).values(role=role))

    def remove(self, name: str) -> bool:
        """Remove a person, with sessions, tokens and identities; False when there is none.

        Raises ConflictError when nobody would be left to manage accounts, but others are.
        """
        known = self.user(name)
        if known is None:
            return False
        for other in (sessions, tokens, identities):
            self.connection.execute(sa.delete(other).where(other.c.user_id == known.id))
        self.connection.execute(sa.delete(table).where(table.c.id == known.id))
        if known.role is Role.ADMIN and not known.disabled and self.users():
            self._keep_an_admin()
        return True

    def _keep_an_admin(self) -> None:
        if not self.has_admin():
            raise ConflictError(
                "Nobody would be left who may manage accounts.",
                remedy="Make somebody else an admin first.",
            )

    def _known(self, name: str) -> User:
        found = self.user(name)
        if found is None:
            raise ConflictError(f"There is no person named {name!r}.")
        return found

    # Sessions.

    def begin(
        self,
        user_id: int,
        digest: str,
        *,
        now: datetime,
        expires_at: datetime,
        agent: str | None = None,
        issuer: str | None = None,
    ) -> None:
        """Let a browser in, by a password or the word of `issuer`.

        Sessions that are over are forgotten.
        """
        self.connection.execute(sa.delete(sessions).where(sessions.c.expires_at <= now))
        self.connection.execute(
            sa.insert(sessions).values(
                digest=digest,
                user_id=user_id,
                created_at=now,
                seen_at=now,
                expires_at=expires_at,
                agent=agent,
                issuer=issuer,
            )
        )
        self.connection.execute(sa.update(table).where(table.c.id == user_id).values(seen_at=now))

    def session(self, digest: str, *, now: datetime) -> Session | None:
        """The session, if it is not over and its person may still log in."""
        row = self.connection.execute(
            sa.select(sessions, *_USER)
            .join_from(sessions, table, sessions.c.user_id == table.c.id)
            .where(sessions.c.digest == digest, sessions.c.expires_at > now, ~table.c.disabled)
        ).first()
        return None if row is None else _session(row)

    def sessions(self, user_id: int, *, now: datetime) -> list[Session]:
        """A person's sessions, the last used first."""
        rows = self.connection.execute(
            sa.select(sessions, *_USER)
            .join_from(sessions, table, sessions.c.user_id == table.c.id)
            .where(sessions.c.user_id == user_id, sessions.c.expires_at > now)
            .order_by(sessions.c.seen_at.desc(), sessions.c.id.desc())
        )
        return [_session(row) for row in rows]

    def prolong(self, session: Session, *, now: datetime, expires_at: datetime) -> None:
        """Note that a session is in use."""
        self.connection.execute(
            sa.update(sessions)
            .where(sessions.c.id == session.id)
            .values(seen_at=now, expires_at=expires_at)
        )

    def end(self, digest: str) -> bool:
        """Log a browser out; False when it was not in."""
        ended = self.connection.execute(sa.delete(sessions).where(sessions.c.digest == digest))
        return ended.rowcount == 1

    def end_sessions(self, user_id: int) -> int:
        """Log a person out everywhere; gives from how many browsers."""
        ended = self.connection.execute(sa.delete(sessions).where(sessions.c.user_id == user_id))
        return ended.rowcount

    # Tokens.

    def add_token(
        self,
        name: str,
        digest: str,
        *,
        hint: str,
        scopes: Collection[Scope],
        user_id: int | None,
        now: datetime,
        expires_at: datetime | None = None,
    ) -> None:
        """Let a program in. Raises ConflictError when the name is taken."""
        added = self.connection.scalar(
            insert(self.connection, tokens)
            .values(
                name=name,
                digest=digest,
                hint=hint,
                scopes=sorted(scopes),
                user_id=user_id,
                created_at=now,
                expires_at=expires_at,
            )
            .on_conflict_do_nothing(index_elements=["name"])
            .returning(tokens.c.id)
        )
        if added is None:
            raise ConflictError(
                f"There is a token named {name!r} already.",
                remedy="Choose another name, or revoke that one first.",
            )

    def token(self, digest: str, *, now: datetime) -> Token | None:
        """The token, if it has not expired and its owner may still log in."""
        found = self._tokens(tokens.c.digest == digest)
        if not found:
            return None
        (token,) = found
        expired = token.expires_at is not None and token.expires_at <= now
        return None if expired or (token.user and token.user.disabled) else token

    def tokens(self, *, user_id: int | None = None) -> list[Token]:
        """All tokens, or a person's, by name."""
        return self._tokens(sa.true() if user_id is None else tokens.c.user_id == user_id)

    def use(self, token: Token, *, now: datetime) -> None:
        """Note that a token is in use."""
        self.connection.execute(
            sa.update(tokens).where(tokens.c.id == token.id).values(used_at=now)
        )

    def revoke(self, name: str) -> bool:
        """Let the program in no more; False when there is no such token."""
        return self.connection.execute(sa.delete(tokens).where(tokens.c.name == name)).rowcount == 1

    def _tokens(self, which: sa.ColumnElement[bool]) -> list[Token]:
        rows = self.connection.execute(
            sa.select(tokens, *_USER)
            .join_from(tokens, table, tokens.c.user_id == table.c.id, isouter=True)
            .where(which)
            .order_by(tokens.c.name)
        )
        return [_token(row) for row in rows]


def is_stale(used_at: datetime | None, now: datetime) -> bool:
    """Whether it is to be written down that a session or token is in use."""
    return used_at is None or not _NO_TIME <= now - used_at < _SEEN_EVERY


def _key(name: str) -> str:
    return name.strip().casefold()


def _user(row: AnyRow) -> User:
    return User(
        id=row.person_id,
        name=row.person_name,
        role=Role(row.person_role),
        has_password=row.person_password is not None,
        disabled=row.person_disabled,
        created_at=row.person_created_at,
        seen_at=row.person_seen_at,
    )


def _session(row: AnyRow) -> Session:
    return Session(
        id=row.id,
        user=_user(row),
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
        agent=row.agent,
        issuer=row.issuer,
    )


def _token(row: AnyRow) -> Token:
    return Token(
        id=row.id,
        name=row.name,
        hint=row.hint,
        scopes=frozenset(map(Scope, row.scopes)),
        user=None if row.person_name is None else _user(row),
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
    )
