from hypothesis import given

from scraper.alerts.slack.format import blocks
from tests.alerts.chats import NASTY, long_texts, shown


def texts(built, kind="text"):
    sections = built["blocks"][0]["elements"]
    return [each for section in sections for each in section["elements"] if each["type"] == kind]


def test_what_matched_is_bold_and_what_a_page_says_is_no_markup():
    built = blocks(shown(title="Rockets land"))
    assert {"type": "text", "text": NASTY[:5], "style": {"bold": True}} in texts(built)
    assert {"type": "text", "text": NASTY[5:]} in texts(built)
    assert [each["text"] for each in texts(built, "link")] == ["Rockets land"]
    kinds = {e["type"] for s in built["blocks"][0]["elements"] for e in s["elements"]}
    assert kinds == {"text", "link"}  # no user, no usergroup, no broadcast
    assert any("Also in 3 outlets" in each["text"] for each in texts(built))


def test_the_text_of_notifications_is_escaped():
    text = blocks(shown())["text"]
    assert "<!channel>" not in text
    assert "&lt;!channel&gt;" in text
    assert "&amp;amp;" in text


def test_buttons_lead_to_the_article_and_to_us():
    [read, acknowledge] = blocks(shown())["blocks"][1]["elements"]
    assert read["url"] == "https://news.example.org/world/baghdad-rockets"
    assert acknowledge["url"] == "https://tocsin.example.org/alerts/alert-1"


@given(long_texts)
def test_limits_hold(text: str):
    built = blocks(shown(text))
    assert 0 < len(built["text"]) <= 3000
    assert sum(len(e["text"]) for e in texts(built) + texts(built, "link")) <= 3000
    assert all(each["text"] for each in texts(built))
