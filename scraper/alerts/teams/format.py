"""An alert as an Adaptive Card for Teams: pure.

Text from outside stands in text runs, which know no markdown; a mention would need an entity of its
own, and there is none (adaptivecards.io, TextRun).
"""

import json
from collections.abc import Sequence
from typing import Any

from scraper.alerts.brief import ACKNOWLEDGE_BUTTON, Brief
from scraper.alerts.markup import fitted, utf8_bytes
from scraper.alerts.message import Segment

# Teams takes 28 KB for the whole message; the rest is for the links, which are not cut.
_MOST_TEXT = 16_000  # bytes, as JSON writes them
_LONGEST_LINE = 2000
_CARD = "application/vnd.microsoft.card.adaptive"


def payload(shown: Brief) -> dict[str, Any]:
    """What the workflow's webhook is given."""
    return {
        "type": "message",
        "attachments": [{"contentType": _CARD, "contentUrl": None, "content": _card(shown)}],
    }


def _card(shown: Brief) -> dict[str, Any]:
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "fallbackText": _plain(shown.text),
        "body": _body(shown),
        "msteams": {"width": "Full"},
    }
    if shown.rtl:
        card["rtl"] = True
    actions = [
        {"type": "Action.OpenUrl", "title": words, "url": link}
        for words, link in (
            (shown.button, shown.link),
            (ACKNOWLEDGE_BUTTON, shown.acknowledge),
        )
        if link is not None
    ]
    return card | ({"actions": actions} if actions else {})


def _body(shown: Brief) -> list[dict[str, Any]]:
    body = [
        _block(_line(shown.label), isSubtle=True),
        _block(fitted(shown.headline, _LONGEST_LINE, _size), weight="Bolder", size="Large"),
        _block(_line(shown.byline), isSubtle=True),
    ]
    room = _MOST_TEXT - 5 * _LONGEST_LINE  # the lines above and below, and the fallback
    for quote in shown.quotes:
        kept = fitted(quote, room, _size)
        if kept:
            container = {"type": "Container", "style": "emphasis", "items": [_block(kept)]}
            body.append(container)
            room -= _size(kept)
    if shown.also_in:
        body.append(_block(_line(shown.also_in)))
    return body


def _block(segments: Sequence[Segment], **style: object) -> dict[str, Any]:
    runs = [
        {"type": "TextRun", "text": each.text, **style}
        | ({"highlight": True, "weight": "Bolder"} if each.hit else {})
        for each in segments
    ]
    return {"type": "RichTextBlock", "inlines": runs}


def _line(text: str) -> tuple[Segment, ...]:
    return fitted((Segment(text, hit=False),), _LONGEST_LINE, _size)


def _plain(text: str) -> str:
    return "".join(each.text for each in _line(text))


def _size(segments: Sequence[Segment]) -> int:
    """The bytes of the segments' texts as JSON writes them."""
    return sum(utf8_bytes(json.dumps(each.text, ensure_ascii=False)) for each in segments)
