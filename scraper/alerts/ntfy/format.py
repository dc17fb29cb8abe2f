"""An alert as a notification of ntfy: plain text, pure."""

from typing import Any

from scraper.alerts.brief import ACKNOWLEDGE_BUTTON, Brief, quoted
from scraper.alerts.markup import Markup, utf8_bytes
from scraper.alerts.ntfy.settings import NtfyOptions

_LONGEST_MESSAGE = 4096  # bytes; of more, the server makes a file
_LONGEST_TITLE = 250  # characters that Android shows whole, more or less
_LONGEST_LINE = 700  # bytes
_PRIORITIES = {"min": 1, "low": 2, "default": 3, "high": 4, "max": 5}

# Plain text stays as it is: `markdown` is not asked for. Stars show what matched, as in e-mails.
_TEXT = Markup(hit=("*", "*"), size=utf8_bytes)
_TITLE = Markup()


def notification(shown: Brief, options: NtfyOptions, *, sequence: str) -> dict[str, Any]:
    """What is published; of two with the same `sequence`, phones show the later alone."""
    values: dict[str, Any] = {
        "topic": options.topic,
        "title": _TITLE.fit(shown.label, _LONGEST_TITLE),
        "message": _message(shown),
        "priority": _PRIORITIES[options.priority],
        "sequence_id": sequence,
    }
    if options.tags:
        values["tags"] = list(options.tags)
    if shown.link is not None:
        values["click"] = shown.link
    actions = [
        {"action": "view", "label": words, "url": link}
        for words, link in (
            (shown.button, shown.link),
            (ACKNOWLEDGE_BUTTON, shown.acknowledge),
        )
        if link is not None
    ]
    if actions:
        values["actions"] = actions
    return values


def _message(shown: Brief) -> str:
    head = [_TEXT.fit(shown.headline, 2 * _LONGEST_LINE), _TEXT.fit(shown.byline, _LONGEST_LINE)]
    tail = [_TEXT.fit(shown.also_in, _LONGEST_LINE)] if shown.also_in else []
    room = _LONGEST_MESSAGE - sum(utf8_bytes(line) + 2 for line in (*head, *tail))
    # An empty line stands before each quote: two bytes with the one that `quoted` counts.
    quotes = quoted(shown.quotes, _TEXT, room=room - len(shown.quotes))
    return "\n".join(["\n".join(head), *(f"\n{text}" for text in quotes), *tail])
