"""Filters that templates of a person's own have besides Jinja's.

They take the values of `scraper.alerts.webhook.payload`, as JSON has them.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jinja2 import Undefined, pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup, escape

from scraper.alerts import wording
from scraper.alerts.clean import safe_link
from scraper.alerts.message import segments
from storage.records import Passage


def link(address: str | None) -> str:
    """The address when it is a web link that can be followed, else "": for `href` in a page."""
    return safe_link(address or "") or ""


def moment(time: str | None) -> str:
    """A time as e-mails show it: "1 March 2026, 06:00 UTC"; "" for none."""
    return wording.moment(datetime.fromisoformat(time)) or "" if time else ""


@pass_eval_context
def marked(
    context: EvalContext,
    passage: Mapping[str, Any],
    start: str | None = None,
    end: str | None = None,
) -> str:
    """A passage with what matched between `start` and `end`.

    Unless they are given, these are <mark> and </mark> in a page, whose text is escaped, and
    asterisks in a text.
    """
    before, after = ("<mark>", "</mark>") if context.autoescape else ("*", "*")
    before, after = before if start is None else start, after if end is None else end
    parts = segments(
        Passage(
            field=passage["field"],
            text=passage["text"],
            highlights=tuple((low, high) for low, high in passage["highlights"]),
        )
    )
    if not context.autoescape:
        return "".join(f"{before}{part.text}{after}" if part.hit else part.text for part in parts)
    return Markup().join(
        Markup(before) + part.text + Markup(after) if part.hit else escape(part.text)  # noqa: S704 - the template's own words
        for part in parts
    )


@pass_eval_context
def tojson(context: EvalContext, value: object, indent: int | None = None) -> str:
    """The value as JSON, its characters as they are; in a page, safe to stand in a script."""
    if isinstance(value, Undefined):
        str(value)  # raises, and says what is not there
    if context.autoescape:
        return htmlsafe_json_dumps(value, indent=indent)
    return json.dumps(value, ensure_ascii=False, indent=indent)


FILTERS = {"link": link, "moment": moment, "marked": marked, "tojson": tojson}
