"""Accounts: passwords, the secrets of sessions and tokens, and how often somebody may guess."""

from scraper.accounts.passwords import hash_password, is_right, weakness
from scraper.accounts.people import ADMIN, hire, set_admin_password
from scraper.accounts.secrets import digest, hint, new_session, new_token
from scraper.accounts.throttle import Throttle

__all__ = [
    "ADMIN",
    "Throttle",
    "digest",
    "hash_password",
    "hint",
    "hire",
    "is_right",
    "new_session",
    "new_token",
    "set_admin_password",
    "weakness",
]
