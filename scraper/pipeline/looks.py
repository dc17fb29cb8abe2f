"""The last visits of a source, kept in a line of text of bounded length.

Newest first: the time of the newest in seconds since 1970, then for each visit its outcome, and the
number of new entries if any; before all but the first, the seconds to the next newer one:
`1772345678 +3 120. 118=`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

MOST: Final = 50
_LOOK = re.compile(r"(\d*)([^\d\s])(\d*)")


class Outcome(StrEnum):
    """What came of a visit."""

    NEW = "+"
    NOTHING = "."
    SAME = "="  # not modified
    PUSHED = "<"  # not visited: a hub brought it
    FAILED = "!"
    BARRED = "x"
    BUSY = "~"
    MISSING = "0"


# No digit may stand for an outcome in the text.
_CODES: Final = {outcome: outcome.value for outcome in Outcome} | {Outcome.MISSING: "o"}
_OUTCOMES: Final = {code: outcome for outcome, code in _CODES.items()}
WORDS: Final = {
    Outcome.NEW: "something new",
    Outcome.NOTHING: "nothing new",
    Outcome.SAME: "not modified",
    Outcome.PUSHED: "pushed by its hub",
    Outcome.FAILED: "failed",
    Outcome.BARRED: "not let in",
    Outcome.BUSY: "asked to be left alone",
    Outcome.MISSING: "nothing there",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A visit, to the second."""

    at: datetime
    outcome: Outcome
    new: int = 0


def noted(recent: str, look: Look) -> str:
    """The line with one more visit, without the oldest if there are too many."""
    seconds = int(look.at.timestamp())
    text = f"{seconds} {_CODES[look.outcome]}{look.new or ''}"
    newest, _, rest = recent.partition(" ")
    if not (newest.isdigit() and rest):
        return text
    older = f"{max(seconds - int(newest), 0)}{rest}".split(" ")[: MOST - 1]
    return " ".join([text, *older])


def looks(recent: str) -> list[Look]:
    """The visits in the line, the newest first."""
    return list(_read(recent))


def _read(recent: str) -> Iterator[Look]:
    newest, _, rest = recent.partition(" ")
    if not newest.isdigit():
        return
    at = datetime.fromtimestamp(int(newest), UTC)
    for found in _LOOK.finditer(rest):
        at -= timedelta(seconds=int(found[1] or 0))
        outcome = _OUTCOMES.get(found[2], Outcome.NOTHING)
        yield Look(at=at, outcome=outcome, new=int(found[3] or 0))
