"""Messages that try a channel, marked as a test, and messages to be looked at in a preview."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from scraper.alerts.channels import CHANNEL_TYPES, build_channel
from scraper.alerts.message import AlertMessage, DigestMessage, Event, NoticeMessage
from scraper.alerts.transport import TIME_LIMIT, ChannelContext, ChannelType, Receipt, close
from scraper.alerts.waiting import within
from storage.records import (
    Alert,
    Article,
    Channel,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Notice,
    Passage,
    StoredArticle,
    Story,
    Watch,
    WatchSpec,
)

_SENTENCE = "If you can read this, alerts of Tocsin reach this channel."
_HIT = "alerts of Tocsin"
_AWKWARD_TITLE = 'Minister: "No rockets" over <Example> & Söhne بغداد'
_AWKWARD_STANDFIRST = (
    "Made up, with all that a template must write with care: {{ braces }}, C:\\new."
)
_AWKWARD_HIT = '"no rockets"'
_AWKWARD_BODY = (
    f"Officials said {_AWKWARD_HIT} had come near <b>Example</b> & Söhne.\n\nNobody's roof was hit."
)


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
    """A test, which says so; `identifier` must be new each time, or receivers drop it."""
    delivery = _delivery(channel, now=now, identifier=identifier)
    made = _made_up(channel, now=now, identifier=identifier)
    return AlertMessage.of(made, delivery, event=Event.TEST)


def sample_alert(
    channel: str,
    *,
    now: datetime,
    kind: DeliveryKind = DeliveryKind.ALERT,
    alert: Alert | None = None,
) -> AlertMessage:
    """The message of an alert, or of one that is made up, to be looked at."""
    first = "desk" if kind is DeliveryKind.ESCALATION else None
    delivery = replace(
        _delivery(channel, now=now, identifier="preview"), kind=kind, escalated_from=first
    )
    return AlertMessage.of(alert or _made_up_to_stumble_over(channel, now=now), delivery)


def sample_digest(channel: str, *, now: datetime, alert: Alert | None = None) -> DigestMessage:
    """A digest of the alert, or of two that are made up, to be looked at."""
    delivery = _delivery(channel, now=now, identifier="preview")
    reason = "daily at 07:00 Europe/Berlin"
    alerts = [alert] if alert else list(_two_made_up(channel, now=now))
    return DigestMessage.of(alerts, replace(delivery, kind=DeliveryKind.DIGEST, reason=reason))


def sample_notice(channel: str, *, now: datetime) -> NoticeMessage:
    """A notice for the operator, to be looked at."""
    notice = Notice(
        id=0,
        kind="source.silent",
        subject="The Example Times",
        message="Nothing new for 9 hours, where there are some 40 articles a day.",
        created_at=now,
        resolved_at=None,
    )
    return NoticeMessage.of(notice, _delivery(channel, now=now, identifier="preview"))


def _delivery(channel: str, *, now: datetime, identifier: str) -> Delivery:
    return Delivery(
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


def _made_up(channel: str, *, now: datetime, identifier: str) -> Alert:
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
    return Alert(
        id=identifier,
        created_at=now,
        watch=watch,
        article=article,
        story=story,
        passages=(Passage(field="body", text=_SENTENCE, highlights=((start, start + len(_HIT)),)),),
        source_name=None,
        revised=False,
    )


def _two_made_up(channel: str, *, now: datetime) -> Iterator[Alert]:
    yield _made_up_to_stumble_over(channel, now=now)
    yield _made_up(channel, now=now, identifier="preview-2")


def _made_up_to_stumble_over(channel: str, *, now: datetime) -> Alert:
    """With what a template must write with care: quotation marks, markup, more than one script."""
    made = _made_up(channel, now=now, identifier="preview")
    article = replace(
        made.article.article,
        url="https://news.example.org/world?id=1&page=2",
        title=_AWKWARD_TITLE,
        standfirst=_AWKWARD_STANDFIRST,
        authors=("Zoë O'Writer",),
        body=_AWKWARD_BODY,
        section="World",
        tags=("R&D",),
        site_name="The Example",
        word_count=len(_AWKWARD_BODY.split()),
    )
    text = _AWKWARD_BODY.splitlines()[0]
    start = text.index(_AWKWARD_HIT)
    highlights = ((start, start + len(_AWKWARD_HIT)),)
    spec = replace(made.watch.spec, name="Example", query=_AWKWARD_HIT)
    return replace(
        made,
        watch=replace(made.watch, spec=spec),
        article=replace(made.article, article=article),
        story=replace(made.story, title=_AWKWARD_TITLE),
        passages=(Passage(field="body", text=text, highlights=highlights),),
        source_name="Example feed",
    )
