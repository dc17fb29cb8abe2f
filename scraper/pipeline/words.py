"""How the pipeline words durations and counts in its log."""

from datetime import timedelta


def span(duration: timedelta) -> str:
    """A duration for people, to two units: "45 s", "10 min", "1 h 30 min", "2 d 4 h"."""
    seconds = round(duration.total_seconds())
    if seconds < 1:
        return f"{duration.total_seconds() * 1000:.0f} ms"
    parts = []
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2])
