"""A feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from datetime import UTC, datetime
from typing import Any, Final

from scraper.alerts.clean import encodable
from scraper.web.feeds.feed import Feed, Item

MEDIA_TYPE: Final = "application/feed+json"
_VERSION: Final = "https://jsonfeed.org/version/1.1"


def json_feed(feed: Feed) -> bytes:
    """The document, in UTF-8."""
    document = {
        "version": _VERSION,
        "title": feed.title,
        "feed_url": f"{feed.address}.json",
        "authors": [{"name": "Tocsin"}],
        "items": [_item(item) for item in feed.items],
    }
    return encodable(json.dumps(document, ensure_ascii=False, separators=(",", ":"))).encode()


def _item(item: Item) -> dict[str, Any]:
    values = {
        "id": item.id,
        "url": item.link,
        "title": item.title,
        "summary": item.summary,
        "date_published": _moment(item.published_at or item.updated_at),
        "date_modified": _moment(item.updated_at),
        "authors": [{"name": name} for name in item.authors],
        "tags": list(item.tags),
        "language": item.language,
    }
    told = {key: value for key, value in values.items() if value}
    return told | {"content_html": item.content}  # which there must be, though it may be empty


def _moment(time: datetime) -> str:
    """RFC 3339, in UTC."""
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
