"""What is known of sites, workers, and what was told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """How one thing went with a site's articles, one after the other; True: it failed.

    `recent` are the latest outcomes, the newest last. Those before are added up with weights that
    fade with each further one: `seen` is the sum of all, `failed` that of the failures.
    """

    recent: tuple[bool, ...] = ()
    seen: float = 0.0
    failed: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteHealth:
    """How extraction goes on a site.

    `length` is the mean natural logarithm of its texts' words, `lengths` the weight of that mean.
    """

    host: str
    updated_at: datetime
    rule: str | None = None  # the rule last applied to a page of it
    articles: int = 0
    length: float = 0.0
    lengths: float = 0.0
    series: Mapping[str, Series] = field(default_factory=dict)  # "body", "rule.title" …
    broken: tuple[str, ...] = ()  # the names of the series that fail as they did not use to


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the operator is to be told: trouble with a `subject`, open until it is resolved."""

    id: int
    kind: str  # "site.broken"
    subject: str
    message: str
    created_at: datetime
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A process at work on this database."""

    id: str
    name: str
    host: str  # the machine
    pid: int
    started_at: datetime
    heartbeat_at: datetime
