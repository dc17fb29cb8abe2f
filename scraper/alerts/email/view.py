"""What the templates show of an alert: plain text, printable, of bounded length."""

import re
from dataclasses import dataclass

from scraper.alerts.clean import one_line, safe_link
from scraper.alerts.message import AlertMessage, Segment, also_in, segments
from scraper.alerts.wording import isolated, moment, place
from storage.records import Article, DeliveryKind

_LONGEST_STANDFIRST = 600
_LONGEST_AUTHORS = 200
_LONGEST_NAME = 200
_LONGEST_QUERY = 1000
_LONGEST_LINK_SHOWN = 300
_LONGEST_PREHEADER = 140  # no list of messages shows more
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPassage:
    """A passage and the words that say where it stands."""

    place: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The values of a template; none holds a line end, all may hold markup."""

    test: bool
    said_before: str  # why it comes again, in a sentence; "" when it does not
    revised: bool
    headline: str
    outlet: str
    link: str | None
    host: str | None
    address: str  # the article's, as text, for when it is no link
    picture: str | None  # a https link, when the channel wants pictures
    picture_text: str  # what stands in its place where it is not shown
    preheader: str  # a line beside the subject in lists of messages
    standfirst: str
    authors: str
    published: str | None
    modified: str | None
    seen: str
    language: str | None
    watch: str
    query: str
    source: str | None
    passages: tuple[ShownPassage, ...]
    article_count: int
    also_in: str  # other outlets that have the story, and how many; "" for none
    story_title: str | None  # when it is another than the headline
    channel: str
    alert_id: str
    delivery_id: str


def view(message: AlertMessage, *, pictures: bool = False) -> View:
    """What is shown of the message, with the article's picture if there is one and `pictures`."""
    alert, article = message.alert, message.article
    story_title = one_line(alert.story.title or "", limit=_LONGEST_NAME)
    return View(
        test=message.test,
        said_before=_said_before(message),
        revised=alert.revised,
        headline=message.headline,
        outlet=message.outlet,
        link=message.link,
        host=message.host,
        address=one_line(article.url, limit=_LONGEST_LINK_SHOWN),
        picture=_picture(article) if pictures else None,
        picture_text=one_line(article.image_caption or message.headline, limit=_LONGEST_NAME),
        preheader=_preheader(message),
        standfirst=one_line(article.standfirst or "", limit=_LONGEST_STANDFIRST),
        authors=one_line(", ".join(article.authors), limit=_LONGEST_AUTHORS),
        published=moment(article.published_at),
        modified=moment(article.modified_at) if _differ(article) else None,
        seen=moment(alert.article.first_seen_at) or "",
        language=_language(article.language),
        watch=one_line(alert.watch.name, limit=_LONGEST_NAME),
        query=one_line(alert.watch.spec.query, limit=_LONGEST_QUERY),
        source=one_line(alert.source_name, limit=_LONGEST_NAME) if alert.source_name else None,
        passages=tuple(
            ShownPassage(place=place(passage.field), segments=segments(passage))
            for passage in message.passages
        ),
        article_count=alert.story.article_count,
        also_in=also_in(alert),
        story_title=story_title if story_title not in {"", message.headline} else None,
        channel=one_line(message.channel, limit=_LONGEST_NAME),
        alert_id=one_line(alert.id, limit=_LONGEST_NAME),
        delivery_id=one_line(message.delivery_id, limit=_LONGEST_NAME),
    )


def _said_before(message: AlertMessage) -> str:
    rang = moment(message.alert.created_at)
    match message.kind:
        case DeliveryKind.ESCALATION:
            first = one_line(message.escalated_from or "", limit=_LONGEST_NAME)
            where = f"at {isolated(first)}, where it rang" if first else "where it rang first,"
            return f"Nobody acknowledged this {where} on {rang}."
        case DeliveryKind.REMINDER:
            return f"A reminder, as somebody asked for: this rang on {rang}."
        case _:
            return ""


def _picture(article: Article) -> str | None:
    """The picture's address; one that is not encrypted is not asked for."""
    link = safe_link(article.image_url or "")
    return link if link and link.startswith("https://") else None


def _preheader(message: AlertMessage) -> str:
    """What the subject does not say: why it rang."""
    texts = [passage.text for passage in message.passages if passage.field != "title"]
    return one_line(next(iter(texts), message.article.standfirst or ""), limit=_LONGEST_PREHEADER)


def _differ(article: Article) -> bool:
    return article.modified_at is not None and article.modified_at != article.published_at


def _language(language: str | None) -> str | None:
    return language if language and _LANGUAGE.fullmatch(language) else None
