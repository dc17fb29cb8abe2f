"""Sources are added, edited and visited."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from scraper.actions.changes import changes
from scraper.actions.checked import checked_section
from scraper.actions.missing import known
from scraper.discover import links
from scraper.errors import UsageError
from scraper.pipeline.asking import options_at
from scraper.settings.model import Source as SourceSettings
from storage.database import UnitOfWork
from storage.records import Actor, Source, SourceSpec

VISITING: Mapping[str, tuple[str, ...]] = {  # what may be cleared of how it is visited
    "headers": ("headers", "headers_file"),
    "cookies": ("cookies", "cookies_file"),
    "login": ("username", "password", "password_file"),
    "proxy": ("proxy", "proxy_file"),
    "ca_file": ("ca_file",),
    "render": ("render",),
}
CLEARABLE = ("every", "tags", *VISITING)
_KEYS = ("name", "url", "every", "tags")


def add(unit: UnitOfWork, spec: SourceSpec, *, by: Actor, now: datetime) -> Source:
    """Add a source that was checked: see scraper.pipeline.finding. UsageError if it is visited."""
    _refuse_visited(unit, spec)
    source = unit.sources.add(spec, now=now)
    unit.audit.note(by, "source.add", spec.name, detail={"url": spec.url}, now=now)
    return source


def edit(
    unit: UnitOfWork,
    name: str,
    values: Mapping[str, Any],
    visiting: Mapping[str, Any],
    *,
    clear: Collection[str] = (),
    by: Actor,
    now: datetime,
) -> tuple[Source, int]:
    """Change what is named: `values` of the source, `visiting` of how it is asked for.

    Watches that name the source follow it to its new name; gives how many did.
    """
    old = known(unit.sources.get(name), "source", name)
    spec = _changed(old, values, visiting, clear)
    if spec.url != old.url:
        _refuse_visited(unit, spec, but=old)
    source = unit.sources.edit(name, spec, now=now)
    followed = _follow(unit, name, spec.name, now)
    before = {key: getattr(old, key) for key in _KEYS}
    told = changes(before, {key: getattr(spec, key) for key in _KEYS})
    if spec.options != old.options:  # which may hold secrets
        told["visiting"] = "changed"
    unit.audit.note(by, "source.edit", spec.name, detail=told, now=now)
    return source, followed


def visit_now(unit: UnitOfWork, name: str, *, by: Actor, now: datetime) -> None:
    """Have it visited with the next tick of a running daemon. UsageError while it is paused."""
    source = known(unit.sources.get(name), "source", name)
    if source.paused:
        raise UsageError(f"{name} is paused: resume it first")
    unit.sources.hasten(name, now)
    unit.audit.note(by, "source.visit", name, now=now)


def _changed(
    old: Source, values: Mapping[str, Any], visiting: Mapping[str, Any], clear: Collection[str]
) -> SourceSpec:
    kept = {key: getattr(old, key) for key in _KEYS if key not in clear}
    kept = {key: value for key, value in kept.items() if value is not None}
    options = _still_there(old, visiting, clear)
    spec = checked_section(SourceSettings, {**kept, **options, **values, **visiting}).spec()
    if options_at(spec.url, old.url, options) != options:
        raise UsageError(
            f"the headers, cookies or login of {old.name} are for {old.url}, and {spec.url} is of "
            "another site, or is not https: clear them with --clear, or give them anew"
        )
    return spec


def _still_there(
    old: Source, visiting: Mapping[str, Any], clear: Collection[str]
) -> dict[str, Any]:
    """How it was visited, without what is cleared and what something else takes the place of."""
    replaced = {what for what in VISITING if is_of(what, visiting)}
    gone = {key for what in (*clear, *replaced) for key in VISITING.get(what, ())}
    if "login" in replaced and "username" not in visiting:  # another password of the same name
        gone.discard("username")
    return {key: value for key, value in old.options.items() if key not in gone}


def is_of(what: str, visiting: Mapping[str, Any]) -> bool:
    """Whether something is said of one of the things in VISITING."""
    return not visiting.keys().isdisjoint(VISITING[what])


def _refuse_visited(unit: UnitOfWork, spec: SourceSpec, but: Source | None = None) -> None:
    asked = links.key_or_itself(spec.url)
    for other in unit.sources.list():
        is_other = but is None or other.id != but.id
        if is_other and links.key_or_itself(other.url) == asked:
            raise UsageError(f'{spec.url} is visited already: it is the source "{other.name}"')


def _follow(unit: UnitOfWork, name: str, new_name: str, now: datetime) -> int:
    """Have the watches that name the source name it as it is called now; how many did."""
    if name == new_name:
        return 0
    naming = [watch for watch in unit.watches.list() if name in watch.spec.sources]
    for watch in naming:
        sources = tuple(new_name if each == name else each for each in watch.spec.sources)
        unit.watches.edit(watch.name, replace(watch.spec, sources=sources), now=now)
    return len(naming)
