"""`tocsin extract`: the fields of a page, or of many."""

from pathlib import Path
from types import MappingProxyType

import click

from scraper.cli.bounded import bounded
from scraper.cli.fetching import get_page, known_sites, read_file
from scraper.cli.groups import json_option, settings_option
from scraper.cli.jsonl import json_objects, report_bad_lines
from scraper.cli.output import NO_ADDRESS, fields_of, json_line, print_fields, print_json, say
from scraper.cli.overlay import Explained, named_fields, overlay_option, show_explained, write_page
from scraper.clock import SystemClock
from scraper.collector import settle
from scraper.errors import ExtractError, UsageError
from scraper.extract import Extraction, Sites
from scraper.extract import extract as extract_article
from scraper.printable import printable
from storage.records import Article


@click.command()
@click.argument("page", required=False, metavar="[URL|FILE|-]")
@click.option("--url", help="The page's address, where it is read from a file.")
@click.option(
    "--batch",
    type=click.Path(path_type=Path, allow_dash=True, dir_okay=False),
    metavar="IN.jsonl",
    help='Lines {"id", "url", "path"} to lines {"id", fields…}.',
)
@click.option(
    "--explain",
    is_flag=True,
    help="Say where each field comes from, and lay the body over the page.",
)
@overlay_option
@json_option
@settings_option
def extract(
    *,
    page: str | None,
    url: str | None,
    batch: Path | None,
    explain: bool,
    overlay: Path | None,
    as_json: bool,
    config: Path | None,
) -> int:
    """The article's fields in a page: an address, an HTML file, or - for standard input."""
    if (page is None) == (batch is None):
        raise click.UsageError("name one page (URL, FILE or -), or --batch IN.jsonl")
    sites = known_sites(config)
    if batch is not None:
        return _extract_batch(batch, sites)
    assert page is not None
    had = get_page(page, url, config)
    with bounded():
        extraction = extract_article(
            had.body, had.url, had.headers, now=had.fetched_at, sites=sites
        )
        explained = Explained.of(extraction, had.body, had.headers) if explain or overlay else None
    if explained is None:
        _show(extraction, as_json=as_json)
        return 0
    if overlay is not None:
        write_page(explained, overlay)
    if explain:
        show_explained(explained, as_json=as_json)
    elif as_json:
        _show(extraction, as_json=True)
    return 0


def _extract_batch(batch: Path, sites: Sites) -> int:
    failures = 0
    now = SystemClock().now()
    settle()
    with json_objects(batch, required=("id", "path")) as lines:
        for line in lines:
            url = str(line.value.get("url") or NO_ADDRESS)
            try:
                body = read_file(_beside(batch, Path(str(line.value["path"]))))
                with bounded():
                    found = extract_article(body, url, MappingProxyType({}), now=now, sites=sites)
                article = found.article
                error = None
            except (UsageError, ExtractError) as failure:
                article, error = Article(url=url), str(failure)
                failures += 1
                say(f"{line.place}: {failure}", err=True)
            fields = fields_of(article)
            if error is not None:
                fields |= {"body": None, "word_count": None, "kind": None, "error": error}
            click.echo(json_line({"id": line.value["id"], **fields}))
        failures += report_bad_lines(lines)
    return 1 if failures else 0


def _beside(batch: Path, path: Path) -> Path:
    """A path as given, or beside the file that names it."""
    try:
        there = path.exists()
    except ValueError as error:  # a null character, which no path has
        raise UsageError(f"{path}: {error}") from None
    return path if there or str(batch) == "-" else batch.parent / path


def _show(extraction: Extraction, *, as_json: bool) -> None:
    if as_json:
        print_json(fields_of(extraction.article))
        return
    fields = dict(named_fields(extraction.article))
    body = str(fields.pop("body"))
    print_fields(fields)
    click.echo()
    click.echo(printable(body))
