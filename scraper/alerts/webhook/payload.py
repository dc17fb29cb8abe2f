"""The body of a webhook: stable, described in docs/webhooks.md. Keys are added, never renamed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from scraper.alerts.clean import encodable
from scraper.alerts.message import AlertMessage
from storage.records import Article, Passage, Story, Watch

LONGEST_BODY = 100_000  # characters of an article's text that are sent


def payload(message: AlertMessage) -> dict[str, Any]:
    """What the webhook tells, as JSON values; the same on every attempt, but for the story."""
    alert = message.alert
    return {
        "type": message.event.value,
        "timestamp": _moment(alert.created_at),
        "data": {
            "alert": {
                "id": alert.id,
                "created_at": _moment(alert.created_at),
                "revised": alert.revised,
                "source": alert.source_name,
                "channel": message.channel,
            },
            "watch": _watch(alert.watch),
            "article": {
                "id": alert.article.id,
                "first_seen_at": _moment(alert.article.first_seen_at),
                "revised_at": _moment(alert.article.revised_at),
                "copy_of": alert.article.copy_of,
                **_article(message.article),
            },
            "story": _story(alert.story),
            "passages": [_passage(passage) for passage in message.passages],
        },
    }


def encode(value: Mapping[str, Any]) -> bytes:
    """The value as JSON in UTF-8: the bytes that are signed and sent."""
    return json.dumps(_encodable(value), ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _watch(watch: Watch) -> dict[str, Any]:
    return {"id": watch.id, "name": watch.name, "query": watch.spec.query}


def _article(article: Article) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in fields(Article):
        value = getattr(article, field.name)
        if isinstance(value, datetime):
            value = _moment(value)
        elif isinstance(value, tuple):
            value = list(value)
        values[field.name] = value
    values["body"] = article.body[:LONGEST_BODY]
    values["body_truncated"] = len(article.body) > LONGEST_BODY
    return values


def _story(story: Story) -> dict[str, Any]:
    return {
        "id": story.id,
        "title": story.title,
        "leader_id": story.leader_id,
        "article_count": story.article_count,
        "outlet_count": story.outlet_count,
        "outlets": [
            {"domain": outlet.domain, "name": outlet.name, "url": outlet.url}
            for outlet in story.outlets
        ],
        "created_at": _moment(story.created_at),
        "updated_at": _moment(story.updated_at),
    }


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "field": passage.field,
        "text": passage.text,
        "highlights": [list(highlight) for highlight in passage.highlights],
    }


def _moment(time: datetime | None) -> str | None:
    if time is None:
        return None
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, Mapping):
        return {key: _encodable(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_encodable(item) for item in value]
    return value
