"""Publishers dealt out by a hash of their names: all pages of one go to the same part or fold."""

import hashlib
from typing import Any


def publisher_of(truth: dict[str, Any], name: str) -> str:
    """Whose page it is: the name in its domain; a page without one is a publisher by itself.

    `name`: the set's.
    """
    domain: str = truth.get("domain") or f"{name}:{truth['id']}"
    return domain.split(".")[-2] if "." in domain else domain


def dealt(publisher: str, parts: int, salt: str = "") -> int:
    """The number of the part that a publisher belongs to, from 0; another salt deals anew."""
    digest = hashlib.md5((salt + publisher).encode(), usedforsecurity=False).hexdigest()
    return int(digest, 16) % parts
