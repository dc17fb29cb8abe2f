"""The sitemaps of an index: read newest first, within bounds, and what did not come is told.

An index is a stranger's word for how much a visit has to do. So a visit reads some of its sitemaps
only, and begins no other once it has lasted `LONGEST`: one that drips would hold its place among
the visits for half an hour. What could not be read is counted, visit by visit: a visit that reads
one sitemap of ten is a good one, but news may be missing, and that must not go unsaid.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from scraper.clock import Clock
from scraper.discover import Discovery, discover
from scraper.errors import AttemptError, DiscoverError, FetchError
from scraper.fetch import Fetches, Request
from scraper.pipeline import sift
from scraper.pipeline.asking import options_for
from scraper.pipeline.sandbox import Sandbox, SandboxError
from scraper.pipeline.source_health import Change
from scraper.pipeline.words import span
from storage.database import UnitOfWork
from storage.records import INCOMPLETE, Entry, Page, Source

_log = logging.getLogger(__name__)

MOST_CHILDREN: Final = 50  # sitemaps of one index that a visit reads, newest first
MOST_OF_CHILDREN: Final = 100_000  # links, after which no more of them are read
OLD_CHILDREN: Final = 3  # with nothing of the last days, one after the other: so are those after
LONGEST: Final = timedelta(minutes=5)  # of a visit; what it has begun then is still finished

_TOLD_AT: Final = 3  # visits in a row that missed some


@dataclass(frozen=True, slots=True, kw_only=True)
class Children:
    """What the sitemaps of an index said; `missed` of them should have been read and were not."""

    entries: Sequence[Entry] = ()
    missed: int = 0
    why: str = ""


async def read_children(
    source: Source, discovery: Discovery, *, fetcher: Fetches, sandbox: Sandbox, clock: Clock
) -> Children:
    """Read the sitemaps that an index names, newest first.

    Raises the last failure when none of them could be read.
    """
    entries: list[Entry] = []
    failures: list[AttemptError | SandboxError] = []
    read = old = 0
    since = sift.horizon(source.last_success_at, clock.now())
    enough = sift.FIRST if source.last_success_at is None else 0
    until = clock.monotonic() + LONGEST.total_seconds()
    children = discovery.children[:MOST_CHILDREN]
    for number, child in enumerate(children):
        if len(entries) >= MOST_OF_CHILDREN or (old >= OLD_CHILDREN and len(entries) >= enough):
            break
        if clock.monotonic() >= until:
            rest = len(children) - number
            failures += [FetchError(f"a visit ends after {span(LONGEST)}")] * rest
            break
        try:
            options = options_for(child, source.url, source.options)
            page = await fetcher.fetch(Request(url=child, accept="feed", options=options))
            if isinstance(page, Page):
                told = (await sandbox.run_first(discover, page)).entries
                entries += told
                old = old + 1 if sift.is_old(told, since) else 0
            read += 1
        except (FetchError, DiscoverError, SandboxError) as error:
            failures.append(error)
            _log.warning(
                "%s: its sitemap %s was passed over: %s",
                source.name,
                child,
                error,
                extra={"action": "visit.child_failed", "source": source.name},
            )
    if failures and not read:
        raise failures[0]
    return Children(entries=entries, missed=len(failures), why=str(failures[0]) if failures else "")


def note(
    unit: UnitOfWork, source: Source, children: Children | None, now: datetime
) -> Sequence[Change]:
    """Remember how many sitemaps did not come; what is then to be told.

    `children` None: the source is no index, or no more. A single visit that missed some is not told
    but where somebody looks: most failures are hiccups.
    """
    state = unit.link_lists.state(source.id)
    before: Mapping[str, Any] = (state or {}).get(sift.MISSED, {})
    after = _after(before, children)
    if after != before:
        rest = {name: value for name, value in (state or {}).items() if name != sift.MISSED}
        unit.link_lists.remember(source.id, {**rest, **({sift.MISSED: after} if after else {})})
    if not after:
        is_over = before and unit.notices.resolve(INCOMPLETE, source.name, now=now)
        message = f"{source.name}: all sitemaps of it are read again"
        return (Change(kind=INCOMPLETE, open=False, message=message),) if is_over else ()
    message = (
        f"{source.name} is read in part only: {after['sitemaps']} of its sitemaps could not be had "
        f"at the last {after['visits']} visits ({after['why']}). News may be missing; a news "
        "sitemap of it, added by its own address, may serve you better."
    )
    if after["visits"] >= _TOLD_AT and unit.notices.open(INCOMPLETE, source.name, message, now=now):
        return (Change(kind=INCOMPLETE, open=True, message=message),)
    return ()


def _after(before: Mapping[str, Any], children: Children | None) -> dict[str, Any]:
    if children is None or not children.missed:
        return {}
    visits = min(before.get("visits", 0) + 1, 1_000_000)
    return {"visits": visits, "sitemaps": children.missed, "why": children.why[:300]}
