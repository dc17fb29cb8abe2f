"""How long an answer is fresh, as its headers say (RFC 9111, 4.2)."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from scraper.fetch.failures import http_date

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)
_NEVER_FRESH = re.compile(r"(?:^|[,\s])no-(?:cache|store)(?:$|[,\s;])", re.IGNORECASE)


def fresh_for(headers: Mapping[str, str], now: datetime) -> timedelta:
    """How long asking again would give the same; zero where the headers do not say.

    The time that the answer has spent in caches on its way is over already. `headers` have
    lower-case names.
    """
    control = headers.get("cache-control", "")
    if _NEVER_FRESH.search(control):
        return timedelta(0)
    date = http_date(headers.get("date", "")) or now
    if found := _MAX_AGE.search(control):
        fresh = timedelta(seconds=int(found[1]))
    else:
        expires = http_date(headers.get("expires", ""))
        fresh = timedelta(0) if expires is None else expires - date
    age = headers.get("age", "").strip()
    spent = timedelta(seconds=int(age[:10])) if age.isascii() and age.isdigit() else timedelta(0)
    return max(fresh - spent, timedelta(0))
