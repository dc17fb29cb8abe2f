"""Backfills: what is to be had of a source's past."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

MOST_FAILURES: Final = 20


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
    """A list of links to read: a sitemap, a page of a feed, an archive of a site.

    `page` counts from 1 where a list goes on over several; 0 is a page that is read for the
    archives it leads to, and not for its own links. `guessed`: it may well not be there.
    `attempts` are those that failed.
    """

    id: int
    url: str
    page: int
    guessed: bool = False
    attempts: int = 0


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
    next_list_at: datetime | None = None  # when a list that failed is tried again; None: at once
    failures: tuple[str, ...] = ()  # the lists that never came, and why; at most MOST_FAILURES
