"""What the tests of storage put into a database."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from storage.records import (
    Article,
    Entry,
    FrontierEntry,
    PackedPage,
    Passage,
    Signature,
    Source,
    SourceSpec,
    StoredArticle,
    Watch,
    WatchSpec,
)
from storage.unit import UnitOfWork

NOW = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = (
    timedelta(seconds=1),
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
)
PASSAGE = Passage(field="title", text="Rocket hits Baghdad", highlights=((0, 6), (12, 19)))


def add_source(unit: UnitOfWork, name: str = "wire", **spec: Any) -> Source:
    spec.setdefault("url", f"https://{name}.example/rss")
    return unit.sources.add(SourceSpec(name=name, **spec), now=NOW)


def sighting(key: str, host: str = "news.example", **fields: Any) -> tuple[str, str, Entry]:
    return (key, host, Entry(url=f"https://{host}/{key}", **fields))


def add_entries(
    unit: UnitOfWork,
    keys: Iterable[str],
    *,
    host: str = "news.example",
    source: Source | None = None,
    now: datetime = NOW,
    **fields: Any,
) -> None:
    source = source or unit.sources.get("wire") or add_source(unit)
    unit.entries.add(source.id, [sighting(key, host, **fields) for key in keys], now=now)


def claim(
    unit: UnitOfWork, now: datetime = NOW, *, worker: str = "worker", **limits: Any
) -> list[FrontierEntry]:
    return unit.entries.claim(now, worker=worker, **{"hosts": 10, "per_host": 10, **limits})


def signature(*keys: int, exact: str | None = None) -> Signature:
    return Signature(exact=exact or f"exact {keys}", keys=keys)


def add_article(
    unit: UnitOfWork,
    key: str = "story",
    *,
    signed: Signature | None = None,
    source_id: int | None = None,
    story_id: int | None = None,
    copy_of: int | None = None,
    now: datetime = NOW,
    keys: Sequence[str] | None = None,
    **fields: Any,
) -> StoredArticle:
    fields = {"url": f"https://news.example/{key}", "title": f"Title of {key}", **fields}
    return unit.articles.add(
        Article(**fields),
        keys=[key] if keys is None else keys,
        source_id=source_id,
        story_id=story_id,
        copy_of=copy_of,
        signature=signed or signature(exact=key),
        now=now,
    )


def page(content: bytes = b"packed", **fields: Any) -> PackedPage:
    known: dict[str, Any] = {
        "url": "https://news.example/story",
        "headers": {"content-type": "text/html; charset=utf-8"},
        "fetched_at": NOW,
        "digest": b"digest of " + content[:6],
        "size": 10 * len(content),
        "codec": "zstd",
        "content": content,
    }
    return PackedPage(**(known | fields))


def add_watch(unit: UnitOfWork, name: str = "Baghdad", **spec: Any) -> Watch:
    spec.setdefault("query", name)
    return unit.watches.add(WatchSpec(name=name, **spec), now=NOW)


def ring(
    unit: UnitOfWork,
    once_key: str = "once",
    *,
    channels: Sequence[str] = ("desk",),
    now: datetime = NOW,
) -> str | None:
    """Ring the watch "Baghdad" for the article "story", making them if need be."""
    watch = unit.watches.get("Baghdad") or add_watch(unit)
    article = unit.articles.find(["story"]) or add_article(unit)
    return unit.outbox.ring(
        watch_id=watch.id,
        article_id=article.id,
        story_id=article.story_id,
        passages=[PASSAGE],
        once_key=once_key,
        channels=channels,
        now=now,
    )
