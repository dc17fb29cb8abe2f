"""The secrets by which browsers and programs are known.

They are 256 random bits, so a plain digest hides them: there is nothing to guess.
"""

import secrets
from hashlib import sha256
from typing import Final

_BYTES: Final = 32
_PREFIX: Final = "tocsin_"  # by which scanners for leaked secrets know it


def new_session() -> str:
    """A secret for a browser's cookie."""
    return secrets.token_urlsafe(_BYTES)


def new_token() -> str:
    """A secret for a program, to be shown once."""
    return _PREFIX + secrets.token_urlsafe(_BYTES)


def digest(secret: str) -> str:
    """What is stored in place of a secret, and found by it: SHA-256, in hexadecimal digits."""
    return sha256(secret.encode()).hexdigest()


def hint(token: str) -> str:
    """The first characters, by which a person tells one token from another."""
    return token[: len(_PREFIX) + 4]
