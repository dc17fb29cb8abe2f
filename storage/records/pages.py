"""What was fetched, and what is kept of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The bytes that came back for a link, with its headers.

    `body` is without content encoding; `headers` has lower-case names; `url` is the address after
    redirects.
    """

    url: str
    requested_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime
    permanent_redirect: bool = False  # every redirect on the way was permanent (301, 308)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedPage:
    """A page as it is kept: compressed, with the headers that tell how to read it.

    `digest` is that of its bytes as they came, `size` their number; `content` is packed by `codec`.
    """

    url: str
    headers: Mapping[str, str]
    fetched_at: datetime
    digest: bytes
    size: int
    codec: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """A kept page, and the article that was read from it.

    `entry_id` is the entry that led to it, whose words complete what the page says.
    """

    id: int
    article_id: int
    entry_id: int | None
    page: PackedPage
