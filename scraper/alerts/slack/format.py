"""An alert as blocks of Slack (Block Kit): pure.

Text from outside stands in blocks of rich text, where characters mean themselves: no markup, no
mention and no link can be made there by writing it. Only the text of notifications is mrkdwn, and
is escaped (docs.slack.dev, "Formatting message text").
"""

from collections.abc import Sequence
from typing import Any

from scraper.alerts.brief import ACKNOWLEDGE_BUTTON, Brief
from scraper.alerts.markup import Markup, fitted
from scraper.alerts.message import Segment

_LONGEST_BLOCK = 3000  # characters of text in a block
_LONGEST_TEXT = 3000  # characters beside the blocks; Slack cuts at 40,000
_LONGEST_BUTTON_LINK = 3000
_MARKS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_MRKDWN = Markup(escape=lambda text: text.translate(_MARKS))


def blocks(shown: Brief) -> dict[str, Any]:
    """The message: its blocks, and the text of notifications."""
    elements = [_section(_heading(shown))]
    room = _LONGEST_BLOCK - sum(_length(each) for each in elements)
    also = _section([_text(f"\n{shown.also_in}")]) if shown.also_in else None
    room -= _length(also) if also else 0
    for quote in shown.quotes:
        kept = fitted(quote, room - 1, _characters)
        if kept:
            elements.append({"type": "rich_text_quote", "elements": [_piece(p) for p in kept]})
            room -= _characters(kept) + 1
    if also:
        elements.append(also)
    built: list[dict[str, Any]] = [{"type": "rich_text", "elements": elements}]
    buttons = _buttons(shown)
    if buttons:
        built.append({"type": "actions", "elements": buttons})
    return {
        "text": _MRKDWN.fit(shown.text, _LONGEST_TEXT),
        "blocks": built,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _heading(shown: Brief) -> list[dict[str, Any]]:
    label = _text(f"{shown.label}\n", italic=True)
    title = [_text(each.text, bold=True, italic=each.hit) for each in shown.headline]
    if shown.link is not None:
        title = [each | {"type": "link", "url": shown.link} for each in title]
    return [label, *title, _text(f"\n{shown.byline}")]


def _piece(segment: Segment) -> dict[str, Any]:
    return _text(segment.text, bold=segment.hit)


def _text(text: str, **style: bool) -> dict[str, Any]:
    value: dict[str, Any] = {"type": "text", "text": text}
    chosen = {name: True for name, on in style.items() if on}
    return value | ({"style": chosen} if chosen else {})


def _section(elements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": elements}


def _length(section: dict[str, Any]) -> int:
    return sum(len(each["text"]) for each in section["elements"])


def _characters(segments: Sequence[Segment]) -> int:
    return sum(len(each.text) for each in segments)


def _buttons(shown: Brief) -> list[dict[str, Any]]:
    places = ((shown.button, shown.link), (ACKNOWLEDGE_BUTTON, shown.acknowledge))
    return [
        {
            "type": "button",
            "text": {"type": "plain_text", "text": words},
            "url": link,
            "action_id": f"tocsin-{number}",
        }
        for number, (words, link) in enumerate(places)
        if link is not None and len(link) <= _LONGEST_BUTTON_LINK
    ]
