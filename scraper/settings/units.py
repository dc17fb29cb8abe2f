"""Durations and sizes as people write them: "90s", "1h30m", "2d", "10MB"."""

import re
from datetime import timedelta

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w)")
_SIZES = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9}
_SIZES |= {"KIB": 2**10, "MIB": 2**20, "GIB": 2**30}
_SIZE = re.compile(r"(\d+)\s*([A-Z]*)")
_LONGEST = timedelta(days=3650)


def parse_duration(text: str) -> timedelta:
    """A duration from text such as "1s", "1h30m" or "2d"; ValueError with a remedy otherwise."""
    compact = text.replace(" ", "").lower()
    parts = _PART.findall(compact)
    if not parts or "".join(number + unit for number, unit in parts) != compact:
        raise ValueError(
            f'"{text}" is not a duration: write numbers with units, such as "30s" or "1h30m"'
        )
    seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
    if seconds > _LONGEST.total_seconds():
        raise ValueError(f'"{text}" is longer than ten years: write a shorter duration')
    return timedelta(seconds=seconds)


def format_duration(duration: timedelta) -> str:
    """The shortest exact text that `parse_duration` reads back, down to milliseconds."""
    milliseconds = round(duration.total_seconds() * 1000)
    if milliseconds == 0:
        return "0s"
    text = ""
    for unit in ("d", "h", "m", "s", "ms"):
        size = round(_UNITS[unit] * 1000)
        count, milliseconds = divmod(milliseconds, size)
        if count:
            text += f"{count}{unit}"
    return text


def parse_size(text: str) -> int:
    """A number of bytes from text such as "10MB" or "512 KiB"; ValueError otherwise."""
    found = _SIZE.fullmatch(text.strip().upper())
    if found is None or found[2] not in _SIZES:
        raise ValueError(f'"{text}" is not a size: write a number and a unit, such as "10MB"')
    return int(found[1]) * _SIZES[found[2]]
