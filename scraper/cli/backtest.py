"""`tocsin watch test`: what a watch would have done."""

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from scraper.cli.barchart import Row, by_week, chart
from scraper.cli.groups import json_option, settings_option
from scraper.cli.opening import found, opened
from scraper.cli.output import moment, print_json, say
from scraper.cli.queries import compiled_query, say_warnings
from scraper.cli.texts import highlighted
from scraper.clock import SystemClock
from scraper.pipeline.backtest import Found, Question, Report, Window, backtest, question
from scraper.pipeline.backtest_words import verdict
from scraper.pipeline.lists import saved_lists
from storage.database import Database, UnitOfWork
from storage.records import Policy, Watch, WatchSpec

_MOST_DAYS = 3660
_SILENT = 1.0  # seconds of work of which nothing is told
_STEP = 0.2  # seconds between two times that it is


@click.command()
@click.argument("watch", metavar="QUERY|NAME")
@click.option(
    "--days",
    type=click.IntRange(1, _MOST_DAYS),
    default=30,
    show_default=True,
    help="How many days, today among them.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=10,
    show_default=True,
    help="How many of the articles that match to show, the latest first.",
)
@click.option("--language", "languages", multiple=True, help="Only articles in it, such as en.")
@click.option("--source", "sources", multiple=True, help="Only articles of this source.")
@click.option("--tag", "tags", multiple=True, help="Only articles with this tag.")
@click.option(
    "--policy",
    type=click.Choice([choice.value for choice in Policy]),
    help="Ring once for a story, for every article, or for updates too; else as the watch does.",
)
@click.option(
    "--outlets",
    type=click.IntRange(1, 100),
    metavar="N",
    help="Ring for a story when so many outlets have it; with the policy first.",
)
@settings_option
@json_option
def test(
    *,
    watch: str,
    days: int,
    limit: int,
    languages: tuple[str, ...],
    sources: tuple[str, ...],
    tags: tuple[str, ...],
    policy: str | None,
    outlets: int | None,
    config: Path | None,
    as_json: bool,
) -> None:
    """Show how often a watch, or a query, would have rung in the last days; nothing rings."""
    changes: dict[str, Any] = {
        name: value
        for name, value in (("languages", languages), ("sources", sources), ("tags", tags))
        if value
    }
    if policy is not None:
        changes["policy"] = Policy(policy)
    if outlets is not None:
        changes["outlets"] = outlets
    now = SystemClock().now()
    begun = time.monotonic()
    with opened(config) as database:
        with database.read() as unit:
            for name in sources:
                found(unit.sources.get(name), "source", name)
            asked = _asked(unit, watch, changes)
        report = _report(database, asked, Window.last(days, now=now), limit)
    if as_json:
        print_json(_as_json(report))
        return
    _show(report, seconds=time.monotonic() - begun)


def _asked(unit: UnitOfWork, text: str, changes: dict[str, Any]) -> Question:
    """The watch of that name, else one that asks this query, with another scope where one is given.

    Raises QueryError that points at what is wrong.
    """
    known = unit.watches.get(text)
    watch = known or Watch(
        id=0,
        spec=WatchSpec(name="", query=text),
        origin="command",
        paused=False,
        created_at=SystemClock().now(),
    )
    lists = saved_lists(unit)
    say_warnings(compiled_query(watch.spec.query, lists))
    return question(replace(watch, spec=replace(watch.spec, **changes)), lists)


def _report(database: Database, asked: Question, window: Window, limit: int) -> Report:
    progress = _Progress()
    try:
        return backtest(
            database,
            asked,
            window,
            latest=limit,
            processes=os.cpu_count() or 1,
            progress=progress.show,
        )
    finally:
        progress.clear()


@dataclass(slots=True)
class _Progress:
    """How far it is, when it takes longer than one likes to wait in the dark."""

    next: float = 0.0
    shown: bool = False

    def show(self, done: int, of: int) -> None:
        now = time.monotonic()
        if not self.next:
            self.next = now + _SILENT
        if now >= self.next:
            self.next = now + _STEP
            line = f"{done:,} of {of:,} articles looked at"
            if sys.stderr.isatty():
                click.echo(f"\r{line}\x1b[K", nl=False, err=True)
                self.shown = True
            else:
                click.echo(line, err=True)
                self.next = now + 10 * _SILENT

    def clear(self) -> None:
        if self.shown:
            click.echo("\r\x1b[K", nl=False, err=True)


def _as_json(report: Report) -> dict[str, Any]:
    spec = report.watch.spec
    return {
        "query": spec.query,
        "watch": report.watch.name or None,
        "since": report.window.since,
        "until": report.window.until,
        "stored_since": report.stored_since,
        "days": [
            {"date": day.date.isoformat(), "articles": day.articles, "alerts": day.alerts}
            for day in report.days
        ],
        "articles": report.articles,
        "alerts": report.alerts,
        "too_old": report.too_old,
        "latest": [
            {
                "id": each.stored.id,
                "title": each.stored.article.title,
                "url": each.stored.article.url,
                "source": each.source_name,
                "published_at": each.stored.article.published_at,
                "admitted_at": each.stored.first_seen_at,
                "matched_at": each.at,
                "rings": each.rings,
                "passages": each.passages,
            }
            for each in report.latest
        ],
        "looked_at": report.looked_at,
        "stored": report.stored,
    }


def _show(report: Report, *, seconds: float) -> None:
    for line in _lines(report):
        say(line)
    if report.latest:
        say("\nThe latest:" if report.articles > len(report.latest) else "\nThe articles:")
        for each in report.latest:
            _show_found(each)
    others = ", the index left out the others" if report.looked_at < report.stored else ""
    say(
        f"\n{report.looked_at:,} of {_count(report.stored, 'article')} looked at{others};"
        f" {seconds:.1f} s"
    )


def _lines(report: Report) -> Iterator[str]:
    spec, days = report.watch.spec, len(report.days)
    name = report.watch.name
    yield f"The watch {name}: {spec.query}" if name else f"The query {spec.query}"
    yield from _scope(spec)
    span = f"the last {days} days" if days > 1 else "today"
    each = "article" if spec.policy is Policy.EVERY else "story"
    if spec.outlets > 1:
        each += f" that {spec.outlets} outlets have"
    if spec.policy is Policy.UPDATES:
        each += " and for what edits added"
    yield (
        f"{_count(report.articles, 'article')} matched {'in ' * (days > 1)}{span};"
        f" {_count(report.alerts, 'alert')}, one for each {each}"
    )
    if report.too_old:
        yield f"{_count(report.too_old, 'article')} had been published too long before to ring"
    yield ""
    rows = by_week([Row(day.date, day.alerts, day.articles) for day in report.days])
    yield from chart(rows, ("alerts", "articles"), today=report.days[-1].date)
    yield ""
    yield from verdict(report)


def _scope(spec: WatchSpec) -> Iterator[str]:
    parts = [
        f"{word} {', '.join(values)}"
        for word, values in (
            ("in", spec.languages),
            ("from", spec.sources),
            ("tagged", spec.tags),
        )
        if values
    ]
    if parts:
        yield f"Only articles {'; '.join(parts)}"


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _show_found(each: Found) -> None:
    article = each.stored.article
    silence = ""
    if each.too_old:
        silence = "silent: published too long before"
    elif not each.rings:
        silence = "silent: its story rang before"
    where = "  ".join(filter(None, (moment(each.at), each.source_name, silence)))
    say(f"\n{each.stored.id}  {article.title or article.url}\n    {where}")
    for passage in each.passages:
        click.echo(f"    {highlighted(passage)}")
