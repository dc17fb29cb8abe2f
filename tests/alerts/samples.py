"""Alerts and deliveries for the tests of this folder."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from scraper.alerts.message import AlertMessage
from storage.records import (
    Alert,
    Article,
    Delivery,
    DeliveryState,
    Outlet,
    Passage,
    StoredArticle,
    Story,
    Watch,
    WatchSpec,
)

NOW = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
PASSAGE = Passage(
    field="body",
    text="Two rockets landed near Baghdad airport before dawn.",
    highlights=((4, 11), (24, 31)),
)
ARTICLE = Article(
    url="https://news.example.org/world/baghdad-rockets",
    title="Rockets land near Baghdad airport",
    standfirst="No one was hurt, officials said.",
    authors=("Ann Writer", "Bo Reporter"),
    published_at=datetime(2026, 3, 1, 5, 40, tzinfo=UTC),
    body="Two rockets landed near Baghdad airport before dawn.\n\nNo one was hurt.",
    language="en",
    site_name="The Example",
    word_count=12,
)


def alert(
    identifier: str = "alert-1",
    *,
    watch_name: str = "Baghdad attacks",
    passages: tuple[Passage, ...] = (PASSAGE,),
    source_name: str | None = "Example feed",
    revised: bool = False,
    **article: Any,
) -> Alert:
    """An alert; further keywords are fields of its article."""
    title = article.get("title", ARTICLE.title)
    return Alert(
        id=identifier,
        created_at=NOW,
        watch=Watch(
            id=3,
            spec=WatchSpec(name=watch_name, query="Baghdad AND (rocket OR missile)"),
            origin="settings",
            paused=False,
            created_at=NOW,
        ),
        article=StoredArticle(
            id=12,
            article=replace(ARTICLE, **article),
            source_id=1,
            story_id=7,
            copy_of=None,
            first_seen_at=NOW,
            revised_at=None,
            revisions=0,
            outlet="example.org",
        ),
        story=Story(
            id=7,
            leader_id=12,
            title=title,
            article_count=1,
            created_at=NOW,
            updated_at=NOW,
            outlet_count=1,
            outlets=(Outlet(domain="example.org", name="The Example", url=ARTICLE.url),),
        ),
        passages=passages,
        source_name=source_name,
        revised=revised,
    )


def delivery(identifier: str = "delivery-1", **changes: Any) -> Delivery:
    """A delivery that was claimed for its first attempt."""
    plain = Delivery(
        id=identifier,
        alert_id="alert-1",
        channel="desk",
        state=DeliveryState.PENDING,
        attempts=1,
        next_attempt_at=NOW,
        created_at=NOW,
        delivered_at=None,
        last_error=None,
    )
    return replace(plain, **changes)


def message(identifier: str = "delivery-1", **about: Any) -> AlertMessage:
    """The message of an alert; keywords as for `alert`."""
    return AlertMessage.of(alert(**about), delivery(identifier))
