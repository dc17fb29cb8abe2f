"""`tocsin audit`: who changed what."""

import json
from pathlib import Path

import click

from scraper.cli.groups import json_option, settings_option
from scraper.cli.opening import opened
from scraper.cli.output import SCREENFUL, moment, plain, print_json, print_table


@click.command()
@click.option("--subject", metavar="NAME", help="Only changes of what has this name.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=SCREENFUL, show_default=True)
@settings_option
@json_option
def audit(subject: str | None, limit: int, config: Path | None, as_json: bool) -> None:
    """List who changed what, the last change first."""
    with opened(config) as database, database.read() as unit:
        entries = unit.audit.list(limit, subject=subject)
    if as_json:
        print_json([plain(entry) for entry in entries])
        return
    print_table(
        ("when", "who", "by", "what", "of", "detail"),
        (
            (
                moment(entry.at),
                entry.actor.name,
                entry.actor.via,
                entry.action,
                entry.subject,
                json.dumps(entry.detail, ensure_ascii=False) if entry.detail else "",
            )
            for entry in entries
        ),
        empty="Nothing was changed yet.",
    )
