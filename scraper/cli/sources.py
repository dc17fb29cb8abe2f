"""`tocsin source`."""

import asyncio
from pathlib import Path

import click

from scraper.cli import source_show
from scraper.cli.families import add_upkeep
from scraper.cli.fetching import fetch_page
from scraper.cli.groups import json_option, settings_option
from scraper.cli.opening import found, opened, read_settings
from scraper.cli.output import moment, print_json, print_table, say
from scraper.cli.processes import read_apart
from scraper.cli.source_add import add
from scraper.cli.source_backfill import backfill
from scraper.cli.source_edit import edit
from scraper.cli.source_files import export, import_
from scraper.clock import SystemClock
from scraper.composition import fetch_policy, pace_file
from scraper.discover import discover
from scraper.fetch import NO_OPTIONS, Request, host_of
from scraper.pipeline import source_health
from scraper.pipeline.asking import options_for
from scraper.pipeline.words import span


@click.group()
def source() -> None:
    """The sources: add, edit, list, show, test, pause, resume, remove, import, export, backfill."""


source.add_command(add)
source.add_command(edit)


@source.command("list")
@settings_option
@json_option
def list_(config: Path | None, as_json: bool) -> None:
    """List the sources and how they fare."""
    with opened(config) as database, database.read() as unit:
        sources = unit.sources.list()
    if as_json:
        print_json([source_show.as_json(each) for each in sources])
        return
    print_table(
        ("name", "kind", "every", "last visit", "next visit", "state"),
        (
            (
                each.name,
                each.kind,
                span(each.interval),
                each.last_visit_at,
                None if each.paused else each.next_visit_at,
                source_show.state_in_a_word(each),
            )
            for each in sources
        ),
        empty="There are no sources. Add one: tocsin source add example.org",
    )


@source.command()
@click.argument("name")
@settings_option
@json_option
def show(name: str, config: Path | None, as_json: bool) -> None:
    """Show a source: how it fares, how often it publishes, and why it is visited when it is."""
    with opened(config) as database, database.read() as unit:
        shown = found(unit.sources.get(name), "source", name)
        back_off = unit.hosts.get(host_of(source_health.address(shown)))
        subscriptions = unit.subscriptions.of_source(shown.id)
        links = unit.link_lists.state(shown.id)
    if as_json:
        print_json(source_show.as_json(shown, back_off, subscriptions, links))
        return
    source_show.print_source(shown, back_off, subscriptions, links, SystemClock().now())


@source.command()
@click.argument("name_or_url")
@settings_option
@json_option
def test(name_or_url: str, config: Path | None, as_json: bool) -> None:
    """Visit a source, known or not, and show what it lists; nothing is stored."""
    loaded = read_settings(config)
    url, options = name_or_url, NO_OPTIONS
    if not url.startswith(("http://", "https://")):
        with opened(config) as database, database.read() as unit:
            known = unit.sources.get(name_or_url)
        if known is None and _is_host(name_or_url):
            url = f"https://{name_or_url}"
        else:
            known = found(known, "source", name_or_url)
            url = source_health.address(known)
            options = options_for(url, known.url, known.options)
    request = Request(url=url, accept="feed", options=options)  # as the daemon asks for it
    page = fetch_page(request, fetch_policy(loaded.settings), pace_file(loaded))
    discovery = asyncio.run(read_apart(discover, page))
    if as_json:
        print_json(discovery.entries)
        return
    say(f"{discovery.title or url}: {discovery.kind}, {len(discovery.entries)} entries")
    print_table(
        ("published", "title", "link"),
        ((moment(e.published_at), e.title, e.url) for e in discovery.entries),
        empty="It lists nothing at the moment.",
    )
    for feed in discovery.feeds:
        say(f"It advertises a feed, which is better to watch: {feed}")
    for child in discovery.children[:10]:
        say(f"It names the sitemap {child}")


def _is_host(written: str) -> bool:
    """Whether it looks like an address without its scheme."""
    host = written.partition("/")[0]
    return "." in host and not any(map(str.isspace, written))


add_upkeep(source, "source")
source.add_command(import_)
source.add_command(export)
source.add_command(backfill)
