"""Watches, what they name, and where they match."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Where an article satisfied a query.

    `text` is the sentence around the hits, without markup; `highlights` are (start, end) offsets in
    characters into `text`.
    """

    field: str  # "title", "standfirst", "body" …
    text: str
    highlights: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A watch, an article, and the passages that satisfied the query."""

    watch_id: int
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class KeyIs:
    """Articles that have this key; `prefix`: one that begins with it."""

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class KeysAllOf:
    """Articles that satisfy every part. Without parts: every article."""

    parts: "tuple[KeyExpression, ...]"


@dataclass(frozen=True, slots=True)
class KeysAnyOf:
    """Articles that satisfy one of the parts. Without parts: none."""

    parts: "tuple[KeyExpression, ...]"


# Which articles a query may match, by the keys under which they are indexed. It may name too many
# articles, never too few: what is named is read, and the query decides.
KeyExpression: TypeAlias = KeyIs | KeysAllOf | KeysAnyOf


class Policy(StrEnum):
    """How often a watch rings."""

    FIRST = "first"  # once for a story, whoever copies it
    EVERY = "every"  # once for every article, copies too
    UPDATES = "updates"  # once for a story, and again for what edits add that it looks for


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSpec:
    """A watch as a person asked for it. Empty `languages`, `sources` or `tags`: all of them.

    An article is in the scope of `tags` if one of them is among its own tags, is its section, or is
    among the tags of its source.
    """

    name: str
    query: str
    channels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    policy: Policy = Policy.FIRST
    outlets: int = 1  # so many must have the story before it rings; more than 1 with FIRST alone
    max_age: timedelta | None = None  # an article published longer ago does not ring
    tags: tuple[str, ...] = ()
    priority: str = "normal"  # low, normal, high or urgent
    # How its alerts go to a channel where that is not as the channel has it (scraper.plans).
    plans: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A watch and its place in the database."""

    id: int
    spec: WatchSpec
    origin: str
    paused: bool
    created_at: datetime
    snoozed_until: datetime | None = None

    @property
    def name(self) -> str:
        """The name a person gave it."""
        return self.spec.name


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchChanges:
    """What changed in the watches; `gone` has the ids of those that were paused or removed."""

    version: int  # to ask with next time
    active: tuple[Watch, ...]
    gone: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchActivity:
    """What a watch did: its matches in some time, and when it last matched at all."""

    matches: int
    last_match_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermSetSpec:
    """A saved list of terms as a person asked for it; a query names it set:NAME."""

    name: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermSet:
    """A saved list of terms and its place in the database."""

    id: int
    spec: TermSetSpec
    origin: str
    created_at: datetime

    @property
    def name(self) -> str:
        """The name a person gave it."""
        return self.spec.name


@dataclass(frozen=True, slots=True, kw_only=True)
class NameEdit:
    """What a person changed in the names of a place or country.

    `key` says which one it is; what it says is for those who know the names.
    """

    kind: str  # "place" or "country"
    key: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
