"""How a source publishes, fares and is visited, in words: for the terminal and the dashboard."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from scraper.pipeline.looks import WORDS, Outcome, looks
from scraper.pipeline.rhythm import LEAST_DAYS, Rhythm
from scraper.pipeline.schedule import PacedBy
from scraper.pipeline.sift import MISSED, NOT_TAKEN, OVER
from scraper.pipeline.words import span
from storage.records import Health, Source

_FEW: Final = 3.0  # entries, or days with one, that are too few to tell more
_MOST: Final = 0.95  # of the occasions are "mostly"
_LONGEST_WINDOW: Final = 18  # hours of a day that are worth telling
_DAY_NAMES: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SELDOM: Final = 0.25  # of an average day: days on which it hardly publishes
_ENOUGH_WEEKS: Final = 1.5  # that each day of the week was looked at


def frequency(rhythm: Rhythm) -> str:
    """How often it publishes: "publishes about 40 a day", "publishes about 3 a week"."""
    if rhythm.entries < _FEW and rhythm.seen < LEAST_DAYS:
        return "has not been looked at for long enough to say how often it publishes"
    for days, unit in ((1, "day"), (7, "week"), (30, "month")):
        number = rhythm.entries_per_day * days
        if number >= 1:
            return f"publishes about {float(f'{number:.2g}'):,.0f} a {unit}"
    return "publishes less than once a month"


def usual_times(rhythm: Rhythm) -> str:
    """When most of it comes: "mostly 05–21 h UTC", "mostly Mon–Fri, 06–18 h UTC"."""
    if rhythm.active < _FEW:
        return ""
    parts = [part for part in (_usual_days(rhythm), _usual_hours(rhythm)) if part]
    return f"mostly {', '.join(parts)}" if parts else ""


def _usual_hours(rhythm: Rhythm) -> str:
    rates = [
        count / seen if seen else 0.0
        for count, seen in zip(rhythm.hours, rhythm.hours_seen, strict=True)
    ]
    wanted = _MOST * sum(rates)
    for length in range(1, _LONGEST_WINDOW + 1):
        for first in range(24):
            if sum(rates[(first + hour) % 24] for hour in range(length)) >= wanted > 0:
                return f"{first:02}–{(first + length) % 24:02} h UTC"
    return ""


def _usual_days(rhythm: Rhythm) -> str:
    if min(rhythm.days_seen) < _ENOUGH_WEEKS:
        return ""
    rates = [count / seen for count, seen in zip(rhythm.days, rhythm.days_seen, strict=True)]
    usual = [rate >= _SELDOM * sum(rates) / 7 for rate in rates]
    if all(usual) or not any(usual):
        return ""
    if usual == [True] * 5 + [False] * 2:
        return "Mon–Fri"
    return " ".join(name for name, is_usual in zip(_DAY_NAMES, usual, strict=True) if is_usual)


def pace(source: Source) -> str:
    """Why the next visit is when it is."""
    if source.last_visit_at is None:
        return "not visited yet: due at once"
    interval, by = span(source.interval), source.state.paced_by
    rhythm = Rhythm.of(source.state.rhythm)
    learned = "" if rhythm is None else _learned(rhythm)
    if by == PacedBy.ASKED:
        asks = timedelta(seconds=rhythm.asks) if rhythm else timedelta(0)
        wish = f" for {span(asks)}" if asks else ""
        return f"{learned}; it asks to be left alone{wish}, and is visited every {interval}"
    reasons = {
        PacedBy.EVERY: f"every {interval}, as it was set",
        PacedBy.RETRY_AFTER: "it asked to be left alone until then",
        PacedBy.BACK_OFF: "the last visit failed; pauses grow with each failure",
        PacedBy.PUSHED: f"{learned}; its hub brings what is new, so it is seldom visited",
        PacedBy.GONE: "nothing is there any more: looked at once a day",
        PacedBy.LEARNED: f"learned: {learned}; visited every {interval} at this time",
    }
    return reasons[PacedBy(by)] if by else f"every {interval}"


def _learned(rhythm: Rhythm) -> str:
    times = usual_times(rhythm)
    return f"{frequency(rhythm)}, {times}" if times else frequency(rhythm)


def strip(source: Source) -> str:
    """The outcomes of the last visits, the oldest first, a sign each: "..+.=!"."""
    return "".join(look.outcome for look in reversed(looks(source.state.recent)))


def legend(signs: str) -> str:
    """What the signs in a strip mean."""
    return ", ".join(f"{outcome} {WORDS[outcome]}" for outcome in Outcome if outcome in signs)


def not_taken(state: Mapping[str, Any] | None) -> str:
    """What of its list the last visit did not take, and why, by what is remembered of the list."""
    counts = (state or {}).get(NOT_TAKEN, {})
    words = {
        "held": "{:,} wait until they are seen again, as it shows others at every visit",
        "left": "{:,} are left for later visits",
        "older": "{:,} older ones were passed over",
    }
    parts = [text.format(counts[why]) for why, text in words.items() if why in counts]
    if over := (state or {}).get(OVER):
        parts.append(f"on {over} there were more new ones than are taken in a day")
    if missed := (state or {}).get(MISSED):
        parts.append(f"{missed['sitemaps']} sitemaps could not be read ({missed['why']})")
    return "; ".join(parts)


def fares(source: Source, now: datetime) -> str:
    """Its health and since when: "silent since 9 h", "healthy", "failed once: …"."""
    if source.last_visit_at is None:
        return "not visited yet"
    state = source.state
    if state.health is Health.HEALTHY and source.last_success_at is None:
        return "not visited with success yet"
    words = state.health.value
    if state.since is not None and now > state.since:
        words += f" for {span(now - state.since)}"
    return words
