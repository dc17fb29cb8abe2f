"""Which links of a source's list are taken: news, not its archive, nor what each load draws anew.

Pure decisions, over the links of a list that nobody knows yet.

An **index page** may show other links at every load: a random choice from the archive, sponsored
ones, a link farm; and it may write a visitor's number into each link.

- Parameters whose values no two loads have in common, on links that are the same otherwise, say
  nothing of the article: such links are known.
- Where of what was new the last time at least half is gone again, and that is much, a link is taken
  when it is seen a second time. News stays longer than one load.
- However that may be, no visit but the first takes more than `MOST_A_VISIT` links, no day more than
  `MOST_A_DAY`; what is left is taken later, if it is still there.

A **sitemap** may list the whole archive. The first visit takes what is of the last days, and the
newest up to `FIRST`. Later visits take what is new since; old links that appear in great number are
an archive, too.

A **feed** is news, and all of it is taken. But neither a feed nor a sitemap has more than
`MOST_OF_LIST_A_DAY` links new in a day, so that one which shows others at every load fills no disk.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from itertools import islice
from typing import Any, Final, TypeAlias

from storage.records import Entry

Keyed: TypeAlias = tuple[str, str, Entry]  # the link's key, its host, and what its source said

MOST_A_VISIT: Final = 200
MOST_A_DAY: Final = 1_000
"""Links that an index page may have new. The busiest of twelve front pages, looked at every half
hour to two hours over days, had 35 new links in a visit."""

NOT_TAKEN: Final = "not_taken"  # in the state: how many links the last visit left, by why
MISSED: Final = "missed"  # in the state: sitemaps of an index that did not come
OVER: Final = "over"  # in the state: the last day on which there was too much

LONGEST_GAP: Final = timedelta(hours=3)
"""Longer after the last visit, that links are gone is no sign of anything."""

_DECAY: Final = 0.7  # what the visit before weighs beside the last one
_MUCH: Final = 20.0  # links gone, so weighed, that make a flood
_SHARE: Final = 0.5  # of what was new
_PAIRS: Final = 3  # links that differ in some parameters only, to say that these mean nothing
_MOST_ASKED: Final = 300  # links with parameters that are remembered
_RECENT: Final = timedelta(days=2)  # a link dated so is taken at once

FIRST: Final = 1_000
"""Links that the first visit to a sitemap takes, if so many are not of the last days."""

HORIZON: Final = timedelta(days=7)
MOST_OF_SITEMAP: Final = 5_000  # links that a visit to a sitemap takes, later ones included
STRAGGLERS: Final = 100
"""Old links that a visit to a sitemap may have new before they are taken for an archive."""

MOST_OF_LIST_A_DAY: Final = 5_000
"""Links that a feed or a sitemap may have new in a day (UTC) after its first visit. A large agency
sends some 2,000 items a day in all its services."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """What is to be taken in; what is known is among it, for it may have changed."""

    keyed: Sequence[Keyed]
    held: int = 0  # links that are taken when they are seen again
    left: int = 0  # links too many for this visit or this day: taken later, if still there
    older: int = 0  # links of an archive, never to be taken
    passed_over: Sequence[str] = ()  # those keys of them that have to be remembered
    flooding: bool = False
    over: bool = False  # no more is taken today
    state: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_all(self) -> bool:
        """Whether nothing is to be taken later: else the list is asked for in full again."""
        return not (self.held or self.left)

    @property
    def not_taken(self) -> dict[str, int]:
        """How many links were not taken, by why: for whoever looks at the source."""
        counts = {"held": self.held, "left": self.left, "older": self.older}
        return {why: count for why, count in counts.items() if count}


def sift_page(
    keyed: Sequence[Keyed],
    unknown: AbstractSet[str],
    state: Mapping[str, Any] | None,
    *,
    now: datetime,
) -> Sifted:
    """The links of an index page to take.

    `unknown` are the keys of those that are new, among them and among their `formers`. `state` is
    what the last visit remembered, None at the first.
    """
    if state is not None and "at" not in state:
        state = None  # of another sort of list
    asked = dict(state.get("asked", {})) if state else {}
    twins = _twins(keyed, asked)
    # A twin of what was never taken (there was too much, or a crash) is as new as that.
    fresh = [one for one in keyed if {one[0], twins.get(one[0], one[0])} <= unknown]
    listed = {_mark(twins.get(one[0], one[0])) for one in keyed}
    before = _Before.of(state, now)
    seen = before.marks
    new, gone = before.weigh(listed)
    flooding = gone >= _MUCH and gone >= _SHARE * new
    ready = [
        one
        for one in fresh
        if not flooding or _mark(twins.get(one[0], one[0])) in seen or _is_recent(one[2], now)
    ]
    room = len(ready) if state is None else before.room()
    taken = {key for key, _, _ in ready[:room]}
    # By which key the next visit finds a link known.
    own = {key: key if key in taken else twins.get(key, key) for key, _, _ in keyed}
    first = state is None
    today = now.date().isoformat()
    over = not first and len(taken) < len(ready) and before.taken + len(taken) >= MOST_A_DAY
    return Sifted(
        keyed=[one for one in keyed if one[0] in taken or one[0] not in unknown],
        held=len(fresh) - len(ready),
        left=len(ready) - len(taken),
        flooding=flooding,
        over=over,
        state={
            "at": now.isoformat(),
            "seen": sorted(listed if first else {_mark(own[one[0]]) for one in fresh} - seen),
            "new": round(new, 2),
            "gone": round(gone, 2),
            "day": today,
            "taken": before.taken + (0 if first else len(taken)),
            "asked": _asked(keyed, asked, own),
            **_over(state, over=over, today=today),
        },
    )


@dataclass(frozen=True, slots=True)
class _Before:
    """The visit before."""

    marks: frozenset[str]  # of the links that were new then; at the first visit, of all
    new: float
    gone: float
    taken: int  # today
    is_near: bool  # not so long ago that all may have changed

    @classmethod
    def of(cls, state: Mapping[str, Any] | None, now: datetime) -> "_Before":
        if state is None:
            return cls(frozenset(), 0.0, 0.0, 0, is_near=False)
        is_near = now - datetime.fromisoformat(state["at"]) <= LONGEST_GAP
        return cls(
            frozenset(state["seen"]),
            state["new"] if is_near else 0.0,
            state["gone"] if is_near else 0.0,
            _taken(state, now),
            is_near=is_near,
        )

    def weigh(self, listed: Collection[str]) -> tuple[float, float]:
        """How many links were new at the last visits, and how many of these are gone."""
        if not self.is_near:
            return 0.0, 0.0
        gone = sum(mark not in listed for mark in self.marks)
        return _DECAY * self.new + len(self.marks), _DECAY * self.gone + gone

    def room(self) -> int:
        """How many links this visit may take."""
        left = max(MOST_A_DAY - self.taken, 0)
        return min(left, MOST_A_VISIT) if self.is_near else left


def _mark(key: str) -> str:
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def _is_recent(entry: Entry, now: datetime) -> bool:
    return entry.published_at is not None and now - entry.published_at <= _RECENT


def _twins(keyed: Sequence[Keyed], asked: Mapping[str, str]) -> dict[str, str]:
    """Links that are others of the last visit but for parameters that mean nothing: which.

    These are parameters that have no value in common with the last visit. They mean nothing only if
    several links, each alone in the rest of its address, have the rest and the title of one before.
    """
    now = {key: _mark(entry.title) for key, _, entry in keyed if "?" in key and entry.title}
    values, former = _values(now), _values(asked)
    changed = frozenset(
        name for name in values if name in former and values[name].isdisjoint(former[name])
    )
    if not changed:
        return {}
    having = [key for key in now if changed & _parameters(key).keys()]
    alone = Counter(_without(key, changed) for key in having)
    known = {(_without(key, changed), title): key for key, title in asked.items()}
    twins: dict[str, str] = {}
    for key in having:
        rest = _without(key, changed)
        if alone[rest] == 1 and (rest, now[key]) in known:
            twins[key] = known[rest, now[key]]
    return twins if len(twins) >= _PAIRS else {}


def formers(state: Mapping[str, Any] | None) -> Collection[str]:
    """The keys of links of the last visit whose parameters may mean nothing."""
    asked: Mapping[str, str] = (state or {}).get("asked", {})
    return asked.keys()


def _asked(
    keyed: Sequence[Keyed], asked: Mapping[str, str], own: Mapping[str, str]
) -> dict[str, str]:
    """The links with parameters, and the marks of their titles; of twins, the one that is known."""
    with_title = ((own[key], entry.title) for key, _, entry in keyed if "?" in key and entry.title)
    return {key: asked.get(key) or _mark(title) for key, title in islice(with_title, _MOST_ASKED)}


def _values(keys: Collection[str]) -> dict[str, set[str]]:
    values: dict[str, set[str]] = {}
    for key in keys:
        for name, value in _parameters(key).items():
            values.setdefault(name, set()).add(value)
    return values


def _parameters(key: str) -> dict[str, str]:
    query = key.partition("#")[0].partition("?")[2]
    return {name: value for name, _, value in (one.partition("=") for one in query.split("&"))}


def _without(key: str, names: Collection[str]) -> str:
    address, _, query = key.partition("#")[0].partition("?")
    rest = [one for one in query.split("&") if one.partition("=")[0] not in names]
    return f"{address}?{'&'.join(rest)}"


def sift_sitemap(
    keyed: Sequence[Keyed],
    unknown: Collection[str],
    *,
    last_visit: datetime | None,
    now: datetime,
) -> Sifted:
    """The links of a sitemap to take; `unknown` are the keys of those that are new.

    `last_visit` is when it was last visited with success, None at the first visit.
    """
    since = horizon(last_visit, now)
    parts: dict[str, list[Keyed]] = {"recent": [], "old": [], "undated": []}
    for one in keyed:
        if one[0] in unknown:
            parts[_part(one[2], since)].append(one)
    recent = _latest(parts["recent"], MOST_OF_SITEMAP)
    others = _latest(parts["old"], len(parts["old"])) + parts["undated"]
    if last_visit is None:
        taken = recent + others[: max(FIRST - len(recent), 0)]
    else:
        few = parts["old"] if len(parts["old"]) <= STRAGGLERS else []
        taken = recent + few + parts["undated"][:FIRST]
    keys = {key for key, _, _ in taken}
    # What has an old date is known for old by it; of the rest it has to be remembered.
    aside = [key for key, _, _ in parts["recent"] + parts["undated"] if key not in keys]
    passed = sum(map(len, parts.values())) - len(keys)
    return Sifted(
        keyed=[one for one in keyed if one[0] in keys or one[0] not in unknown],
        older=passed,
        passed_over=aside,
    )


def within_day(
    sifted: Sifted, unknown: Collection[str], state: Mapping[str, Any] | None, *, now: datetime
) -> Sifted:
    """What of a feed's or a sitemap's links is taken today, the first of them.

    `unknown` are the keys of those that are new, `state` is what the last visits remembered.
    """
    new = [one[0] for one in sifted.keyed if one[0] in unknown]
    room = room_of_list(state, now)
    if len(new) <= room:
        return sifted
    left = frozenset(new[room:])
    return replace(
        sifted,
        keyed=[one for one in sifted.keyed if one[0] not in left],
        left=len(left),
        over=True,
        state={**(state or {}), **_over(state, over=True, today=now.date().isoformat())},
    )


def room_of_list(state: Mapping[str, Any] | None, now: datetime) -> int:
    """How many links of a feed or a sitemap may be taken today."""
    return max(MOST_OF_LIST_A_DAY - _taken(state, now), 0)


def counted(state: Mapping[str, Any] | None, new: int, now: datetime) -> dict[str, Any]:
    """The state of a feed or a sitemap of which so many links were taken."""
    counts = {"day": now.date().isoformat(), "taken": _taken(state, now) + new}
    return {**(state or {}), **counts} if new else dict(state or {})


def told(state: Mapping[str, Any] | None, sifted: Sifted) -> dict[str, Any]:
    """The state with what the last visit did not take."""
    rest = {name: value for name, value in (state or {}).items() if name != NOT_TAKEN}
    return {**rest, NOT_TAKEN: sifted.not_taken} if sifted.not_taken else rest


def is_over_no_more(state: Mapping[str, Any] | None, now: datetime) -> bool:
    """Whether a list that had too much had a whole day without that."""
    last = (state or {}).get(OVER)
    return last is not None and now.date() - date.fromisoformat(last) >= timedelta(days=2)


def _taken(state: Mapping[str, Any] | None, now: datetime) -> int:
    if state is None or state.get("day") != now.date().isoformat():
        return 0
    return int(state["taken"])


def _over(state: Mapping[str, Any] | None, *, over: bool, today: str) -> dict[str, str]:
    """The last day on which there was too much, if there was one."""
    last = today if over else (state or {}).get(OVER)
    return {OVER: last} if last is not None else {}


def horizon(last_visit: datetime | None, now: datetime) -> datetime:
    """The time before which what a sitemap lists is old."""
    return min(last_visit or now, now) - HORIZON


def is_old(entries: Sequence[Entry], since: datetime) -> bool:
    """Whether all that a sitemap dates is from before; False where it dates nothing."""
    dates = [date for date in map(_date, entries) if date is not None]
    return bool(dates) and max(dates) < since


def _part(entry: Entry, since: datetime) -> str:
    date = _date(entry)
    if date is None:
        return "undated"
    return "recent" if date >= since else "old"


def _latest(keyed: Sequence[Keyed], most: int) -> list[Keyed]:
    return sorted(keyed, key=lambda one: _date(one[2]) or _LONG_AGO, reverse=True)[:most]


def _date(entry: Entry) -> datetime | None:
    return entry.published_at or entry.modified_at


_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
