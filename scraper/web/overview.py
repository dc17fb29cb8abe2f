"""What the front page shows, read in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from scraper.errors import QueryError
from scraper.pipeline.rhythm import Rhythm
from scraper.pipeline.source_words import frequency
from scraper.watch import compile_query
from storage.database import UnitOfWork
from storage.records import (
    Alert,
    Channel,
    Delivery,
    DeliveryState,
    EntryState,
    FrontierEntry,
    Health,
    Notice,
    Source,
    StoredArticle,
    Watch,
)

_ALERTS = 25
_ARTICLES = 50
_GIVEN_UP = 10
_NOTICES = 25
_SOURCES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """One moment's state of the service."""

    sources: Sequence[Source]  # those in trouble first, not all if there are many
    source_count: int
    source_states: Mapping[int, str]  # by a source's id, how it fares
    in_trouble: int
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
    troubled = [source for source in sources if is_troubled(source)]
    fine = [source for source in sources if not is_troubled(source)]
    shown = [*troubled, *fine][:_SOURCES]
    return Overview(
        sources=shown,
        source_count=len(sources),
        source_states={source.id: _state(source) for source in shown},
        in_trouble=len(troubled),
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


def is_troubled(source: Source) -> bool:
    """Whether somebody should look after it."""
    return not source.paused and source.state.health not in {Health.HEALTHY, Health.MOVED}


def _state(source: Source) -> str:
    """How it fares, in a line."""
    if source.last_visit_at is None:
        return "not visited yet"
    if source.last_error:
        is_new = source.state.health is Health.HEALTHY and source.last_success_at is None
        return f"{'failed' if is_new else source.state.health}: {source.last_error}"
    if is_troubled(source):
        return f"{source.state.health}: {source.state.reason}"
    rhythm = Rhythm.of(source.state.rhythm)
    often = "" if rhythm is None else f", {frequency(rhythm)}"
    return f"{source.state.health}{often}"


@lru_cache(maxsize=10_000)  # the page is built every few seconds
def _problem(query: str) -> str | None:
    """Why the query does not compile, so that its watch never rings."""
    try:
        compile_query(query)
    except QueryError as error:
        return str(error)
    return None
