"""An alert as the content of an m.room.message: pure.

`m.mentions` is empty, so nobody is named (Client-Server API, "User and room mentions"). Clients
from before it look for "@room" in the text: a word joiner after the sign keeps them from it.
"""

import html
import json
from typing import Any

from scraper.alerts.brief import ACKNOWLEDGE_BUTTON, Brief, quoted
from scraper.alerts.markup import Markup, utf8_bytes

# An event has at most 65,536 bytes as JSON, with what the server adds; the text is in it twice.
_LONGEST_TEXT = 12_000  # bytes of either, as JSON writes them
_LONGEST_LINE = 1500


def _joined(text: str) -> str:
    return text.replace("@", "@\N{WORD JOINER}")


def escape(text: str) -> str:
    """The text as it can stand in the HTML of a message, naming nobody."""
    return _joined(html.escape(text))


def _size(written: str) -> int:
    return utf8_bytes(json.dumps(written, ensure_ascii=False)) - 2


_HTML = Markup(escape=escape, hit=("<strong>", "</strong>"), size=_size)
_PLAIN = Markup(escape=_joined, hit=("*", "*"), size=_size)


def content(shown: Brief) -> dict[str, Any]:
    """The event's content. It is m.text: no client rings for an m.notice."""
    return {
        "msgtype": "m.text",
        "body": _plain(shown),
        "format": "org.matrix.custom.html",
        "formatted_body": _formatted(shown),
        "m.mentions": {},
    }


def _formatted(shown: Brief) -> str:
    headline = _HTML.fit(shown.headline, _LONGEST_LINE)
    if shown.link is not None:
        headline = f'<a href="{html.escape(shown.link)}">{headline}</a>'
    lines = [
        f"<em>{_HTML.fit(shown.label, _LONGEST_LINE)}</em>",
        f"<b>{headline}</b>",
        _HTML.fit(shown.byline, _LONGEST_LINE),
    ]
    quotes = [
        f"<blockquote>{text}</blockquote>"
        for text in quoted(shown.quotes, _HTML, room=_LONGEST_TEXT)
    ]
    tail = [_HTML.fit(shown.also_in, _LONGEST_LINE)] if shown.also_in else []
    links = " · ".join(
        f'<a href="{html.escape(link)}">{words}</a>'
        for words, link in (
            (shown.button, shown.link),
            (ACKNOWLEDGE_BUTTON, shown.acknowledge),
        )
        if link is not None
    )
    return "<br>".join(lines) + "".join(quotes) + "<br>".join([*tail, *([links] if links else [])])


def _plain(shown: Brief) -> str:
    head = [
        _PLAIN.fit(shown.label, _LONGEST_LINE),
        _PLAIN.fit(shown.headline, _LONGEST_LINE),
        _PLAIN.fit(shown.byline, _LONGEST_LINE),
    ]
    quotes = [f"> {text}" for text in quoted(shown.quotes, _PLAIN, room=_LONGEST_TEXT)]
    tail = [_PLAIN.fit(shown.also_in, _LONGEST_LINE)] if shown.also_in else []
    links = [link for link in (shown.link, shown.acknowledge) if link is not None]
    return "\n".join([*head, *quotes, *tail, *links])
