import html
import re

from hypothesis import given

from scraper.alerts.markup import utf16_units
from scraper.alerts.telegram.format import parameters
from tests.alerts.chats import long_texts, shown

TAGS = re.compile(r"</?(?:b|i|u|blockquote)>")


def test_html_is_escaped_and_nobody_is_named():
    text = parameters(shown(title="Rockets"))["text"]
    assert "<blockquote><b>@\u2060ever</b>yone &lt;!channel&gt;" in text
    assert "@everyone" not in text
    assert "@room" not in text
    assert "&amp;amp; &amp;" in text
    assert "Also in 3 outlets" in text


def test_buttons_lead_to_the_article_and_to_us():
    [[read], [acknowledge]] = parameters(shown())["reply_markup"]["inline_keyboard"]
    assert read["url"] == "https://news.example.org/world/baghdad-rockets"
    assert acknowledge["url"] == "https://tocsin.example.org/alerts/alert-1"
    bare = parameters(shown(url="ftp://x"))["reply_markup"]["inline_keyboard"]
    assert [row[0]["text"] for row in bare] == ["Acknowledge"]


@given(long_texts)
def test_the_limit_holds_after_entities_and_tags_are_whole(text: str):
    written = parameters(shown(text))["text"]
    bare = TAGS.sub("", written)
    assert utf16_units(html.unescape(bare)) <= 4096
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)|@(?!\u2060)", bare)
    open_tags: list[str] = []
    for tag in TAGS.findall(written):
        if tag.startswith("</"):
            assert open_tags.pop() == tag[2:-1]
        else:
            open_tags.append(tag[1:-1])
    assert not open_tags
