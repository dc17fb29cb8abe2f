"""Whose a push is: the signature that a hub makes with the secret it was given (WebSub, 8)."""

import hashlib
import hmac
from typing import Final

_METHODS: Final = ("sha1", "sha256", "sha384", "sha512")


def is_signed(header: str, secret: str, body: bytes) -> bool:
    """Whether a header `X-Hub-Signature`, `method=hexadecimal`, is that of the secret's owner."""
    method, _, given = header.strip().partition("=")
    if method.lower() not in _METHODS:
        return False
    expected = hmac.new(secret.encode(), body, getattr(hashlib, method.lower())).hexdigest()
    return hmac.compare_digest(expected.encode(), given.strip().lower().encode())
