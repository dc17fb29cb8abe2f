"""Backfills: what is to be had of a source's past."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """What was asked for: articles published from `since` until before `until`."""

    source_id: int
    since: datetime
    until: datetime
    ring: bool  # whether watches ring for what it brings
    pause: timedelta  # between two of its pages on one host
    stopped: bool
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillList:
    """A list of links to read: a sitemap, or a page of a feed, counted from 1."""

    id: int
    url: str
    page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillProgress:
    """How far a backfill has come."""

    lists_waiting: int
    lists_read: int
    lists_failed: int
    links: int  # in the range, on the lists read
    waiting: int  # entries
    stored: int
    passed_over: int  # read, and no article of the range
    failed: int
    error: str | None  # why a list could not be read: of the last one
