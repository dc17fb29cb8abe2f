"""What the front page shows, read in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from storage.database import UnitOfWork
from storage.records import (
    Alert,
    Channel,
    Delivery,
    DeliveryState,
    EntryState,
    Source,
    StoredArticle,
    Watch,
)

_ALERTS = 25
_ARTICLES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """One moment's state of the service."""

    sources: Sequence[Source]
    source_names: Mapping[int, str]
    watches: Sequence[Watch]
    channels: Sequence[Channel]
    alerts: Sequence[tuple[Alert, Sequence[Delivery]]]
    articles: Sequence[StoredArticle]
    entries: Mapping[EntryState, int]
    deliveries: Mapping[DeliveryState, int]


def overview(unit: UnitOfWork) -> Overview:
    """The overview."""
    sources = unit.sources.list()
    alerts = unit.outbox.alerts(_ALERTS)
    return Overview(
        sources=sources,
        source_names={source.id: source.name for source in sources},
        watches=unit.watches.list(),
        channels=unit.channels.list(),
        alerts=[(alert, unit.outbox.deliveries(alert.id)) for alert in alerts],
        articles=unit.articles.list(_ARTICLES),
        entries=unit.entries.counts(),
        deliveries=unit.outbox.counts(),
    )
