"""`tocsin watch`."""

from collections.abc import Mapping
from pathlib import Path

import click

from scraper.cli.checked import checked_section
from scraper.cli.families import add_upkeep
from scraper.cli.groups import json_option, limit_option, settings_option
from scraper.cli.opening import found, opened
from scraper.cli.output import moment, plain, print_fields, print_json, print_table, say
from scraper.cli.texts import compiled_query, highlighted
from scraper.clock import SystemClock
from scraper.errors import QueryError, UsageError
from scraper.pipeline.admit import match_text
from scraper.settings.model import Watch as WatchSettings
from scraper.watch import WatchSet
from storage.database import UnitOfWork
from storage.records import AlertPer, Match, StoredArticle, Watch, WatchSpec

_TESTED = 1000  # articles, unless --limit says otherwise


@click.group()
def watch() -> None:
    """The watches: add, list, show, test, pause, resume, remove."""


@watch.command()
@click.argument("name")
@click.argument("query")
@click.option("--channel", "channels", multiple=True, help="Where it rings; may be repeated.")
@click.option("--language", "languages", multiple=True, help="Only articles in it, such as en.")
@click.option("--source", "sources", multiple=True, help="Only articles of this source.")
@click.option(
    "--alert-per",
    type=click.Choice([choice.value for choice in AlertPer]),
    default=AlertPer.STORY.value,
    show_default=True,
    help="Ring once for a story, or for each article.",
)
@settings_option
def add(
    name: str,
    query: str,
    channels: tuple[str, ...],
    languages: tuple[str, ...],
    sources: tuple[str, ...],
    alert_per: str,
    config: Path | None,
) -> None:
    """Add a watch: a name and a query such as 'Baghdad AND (rocket OR missile)'."""
    compiled_query(query)
    spec = checked_section(
        WatchSettings,
        {
            "name": name,
            "query": query,
            "channels": channels,
            "languages": languages,
            "sources": sources,
            "alert_per": alert_per,
        },
    ).spec()
    with opened(config) as database, database.begin() as unit:
        _known(unit, spec)
        unit.watches.add(spec, now=SystemClock().now())
    say(f"{spec.name}: added; it rings for articles that come from now on")
    if not spec.channels:
        say("It has no channels: it rings in the log and on the dashboard only", err=True)


def _known(unit: UnitOfWork, spec: WatchSpec) -> None:
    for name in spec.channels:
        found(unit.channels.get(name), "channel", name)
    for name in spec.sources:
        found(unit.sources.get(name), "source", name)


@watch.command("list")
@settings_option
@json_option
def list_(config: Path | None, as_json: bool) -> None:
    """List the watches."""
    with opened(config) as database, database.read() as unit:
        watches = unit.watches.list(include_paused=True)
    broken = WatchSet(watches).broken
    if as_json:
        print_json(
            [
                {**plain(w), "problem": str(broken[w.id]) if w.id in broken else None}
                for w in watches
            ]
        )
        return
    print_table(
        ("name", "query", "channels", "rings per", "state"),
        (
            (w.name, w.spec.query, w.spec.channels, w.spec.alert_per.value, _state(w, broken))
            for w in watches
        ),
        empty="There are no watches. Add one: tocsin watch add NAME QUERY --channel CHANNEL",
    )


def _state(shown: Watch, broken: Mapping[int, QueryError]) -> str:
    if shown.id in broken:
        return f"broken: {broken[shown.id]}"
    return "paused" if shown.paused else "on"


@watch.command()
@click.argument("name")
@settings_option
@json_option
def show(name: str, config: Path | None, as_json: bool) -> None:
    """Show a watch."""
    with opened(config) as database, database.read() as unit:
        shown = found(unit.watches.get(name), "watch", name)
    if as_json:
        print_json(shown)
        return
    spec = shown.spec
    print_fields(
        {
            "name": spec.name,
            "query": spec.query,
            "channels": spec.channels,
            "languages": spec.languages or "all",
            "sources": spec.sources or "all",
            "rings per": spec.alert_per.value,
            "longest age": spec.max_age,
            "from": shown.origin,
            "state": _state(shown, WatchSet([shown]).broken),
            "since": moment(shown.created_at),
        }
    )


@watch.command()
@click.argument("name")
@limit_option
@settings_option
@json_option
def test(name: str, limit: int | None, config: Path | None, as_json: bool) -> None:
    """Show which of the latest articles it would have matched; nothing rings."""
    with opened(config) as database, database.read() as unit:
        tested = found(unit.watches.get(name), "watch", name)
        articles = unit.articles.list(limit or _TESTED)
        names = {s.id: s.name for s in unit.sources.list()}
    matches = _would_match(tested, articles, names)
    if as_json:
        print_json(
            [
                {"id": article.id, "title": article.article.title, "passages": match.passages}
                for article, match in matches
            ]
        )
        return
    click.echo(f"{len(matches)} of the {len(articles)} latest articles match")
    for article, match in matches:
        say(f"\n{article.id}  {article.article.title or article.article.url}")
        for passage in match.passages:
            click.echo(f"    {highlighted(passage)}")


def _would_match(
    tested: Watch, articles: list[StoredArticle], names: dict[int, str]
) -> list[tuple[StoredArticle, Match]]:
    compiled = WatchSet([tested])
    if compiled.broken:
        raise UsageError(str(compiled.broken[tested.id]))
    return [
        (article, match)
        for article in articles
        for match in compiled.match(match_text(article.article, names.get(article.source_id or 0)))
    ]


add_upkeep(watch, "watch")
