"""Words that messages of every channel share: when, where, and which way it is written."""

from datetime import UTC, datetime
from unicodedata import bidirectional

from scraper.alerts.clean import one_line

_FIELDS = {
    "title": "In the headline",
    "standfirst": "In the standfirst",
    "body": "In the text",
}
_ISOLATED = "\N{FIRST STRONG ISOLATE}{}\N{POP DIRECTIONAL ISOLATE}"


def direction(text: str) -> str:
    """The way it is written, "rtl" or "ltr": that of the first letter that has one.

    (Unicode Standard Annex 9, P2 and P3.) Pages say it, for not every mail program finds it out.
    """
    for character in text:
        kind = bidirectional(character)
        if kind in {"L", "R", "AL"}:
            return "ltr" if kind == "L" else "rtl"
    return "ltr"


def isolated(text: str) -> str:
    """The text as it can stand within a sentence of ours, whichever way it is written."""
    return _ISOLATED.format(text) if direction(text) == "rtl" else text


def moment(time: datetime | None) -> str | None:
    """The time in UTC, to the minute: "1 March 2026, 06:00 UTC"."""
    if time is None:
        return None
    utc = time.astimezone(UTC)
    return f"{utc.day} {utc:%B %Y, %H:%M} UTC"


def place(field: str) -> str:
    """Where in an article a field stands, in words."""
    return _FIELDS.get(field) or f"In the field {one_line(field, limit=40)}"
