"""The signature of a webhook, version 1 of Standard Webhooks.

HMAC-SHA256 over `id.timestamp.body`, in base64. The key is a secret in base64, mostly written with
"whsec_" before it.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

PREFIX = "whsec_"


def decode_secret(secret: str) -> bytes:
    """The key that the secret stands for; ValueError with a remedy when it stands for none.

    Only base64 is a secret. The receivers' libraries decode whatever they are given, each in its
    own way; a plain word would verify with some, and never say why it does not with others.
    """
    encoded = secret.strip().removeprefix(PREFIX)
    padded = encoded.rstrip("=") + "=" * (-len(encoded.rstrip("=")) % 4)
    try:
        key = base64.b64decode(padded, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise ValueError(
            "the secret is not base64: make one with `openssl rand -base64 32` "
            f'and write it with or without "{PREFIX}" before it'
        )
    return key


def sign(keys: Sequence[bytes], *, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of the header webhook-signature; `timestamp` in seconds since 1970 (UTC).

    There is a signature for each of the keys, which a receiver takes if one of them is its own: so
    that it may change to another at any time.
    """
    signed = b".".join((message_id.encode("ascii"), str(timestamp).encode("ascii"), body))
    digests = (hmac.new(key, signed, hashlib.sha256).digest() for key in keys)
    return " ".join("v1," + base64.b64encode(digest).decode("ascii") for digest in digests)
