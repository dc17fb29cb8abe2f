"""Passwords: Argon2id, with the parameters that RFC 9106 recommends where memory is short."""

from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

SHORTEST: Final = 10  # characters
LONGEST: Final = 500  # characters: longer ones only cost the time to hash them
_FEWEST: Final = 5  # different characters

_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)  # 64 MiB, 3 passes


def hash_password(password: str) -> str:
    """The hash to be stored, with its salt and parameters. It takes a tenth of a second."""
    return _hasher.hash(password)


def is_right(password: str, stored: str | None) -> bool:
    """Whether that is the password. It takes as long where there is none (`stored` is None).

    So nobody learns from the time which names there are.
    """
    try:
        _hasher.verify(stored or _nobodys(), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return bool(stored)


def weakness(password: str, *, name: str) -> str | None:
    """Why a password is refused: what is wrong, and what to do; None for one that will do."""
    if len(password) < SHORTEST:
        return f"the password has fewer than {SHORTEST} characters: take some words in a row"
    if len(password) > LONGEST:
        return f"the password has more than {LONGEST} characters: take a shorter one"
    if len(set(password)) < _FEWEST:
        return "the password repeats a few characters: take some words in a row"
    if name.casefold() in password.casefold() and len(password) - len(name) < SHORTEST:
        return "the password is little more than the name: take some words in a row"
    return None


@cache
def _nobodys() -> str:
    return hash_password("nobody's")
