"""The body of a webhook: stable, described in docs/webhooks.md and schema.json.

Within a version keys are added, never renamed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from scraper.alerts.clean import encodable
from scraper.alerts.message import AlertMessage, DigestMessage, Message, NoticeMessage
from storage.records import Article, Passage, Story, Watch

VERSION = 1
LONGEST_BODY = 100_000  # characters of an article's text that are sent


def payload(message: Message) -> dict[str, Any]:
    """What the webhook tells, as JSON values; the same on every attempt, but for the story."""
    if isinstance(message, DigestMessage):
        data, time = _digest(message), message.messages[-1].alert.created_at
    elif isinstance(message, NoticeMessage):
        data, time = _notice(message), message.notice.created_at
    else:
        data, time = _matched(message), message.alert.created_at
    return {
        "type": message.event.value,
        "version": VERSION,
        "timestamp": _moment(time),
        "data": data,
    }


def schema() -> str:
    """The JSON Schema of the body (draft 2020-12), as text."""
    return files("scraper.alerts.webhook").joinpath("schema.json").read_text("utf-8")


def _matched(message: AlertMessage) -> dict[str, Any]:
    alert = message.alert
    return {
        "alert": {
            "id": alert.id,
            "created_at": _moment(alert.created_at),
            "revised": alert.revised,
            "source": alert.source_name,
            "channel": message.channel,
            "kind": message.kind.value,
            "escalated_from": message.escalated_from,
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
    }


def _digest(message: DigestMessage) -> dict[str, Any]:
    return {
        "digest": {
            "id": message.delivery_id,
            "reason": message.reason,
            "alert_count": len(message.messages),
            "channel": message.channel,
        },
        "alerts": [_matched(each) for each in message.messages],
    }


def _notice(message: NoticeMessage) -> dict[str, Any]:
    notice = message.notice
    return {
        "notice": {
            "id": notice.id,
            "kind": notice.kind,
            "subject": notice.subject,
            "message": message.text,
            "created_at": _moment(notice.created_at),
            "resolved_at": _moment(notice.resolved_at) if message.resolved else None,
            "channel": message.channel,
        }
    }


def encode(value: Mapping[str, Any]) -> bytes:
    """The value as JSON in UTF-8: the bytes that are signed and sent."""
    return json.dumps(_encodable(value), ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _watch(watch: Watch) -> dict[str, Any]:
    return {
        "id": watch.id,
        "name": watch.name,
        "query": watch.spec.query,
        "priority": watch.spec.priority,
    }


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
