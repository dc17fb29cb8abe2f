"""Ids for what leaves this database: unique everywhere, and in the order of their time."""

import os
from datetime import datetime
from uuid import UUID

from storage.types import to_utc


def new_id(now: datetime) -> str:
    """A UUID of version 7: RFC 9562, section 5.7. Milliseconds first, then 74 random bits."""
    milliseconds = max(0, int(to_utc(now).timestamp() * 1000)) & (2**48 - 1)
    random = int.from_bytes(os.urandom(10), "big")
    high, low = random >> 68, random & (2**62 - 1)  # 12 and 62 bits
    return str(UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low))
