"""`tocsin watch`."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import click
from pydantic import TypeAdapter

from scraper.actions import watches
from scraper.actions.checked import checked
from scraper.cli.backtest import test
from scraper.cli.families import add_upkeep
from scraper.cli.groups import json_option, settings_option
from scraper.cli.names import names
from scraper.cli.opening import found, opened
from scraper.cli.output import moment, plain, print_fields, print_json, print_table, say
from scraper.cli.person import person
from scraper.cli.queries import broken_watches, pointing_at, say_warnings
from scraper.cli.watch_feed import feed
from scraper.cli.watch_files import export, import_
from scraper.clock import SystemClock
from scraper.errors import QueryError, UsageError
from scraper.pipeline.lists import saved_lists
from scraper.settings.model import PositiveDuration
from scraper.settings.queries import named_lists
from scraper.settings.watch_writing import plan_texts
from scraper.watch import Query, compile_query
from storage.records import Policy, Watch, WatchActivity, WatchSpec

F = TypeVar("F", bound=Callable[..., Any])

_LATELY = timedelta(days=30)  # in which matches are counted
_RINGS = {
    Policy.FIRST: "once for a story",
    Policy.EVERY: "for every article",
    Policy.UPDATES: "once for a story, and for updates",
}
_CLEARABLE = ("channels", "languages", "sources", "tags", "max-age", "on")


@click.group()
def watch() -> None:
    """The watches: add, edit, list, test, pause, snooze, remove, feed, names, import, export."""


def _spec_options(command: F) -> F:
    """What a watch has besides its name and query."""
    for option in (
        click.option(
            "--on",
            "on",
            multiple=True,
            metavar="CHANNEL.KEY=VALUE",
            help="When its alerts go to a channel, such as 'desk.send=daily at 07:00 "
            "Europe/Berlin'; may be repeated.",
        ),
        click.option(
            "--priority",
            type=click.Choice(["low", "normal", "high", "urgent"]),
            help="What gets through quiet hours.",
        ),
        click.option("--max-age", metavar="DURATION", help="Not for articles older, such as 3d."),
        click.option(
            "--policy",
            type=click.Choice([choice.value for choice in Policy]),
            help="Ring once for a story, as it does if nothing is said; for every article; or once "
            "for a story, and again for what edits add.",
        ),
        click.option(
            "--outlets",
            type=click.IntRange(1, 100),
            metavar="N",
            help="Ring for a story when so many outlets have it; with the policy first.",
        ),
        click.option("--tag", "tags", multiple=True, help="Only articles tagged so."),
        click.option("--source", "sources", multiple=True, help="Only articles of this source."),
        click.option(
            "--language", "languages", multiple=True, help="Only articles in it, such as en."
        ),
        click.option(
            "--channel", "channels", multiple=True, help="Where it rings; may be repeated."
        ),
    ):
        command = option(command)
    return command


@watch.command()
@click.argument("name")
@click.argument("query")
@_spec_options
@settings_option
def add(name: str, query: str, config: Path | None, **given: Any) -> None:
    """Add a watch: a name and a query such as 'Baghdad AND (rocket OR missile)'."""
    values = {"name": name, "query": query, **_said(given)}
    with opened(config) as database, database.begin() as unit, pointing_at(query):
        added, compiled = watches.add(unit, values, by=person(), now=SystemClock().now())
    say_warnings(compiled)
    say(f"{added.name}: added; it rings for articles that come from now on")
    _mention_silence(added.spec)


@watch.command()
@click.argument("name")
@click.option("--name", "new_name", metavar="NAME", help="Another name.")
@click.option("--query", help="Another query.")
@_spec_options
@click.option(
    "--clear",
    multiple=True,
    type=click.Choice(_CLEARABLE),
    help="Name none of these any more; may be repeated.",
)
@settings_option
def edit(
    name: str,
    new_name: str | None,
    query: str | None,
    clear: tuple[str, ...],
    config: Path | None,
    **given: Any,
) -> None:
    """Change a watch that a command added; what is not named stays as it is.

    A --channel, --language, --source or --tag replaces all that were there.
    """
    changes = _said({"name": new_name, "query": query, **given})
    cleared = {field.replace("-", "_") for field in clear}
    if both := cleared & changes.keys():
        raise UsageError(f"--clear {min(both)} goes with no other word on {min(both)}")
    if not changes and not cleared:
        raise UsageError("say what is to be changed, such as --query; see --help")
    with opened(config) as database, database.begin() as unit, pointing_at(query or ""):
        edited, compiled = watches.edit(
            unit, name, changes, clear=cleared, by=person(), now=SystemClock().now()
        )
    if compiled is not None:
        say_warnings(compiled)
    say(f"{edited.name}: changed; so it rings for articles that come from now on")
    _mention_silence(edited.spec)


def _said(given: dict[str, Any]) -> dict[str, Any]:
    said = {key: value for key, value in given.items() if value not in (None, ())}
    return {**said, "on": _plans(said["on"])} if "on" in said else said


def _plans(given: Sequence[str]) -> dict[str, dict[str, Any]]:
    plans: dict[str, dict[str, Any]] = {}
    for text in given:
        left, equals, value = text.partition("=")
        channel, dot, key = left.rpartition(".")
        if not (equals and dot and channel and key):
            raise UsageError(f'"{text}": write CHANNEL.KEY=VALUE, such as desk.send=hourly')
        plan = plans.setdefault(channel, {})
        if key == "quiet":
            plan.setdefault(key, []).append(value)
        else:
            plan[key] = value
    return plans


def _mention_silence(spec: WatchSpec) -> None:
    if not spec.channels:
        say("It has no channels: it rings in the log and on the dashboard only", err=True)


@watch.command("list")
@settings_option
@json_option
def list_(config: Path | None, as_json: bool) -> None:
    """List the watches."""
    with opened(config) as database, database.read() as unit:
        listed = unit.watches.list(include_paused=True)
        broken = broken_watches(listed, saved_lists(unit))
    if as_json:
        print_json(
            [{**plain(w), "problem": str(broken[w.id]) if w.id in broken else None} for w in listed]
        )
        return
    print_table(
        ("name", "query", "channels", "rings", "state"),
        (
            (
                w.name,
                w.spec.query,
                w.spec.channels,
                _rings(w.spec),
                _state(w, broken.get(w.id)),
            )
            for w in listed
        ),
        empty="There are no watches. Add one: tocsin watch add NAME QUERY --channel CHANNEL",
    )


def _rings(spec: WatchSpec) -> str:
    if spec.outlets > 1:
        return f"once for a story that {spec.outlets} outlets have"
    return _RINGS[spec.policy]


def _state(shown: Watch, problem: QueryError | None) -> str:
    if problem is not None:
        return f"broken: {problem}"
    if shown.paused:
        return "paused"
    until = shown.snoozed_until
    if until is not None and until > SystemClock().now():
        return f"snoozed until {moment(until)}"
    return "on"


@watch.command()
@click.argument("name")
@click.argument("duration")
@settings_option
def snooze(name: str, duration: str, config: Path | None) -> None:
    """Let what a watch rings for wait, such as: snooze Baghdad 2h. Then it comes as a digest."""
    length = checked(TypeAdapter(PositiveDuration), duration, "the duration")
    with opened(config) as database, database.begin() as unit:
        until = watches.snooze(unit, name, length, by=person(), now=SystemClock().now())
    say(f"{name}: what rings until {moment(until)} comes then, as a digest")


@watch.command()
@click.argument("name")
@settings_option
def wake(name: str, config: Path | None) -> None:
    """Let a snoozed watch ring again at once, and send what it held back."""
    with opened(config) as database, database.begin() as unit:
        digests = watches.wake(unit, name, by=person(), now=SystemClock().now())
    say(
        f"{name}: rings again; {'a digest is' if digests else 'nothing was held back, so none is'}"
        " on its way"
    )


@watch.command()
@click.argument("name")
@settings_option
@json_option
def show(name: str, config: Path | None, as_json: bool) -> None:
    """Show a watch: how its query is understood, what it stands for, and how often it matched."""
    with opened(config) as database, database.read() as unit:
        shown = found(unit.watches.get(name), "watch", name)
        now = SystemClock().now()
        activity = unit.watches.activity(shown.id, since=now - _LATELY)
        lists = saved_lists(unit)
    problem: QueryError | None = None
    query: Query | None = None
    try:
        query = compile_query(shown.spec.query, lists=lists)
    except QueryError as error:
        problem = error
    if as_json:
        print_json(
            {
                **plain(shown),
                "problem": None if problem is None else str(problem),
                "normal_form": None if query is None else str(query),
                "lists": _lists(query),
                "warnings": [] if query is None else query.warnings_at(now),
                "last_match_at": activity.last_match_at,
                "matches_in_30_days": activity.matches,
            }
        )
        return
    print_fields(_fields(shown, query, problem, activity))
    if query is not None:
        say_warnings(query)


def _lists(query: Query | None) -> list[dict[str, Any]]:
    """The sets, places and countries that it names."""
    if query is None:
        return []
    return [
        {"kind": kind, "name": name, "terms": number}
        for (kind, name), number in named_lists(query).items()
    ]


def _fields(
    shown: Watch, query: Query | None, problem: QueryError | None, activity: WatchActivity
) -> dict[str, object]:
    spec = shown.spec
    return {
        "name": spec.name,
        "query": spec.query,
        "understood as": None if query is None or str(query) == spec.query else str(query),
        "which names": [
            f"{named['kind']}:{named['name']} ({named['terms']} terms)" for named in _lists(query)
        ],
        "channels": spec.channels,
        "languages": spec.languages or "all",
        "sources": spec.sources or "all",
        "tags": spec.tags or "all",
        "rings": _rings(spec),
        "longest age": spec.max_age,
        "priority": spec.priority,
        **{
            f"on {name}": ", ".join(f"{key} = {value}" for key, value in plan_texts(keys).items())
            for name, keys in spec.plans.items()
        },
        "from": shown.origin,
        "state": _state(shown, problem),
        "since": moment(shown.created_at),
        "last match": moment(activity.last_match_at) or "none yet",
        "matches": f"{activity.matches} in 30 days",
    }


add_upkeep(watch, "watch")
watch.add_command(test)
watch.add_command(names)
watch.add_command(feed)
watch.add_command(import_)
watch.add_command(export)
