"""What a feed says, whatever it is written in."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from markupsafe import Markup, escape

from scraper.alerts.clean import one_line, printable, safe_link
from scraper.alerts.message import LONGEST_PASSAGE, MOST_PASSAGES, also_in, clip, segments
from scraper.alerts.wording import direction
from storage.records import Alert, Passage, Watch

PATH = "/feeds/"  # then comes the token
MOST_ITEMS = 100
_TOKEN_BYTES = 24  # 192 bits: nobody guesses one
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
_HIT = Markup("<b><mark>{}</mark></b>")  # readers that take out the one leave the other
_LONGEST_TITLE = 300  # characters
_LONGEST_NAME = 100
_MOST_NAMES = 20  # authors, tags


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An alert. Its texts are clean of control characters; `content` is safe HTML."""

    id: str  # an URN, the same for good
    link: str | None
    title: str
    content: str
    summary: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    language: str | None
    published_at: datetime | None
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """The last alerts of a watch, the newest first. `address` is without what a format adds."""

    id: str
    title: str
    address: str
    updated_at: datetime
    items: Sequence[Item]


def new_token() -> str:
    """A secret that stands in an address."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def is_token(text: str) -> bool:
    """Whether it looks like one."""
    return _TOKEN.fullmatch(text) is not None


def feed_of(watch: Watch, alerts: Sequence[Alert], *, address: str) -> Feed:
    """The feed of a watch: `alerts` are its last, the newest first."""
    items = [_item(alert) for alert in alerts[:MOST_ITEMS]]
    return Feed(
        id=uuid5(NAMESPACE_URL, f"tocsin:watch:{watch.id}:{watch.created_at.isoformat()}").urn,
        title=one_line(watch.name, limit=_LONGEST_TITLE) or "A watch",
        address=address,
        updated_at=max((item.updated_at for item in items), default=watch.created_at),
        items=items,
    )


def _item(alert: Alert) -> Item:
    article = alert.article.article
    title = one_line(article.title or "", limit=_LONGEST_TITLE)
    passages = [clip(passage) for passage in alert.passages[:MOST_PASSAGES]]
    first = passages[0].text if passages else article.standfirst or ""
    return Item(
        id=UUID(alert.id).urn,
        link=safe_link(article.url),
        title=title or one_line(article.url, limit=_LONGEST_TITLE) or "Without a title",
        content=_content(alert, passages),
        summary=one_line(first, limit=LONGEST_PASSAGE),
        authors=_names(article.authors) or _names([article.site_name or alert.source_name or ""]),
        tags=_names(article.tags),
        language=article.language,
        published_at=article.published_at,
        updated_at=alert.created_at,
    )


def _content(alert: Alert, passages: Sequence[Passage]) -> str:
    """The passages with what matched marked, and who else has the story."""
    lines = [_paragraph(passage) for passage in passages]
    if others := also_in(alert):
        lines.append(Markup("<p><small>Also in {}</small></p>").format(printable(others)))
    return str(Markup("\n").join(lines))


def _paragraph(passage: Passage) -> Markup:
    parts = [
        _HIT.format(segment.text) if segment.hit else escape(segment.text)
        for segment in segments(passage)
    ]
    return Markup('<p dir="{}">{}</p>').format(direction(passage.text), Markup().join(parts))


def _names(names: Sequence[str]) -> tuple[str, ...]:
    cleaned = (one_line(name, limit=_LONGEST_NAME) for name in names[:_MOST_NAMES])
    return tuple(dict.fromkeys(name for name in cleaned if name))
