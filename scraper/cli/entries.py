"""`tocsin entry`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from scraper.cli.groups import json_option, limit_option, settings_option
from scraper.cli.opening import found, opened
from scraper.cli.output import SCREENFUL, plain, print_json, print_table, say
from scraper.clock import SystemClock
from storage.records import EntryState, FrontierEntry

_MOST = 1_000_000  # of one state
_OPEN = (EntryState.FAILED, EntryState.PENDING, EntryState.RECHECK)


@click.group()
def entry() -> None:
    """The entries on their way to an article: list, retry."""


@entry.command("list")
@click.option("--failed", is_flag=True, help="Only what was given up.")
@limit_option
@settings_option
@json_option
def list_(failed: bool, limit: int | None, config: Path | None, as_json: bool) -> None:
    """List what waits for its article, or to be looked at again, or was given up, and why."""
    limit = limit or (_MOST if as_json else SCREENFUL)
    with opened(config) as database, database.read() as unit:
        entries = [
            listed
            for state in ([EntryState.FAILED] if failed else _OPEN)
            for listed in unit.entries.list(state, limit)
        ]
        names = {s.id: s.name for s in unit.sources.list()}
    entries = sorted(entries, key=lambda listed: -listed.id)[:limit]
    if as_json:
        print_json([_json(listed, names) for listed in entries])
        return
    print_table(
        ("id", "seen", "source", "state", "next", "link", "last error"),
        (
            (
                listed.id,
                listed.seen_at,
                names.get(listed.source_id),
                listed.state.value,
                listed.next_attempt_at,
                listed.url,
                listed.error,
            )
            for listed in entries
        ),
        empty="Nothing was given up." if failed else "Nothing is waiting.",
    )


def _json(listed: FrontierEntry, names: Mapping[int, str]) -> dict[str, Any]:
    return {**plain(listed), "source": names.get(listed.source_id)}


@entry.command()
@click.option("--source", metavar="NAME", help="Only entries of this source.")
@settings_option
def retry(source: str | None, config: Path | None) -> None:
    """Try again what was given up: after a site was mended, or lets you in now."""
    with opened(config) as database, database.begin() as unit:
        source_id = None
        if source is not None:
            source_id = found(unit.sources.get(source), "source", source).id
        count = unit.entries.retry_failed(SystemClock().now(), source_id)
    say(f"{count} entries are due again; a running daemon reads them within seconds")
