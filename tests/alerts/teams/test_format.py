from hypothesis import given

from scraper.alerts.teams.format import payload
from scraper.alerts.webhook.payload import encode
from tests.alerts.chats import NASTY, long_texts, shown


def card(built):
    [attachment] = built["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    return attachment["content"]


def test_what_a_page_says_stands_in_runs_and_what_matched_is_highlighted():
    built = card(payload(shown(title="Rockets")))
    containers = [block for block in built["body"] if block["type"] == "Container"]
    [hit, rest] = containers[0]["items"][0]["inlines"]
    assert (hit["text"], hit["highlight"]) == (NASTY[:5], True)
    assert (rest["text"], rest["type"]) == (NASTY[5:], "TextRun")
    assert "entities" not in built["msteams"]
    assert "Also in 3 outlets" in built["body"][-1]["inlines"][0]["text"]
    assert [action["url"] for action in built["actions"]] == [
        "https://news.example.org/world/baghdad-rockets",
        "https://tocsin.example.org/alerts/alert-1",
    ]


def test_a_card_from_right_to_left_says_so():
    assert card(payload(shown(title="صاروخ قرب بغداد")))["rtl"] is True
    assert "rtl" not in card(payload(shown(title="Rockets")))


@given(long_texts)
def test_the_limit_holds(text: str):
    assert len(encode(payload(shown(text)))) <= 28_000
