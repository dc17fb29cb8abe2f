"""What channels send: an alert, several in a digest, or a notice for the operator.

A `Message` is all that a channel is given. Values here are cut to sizes that
a mail server and a receiver take, and highlights are put in order; escaping is left to whoever
writes the bytes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias

from scraper.alerts.clean import ELLIPSIS, link_host, one_line, printable, safe_link
from storage.records import OVER, Alert, Article, Delivery, DeliveryKind, Notice, Passage

MOST_PASSAGES = 20
MOST_NAMED = 5  # watches in the heading of a digest
LONGEST_NOTICE = 4000  # characters
LONGEST_PASSAGE = 800  # characters
_LONGEST_HEADLINE = 300
_LONGEST_OUTLET = 100
_BEFORE_THE_HIT = 200  # characters kept before the first highlight of a passage that is cut


# By recipient that needs no other attempt: None when it took the message, else why it never will.
# A channel with several adds to it as it sends, so that whatever then befalls it is not lost.
Settled: TypeAlias = dict[str, str | None]


class Event(StrEnum):
    """What a message tells."""

    MATCHED = "article.matched"
    DIGEST = "alerts.digest"
    NOTICE = "operator.notice"
    TEST = "channel.test"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a passage; `hit` when the query asked for it."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMessage:
    """One alert for one channel; `delivery_id` is the same on every attempt."""

    delivery_id: str
    channel: str
    event: Event
    alert: Alert
    passages: tuple[Passage, ...]
    kind: DeliveryKind = DeliveryKind.ALERT
    escalated_from: str | None = None  # the channel where nobody acknowledged it
    settled: Settled = field(default_factory=dict, compare=False)

    @classmethod
    def of(
        cls, alert: Alert, delivery: Delivery, *, event: Event = Event.MATCHED
    ) -> "AlertMessage":
        """The message of an alert on its way to the delivery's channel."""
        passages = tuple(clip(passage) for passage in alert.passages[:MOST_PASSAGES])
        return cls(
            delivery_id=delivery.id,
            channel=delivery.channel,
            event=event,
            alert=alert,
            passages=passages,
            kind=delivery.kind,
            escalated_from=delivery.escalated_from,
            settled=dict(delivery.settled),
        )

    @property
    def article(self) -> Article:
        """The article that matched."""
        return self.alert.article.article

    @property
    def link(self) -> str | None:
        """Where the article is, when that is a link which can be followed."""
        return safe_link(self.article.url)

    @property
    def host(self) -> str | None:
        """The host that the link leads to."""
        return link_host(self.article.url)

    @property
    def headline(self) -> str:
        """The article's title on one line; its link when it has none."""
        title = one_line(self.article.title or "", limit=_LONGEST_HEADLINE)
        return title or one_line(self.article.url, limit=_LONGEST_HEADLINE)

    @property
    def outlet(self) -> str:
        """Who published it: what the page says, else the source's name, else the host."""
        names = (self.article.site_name, self.article.publisher, self.alert.source_name, self.host)
        cleaned = (one_line(name, limit=_LONGEST_OUTLET) for name in names if name)
        return next((name for name in cleaned if name), "unknown outlet")

    @property
    def story_id(self) -> int | None:
        """The story whose thread it belongs to; None for a test."""
        return None if self.test else self.alert.story.id

    @property
    def test(self) -> bool:
        """It was sent to try the channel; nothing matched."""
        return self.event is Event.TEST


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestMessage:
    """Several alerts for one channel, in order: by watch, then story, then time.

    `reason` says why they come together, such as "daily at 07:00 Europe/Berlin".
    """

    delivery_id: str
    channel: str
    reason: str
    messages: tuple[AlertMessage, ...]
    settled: Settled = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, alerts: Sequence[Alert], delivery: Delivery) -> "DigestMessage":
        """The message of a digest's alerts on their way to the delivery's channel."""
        ordered = sorted(alerts, key=lambda each: (each.watch.name, each.story.id, each.id))
        single = replace(delivery, kind=DeliveryKind.ALERT)
        return cls(
            delivery_id=delivery.id,
            channel=delivery.channel,
            reason=one_line(delivery.reason or "", limit=_LONGEST_HEADLINE),
            messages=tuple(AlertMessage.of(alert, single) for alert in ordered),
            settled=dict(delivery.settled),
        )

    @property
    def event(self) -> Event:
        """What it tells."""
        return Event.DIGEST

    @property
    def story_id(self) -> int | None:
        """It belongs to no one story."""
        return None

    @property
    def watches(self) -> Mapping[str, tuple[AlertMessage, ...]]:
        """The alerts of each watch, by its name."""
        found: dict[str, list[AlertMessage]] = {}
        for message in self.messages:
            found.setdefault(message.alert.watch.name, []).append(message)
        return {name: tuple(messages) for name, messages in found.items()}

    @property
    def heading(self) -> str:
        """How many alerts there are, and of which watches: "12 alerts: Baghdad, rocket"."""
        number = len(self.messages)
        names = [one_line(name, limit=_LONGEST_OUTLET) for name in self.watches]
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        alerts = "1 alert" if number == 1 else f"{number} alerts"
        return f"{alerts}: {', '.join(names[:MOST_NAMED])}{more}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeMessage:
    """What the operator is to be told: that something broke, or that it is well again."""

    delivery_id: str
    channel: str
    notice: Notice
    resolved: bool
    settled: Settled = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, notice: Notice, delivery: Delivery) -> "NoticeMessage":
        """The message of a notice on its way to the delivery's channel."""
        return cls(
            delivery_id=delivery.id,
            channel=delivery.channel,
            notice=notice,
            resolved=delivery.reason == OVER,
            settled=dict(delivery.settled),
        )

    @property
    def event(self) -> Event:
        """What it tells."""
        return Event.NOTICE

    @property
    def story_id(self) -> int | None:
        """It belongs to no story."""
        return None

    @property
    def heading(self) -> str:
        """What it is about, on one line: "source.silent: The Example Times"."""
        subject = one_line(self.notice.subject, limit=_LONGEST_HEADLINE)
        words = one_line(self.notice.kind.replace(".", " "), limit=_LONGEST_OUTLET)
        return f"{words}: {subject}" + (" is well again" if self.resolved else "")

    @property
    def text(self) -> str:
        """What is wrong, or was, in a sentence or two."""
        return printable(self.notice.message)[:LONGEST_NOTICE]


Message: TypeAlias = AlertMessage | DigestMessage | NoticeMessage


def also_in(alert: Alert) -> str:
    """The other outlets that have the story, such as "2 outlets: The Example, example.net".

    "" for none. At most some twenty are named.
    """
    story, own = alert.story, alert.article.outlet
    others = [outlet for outlet in story.outlets if outlet.domain != own]
    number = story.outlet_count - (own is not None)
    if not others or number < 1:
        return ""
    names = [
        one_line(outlet.name or "", limit=_LONGEST_OUTLET) or outlet.domain
        for outlet in others[:number]
    ]
    more = f" and {number - len(names)} more" if number > len(names) else ""
    return f"{number} {'outlet' if number == 1 else 'outlets'}: {', '.join(names)}{more}"


def segments(passage: Passage) -> tuple[Segment, ...]:
    """The passage in order, parted into what the query asked for and what stands around it.

    The texts are made printable; neighbours differ in `hit`, and none is empty.
    """
    parts: list[Segment] = []
    position = 0
    for start, end in ordered_highlights(passage):
        parts += (
            Segment(printable(passage.text[position:start]), hit=False),
            Segment(printable(passage.text[start:end]), hit=True),
        )
        position = end
    parts.append(Segment(printable(passage.text[position:]), hit=False))
    return _joined(part for part in parts if part.text)


def _joined(parts: Iterable[Segment]) -> tuple[Segment, ...]:
    joined: list[Segment] = []
    for part in parts:
        if joined and joined[-1].hit == part.hit:
            joined[-1] = Segment(joined[-1].text + part.text, hit=part.hit)
        else:
            joined.append(part)
    return tuple(joined)


def ordered_highlights(passage: Passage) -> tuple[tuple[int, int], ...]:
    """The highlights in order, inside the text, none empty, none touching another."""
    length = len(passage.text)
    ordered: list[tuple[int, int]] = []
    for start, end in sorted(passage.highlights):
        low, high = max(start, 0), min(end, length)
        if low >= high:
            continue
        if ordered and low <= ordered[-1][1]:
            ordered[-1] = (ordered[-1][0], max(ordered[-1][1], high))
        else:
            ordered.append((low, high))
    return tuple(ordered)


def clip(passage: Passage, *, limit: int = LONGEST_PASSAGE) -> Passage:
    """The passage with its highlights in order, and cut to `limit` characters around the first."""
    highlights = ordered_highlights(passage)
    if len(passage.text) <= limit:
        return replace(passage, highlights=highlights)
    first = highlights[0][0] if highlights else 0
    start = max(0, first - _BEFORE_THE_HIT)
    head = ELLIPSIS if start else ""
    room = limit - len(head) - len(ELLIPSIS)
    end = min(len(passage.text), start + room)
    tail = ELLIPSIS if end < len(passage.text) else ""
    shift = len(head) - start
    kept = (
        (low + shift, min(high, end) + shift)
        for low, high in highlights
        if low < end and high > start
    )
    text = head + passage.text[start:end] + tail
    return replace(passage, text=text, highlights=tuple(kept))
