"""What the database has of alerts and deliveries, as the judge takes it."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from storage.engines import parse_url
from storage.tables import (
    alerts,
    articles,
    channels,
    deliveries,
    delivery_attempts,
    digest_items,
    watches,
)
from tests.end_to_end.chaos.judge import Stored, Subject


def engine_of(address: str, folder: Path) -> Engine:
    """An engine beside the daemon's; a relative SQLite path is relative to the settings' folder."""
    url = parse_url(address)
    if url.get_backend_name() == "sqlite":
        url = url.set(database=str(folder / (url.database or "")))
    return sa.create_engine(url, poolclass=sa.pool.NullPool)


def unfinished(connection: Connection) -> dict[str, int]:
    """How many deliveries of each channel are neither done nor given up."""
    rows = connection.execute(
        sa.select(deliveries.c.channel, sa.func.count())
        .where(deliveries.c.state == "pending")
        .group_by(deliveries.c.channel)
    )
    return {row[0]: row[1] for row in rows}


def paused(connection: Connection) -> list[str]:
    """The channels that are paused."""
    return list(connection.scalars(sa.select(channels.c.name).where(channels.c.paused)))


def rang(connection: Connection) -> Mapping[str, Subject]:
    """The alerts by their ids."""
    rows = connection.execute(
        sa.select(alerts.c.id, watches.c.name, articles.c.title)
        .join_from(alerts, watches, watches.c.id == alerts.c.watch_id)
        .join(articles, articles.c.id == alerts.c.article_id)
    )
    return {row.id: (row.name, row.title) for row in rows}


def stored(connection: Connection) -> list[Stored]:
    """All deliveries, with their attempts."""
    told = rang(connection)
    tells: dict[str, set[Subject]] = defaultdict(set)
    for row in connection.execute(sa.select(digest_items)):
        tells[row.delivery_id].add(told[row.alert_id])
    attempts: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for row in connection.execute(sa.select(delivery_attempts).order_by(delivery_attempts.c.id)):
        attempts[row.delivery_id].append((row.attempted_at.timestamp(), row.outcome))
    return [
        Stored(
            id=row.id,
            channel=row.channel,
            tells=frozenset(tells[row.id] | ({told[row.alert_id]} if row.alert_id else set())),
            state=row.state,
            error=row.last_error,
            attempts=sorted(attempts[row.id]),
        )
        for row in connection.execute(sa.select(deliveries))
    ]
