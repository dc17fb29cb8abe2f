"""The two parts of an e-mail, plain text and a page, from templates/. Pure."""

import textwrap
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from scraper.alerts.clean import one_line
from scraper.alerts.email.digest import digest_view
from scraper.alerts.email.view import View, view
from scraper.alerts.message import AlertMessage, DigestMessage, Message, NoticeMessage, Segment
from scraper.alerts.wording import direction, moment

_TEXT_WIDTH = 76
_LONGEST_NAME = 200


def render(
    message: Message, *, pictures: bool = False, unsubscribe: str | None = None
) -> tuple[str, str]:
    """The message as plain text and as a page; `unsubscribe` is the link for who reads it."""
    name, values = _values(message, pictures=pictures)
    values |= {
        "channel": one_line(message.channel, limit=_LONGEST_NAME),
        "unsubscribe": unsubscribe,
    }
    text, html = (_templates().get_template(f"{name}.{kind}") for kind in ("txt", "html"))
    return text.render(values), html.render(values)


def _values(message: Message, *, pictures: bool) -> tuple[str, dict[str, Any]]:
    """The name of the templates, and what they show."""
    match message:
        case AlertMessage():
            shown = view(message, pictures=pictures)
            return "alert", {
                "view": shown,
                "details": _details(shown),
                "heading": shown.headline,
                "preheader": shown.preheader,
            }
        case DigestMessage():
            digest = digest_view(message)
            return "digest", {
                "view": digest,
                "heading": digest.heading,
                "preheader": digest.preheader,
            }
        case NoticeMessage():
            return "notice", {
                "heading": message.heading,
                "preheader": one_line(message.text, limit=140),
                "text": message.text,
                "since": moment(message.notice.created_at),
                "until": moment(message.notice.resolved_at) if message.resolved else None,
            }


def _details(shown: View) -> list[tuple[str, str]]:
    story = f"{shown.article_count} articles so far" if shown.article_count > 1 else None
    rows = (
        ("Query", shown.query),
        ("Source", shown.source),
        ("By", shown.authors),
        ("Changed", shown.modified),
        ("Seen", shown.seen),
        ("Story", story),
        ("Also in", shown.also_in),
        ("First told as", shown.story_title),
    )
    return [(label, value) for label, value in rows if value]


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(disabled_extensions=("txt",), default=True),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters["wrap"] = _wrap
    environment.filters["starred"] = _starred
    environment.filters["joined"] = _joined
    environment.filters["direction"] = direction
    return environment


def _wrap(text: str, indent: str = "") -> str:
    return textwrap.fill(
        text,
        _TEXT_WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _starred(segments: Iterable[Segment]) -> str:
    """The passage as plain text, *what matched* between stars."""
    return "".join(f"*{part.text}*" if part.hit else part.text for part in segments)


def _joined(segments: Iterable[Segment]) -> str:
    return "".join(part.text for part in segments)
