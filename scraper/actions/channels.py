"""Channels are added and edited."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from scraper.actions.changes import changes
from scraper.actions.checked import checked_section
from scraper.actions.missing import known
from scraper.alerts import CHANNEL_TYPES, secret_keys
from scraper.settings.channels import check_files
from scraper.settings.model import Channel as ChannelSettings
from scraper.settings.watch_writing import plan_texts
from storage.database import UnitOfWork
from storage.records import Actor, Channel, ChannelSpec


def add(unit: UnitOfWork, values: Mapping[str, Any], *, by: Actor, now: datetime) -> Channel:
    """Add a channel; `values` as in a [[channel]] of the settings."""
    spec = _checked(unit, values)
    unit.channels.add(spec, now=now)
    unit.audit.note(by, "channel.add", spec.name, detail={"type": spec.type}, now=now)
    return known(unit.channels.get(spec.name), "channel", spec.name)


def edit(
    unit: UnitOfWork,
    name: str,
    values: Mapping[str, Any],
    *,
    clear: Collection[str] = (),
    by: Actor,
    now: datetime,
) -> Channel:
    """Change what `values` names, and take out what `clear` names; a secret not named stays."""
    old = known(unit.channels.get(name), "channel", name)
    before = settings_of(old.spec)
    kept = {key: value for key, value in before.items() if key not in clear}
    spec = _checked(unit, {**kept, **values})
    unit.channels.edit(name, spec, now=now)
    kind = CHANNEL_TYPES.get(spec.type)
    secret = {*(secret_keys(kind.options) if kind else spec.options), "url"}  # urls may be secrets
    told = changes(before, settings_of(spec), secret=secret)
    unit.audit.note(by, "channel.edit", spec.name, detail=told, now=now)
    return known(unit.channels.get(spec.name), "channel", spec.name)


def settings_of(spec: ChannelSpec) -> dict[str, Any]:
    """A channel as its [[channel]] in the settings would have it, secrets and all."""
    return {"name": spec.name, "type": spec.type, **spec.options, **plan_texts(spec.plan)}


def _checked(unit: UnitOfWork, values: Mapping[str, Any]) -> ChannelSpec:
    spec = checked_section(ChannelSettings, dict(values)).spec()
    check_files(spec)
    if escalates := spec.plan.get("escalate_to"):
        known(unit.channels.get(escalates), "channel", escalates)
    return spec
