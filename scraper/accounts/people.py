"""Accounts of people: made by hand, or for the first one by the settings."""

from datetime import datetime
from typing import Final

from scraper.accounts.passwords import hash_password, is_right, weakness
from scraper.errors import UsageError
from storage.database import UnitOfWork
from storage.records import Actor, Role, User

ADMIN: Final = "admin"  # the account that `accounts.admin_password` is of
_SETTINGS: Final = Actor(name="settings", via="settings")
_LONGEST_NAME: Final = 200


def hire(
    unit: UnitOfWork, name: str, role: Role, *, password: str | None, by: Actor, now: datetime
) -> User:
    """Make an account. UsageError for a name or a password that will not do.

    Without a password only a proxy lets the person in. ConflictError where the name is taken.
    """
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise UsageError(f"a name has 1 to {_LONGEST_NAME} characters, and none that steer")
    if password is not None and (problem := weakness(password, name=name)):
        raise UsageError(problem)
    hashed = None if password is None else hash_password(password)
    user = unit.accounts.add(name, role, password=hashed, now=now)
    unit.audit.note(by, "user.add", user.name, detail={"role": role}, now=now)
    return user


def set_admin_password(unit: UnitOfWork, password: str, *, now: datetime) -> None:
    """Let the account of the settings have this password, and make it if need be."""
    known = unit.accounts.user(ADMIN)
    if known is None:
        hire(unit, ADMIN, Role.ADMIN, password=password, by=_SETTINGS, now=now)
    elif not is_right(password, unit.accounts.password(ADMIN)):
        unit.accounts.edit(ADMIN, role=Role.ADMIN, password=hash_password(password), disabled=False)
        unit.audit.note(_SETTINGS, "user.edit", ADMIN, detail={"password": "changed"}, now=now)
