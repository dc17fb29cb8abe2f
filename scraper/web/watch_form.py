"""The form of a watch: what was written in it, and what is wrong with that, field by field."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import ValidationError
from starlette.datastructures import FormData

from scraper.settings.load import worded
from scraper.settings.model import Watch as WatchSettings
from scraper.settings.plans import PlanKeys
from scraper.settings.units import format_duration
from scraper.settings.watch_writing import plan_texts
from storage.database import UnitOfWork
from storage.records import Channel, WatchSpec

_PLAIN: Final = ("name", "query", "policy", "outlets", "max_age", "priority")
_LISTS: Final = ("languages", "sources", "tags")
PLAN_KEYS: Final = tuple(PlanKeys.model_fields)
LONGEST: Final = 50_000  # characters of a field
_PARTS: Final = re.compile(r"[\n,]")


@dataclass(frozen=True, slots=True)
class WatchForm:
    """What stands in the fields, as it was written, and what is wrong, by field.

    `plans` are by the channel's name and the key.
    """

    values: Mapping[str, str]
    channels: tuple[str, ...] = ()
    plans: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self.values.get(name, "")

    def problem(self, name: str) -> str | None:
        """What is wrong there."""
        return self.problems.get(name)

    def plan(self, channel: str, key: str) -> str:
        """What stands in a field of a channel's plan."""
        return self.plans.get(channel, {}).get(key, "")

    def with_problems(self, problems: Mapping[str, str]) -> "WatchForm":
        """The same, with what is wrong."""
        return WatchForm(self.values, self.channels, self.plans, problems)

    def spec(self) -> "WatchSpec | dict[str, str]":
        """The watch, or what is wrong with it, by field."""
        try:
            return WatchSettings.model_validate(self.settings()).spec()
        except ValidationError as error:
            return dict(_problems(error))

    def settings(self) -> dict[str, Any]:
        """The watch as the settings file would have it; what was left empty is left out."""
        given: dict[str, Any] = {key: self.value(key).strip() for key in _PLAIN}
        given = {key: text for key, text in given.items() if text or key in {"name", "query"}}
        for key in _LISTS:
            parts = (_PARTS if key != "sources" else re.compile("\n")).split(self.value(key))
            given[key] = tuple(part.strip() for part in parts if part.strip())
        plans = {
            channel: {key: _plan_value(key, text) for key, text in keys.items() if text.strip()}
            for channel, keys in self.plans.items()
            if channel in self.channels
        }
        return given | {"channels": self.channels, "on": plans}


def new_form(query: str = "") -> WatchForm:
    """The form of a watch that is not there yet."""
    return WatchForm({"query": query, "policy": "first", "outlets": "1", "priority": "normal"})


def form_of(spec: WatchSpec) -> WatchForm:
    """The form of a watch that is there."""
    values = {
        "name": spec.name,
        "query": spec.query,
        "policy": spec.policy.value,
        "outlets": str(spec.outlets),
        "max_age": "" if spec.max_age is None else format_duration(spec.max_age),
        "priority": spec.priority,
        "languages": ", ".join(spec.languages),
        "sources": "\n".join(spec.sources),
        "tags": ", ".join(spec.tags),
    }
    plans = {
        channel: {
            key: "; ".join(value) if isinstance(value, list) else str(value)
            for key, value in plan_texts(keys).items()
        }
        for channel, keys in spec.plans.items()
    }
    return WatchForm(values, spec.channels, plans)


def sent_form(sent: FormData, channels: Sequence[Channel]) -> WatchForm:
    """What somebody sent; channels are told apart by their ids, for names may hold anything."""

    def text(name: str) -> str:
        value = sent.get(name, "")
        return value.replace("\r\n", "\n")[:LONGEST] if isinstance(value, str) else ""

    chosen = {str(each) for each in sent.getlist("channel")}
    return WatchForm(
        {name: text(name) for name in (*_PLAIN, *_LISTS)},
        tuple(channel.name for channel in channels if str(channel.id) in chosen),
        {
            channel.name: {key: text(f"plan-{channel.id}-{key}") for key in PLAN_KEYS}
            for channel in channels
        },
    )


def unknown(unit: UnitOfWork, spec: WatchSpec) -> Iterator[tuple[str, str]]:
    """What the watch names that is not there, by field."""
    missing = [name for name in spec.sources if unit.sources.get(name) is None]
    if missing:
        yield "sources", f"there is no source named {', '.join(missing)}"
    for channel, keys in spec.plans.items():
        other = keys.get("escalate_to")
        if other is not None and unit.channels.get(other) is None:
            yield f"on.{channel}", f"there is no channel named {other}"


def _plan_value(key: str, text: str) -> Any:
    if key == "quiet":
        return [part.strip() for part in text.split(";") if part.strip()]
    return text.strip()


def _problems(error: ValidationError) -> Iterator[tuple[str, str]]:
    for details in error.errors():
        path, message = worded(details)
        if not path:  # of several fields at once
            yield "policy", message
        elif path[0] == "on" and len(path) > 1:
            key = f"{path[2]}: " if len(path) > 2 else ""
            yield f"on.{path[1]}", f"{key}{message}"
        else:
            yield str(path[0]), message
