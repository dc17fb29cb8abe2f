"""Pages as the fetcher would hand them over."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from scraper.discover import Discovery, discover
from storage.records import Page

NOW = datetime(2024, 3, 6, 12, tzinfo=UTC)

Read = Callable[..., Discovery]
MakePage = Callable[..., Page]


@pytest.fixture(scope="session")
def make_page() -> MakePage:
    """Build a page: make_page(body, url=…, **headers)."""

    def build(body: bytes | str, url: str = "https://news.example/rss", **headers: str) -> Page:
        return Page(
            url=url,
            requested_url=url,
            status=200,
            headers={name.replace("_", "-"): value for name, value in headers.items()},
            body=body.encode() if isinstance(body, str) else body,
            fetched_at=NOW,
        )

    return build


@pytest.fixture(scope="session")
def read(make_page: MakePage) -> Read:
    """Discover what a body says: read(body, url=…, **headers)."""

    def run(body: bytes | str, url: str = "https://news.example/rss", **headers: str) -> Discovery:
        return discover(make_page(body, url, **headers))

    return run
