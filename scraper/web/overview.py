"""What the front page shows, read in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from scraper.errors import QueryError
from scraper.watch import compile_query
from storage.database import UnitOfWork
from storage.records import (
    Alert,
    Channel,
    Delivery,
    DeliveryState,
    EntryState,
    FrontierEntry,
    Notice,
    Source,
    StoredArticle,
    Watch,
)

_ALERTS = 25
_ARTICLES = 50
_GIVEN_UP = 10
_NOTICES = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """One moment's state of the service."""

    sources: Sequence[Source]
    source_names: Mapping[int, str]
    watches: Sequence[Watch]
    channels: Sequence[Channel]
    alerts: Sequence[tuple[Alert, Sequence[Delivery]]]
    articles: Sequence[StoredArticle]
    broken: Mapping[int, str]  # by a watch's id, what is wrong with its query
    entries: Mapping[EntryState, int]
    given_up: Sequence[FrontierEntry]
    deliveries: Mapping[DeliveryState, int]
    notices: Sequence[Notice]


def overview(unit: UnitOfWork) -> Overview:
    """The overview."""
    sources = unit.sources.list()
    alerts = unit.outbox.alerts(_ALERTS)
    watches = unit.watches.list()
    return Overview(
        sources=sources,
        source_names={source.id: source.name for source in sources},
        watches=watches,
        channels=unit.channels.list(),
        alerts=[(alert, unit.outbox.deliveries(alert.id)) for alert in alerts],
        articles=unit.articles.list(_ARTICLES),
        broken={watch.id: problem for watch in watches if (problem := _problem(watch.spec.query))},
        entries=unit.entries.counts(),
        given_up=unit.entries.list(EntryState.FAILED, _GIVEN_UP),
        deliveries=unit.outbox.counts(),
        notices=unit.notices.list(limit=_NOTICES),
    )


@lru_cache(maxsize=10_000)  # the page is built every few seconds
def _problem(query: str) -> str | None:
    """Why the query does not compile, so that its watch never rings."""
    try:
        compile_query(query)
    except QueryError as error:
        return str(error)
    return None
