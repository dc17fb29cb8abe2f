"""An alert as a message of Telegram, in its HTML: pure.

Telegram counts UTF-16 units of what is left when tags and entities are read. It makes a mention of
every @name it finds in the text; a word joiner after the sign keeps it from that.
"""

import html
import re
from typing import Any

from scraper.alerts.brief import ACKNOWLEDGE_BUTTON, Brief, quoted
from scraper.alerts.markup import Markup, utf16_units

_LONGEST_TEXT = 4096
_LONGEST_LINE = 700
_MARKS = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "@\N{WORD JOINER}"},
)
_TAG = re.compile(r"<[^>]*>")


def escape(text: str) -> str:
    """The text as it can stand in a message, naming nobody."""
    return text.translate(_MARKS)


def size(written: str) -> int:
    """The length of a piece of a message as Telegram counts it."""
    return utf16_units(html.unescape(_TAG.sub("", written)))


_TEXT = Markup(escape=escape, hit=("<b>", "</b>"), size=size)
_BOLD = Markup(escape=escape, hit=("<u>", "</u>"), size=size)


def parameters(shown: Brief) -> dict[str, Any]:
    """What sendMessage is given, but for the chat."""
    values: dict[str, Any] = {
        "text": _text(shown),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    buttons = [
        [{"text": words, "url": link}]
        for words, link in (
            (shown.button, shown.link),
            (ACKNOWLEDGE_BUTTON, shown.acknowledge),
        )
        if link is not None
    ]
    if buttons:
        values["reply_markup"] = {"inline_keyboard": buttons}
    return values


def _text(shown: Brief) -> str:
    head = [
        f"<i>{_TEXT.fit(shown.label, _LONGEST_LINE)}</i>",
        f"<b>{_BOLD.fit(shown.headline, _LONGEST_LINE)}</b>",
        _TEXT.fit(shown.byline, _LONGEST_LINE),
    ]
    tail = [_TEXT.fit(shown.also_in, _LONGEST_LINE)] if shown.also_in else []
    room = _LONGEST_TEXT - sum(size(line) + 1 for line in (*head, *tail))
    quotes = [f"<blockquote>{text}</blockquote>" for text in quoted(shown.quotes, _TEXT, room=room)]
    return "\n".join([*head, *quotes, *tail])
