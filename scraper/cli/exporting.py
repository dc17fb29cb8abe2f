"""`tocsin article export` and `tocsin alert export`."""

from pathlib import Path
from typing import IO, Any

import click

from scraper.cli.groups import settings_option
from scraper.cli.opening import found, opened
from scraper.errors import UsageError
from scraper.exports import Format, Table, alerts_table, articles_table, encoder, pages
from storage.database import Database

_format = click.option(
    "--format",
    "file_format",
    type=click.Choice([each.value for each in Format]),
    default=Format.JSONL.value,
    show_default=True,
    help="Parquet needs the extra: pip install tocsin[parquet]",
)
_output = click.option(
    "--output",
    "-o",
    type=click.File("wb", lazy=True),
    default="-",
    metavar="FILE",
    help="Where to write it; without, to standard output.",
)


@click.command("export")
@_format
@_output
@click.option("--search", metavar="WORDS", help="Only articles that hold all these words.")
@click.option("--source", metavar="NAME", help="Only articles of this source.")
@click.option("--language", metavar="L", help="Only articles in this language, such as en.")
@settings_option
def export_articles(
    file_format: str,
    output: IO[bytes],
    search: str | None,
    source: str | None,
    language: str | None,
    config: Path | None,
) -> None:
    """Write the articles as CSV, JSON Lines or Parquet, the newest first."""
    if search is not None and (source or language):
        raise UsageError("--search cannot be narrowed by --source or --language")
    table = articles_table(search=search, source=source, language=language)
    with opened(config) as database:
        if source is not None:
            with database.read() as unit:
                found(unit.sources.get(source), "source", source)
        _write(database, table, Format(file_format), output)


@click.command("export")
@_format
@_output
@click.option("--watch", metavar="NAME", help="Only alerts of this watch.")
@settings_option
def export_alerts(
    file_format: str, output: IO[bytes], watch: str | None, config: Path | None
) -> None:
    """Write the alerts as CSV, JSON Lines or Parquet, the last first."""
    with opened(config) as database:
        if watch is not None:
            with database.read() as unit:
                found(unit.watches.get(watch), "watch", watch)
        _write(database, alerts_table(watch=watch), Format(file_format), output)


def _write(database: Database, table: Table, file_format: Format, output: IO[bytes]) -> None:
    writer = encoder(file_format, table.columns)

    def read(before: Any) -> list[Any]:
        with database.read() as unit:
            return list(table.read(unit, before))

    output.write(writer.begin())
    for rows in pages(read):
        output.write(writer.rows(rows))
    output.write(writer.end())
