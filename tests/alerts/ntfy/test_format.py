import json

from hypothesis import given

from scraper.alerts.markup import utf8_bytes
from scraper.alerts.ntfy.format import notification
from scraper.alerts.ntfy.settings import NtfyOptions
from tests.alerts.chats import long_texts, shown

OPTIONS = NtfyOptions(topic="news", priority="high", tags=("rotating_light",))


def test_it_has_priority_tags_a_link_and_buttons():
    built = notification(shown("Rockets fell."), OPTIONS, sequence="s-1")
    assert built["priority"] == 4
    assert built["tags"] == ["rotating_light"]
    assert built["click"] == "https://news.example.org/world/baghdad-rockets"
    assert [each["label"] for each in built["actions"]] == ["Read the article", "Acknowledge"]
    assert built["sequence_id"] == "s-1"
    assert built["title"] == "Rockets fell."
    assert "Also in 3 outlets" in built["message"]


def test_what_matched_stands_between_stars():
    built = notification(shown("Rockets fell.", title="News"), OPTIONS, sequence="s-1")
    assert "\n\n*Rocke*ts fell." in built["message"]


@given(long_texts)
def test_the_limit_holds_in_bytes(text: str):
    built = notification(shown(text), OPTIONS, sequence="s-1")
    assert 0 < utf8_bytes(built["message"]) <= 4096
    assert len(built["title"]) <= 250
    json.dumps(built).encode()
