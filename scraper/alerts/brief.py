"""What chats show of an alert: short, the same in all of them; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from scraper.alerts.clean import one_line
from scraper.alerts.markup import Markup
from scraper.alerts.message import (
    AlertMessage,
    DigestMessage,
    Message,
    NoticeMessage,
    Segment,
    also_in,
    segments,
)
from scraper.alerts.wording import direction, isolated, moment
from storage.records import DeliveryKind

ARTICLE_BUTTON = "Read the article"
DASHBOARD_BUTTON = "Open Tocsin"
MOST_IN_A_CHAT = 15  # alerts of a digest that a chat shows
ACKNOWLEDGE_BUTTON = "Acknowledge"
_AGAIN = {DeliveryKind.ESCALATION: "UNANSWERED", DeliveryKind.REMINDER: "REMINDER"}
_LONGEST_WATCH = 100
_LONGEST_CHANNEL = 40
_LONGEST_STANDFIRST = 600
_LONGEST_OTHERS = 400
_MOST_PASSAGES = 6
_LEAST_ROOM = 40  # less of a passage tells nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """The parts of a message, printable, each of bounded length and on one line.

    `label` says of which watch it is, `headline` holds what matched, `byline` is who published it
    and when, `quotes` are the passages, or the standfirst when only the headline matched.
    `also_in` is "" when nobody else has the story; `link` and `acknowledge` are None when there is
    no such page.
    """

    label: str
    headline: tuple[Segment, ...]
    byline: str
    quotes: tuple[tuple[Segment, ...], ...]
    also_in: str
    link: str | None
    acknowledge: str | None
    rtl: bool
    button: str = ARTICLE_BUTTON  # what the button says that leads to `link`

    @property
    def title(self) -> str:
        """The headline without what matched."""
        return "".join(each.text for each in self.headline)

    @property
    def text(self) -> str:
        """One line for where nothing else is shown, such as a notification."""
        return f"{self.label}: {isolated(self.title)}"


def brief(message: Message, *, public_url: str | None = None) -> Brief:
    """The message's parts; `public_url` is where readers reach us."""
    if isinstance(message, DigestMessage):
        return _digest(message, public_url)
    if isinstance(message, NoticeMessage):
        return _notice(message, public_url)
    return _alert(message, public_url)


def _digest(message: DigestMessage, public_url: str | None) -> Brief:
    """The alerts of a digest as quotes: the headline with what matched, the outlet, the link."""
    number = len(message.messages)
    more = f"The first {MOST_IN_A_CHAT} of {number}" if number > MOST_IN_A_CHAT else ""
    return Brief(
        label=isolated(message.reason),
        headline=(Segment(message.heading, hit=False),),
        byline="",
        quotes=tuple(_entry(each) for each in message.messages[:MOST_IN_A_CHAT]),
        also_in=more,
        link=public_url,
        acknowledge=None,
        rtl=False,
        button=DASHBOARD_BUTTON,
    )


def _entry(message: AlertMessage) -> tuple[Segment, ...]:
    outlet = isolated(message.outlet)
    link = f"\n{message.link}" if message.link else ""
    return (*_headline(message), Segment(f" — {outlet}{link}", hit=False))


def _notice(message: NoticeMessage, public_url: str | None) -> Brief:
    return Brief(
        label="Tocsin",
        headline=(Segment(message.heading, hit=False),),
        byline=moment(message.notice.created_at) or "",
        quotes=((Segment(message.text, hit=False),),) if message.text.strip() else (),
        also_in="",
        link=public_url,
        acknowledge=None,
        rtl=False,
        button=DASHBOARD_BUTTON,
    )


def _alert(message: AlertMessage, public_url: str | None) -> Brief:
    alert = message.alert
    others = one_line(also_in(alert), limit=_LONGEST_OTHERS)
    headline = _headline(message)
    return Brief(
        label=_label(message),
        headline=headline,
        byline=_byline(message),
        quotes=_quotes(message, "".join(each.text for each in headline)),
        also_in=f"Also in {others}" if others else "",
        link=message.link,
        acknowledge=_acknowledge(message, public_url),
        rtl=direction(message.headline) == "rtl",
    )


def quoted(quotes: Sequence[Sequence[Segment]], markup: Markup, *, room: int) -> list[str]:
    """The quotes in the markup, as many as have room; between two there is a character."""
    written: list[str] = []
    for each in quotes:
        if room < _LEAST_ROOM:
            break
        text = markup.fit(each, room)
        if text:
            written.append(text)
        room -= markup.size(text) + 1
    return written


def _label(message: AlertMessage) -> str:
    words = []
    if message.test:
        words.append("TEST")
    if message.kind in _AGAIN:
        words.append(_AGAIN[message.kind])
    if message.escalated_from:
        words[-1] += f" at {isolated(one_line(message.escalated_from, limit=_LONGEST_CHANNEL))}"
    words.append(isolated(one_line(message.alert.watch.name, limit=_LONGEST_WATCH)))
    if message.alert.revised:
        words.append("changed")
    return " · ".join(words)


def _byline(message: AlertMessage) -> str:
    published = moment(message.article.published_at)
    parts = (isolated(message.outlet), published)
    return " · ".join(part for part in parts if part)


def _headline(message: AlertMessage) -> tuple[Segment, ...]:
    for passage in message.passages:
        if passage.field == "title" and passage.text == message.headline:
            return segments(passage)
    return (Segment(message.headline, hit=False),)


def _quotes(message: AlertMessage, headline: str) -> tuple[tuple[Segment, ...], ...]:
    found = [segments(passage) for passage in message.passages if passage.text != headline]
    found = [each for each in found if any(part.text.strip() for part in each)]
    if not found:
        standfirst = one_line(message.article.standfirst or "", limit=_LONGEST_STANDFIRST)
        found = [(Segment(standfirst, hit=False),)] if standfirst else []
    return tuple(found[:_MOST_PASSAGES])


def _acknowledge(message: AlertMessage, public_url: str | None) -> str | None:
    """The page where the alert is acknowledged; a test has none."""
    if public_url is None or message.test:
        return None
    return f"{public_url.rstrip('/')}/alerts/{quote(message.alert.id, safe='')}"
