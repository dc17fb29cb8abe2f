"""Counts for charts and lists: how often watches matched, how much came from where, how late.

Each is counted up to a limit, or over a limited number of the newest rows, and read from an index
alone, so a chart costs as much with a million articles as with a thousand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.statements import AnyRow, chunks
from storage.tables import alerts, articles, matches, sources, watches

MOST: Final = 1_000  # that are counted of one watch or source at a time
MOST_OF_LANGUAGE: Final = 20_000
_LANGUAGES: Final = 100  # different ones, at most


@dataclass(frozen=True, slots=True)
class Tally:
    """How often something happened, `MOST` at most, and when it last did at all."""

    count: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Rang:
    """When an article was published that rang, and when it rang."""

    published_at: datetime
    rang_at: datetime


class Tallies:
    """The counts, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def matches(
        self, watch_ids: Sequence[int] | None = None, *, since: datetime
    ) -> dict[int, Tally]:
        """How often each of these watches, or of all, matched since then, by their ids."""
        asked = _MATCHES if watch_ids is None else _MATCHES.where(_OF_IDS)
        found: dict[int, Tally] = {}
        for some in [[]] if watch_ids is None else chunks(watch_ids):
            values = {"since": since} | ({} if watch_ids is None else {"ids": some})
            for row in self.connection.execute(asked, values):
                found[row.id] = Tally(row.number, row.last_at)
        return found

    def matches_by_day(self, watch_id: int, bounds: Sequence[datetime]) -> list[int]:
        """How often the watch matched between each two of the times that follow one another."""
        values = {f"bound_{place}": bound for place, bound in enumerate(bounds)}
        row = self.connection.execute(_of_watch(len(bounds)), values | {"of_id": watch_id}).one()
        return list(row)

    def article_ids_at(self, moments: Sequence[datetime]) -> list[int]:
        """For each time the first id of an article that came then or later.

        Where none did, one more than the last. Ids grow with time, so days are ranges of ids.
        """
        after_all = (self.connection.scalar(_LAST_ARTICLE) or 0) + 1
        return [
            self.connection.scalar(_FIRST_ARTICLE, {"since": each}) or after_all for each in moments
        ]

    def articles_by_day(self, source_id: int, bounds: Sequence[int]) -> list[int]:
        """How many articles of the source have ids from each of these to before the next."""
        values = {f"bound_{place}": bound for place, bound in enumerate(bounds)}
        row = self.connection.execute(_of_source(len(bounds)), values | {"of_id": source_id}).one()
        return list(row)

    def articles_of_sources(self, first_id: int, limit: int) -> list[tuple[str, int, int]]:
        """Name, id and number of articles from this id on of the sources with the most of them."""
        rows = self.connection.execute(_SOURCES, {"first": first_id, "most": limit})
        return [(row.name, row.id, row.number) for row in rows if row.number]

    def articles_of_languages(self, first_id: int) -> Mapping[str | None, int]:
        """How many articles from this id on are in each language, `MOST_OF_LANGUAGE` at most."""
        found: dict[str | None, int] = {}
        language = self.connection.scalar(_FIRST_LANGUAGE)
        while language is not None and len(found) < _LANGUAGES:
            found[language] = self._in_language(articles.c.language == language, first_id)
            language = self.connection.scalar(_NEXT_LANGUAGE, {"last": language})
        found[None] = self._in_language(articles.c.language.is_(None), first_id)
        return {each: number for each, number in found.items() if number}

    def _in_language(self, condition: sa.ColumnElement[bool], first_id: int) -> int:
        some = (
            sa.select(articles.c.id)
            .where(condition, articles.c.id >= first_id)
            .limit(MOST_OF_LANGUAGE)
        )
        return self.connection.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0

    def rang(self, limit: int) -> list[Rang]:
        """The last alerts whose articles say when they were published, the last first."""
        rows = sorted(self.connection.execute(_RANG, {"most": limit}), key=_id, reverse=True)
        return [Rang(row.published_at, row.created_at) for row in rows if row.published_at]


def _id(row: AnyRow) -> str:
    number: str = row.id
    return number


_MOMENT: Final = matches.c.matched_at.type
_OF_IDS: Final = watches.c.id.in_(sa.bindparam("ids", expanding=True))
_FIRST_ID: Final = sa.bindparam("first", type_=sa.BigInteger)


def _counted(some: sa.Select[Any], *outer: sa.Table) -> sa.ScalarSelect[int]:
    """How many rows there are, `MOST` at most; of those that belong to each row of `outer`."""
    rows = some.correlate(*outer).limit(MOST).subquery()
    return sa.select(sa.func.count()).select_from(rows).correlate(*outer).scalar_subquery()


_LAST_MATCH = (
    sa.select(matches.c.matched_at)
    .where(matches.c.watch_id == watches.c.id)
    .order_by(matches.c.matched_at.desc())
    .limit(1)
    .correlate(watches)
    .scalar_subquery()
)
_MATCHED = sa.select(matches.c.watch_id).where(
    matches.c.watch_id == watches.c.id,
    matches.c.matched_at >= sa.bindparam("since", type_=_MOMENT),
)
_MATCHES = sa.select(
    watches.c.id, _counted(_MATCHED, watches).label("number"), _LAST_MATCH.label("last_at")
).where(~watches.c.retired)
_CAME = sa.select(articles.c.id).where(
    articles.c.source_id == sources.c.id, articles.c.id >= _FIRST_ID
)
_NUMBER = _counted(_CAME, sources).label("number")
_SOURCES = (
    sa.select(sources.c.name, sources.c.id, _NUMBER)
    .order_by(sa.desc("number"), sources.c.name)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_LAST_ARTICLE = sa.select(sa.func.max(articles.c.id))
_FIRST_ARTICLE = (
    sa.select(articles.c.id)
    .where(articles.c.first_seen_at >= sa.bindparam("since", type_=articles.c.first_seen_at.type))
    .order_by(articles.c.first_seen_at, articles.c.id)
    .limit(1)
)
_FIRST_LANGUAGE = (
    sa.select(articles.c.language)
    .where(articles.c.language.is_not(None))
    .order_by(articles.c.language)
    .limit(1)
)
_NEXT_LANGUAGE = (
    sa.select(articles.c.language)
    .where(articles.c.language > sa.bindparam("last"))
    .order_by(articles.c.language)
    .limit(1)
)
_NEWEST_ALERTS = (
    sa.select(alerts.c.id, alerts.c.article_id, alerts.c.created_at)
    .order_by(alerts.c.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
    .subquery()
)
_RANG = sa.select(
    articles.c.published_at, _NEWEST_ALERTS.c.created_at, _NEWEST_ALERTS.c.id
).join_from(_NEWEST_ALERTS, articles, articles.c.id == _NEWEST_ALERTS.c.article_id)


@lru_cache(maxsize=8)
def _of_watch(bounds: int) -> sa.Select[Any]:
    days: list[Any] = [
        _counted(
            sa.select(matches.c.watch_id).where(
                matches.c.watch_id == sa.bindparam("of_id", type_=sa.BigInteger),
                matches.c.matched_at >= sa.bindparam(f"bound_{place}", type_=_MOMENT),
                matches.c.matched_at < sa.bindparam(f"bound_{place + 1}", type_=_MOMENT),
            )
        ).label(f"day_{place}")
        for place in range(bounds - 1)
    ]
    return sa.select(*days)


@lru_cache(maxsize=8)
def _of_source(bounds: int) -> sa.Select[Any]:
    days: list[Any] = [
        _counted(
            sa.select(articles.c.id).where(
                articles.c.source_id == sa.bindparam("of_id", type_=sa.BigInteger),
                articles.c.id >= sa.bindparam(f"bound_{place}", type_=sa.BigInteger),
                articles.c.id < sa.bindparam(f"bound_{place + 1}", type_=sa.BigInteger),
            )
        ).label(f"day_{place}")
        for place in range(bounds - 1)
    ]
    return sa.select(*days)
