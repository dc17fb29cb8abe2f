"""Watches are added, edited, snoozed and woken."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from scraper.actions.changes import changes
from scraper.actions.checked import checked_section
from scraper.actions.missing import known
from scraper.errors import UsageError
from scraper.pipeline.dispatch import unsnooze
from scraper.pipeline.lists import saved_lists
from scraper.settings.model import Watch as WatchSettings
from scraper.settings.watch_writing import plan_texts
from scraper.watch import Query, compile_query
from storage.database import UnitOfWork
from storage.records import Actor, Watch, WatchSpec

CLEARABLE = frozenset({"channels", "languages", "sources", "tags", "max_age", "on"})


def add(
    unit: UnitOfWork, values: Mapping[str, Any], *, by: Actor, now: datetime
) -> tuple[Watch, Query]:
    """Add a watch; `values` as in a [[watch]] of the settings. Gives how its query is read, too."""
    spec = checked_section(WatchSettings, dict(values)).spec()
    query = compile_query(spec.query, lists=saved_lists(unit))
    _refer(unit, spec)
    watch = unit.watches.add(spec, now=now)
    unit.audit.note(by, "watch.add", spec.name, detail={"query": spec.query}, now=now)
    return watch, query


def edit(
    unit: UnitOfWork,
    name: str,
    values: Mapping[str, Any],
    *,
    clear: Collection[str] = (),
    by: Actor,
    now: datetime,
) -> tuple[Watch, Query | None]:
    """Change what `values` names, and let what `clear` names be as if it had never been said.

    Gives how its query is read, too, if that is another.
    """
    old = known(unit.watches.get(name), "watch", name)
    if wrong := {*clear} - CLEARABLE:
        raise UsageError(
            f"{min(wrong)} cannot be cleared; these can: {', '.join(sorted(CLEARABLE))}"
        )
    before = settings_of(old.spec)
    kept = {key: value for key, value in before.items() if key not in clear}
    spec = checked_section(WatchSettings, {**kept, **values}).spec()
    query = None
    if spec.query != old.spec.query:
        query = compile_query(spec.query, lists=saved_lists(unit))
    _refer(unit, spec)
    watch = unit.watches.edit(name, spec, now=now)
    told = changes(before, settings_of(spec))
    unit.audit.note(by, "watch.edit", spec.name, detail=told, now=now)
    return watch, query


def snooze(unit: UnitOfWork, name: str, length: timedelta, *, by: Actor, now: datetime) -> datetime:
    """Let what it rings for wait; gives until when. Then it comes as a digest."""
    known(unit.watches.get(name), "watch", name)
    until = now + length
    unit.watches.snooze(name, until)
    unit.audit.note(by, "watch.snooze", name, detail={"until": until.isoformat()}, now=now)
    return until


def wake(unit: UnitOfWork, name: str, *, by: Actor, now: datetime) -> int:
    """Let it ring again at once; gives how many digests of what it held back go out."""
    digests = unsnooze(unit, known(unit.watches.get(name), "watch", name), now)
    unit.audit.note(by, "watch.wake", name, now=now)
    return digests


def settings_of(spec: WatchSpec) -> dict[str, Any]:
    """A watch as its [[watch]] in the settings would have it."""
    values = {key: getattr(spec, key) for key in WatchSettings.model_fields if key != "on"}
    values["on"] = {name: plan_texts(keys) for name, keys in spec.plans.items()}
    return {key: value for key, value in values.items() if value is not None}


def _refer(unit: UnitOfWork, spec: WatchSpec) -> None:
    """MissingError where it names a channel or a source that is not there."""
    for name in spec.channels:
        known(unit.channels.get(name), "channel", name)
    for keys in spec.plans.values():
        escalates = keys.get("escalate_to")
        if escalates is not None:
            known(unit.channels.get(escalates), "channel", escalates)
    for name in spec.sources:
        known(unit.sources.get(name), "source", name)
