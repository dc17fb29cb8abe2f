"""The message that tries a channel: marked as a test, and otherwise like any other."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from scraper.alerts.channels import CHANNEL_TYPES, build_channel
from scraper.alerts.message import AlertMessage, Event
from scraper.alerts.transport import TIME_LIMIT, ChannelContext, ChannelType, Receipt, close
from scraper.alerts.waiting import within
from storage.records import (
    Alert,
    Article,
    Channel,
    Delivery,
    DeliveryState,
    Passage,
    StoredArticle,
    Story,
    Watch,
    WatchSpec,
)

_SENTENCE = "If you can read this, alerts of Tocsin reach this channel."
_HIT = "alerts of Tocsin"


async def send_test(
    channel: Channel,
    context: ChannelContext,
    *,
    types: Mapping[str, ChannelType] = CHANNEL_TYPES,
    time_limit: timedelta = TIME_LIMIT,
) -> Receipt:
    """Send the channel a message that says it is a test, the way an alert goes; past the outbox.

    Raises SettingsError when the channel's options are wrong, and DeliveryError when the message
    was not taken.
    """
    built = build_channel(channel.spec, context, types)
    # Drawn anew each time, or receivers would drop the second test as a repeat of the first.
    message = sample_message(
        channel.spec.name, now=context.clock.now(), identifier=f"test-{secrets.token_hex(8)}"
    )
    try:
        return await within(context.clock, time_limit, built.send(message))
    finally:
        await close(built)


def sample_message(channel: str, *, now: datetime, identifier: str) -> AlertMessage:
    """The message for a channel; `identifier` must be new each time, or receivers drop it."""
    title = "This is a test of Tocsin"
    article = StoredArticle(
        id=0,
        article=Article(
            url="https://example.org/tocsin-test",
            title=title,
            standfirst="Nothing happened: somebody tried this channel.",
            published_at=now,
            body=_SENTENCE,
            language="en",
            site_name="Tocsin",
            word_count=len(_SENTENCE.split()),
        ),
        source_id=None,
        story_id=0,
        copy_of=None,
        first_seen_at=now,
        revised_at=None,
        revisions=0,
    )
    watch = Watch(
        id=0,
        spec=WatchSpec(name="Test", query=f'"{_HIT}"', channels=(channel,)),
        origin="command",
        paused=False,
        created_at=now,
    )
    story = Story(id=0, leader_id=0, title=title, article_count=1, created_at=now, updated_at=now)
    start = _SENTENCE.index(_HIT)
    alert = Alert(
        id=identifier,
        created_at=now,
        watch=watch,
        article=article,
        story=story,
        passages=(Passage(field="body", text=_SENTENCE, highlights=((start, start + len(_HIT)),)),),
        source_name=None,
        revised=False,
    )
    delivery = Delivery(
        id=identifier,
        alert_id=identifier,
        channel=channel,
        state=DeliveryState.PENDING,
        attempts=1,
        next_attempt_at=now,
        created_at=now,
        delivered_at=None,
        last_error=None,
    )
    return AlertMessage.of(alert, delivery, event=Event.TEST)
