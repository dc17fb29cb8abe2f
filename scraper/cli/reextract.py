"""`tocsin article reextract`: reading kept pages again."""

import asyncio
import difflib
import os
import sys
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import SystemRandom

import click

from scraper.cli.groups import NUMBER, json_option, settings_option
from scraper.cli.opening import found, opened, read_settings
from scraper.cli.output import moment, plain, print_json_list, say
from scraper.clock import SystemClock
from scraper.discover.links import host
from scraper.errors import TocsinError, UsageError
from scraper.extract import Sites
from scraper.pipeline.repair import Repair, Repaired, Repairer
from scraper.pipeline.sandbox import Sandbox, SandboxBrokenError
from scraper.settings.sites import sites_of
from storage.database import Database

_AT_ONCE = 32  # articles, each with its packed page of a megabyte at most
_LOOKED_AT = 500  # lines read in one transaction
_LONGEST = 100  # characters of a value that are shown
_MOST_LINES = 6  # of a body's differences

_WORDS = {
    Repaired.NO_PAGE: "its page is not kept",
    Repaired.NO_ENTRY: "what its source told of it is not kept; left as it was",
    Repaired.NO_TEXT: "today's rules find no text; left as it was",
    Repaired.UNREADABLE: "left as it was",
    Repaired.BUSY: "it was revised meanwhile; left as it was",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """Which articles."""

    ids: Sequence[int]
    source: str | None
    site: str | None
    since: datetime | None
    after: int
    dry_run: bool
    alert: bool


@dataclass(slots=True, kw_only=True)
class _Progress:
    """How far it has come."""

    last: int  # all articles up to this one are done
    dry_run: bool
    outcomes: Counter[Repaired] = field(default_factory=Counter)
    alerts: int = 0

    def count(self, repair: Repair) -> None:
        self.outcomes[repair.outcome] += 1
        self.alerts += len(repair.alerts)

    def show(self) -> None:
        """On a terminal, over the line before."""
        if sys.stderr.isatty():
            click.echo(f"\r\x1b[K{self.sentence()}", nl=False, err=True)

    def clear(self) -> None:
        """Make room for another line."""
        if sys.stderr.isatty():
            click.echo("\r\x1b[K", nl=False, err=True)

    def has_failed(self, *, named: bool) -> bool:
        """Whether some could not be read; `named`: each was asked for, so each should be kept."""
        failures = [Repaired.UNREADABLE, *([Repaired.NO_PAGE, Repaired.NO_ENTRY] if named else [])]
        return any(self.outcomes[failure] for failure in failures)

    def sentence(self) -> str:
        """What came of it, in words."""
        changed = self.outcomes[Repaired.CHANGED]
        parts = [
            f"{self.outcomes.total()} read again",
            f"{changed} {'would change' if self.dry_run else 'repaired'}",
        ]
        parts += [
            f"{self.outcomes[outcome]} {outcome.value}"
            for outcome in _WORDS
            if self.outcomes[outcome]
        ]
        if self.alerts:
            parts.append(f"{_counted(self.alerts, 'alert')} rang")
        return ", ".join(parts)


@click.command()
@click.argument("article_ids", metavar="[ID]…", type=NUMBER, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All articles whose page is kept.")
@click.option("--source", metavar="NAME", help="Articles of this source.")
@click.option("--site", metavar="HOST", help="Articles of this site and the sites below it.")
@click.option(
    "--since",
    metavar="DATE",
    type=click.DateTime(("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")),
    help="Articles first seen since then, such as 2026-03-01 (UTC).",
)
@click.option(
    "--after",
    metavar="ID",
    type=click.IntRange(0, 2**63 - 1),
    default=0,
    help="Only articles after this one: to go on where it was interrupted.",
)
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--alert", is_flag=True, help="Let watches ring for what is repaired.")
@settings_option
@json_option
def reextract(
    *,
    article_ids: tuple[int, ...],
    everything: bool,
    source: str | None,
    site: str | None,
    since: datetime | None,
    after: int,
    dry_run: bool,
    alert: bool,
    config: Path | None,
    as_json: bool,
) -> int:
    """Read kept pages again with today's rules, and repair their articles.

    Prints what changes. Nothing rings, unless with --alert, and then only for stories that a watch
    never rang for. It may run beside the daemon, which should be restarted first if it is older.
    """
    picked = everything or any(value is not None for value in (source, site, since))
    _check_options(named=bool(article_ids), picked=picked, silent=dry_run, alert=alert)
    wanted = _Wanted(
        ids=sorted(set(article_ids)),
        source=source,
        site=site and site.lower().removeprefix("www."),
        since=since and since.replace(tzinfo=UTC),
        after=after,
        dry_run=dry_run,
        alert=alert,
    )
    progress = _Progress(last=after, dry_run=dry_run)
    try:
        _run(config, wanted, progress, as_json=as_json)
    except KeyboardInterrupt:
        progress.clear()
        say(f"interrupted; what is done stays. Go on with --after {progress.last}", err=True)
        raise
    progress.clear()
    say(progress.sentence(), err=True)
    return 1 if progress.has_failed(named=bool(article_ids)) else 0


def _check_options(*, named: bool, picked: bool, silent: bool, alert: bool) -> None:
    if named == picked:
        raise click.UsageError(
            "name articles by ID, or pick them: --all, --source, --site, --since"
        )
    if silent and alert:
        raise click.UsageError("--dry-run changes nothing, so nothing can ring: leave out --alert")


def _run(config: Path | None, wanted: _Wanted, progress: _Progress, *, as_json: bool) -> None:
    sites = sites_of(read_settings(config))
    with opened(config) as database:
        _check(database, wanted)
        with closing(_repairs(database, sites, wanted, progress)) as repairs:
            told = _told(repairs, progress)
            if as_json:
                print_json_list(map(_as_json, told))
                return
            for repair in told:
                _show(repair)


def _check(database: Database, wanted: _Wanted) -> None:
    with database.read() as unit:
        for article_id in wanted.ids:
            found(unit.articles.get(article_id), "article", str(article_id))
        if wanted.source is not None:
            found(unit.sources.get(wanted.source), "source", wanted.source)
    if wanted.site is not None and ("/" in wanted.site or not wanted.site):
        raise UsageError('--site: write the bare name of a host, such as "news.example.org"')


def _told(results: Iterator[Repair], progress: _Progress) -> Iterator[Repair]:
    """Those of which there is something to say; all are counted."""
    for repair in results:
        progress.count(repair)
        if repair.outcome is not Repaired.SAME:
            progress.clear()
            yield repair
        progress.show()


def _repairs(
    database: Database, sites: Sites, wanted: _Wanted, progress: _Progress
) -> Generator[Repair, None, None]:
    """The repairs, in the order of the articles, as they are asked for."""
    sandbox = Sandbox(os.cpu_count() or 1)
    repairer = Repairer(
        database=database,
        sandbox=sandbox,
        sites=sites,
        clock=SystemClock(),
        random=SystemRandom(),
        dry_run=wanted.dry_run,
        alert=wanted.alert,
    )
    try:
        with asyncio.Runner() as runner:
            for ids in _chosen(database, wanted):
                repairs = runner.run(_all(repairer, ids))
                progress.last = ids[-1]
                yield from repairs
    finally:
        sandbox.close()


async def _all(repairer: Repairer, ids: Sequence[int]) -> list[Repair]:
    try:
        return await asyncio.gather(*map(repairer.repair, ids))
    except SandboxBrokenError as error:
        raise TocsinError(f"the pages cannot be read: {error}") from error


def _chosen(database: Database, wanted: _Wanted) -> Iterator[Sequence[int]]:
    """The ids of the articles, in their order, a few at a time."""
    chosen: list[int] = []
    for article_id in _candidates(database, wanted):
        chosen.append(article_id)
        if len(chosen) == _AT_ONCE:
            yield chosen
            chosen = []
    if chosen:
        yield chosen


def _candidates(database: Database, wanted: _Wanted) -> Iterator[int]:
    if wanted.ids:
        yield from (article_id for article_id in wanted.ids if article_id > wanted.after)
        return
    after = wanted.after
    while True:
        with database.read() as unit:
            lines = unit.pages.walk(
                after=after, limit=_LOOKED_AT, source=wanted.source, since=wanted.since
            )
        yield from (line.article_id for line in lines if _is_of(wanted.site, line.url))
        if len(lines) < _LOOKED_AT:
            return
        after = lines[-1].article_id


def _is_of(site: str | None, url: str) -> bool:
    if site is None:
        return True
    name = host(url)
    return name == site or name.endswith(f".{site}")


def _as_json(repair: Repair) -> dict[str, object]:
    fields: dict[str, object] = {
        "id": repair.article_id,
        "url": repair.url,
        "outcome": repair.outcome.value,
        "changes": {
            name: {"was": plain(was), "now": plain(now)}
            for name, (was, now) in repair.changes.items()
        },
        "alerts": list(repair.alerts),
    }
    return fields | ({"reason": repair.reason} if repair.reason else {})


def _show(repair: Repair) -> None:
    say(f"article {repair.article_id}  {repair.url}")
    if repair.outcome is not Repaired.CHANGED:
        reason = f"{repair.reason.rstrip('.')}; " if repair.reason else ""
        say(f"  {reason}{_WORDS[repair.outcome]}")
    width = max(map(len, repair.changes), default=0)
    for name, (was, now) in repair.changes.items():
        if name == "body":
            _show_body(str(was), str(now))
        else:
            say(f"  {name.ljust(width)}  {_short(was)} → {_short(now)}")
    for alert in repair.alerts:
        say(f"  rang: alert {alert}")


def _show_body(was: str, now: str) -> None:
    """Its paragraphs that are gone or new, the first few of them."""
    lines = [
        line
        for line in difflib.unified_diff(was.split("\n\n"), now.split("\n\n"), n=0, lineterm="")
        if not line.startswith(("---", "+++", "@@"))
    ]
    gone = sum(line.startswith("-") for line in lines)
    say(f"  body  {_counted(gone, 'paragraph')} gone, {len(lines) - gone} new")
    for line in lines[:_MOST_LINES]:
        say(f"    {line[0]} {_short(line[1:])}")
    if len(lines) > _MOST_LINES:
        say(f"    … {len(lines) - _MOST_LINES} more")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _short(value: object) -> str:
    if value is None or value in {"", ()}:
        return "nothing"
    if isinstance(value, datetime):
        return moment(value)
    text = ", ".join(map(str, value)) if isinstance(value, tuple) else " ".join(str(value).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
