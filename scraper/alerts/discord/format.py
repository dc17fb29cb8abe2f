"""An alert as an embed of Discord: pure.

Discord's markdown knows a backslash before every sign of it. Mentions are made impossible twice:
`allowed_mentions` permits none, and no "@", "<" or "#" of the text is left unescaped.
"""

import re
from typing import Any

from scraper.alerts.brief import ACKNOWLEDGE_BUTTON, Brief, quoted
from scraper.alerts.markup import Markup, utf16_units

_LONGEST_TITLE = 256
_LONGEST_DESCRIPTION = 4096
_LONGEST_AUTHOR = 256
_LONGEST_ALSO = 600  # in an embed of at most 6000 in total
_LONGEST_LINK = 2048
_COLOUR = 0xB3261E
_SIGNS = re.compile(r"[\\*_~`|<>@#\[\]():.+-]")


def escape(text: str) -> str:
    """The text with a backslash before each sign that means something to Discord."""
    return _SIGNS.sub(r"\\\g<0>", text)


_TITLE = Markup(escape=escape, size=utf16_units)
_TEXT = Markup(escape=escape, hit=("**", "**"), size=utf16_units)
_PLAIN = Markup(size=utf16_units)


def payload(shown: Brief) -> dict[str, Any]:
    """The body of a webhook's execution."""
    embed: dict[str, Any] = {
        "author": {"name": _PLAIN.fit(shown.label, _LONGEST_AUTHOR)},
        "title": _TITLE.fit(shown.title, _LONGEST_TITLE),
        "description": _description(shown),
        "color": _COLOUR,
    }
    if shown.link is not None and len(shown.link) <= _LONGEST_LINK:
        embed["url"] = shown.link
    return {"embeds": [embed], "allowed_mentions": {"parse": []}}


def _description(shown: Brief) -> str:
    head = _TEXT.fit(shown.byline, _LONGEST_ALSO)
    tail = [_TEXT.fit(shown.also_in, _LONGEST_ALSO)] if shown.also_in else []
    if shown.acknowledge is not None:
        tail.append(f"[{ACKNOWLEDGE_BUTTON}]({shown.acknowledge})")
    used = sum(utf16_units(line) + 1 for line in (head, *tail))
    # Each quote takes "> " and a line more.
    room = _LONGEST_DESCRIPTION - used - 3 * len(shown.quotes)
    quotes = [f"> {text}" for text in quoted(shown.quotes, _TEXT, room=room)]
    return "\n".join([head, *quotes, *tail])
