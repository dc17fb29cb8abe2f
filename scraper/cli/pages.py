"""`tocsin extract`: the fields of a page, or of many."""

import gzip
import sys
import zlib
from ipaddress import ip_address, ip_network
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

import click

from scraper.app import fetch_policy
from scraper.cli.fetching import fetch_page
from scraper.cli.groups import json_option, settings_option
from scraper.cli.jsonl import json_objects, report_bad_lines
from scraper.cli.opening import read_settings
from scraper.cli.output import json_line, plain, print_fields, print_json, say
from scraper.cli.overlay import Explained, named_fields, overlay_option, show_explained, write_page
from scraper.clock import SystemClock
from scraper.errors import ExtractError, SettingsError, UsageError
from scraper.extract import Extraction
from scraper.extract import extract as extract_article
from scraper.fetch import FetchPolicy, Request
from scraper.printable import printable
from scraper.settings import Settings
from storage.records import Article, Page

_MOST_BYTES = 64 * 2**20  # of one file, unpacked


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
    if batch is not None:
        return _extract_batch(batch)
    assert page is not None
    had = _get_page(page, url, config)
    extraction = extract_article(had.body, had.url, had.headers, now=had.fetched_at)
    if not (explain or overlay):
        _show(extraction, as_json=as_json)
        return 0
    explained = Explained.of(extraction, had.body, had.headers)
    if overlay is not None:
        write_page(explained, overlay)
    if explain:
        show_explained(explained, as_json=as_json)
    elif as_json:
        _show(extraction, as_json=True)
    return 0


def _get_page(page: str, url: str | None, config: Path | None) -> Page:
    """The page at an address, in a file, or on standard input."""
    if page.startswith(("http://", "https://")):
        _check_address(page)
        return fetch_page(Request(url=page), _policy(page, config))
    body = sys.stdin.buffer.read() if page == "-" else _read(Path(page))
    if url is not None:
        _check_address(url)
    address = url or "about:blank"
    return Page(
        url=address,
        requested_url=address,
        status=200,
        headers=MappingProxyType({}),
        body=body,
        fetched_at=SystemClock().now(),
    )


def _check_address(url: str) -> None:
    """UsageError unless it is the address of a page; what stands behind the host may be odd."""
    try:
        sound = urlsplit(url).scheme in {"http", "https"} and bool(urlsplit(url).hostname)
    except ValueError as error:
        raise UsageError(f"{url} is no web address: {error}") from None
    if not sound:
        raise UsageError(f"{url} is no web address: write one that starts with http:// or https://")


def _policy(url: str, config: Path | None) -> FetchPolicy:
    """The settings' policy; an address on a private network that a person types is meant so."""
    try:
        settings = read_settings(config).settings
    except SettingsError:
        if config is not None:
            raise
        settings = Settings()
    host = urlsplit(url).hostname or ""
    named = {"localhost": "127.0.0.1"}.get(host, host)
    try:
        network = ip_network(ip_address(named))
    except ValueError:
        return fetch_policy(settings)
    fetch = settings.fetch.model_copy(
        update={"allow_networks": (*settings.fetch.allow_networks, network)}
    )
    return fetch_policy(settings.model_copy(update={"fetch": fetch}))


def _read(path: Path) -> bytes:
    try:
        if path.suffix != ".gz":
            return path.read_bytes()
        with gzip.open(path) as file:
            body = file.read(_MOST_BYTES + 1)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        # ValueError: a name with a null character in it.
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(f"{path}: {reason}") from None
    if len(body) > _MOST_BYTES:
        raise UsageError(f"{path}: unpacks to more than {_MOST_BYTES // 2**20} MiB")
    return body


def _extract_batch(batch: Path) -> int:
    failures = 0
    now = SystemClock().now()
    with json_objects(batch, required=("id", "path")) as lines:
        for line in lines:
            url = str(line.value.get("url") or "about:blank")
            try:
                body = _read(_beside(batch, Path(str(line.value["path"]))))
                article = extract_article(body, url, MappingProxyType({}), now=now).article
                error = None
            except (UsageError, ExtractError) as failure:
                article, error = Article(url=url), str(failure)
                failures += 1
                say(f"{line.place}: {failure}", err=True)
            fields = plain(article)
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
        print_json(extraction.article)
        return
    fields = dict(named_fields(extraction.article))
    body = str(fields.pop("body"))
    print_fields(fields)
    click.echo()
    click.echo(printable(body))
