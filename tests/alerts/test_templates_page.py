"""The examples of docs/templates.md are filled in with every kind of message."""

import json
import re
from pathlib import Path

import pytest

from scraper.alerts.filling import values_of
from scraper.alerts.message import Message
from scraper.alerts.sample import sample_alert, sample_digest, sample_message, sample_notice
from scraper.alerts.templates import Form, check, render
from tests.alerts.samples import NOW

PAGE = Path(__file__).parents[2] / "docs" / "templates.md"
TICKET, HTML = re.findall(r"```jinja\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
MESSAGES: dict[str, Message] = {
    "alert": sample_alert("desk", now=NOW),
    "digest": sample_digest("desk", now=NOW),
    "notice": sample_notice("desk", now=NOW),
    "test": sample_message("desk", now=NOW, identifier="t"),
}


@pytest.mark.parametrize("kind", MESSAGES)
def test_the_examples_serve_every_kind_of_message(kind: str):
    values = values_of(MESSAGES[kind], public_url="https://news.example.org") | {"unsubscribe": "u"}
    told = json.loads(render(check(TICKET), values, Form.JSON))
    assert told["summary"] == values["summary"]
    page = render(check(HTML), values, Form.HTML)
    assert "<h1>" in page
    assert '<a href="u">Unsubscribe</a>' in page
    assert ("Acknowledge" in page) == (kind == "alert")
