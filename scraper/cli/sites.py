"""`tocsin site`: how extraction goes on each site, and the rules of those that have some."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

import click

from scraper.cli.groups import json_option, limit_option, settings_option
from scraper.cli.opening import opened, read_settings
from scraper.cli.output import SCREENFUL, print_json_list, print_table, say
from scraper.cli.site_check import check
from scraper.clock import SystemClock
from scraper.errors import UsageError
from scraper.extract import Site, Sites
from scraper.pipeline.health import BODY, ENOUGH, RULE, failures, usual_words
from scraper.pipeline.site_watch import BROKEN
from scraper.settings.sites import sites_of
from storage.records import Series, SiteHealth


@click.group()
def site() -> None:
    """The sites that articles are read from: list, check, accept."""


site.add_command(check)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A site as it is listed. `health`: fine, broken, or new where little is known of it."""

    site: str
    rule: str | None
    articles: int
    usual_words: int | None
    textless: int  # of the latest articles, those with no text or far too little
    latest: int  # how many that are
    health: str
    broken: tuple[str, ...]
    updated_at: datetime | None


@site.command("list")
@limit_option
@settings_option
@json_option
def list_(limit: int | None, config: Path | None, as_json: bool) -> None:
    """List the sites: their rules, and whether extraction works. The broken come first."""
    rules = sites_of(read_settings(config))
    with opened(config) as database, database.read() as unit:
        known = unit.sites.list()
    lines = lines_of(known, rules)
    if as_json:
        print_json_list(islice(lines, limit))
        return
    print_table(
        ("site", "rule", "articles", "words", "textless", "health"),
        (
            (
                line.site,
                line.rule,
                line.articles,
                line.usual_words,
                f"{line.textless} of {line.latest}" if line.latest else "",
                f"{line.health}: {', '.join(line.broken)}" if line.broken else line.health,
            )
            for line in islice(lines, limit or SCREENFUL)
        ),
        empty="No article has been read yet, and no site has rules.",
    )


@site.command()
@click.argument("host")
@settings_option
def accept(host: str, config: Path | None) -> None:
    """Take a site as it is now: what was usual of it is forgotten, and its notice closed."""
    name = host.lower().removeprefix("www.")
    with opened(config) as database, database.begin() as unit:
        known = unit.sites.forget(name)
        told = unit.notices.resolve(BROKEN, name, now=SystemClock().now())
    if not (known or told):
        raise UsageError(f'there is no site "{host}"; `tocsin site list` shows all')
    say(f"{name}: its history begins anew")


def lines_of(known: Sequence[SiteHealth], rules: Sites) -> list[Line]:
    """The sites that articles were read from, and those that only rules are known of.

    Broken ones come first, then those with the most articles.
    """
    lines = [_line(health, rules) for health in known]
    heard_of = {health.host for health in known}
    lines += [
        _line_of_rule(site, host)
        for site in rules.all()
        for host in site.hosts
        if host not in heard_of and rules.find(f"https://{host}/") is site
    ]
    return sorted(lines, key=lambda line: (not line.broken, -line.articles, line.site))


def _line(health: SiteHealth, rules: Sites) -> Line:
    site = rules.find(f"https://{health.host}/")
    textless, latest = failures(health.series.get(BODY, Series()))
    return Line(
        site=health.host,
        rule=site.name if site else None,
        articles=health.articles,
        usual_words=usual_words(health),
        textless=textless,
        latest=latest,
        health=_health(health),
        broken=tuple(name.removeprefix(RULE) for name in health.broken),
        updated_at=health.updated_at,
    )


def _health(health: SiteHealth) -> str:
    if health.broken:
        return "broken"
    return "fine" if health.articles >= ENOUGH else "new"


def _line_of_rule(site: Site, host: str) -> Line:
    return Line(
        site=host,
        rule=site.name,
        articles=0,
        usual_words=None,
        textless=0,
        latest=0,
        health="new",
        broken=(),
        updated_at=None,
    )
