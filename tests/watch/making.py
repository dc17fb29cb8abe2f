"""Watches for tests."""

from datetime import UTC, datetime

from storage.records import Watch, WatchSpec


def watch(number: int, query: str, *, paused: bool = False, **scope: tuple[str, ...]) -> Watch:
    return Watch(
        id=number,
        spec=WatchSpec(name=f"watch {number}", query=query, **scope),
        origin="command",
        paused=paused,
        created_at=datetime(2024, 1, 1, tzinfo=UTC),
    )
