"""`tocsin source add`: an address is enough; what to visit there is found out."""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import click

from scraper.actions import sources
from scraper.actions.checked import checked_section
from scraper.cli.groups import json_option, settings_option
from scraper.cli.opening import opened, read_settings
from scraper.cli.output import moment, plain, print_json, print_table, say
from scraper.cli.person import person
from scraper.cli.processes import Processes
from scraper.cli.visiting import visiting_options, visiting_values
from scraper.clock import SystemClock
from scraper.composition import fetch_policy, pace_file
from scraper.discover import links
from scraper.discover.candidates import Origin
from scraper.errors import TocsinError, UsageError
from scraper.fetch import Fetcher, shared_pace
from scraper.pipeline.addresses import as_written
from scraper.pipeline.asking import options_at
from scraper.pipeline.finding import find
from scraper.pipeline.findings import Findings, Found, Tried, called
from scraper.pipeline.judging import Sort, sort_of
from scraper.pipeline.naming import source_name
from scraper.settings import Loaded
from scraper.settings.model import Source as SourceSettings
from storage.database import Database
from storage.errors import ConflictError
from storage.records import SourceKind, SourceSpec

_PATIENCE: Final = timedelta(seconds=15)  # for one answer: somebody waits
_CONNECTED: Final = timedelta(seconds=5)
_MOST_SHOWN: Final = 12  # of what was tried
_OPTIONS: Final = ("every", "tags")


@click.command()
@click.argument("name_and_url", nargs=-1, required=True, metavar="[NAME] URL")
@click.option("--name", "given_name", metavar="NAME", help="Its name; left out: its own title.")
@click.option("--every", metavar="DURATION", help="Such as 10m; left out: learned.")
@click.option("--tag", "tags", multiple=True, help="A word by which watches choose sources.")
@click.option("--yes", is_flag=True, help="Do not ask before it is added.")
@click.option("--dry-run", is_flag=True, help="Only show what was found.")
@click.option("--exact", is_flag=True, help="Add the very address, without looking.")
@click.option(
    "--as",
    "sort",
    type=click.Choice([each.value for each in Sort]),
    help="Take the best feed, the best sitemap, or the page itself.",
)
@click.option("--choose", type=click.IntRange(1), metavar="N", help="Take the Nth that is listed.")
@visiting_options
@settings_option
@json_option
def add(
    name_and_url: tuple[str, ...],
    given_name: str | None,
    yes: bool,
    dry_run: bool,
    exact: bool,
    sort: str | None,
    choose: int | None,
    config: Path | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Add a source: give an address, such as example.org, and it finds the news there.

    It looks for feeds, sitemaps and lists of articles, shows what it chose and why, with the latest
    entries, and asks before it adds it; without a terminal it does not ask. An address that is
    given with a NAME is added as it is where nothing is found.
    """
    named, url, bare = _arguments(name_and_url, given_name)
    values = {key: given.pop(key) for key in _OPTIONS if given.get(key) is not None}
    values |= visiting_values(**{key: each for key, each in given.items() if key not in _OPTIONS})
    asked = _spec(
        "source" if named is None else named, url, values
    )  # what is wrong with it is said before all else
    with opened(config) as database:
        _refuse_known(database, asked.url, named)
    if exact:
        _save_exact(config, asked, named, dry_run=dry_run, as_json=as_json)
        return
    loaded = read_settings(config)
    findings = _look(loaded, asked, bare=bare, sort=None if sort is None else Sort(sort))
    chosen = _choose(findings, choose)
    if chosen is None:
        _say_not_found(findings)
        if named is None or sort is not None:
            raise TocsinError("nothing was added; --exact adds the address as it is")
        say(f"{asked.url} is added as it is, for it was given with a name", err=True)
        _save_exact(config, asked, named, dry_run=dry_run, as_json=as_json)
        return
    with opened(config) as database:
        known = _known(database)
    name = named or source_name((chosen.title, findings.site_name), chosen.url, set(known.values()))
    spec = _at(_spec(name, chosen.url, values), asked)
    if not as_json:
        _show(findings, chosen, spec, known)
    _refuse_watched(spec, known, is_all=not findings.others)
    wanted = not dry_run and (yes or not sys.stdin.isatty() or _agreed(as_json=as_json))
    if wanted:
        with opened(config) as database:
            _save(database, spec)
    if as_json:
        print_json(_as_json(findings, chosen, spec, added=wanted))
    else:
        say(
            f"{spec.name}: added; a running daemon visits it within seconds"
            if wanted
            else "nothing was added"
        )


def _arguments(given: tuple[str, ...], name: str | None) -> tuple[str | None, str, bool]:
    """Name, address, and whether that came without its scheme; UsageError for what is neither."""
    if len(given) > 2 or (len(given) == 2 and name is not None):
        raise click.UsageError("give one address, or a name and an address")
    url, bare = as_written(given[-1])
    return (given[0] if len(given) == 2 else name), url, bare


def _spec(name: str, url: str, values: Mapping[str, Any]) -> SourceSpec:
    return checked_section(SourceSettings, {"name": name, "url": url, **values}).spec()


def _at(spec: SourceSpec, asked: SourceSpec) -> SourceSpec:
    """The source without what was to be told to another site than the one where it is."""
    kept = options_at(spec.url, asked.url, spec.options)
    if left := sorted(spec.options.keys() - kept):
        say(
            f"{', '.join(left)} left out: they were given for {asked.url}, and {spec.url} is of "
            "another site, or is not https. To have them sent there, give that address",
            err=True,
        )
    return replace(spec, options=kept)


def _known(database: Database) -> dict[str, str]:
    """The names of the sources by the keys of their links."""
    with database.read() as unit:
        return {links.key_or_itself(source.url): source.name for source in unit.sources.list()}


def _refuse_known(database: Database, url: str, name: str | None) -> None:
    """Errors for a name that is taken and an address that is visited, before anything is asked."""
    known = _known(database)
    if name is not None and name in known.values():
        raise ConflictError(
            f"There is a source named {name!r} already.",
            remedy="Choose another name, or remove that one first.",
        )
    if visited := known.get(links.key_or_itself(url)):
        raise UsageError(f'{url} is visited already: it is the source "{visited}"')


def _refuse_watched(spec: SourceSpec, known: Mapping[str, str], *, is_all: bool) -> None:
    """UsageError for an address that is visited; `is_all`: nothing else was found there."""
    name = known.get(links.key_or_itself(spec.url))
    if name is not None:
        other = "--exact adds the very address" if is_all else "--choose N takes another"
        raise UsageError(f'{spec.url} is visited already: it is the source "{name}"; {other}')


def _save(database: Database, spec: SourceSpec) -> None:
    with database.begin() as unit:
        sources.add(unit, spec, by=person(), now=SystemClock().now())


def _save_exact(
    config: Path | None, asked: SourceSpec, named: str | None, *, dry_run: bool, as_json: bool
) -> None:
    """Add the address as it was given."""
    with opened(config) as database:
        known = _known(database)
        name = named or source_name((), asked.url, set(known.values()))
        spec = replace(asked, name=name)
        if not dry_run:
            _save(database, spec)
    if as_json:
        print_json(_as_json(None, None, spec, added=not dry_run))
        return
    done = "would be added" if dry_run else "added; a running daemon visits it within seconds"
    say(f"{spec.name}: {done}")


def _look(loaded: Loaded, asked: SourceSpec, *, bare: bool, sort: Sort | None) -> Findings:
    """Search around an address, as politely as the daemon does; its steps on standard error."""
    policy = fetch_policy(loaded.settings)
    policy = replace(
        policy,
        timeout=min(policy.timeout, _PATIENCE),
        connect_timeout=min(policy.connect_timeout, _CONNECTED),
    )
    clock = SystemClock()

    async def search() -> Findings:
        processes = Processes()
        try:
            with shared_pace(pace_file(loaded)) as shared:
                async with Fetcher(policy, clock=clock, shared=shared) as fetcher:
                    return await find(
                        asked.url,
                        options=asked.options,
                        fetcher=fetcher,
                        run=processes.run,
                        clock=clock,
                        sort=sort,
                        bare=bare,
                        report=lambda url: say(f"asking {url}", err=True),
                    )
        finally:
            processes.close()

    return asyncio.run(search())


def _choose(findings: Findings, number: int | None) -> Found | None:
    found = _all(findings)
    if number is not None and found and number > len(found):
        raise UsageError(f"--choose {number}: only {len(found)} can be visited there")
    return found[(number or 1) - 1] if found else None


def _all(findings: Findings) -> tuple[Found, ...]:
    return () if findings.chosen is None else (findings.chosen, *findings.others)


def _agreed(*, as_json: bool) -> bool:
    return click.confirm("Add it?", default=True, err=as_json)


def _say_not_found(findings: Findings) -> None:
    say(f"{findings.asked}: {findings.why_not}", err=True)
    _say_tried(findings, err=True)


def _say_tried(findings: Findings, *, err: bool) -> None:
    """What was looked at in vain; usual places at which there is nothing share a line."""
    vain = [one for one in findings.tried if _is_vain(one)]
    told = [one for one in findings.tried if not _is_vain(one)]
    for tried in told[:_MOST_SHOWN]:
        say(f"  {tried.url} ({tried.origin.value}): {_shortly(tried)}", err=err)
    if len(told) > _MOST_SHOWN:
        say(f"  … and {len(told) - _MOST_SHOWN} more", err=err)
    if vain:
        say(f"  nothing is at {', '.join(urlsplit(one.url).path for one in vain)}", err=err)


def _is_vain(tried: Tried) -> bool:
    nothing = ("answered 404", "answered 410")
    return tried.origin is Origin.COMMON and _shortly(tried).startswith(nothing)


def _shortly(tried: Tried) -> str:
    """Why it is none, on a line below its address; of an answer that is no page, the status.

    What can be done about it is told of the address that was given, where it wants a login.
    """
    words = tried.why.removeprefix(f"{tried.url} ")
    if tried.origin is Origin.ADDRESS and words.startswith("answered 401"):
        return f"{words}: --user, --password-file"
    return words.partition(": ")[0] if words.startswith("answered ") else words


def _show(findings: Findings, chosen: Found, spec: SourceSpec, known: Mapping[str, str]) -> None:
    """What was chosen, why, its latest entries, and what else there is."""
    say(f"{spec.name}: {called(chosen.kind)}, {chosen.origin.value}")
    say(f"  {chosen.url}")
    say(f"  {_number(chosen)}; {', '.join(_why(findings, chosen))}")
    if chosen.other_host:
        say(f"  It is on another host than was asked for: {chosen.other_host}")
    for entry in chosen.latest:
        time = moment(entry.published_at or entry.modified_at) or "no time"
        say(f"  {time:16}  {entry.title or 'no title'}")
        say(f"  {'':16}  {entry.url}")
    others = [
        (number, one) for number, one in enumerate(_all(findings), start=1) if one is not chosen
    ]
    if others:
        say("Also there, for --choose:")
        print_table(
            ("", "what", "where", "entries", "latest"),
            (
                (n, called(o.kind), _where(o, known), o.entries, moment(o.latest_at))
                for n, o in others
            ),
            empty="",
        )
    if findings.tried:
        say("Not to be visited:")
        _say_tried(findings, err=False)


def _why(findings: Findings, chosen: Found) -> list[str]:
    sorts = {sort_of(found.kind) for found in _all(findings)}
    alone = sorts == {Sort.INDEX} and chosen.kind is SourceKind.INDEX_PAGE
    return [*(["there is no feed"] if alone else []), *chosen.reasons]


def _number(found: Found) -> str:
    return "1 entry" if found.entries == 1 else f"{found.entries} entries"


def _where(found: Found, known: Mapping[str, str]) -> str:
    name = known.get(links.key_or_itself(found.url))
    return found.url if name is None else f'{found.url} (visited: "{name}")'


def _as_json(
    findings: Findings | None, chosen: Found | None, spec: SourceSpec, *, added: bool
) -> dict[str, Any]:
    """The choice for programs."""
    source = {"name": spec.name, "url": spec.url, "every": spec.every, "tags": spec.tags}
    found = _all(findings) if findings else ()
    return {
        "added": added,
        "source": plain(source),
        "chosen": plain(chosen),
        "others": plain([one for one in found if one is not chosen]),
        "tried": plain(findings.tried if findings else ()),
        "requests": findings.requests if findings else 0,
    }
