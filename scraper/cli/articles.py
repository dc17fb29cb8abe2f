"""`tocsin article`."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from scraper.cli.bounded import bounded
from scraper.cli.exporting import export_articles
from scraper.cli.fetching import known_sites
from scraper.cli.groups import NUMBER, json_option, limit_option, settings_option
from scraper.cli.opening import found, opened
from scraper.cli.output import (
    SCREENFUL,
    moment,
    plain,
    print_fields,
    print_json,
    print_json_list,
    print_table,
)
from scraper.cli.overlay import Explained, overlay_option, show_explained, write_page
from scraper.cli.reextract import reextract
from scraper.cli.revisions import diff
from scraper.cli.why import why
from scraper.errors import TocsinError, UsageError
from scraper.extract import extract
from scraper.pipeline.packing import unpack
from scraper.pipeline.versions import versions
from scraper.printable import printable
from storage.database import Database
from storage.records import PackedPage, StoredArticle

_PAGE = 200  # articles read in one transaction


@click.group()
def article() -> None:
    """The articles: list, show, diff, why, export, reextract."""


article.add_command(diff)
article.add_command(export_articles)
article.add_command(reextract)
article.add_command(why)


@article.command("list")
@click.option("--search", metavar="WORDS", help="Only articles that hold all these words.")
@click.option("--source", metavar="NAME", help="Only articles of this source.")
@click.option("--language", metavar="L", help="Only articles in this language, such as en.")
@limit_option
@settings_option
@json_option
def list_articles(
    search: str | None,
    source: str | None,
    language: str | None,
    limit: int | None,
    config: Path | None,
    as_json: bool,
) -> None:
    """List the articles, the newest first."""
    with opened(config) as database:
        if source is not None:
            with database.read() as unit:
                found(unit.sources.get(source), "source", source)
        limit = limit or (None if as_json else SCREENFUL)
        articles = (
            _found_by(database, search, source, language, limit)
            if search is not None
            else _newest(database, source, language, limit)
        )
        with database.read() as unit:
            names = {s.id: s.name for s in unit.sources.list()}
        if as_json:
            print_json_list(article_json(stored, names) for stored in articles)
            return
        print_table(
            ("id", "seen", "source", "story", "title"),
            (
                (
                    stored.id,
                    stored.first_seen_at,
                    names.get(stored.source_id or 0),
                    f"{stored.story_id}{' copy' if stored.copy_of else ''}",
                    stored.article.title or stored.article.url,
                )
                for stored in articles
            ),
            empty="There are no articles. Visit the sources: tocsin once",
        )


def _newest(
    database: Database, source: str | None, language: str | None, limit: int | None
) -> Iterator[StoredArticle]:
    """Articles, the newest first, page by page, so that no transaction stays open for long."""
    before: int | None = None
    given = 0
    while limit is None or given < limit:
        size = _PAGE if limit is None else min(_PAGE, limit - given)
        with database.read() as unit:
            page = unit.articles.list(size, before=before, source=source, language=language)
        yield from page
        if len(page) < size:
            return
        given += len(page)
        before = page[-1].id


def _found_by(
    database: Database, words: str, source: str | None, language: str | None, limit: int | None
) -> Iterator[StoredArticle]:
    with database.begin() as unit:
        while unit.search.index_pending(_PAGE):
            pass
    with database.read() as unit:
        hits = unit.search.search(words, limit=limit or 1000)
        only = unit.sources.get(source) if source else None
    yield from (
        hit
        for hit in hits
        if (only is None or hit.source_id == only.id)
        and (language is None or hit.article.language == language)
    )


@article.command("show")
@click.argument("article_id", metavar="ID", type=NUMBER)
@click.option("--revisions", is_flag=True, help="Earlier texts too, the first seen first.")
@click.option(
    "--page", is_flag=True, help="Write the page it was read from, as it came, to a file or a pipe."
)
@click.option("--explain", is_flag=True, help="Read its page again, and say what is found where.")
@overlay_option
@settings_option
@json_option
def show_article(
    *,
    article_id: int,
    revisions: bool,
    page: bool,
    explain: bool,
    overlay: Path | None,
    config: Path | None,
    as_json: bool,
) -> None:
    """Show an article."""
    if page:
        _write_page(article_id, config)
        return
    if explain or overlay:
        explained = _explained(article_id, config)
        if overlay is not None:
            write_page(explained, overlay)
        if explain:
            show_explained(explained, as_json=as_json)
        return
    with opened(config) as database, database.read() as unit:
        shown = found(unit.articles.get(article_id), "article", str(article_id))
        earlier = unit.articles.revisions(article_id) if revisions else []
        names = {s.id: s.name for s in unit.sources.list()}
    fields = article_json(shown, names)
    if as_json:
        print_json(fields | ({"earlier": plain(earlier)} if revisions else {}))
        return
    body = fields.pop("body")
    print_fields(fields)
    click.echo(f"\n{printable(body)}")
    for version in versions(shown, earlier)[:-1]:
        text = version.text
        seen = f"text {version.number}, seen {moment(version.seen_at)}"
        click.echo(f"\n--- {seen}: {printable(text.title or '')}")
        click.echo("\n\n".join(map(printable, filter(None, (text.standfirst, text.body)))))


def _write_page(article_id: int, config: Path | None) -> None:
    """The page's own bytes: for a file or a program, they could do anything to a terminal."""
    if sys.stdout.isatty():
        raise UsageError(
            "a page is not safe to show on a terminal: write it to a file, "
            f"tocsin article show {article_id} --page > page.html"
        )
    body = unpack(_kept_page(article_id, config))
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()


def _explained(article_id: int, config: Path | None) -> Explained:
    """The kept page as today's rules read it, which need not be what is stored."""
    kept = _kept_page(article_id, config)
    body = unpack(kept)
    sites = known_sites(config)
    with bounded():
        extraction = extract(body, kept.url, kept.headers, now=kept.fetched_at, sites=sites)
        return Explained.of(extraction, body, kept.headers)


def _kept_page(article_id: int, config: Path | None) -> PackedPage:
    """The last page of an article; TocsinError where none is kept."""
    with opened(config) as database, database.read() as unit:
        found(unit.articles.get(article_id), "article", str(article_id))
        page = unit.pages.latest(article_id)
    if page is None:
        raise TocsinError(
            f"the page of article {article_id} is not kept: service.keep_pages in the settings "
            "says how long pages are"
        )
    return page.page


def article_json(stored: StoredArticle, source_names: Mapping[int, str]) -> dict[str, Any]:
    """A stored article as JSON: its place in the database, and its fields."""
    return {
        "id": stored.id,
        "story_id": stored.story_id,
        "copy_of": stored.copy_of,
        "source": source_names.get(stored.source_id or 0),
        "first_seen_at": plain(stored.first_seen_at),
        "revised_at": plain(stored.revised_at),
        "revisions": stored.revisions,
        **plain(stored.article),
    }
