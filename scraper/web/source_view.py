"""Sources as pages show them: how each fares, in words, and its last visits as a strip."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from scraper.pipeline import source_words
from scraper.pipeline.looks import WORDS, Outcome, looks
from scraper.pipeline.rhythm import Rhythm
from storage.records import Health, Source

_SHOWN: Final = 30  # visits of a strip
_GOOD: Final = frozenset({Outcome.NEW, Outcome.PUSHED})
_IDLE: Final = frozenset({Outcome.NOTHING, Outcome.SAME})


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit in the strip: "good", "idle" or "bad", and what is said of it."""

    sort: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class View:
    """A source, as it is shown."""

    source: Source
    fares: str
    trouble: str | None  # why somebody should look after it
    strip: Sequence[Visit]  # the oldest first
    summary: str  # of the strip
    per_day: float | None  # entries

    @property
    def is_troubled(self) -> bool:
        """Whether somebody should look after it."""
        health = self.source.state.health
        return not self.source.paused and health not in {Health.HEALTHY, Health.MOVED}


def view(source: Source, now: datetime) -> View:
    """The source as it is shown."""
    seen = looks(source.state.recent)[:_SHOWN][::-1]
    strip = [
        Visit(
            "good" if look.outcome in _GOOD else "idle" if look.outcome in _IDLE else "bad",
            look.at,
            f"{look.new} new" if look.new else WORDS[look.outcome],
        )
        for look in seen
    ]
    bad = sum(visit.sort == "bad" for visit in strip)
    rhythm = Rhythm.of(source.state.rhythm)
    return View(
        source=source,
        fares="paused" if source.paused else source_words.fares(source, now),
        trouble=source.last_error or source.state.reason,
        strip=strip,
        summary=f"{len(strip)} visits, {bad} of them failed" if strip else "no visits yet",
        per_day=None if rhythm is None else rhythm.entries_per_day,
    )
