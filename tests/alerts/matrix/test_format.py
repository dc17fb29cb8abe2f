import html
import re

from hypothesis import given

from scraper.alerts.matrix.format import content
from scraper.alerts.webhook.payload import encode
from tests.alerts.chats import long_texts, shown

TAGS = re.compile(r'</?(?:b|em|strong|blockquote|a)>|<a href="[^"<>]*">|<br>')


def test_nobody_is_mentioned_and_html_is_escaped():
    built = content(shown(title="Rockets"))
    assert built["m.mentions"] == {}
    assert built["msgtype"] == "m.text"
    for text in built["body"], built["formatted_body"]:
        assert "@room" not in text
        assert "@everyone" not in text
        assert "Also in 3 outlets" in text
        assert "https://tocsin.example.org/alerts/alert-1" in text
    assert (
        "<blockquote><strong>@\u2060ever</strong>yone &lt;!channel&gt;" in built["formatted_body"]
    )
    link = '<a href="https://news.example.org/world/baghdad-rockets">Rockets</a>'
    assert link in built["formatted_body"]


@given(long_texts)
def test_the_limit_holds_and_tags_are_whole(text: str):
    built = content(shown(text))
    assert len(encode(built)) <= 60_000
    bare = TAGS.sub("", built["formatted_body"])
    assert not re.search(r"[<>\"]|&(?!amp;|lt;|gt;|quot;|#x27;)", bare)
    assert html.unescape(bare)
