"""What an edit changed, for the log of changes: no secret gets there."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from scraper.settings.units import format_duration


def changes(
    before: Mapping[str, Any], after: Mapping[str, Any], *, secret: Collection[str] = ()
) -> dict[str, Any]:
    """The keys whose values differ, each with what it was and what it is.

    Of those in `secret` it is only said that they were changed.
    """
    keys = sorted(before.keys() | after.keys())
    return {
        key: "changed" if key in secret else [plain(before.get(key)), plain(after.get(key))]
        for key in keys
        if before.get(key) != after.get(key)
    }


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, timedelta):
        return format_duration(value)
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    return value
