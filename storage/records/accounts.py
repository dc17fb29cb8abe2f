"""Who may see and change what: people, their sessions, programs' tokens, and what was changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Scope(StrEnum):
    """What a request is allowed to do."""

    READ = "read"  # look at everything but accounts
    ALERTS = "alerts"  # acknowledge, snooze, mute, retry
    WRITE = "write"  # change sources, watches, channels and stories
    ADMIN = "admin"  # people, tokens, and the log of changes


class Role(StrEnum):
    """What a person is allowed to do."""

    VIEWER = "viewer"
    EDITOR = "editor"
    ADMIN = "admin"

    @property
    def scopes(self) -> frozenset[Scope]:
        """What that is."""
        return _SCOPES[self]


_SCOPES = {
    Role.VIEWER: frozenset({Scope.READ}),
    Role.EDITOR: frozenset({Scope.READ, Scope.ALERTS, Scope.WRITE}),
    Role.ADMIN: frozenset(Scope),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person with an account; one without a password is known to a proxy or another service."""

    id: int
    name: str
    role: Role
    has_password: bool
    disabled: bool
    created_at: datetime
    seen_at: datetime | None = None  # when the person last logged in


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser that a person has logged in with."""

    id: int
    user: User
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    agent: str | None  # what the browser says it is
    issuer: str | None = None  # the provider whose log-in began it; None: a password did


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderIdentity:
    """By what a provider of log-ins (`issuer`, an address) knows somebody: its `subject`."""

    issuer: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunLogin:
    """A log-in that a browser began at a provider.

    `state` and `browser` are digests of secrets; `nonce` is what the answer must bear, `verifier`
    what proves that whoever fetches the answer began it (RFC 7636), `next` the page to go to.
    """

    state: str
    browser: str
    nonce: str
    verifier: str
    next: str
    begun_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A secret by which a program may do something. `user` None: nobody's but the service's own."""

    id: int
    name: str
    hint: str  # its first characters, by which a person tells it from others
    scopes: frozenset[Scope]
    user: User | None
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None

    @property
    def allowed(self) -> frozenset[Scope]:
        """Its scopes, as far as its owner still has them."""
        return self.scopes if self.user is None else self.scopes & self.user.role.scopes


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who changes something, and by which way.

    That is "session", "token", "command", "local", "proxy", "settings", or "oidc": the word of a
    provider of log-ins.
    """

    name: str
    via: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """A change that somebody made: "watch.edit" of the watch "Baghdad"."""

    id: int
    at: datetime
    actor: Actor
    action: str
    subject: str
    detail: Mapping[str, Any] | None
