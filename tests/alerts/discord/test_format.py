import re

from hypothesis import given

from scraper.alerts.discord.format import escape, payload
from scraper.alerts.markup import utf16_units
from tests.alerts.chats import hostile, long_texts, shown


def test_nobody_is_mentioned_and_nothing_is_markup():
    built = payload(shown(title="Rockets"))
    assert built["allowed_mentions"] == {"parse": []}
    [embed] = built["embeds"]
    assert embed["url"] == "https://news.example.org/world/baghdad-rockets"
    text = embed["description"]
    assert not re.search(r"(?<!\\)[@<#]", text)
    assert "> **\\@ever**yone" in text
    assert "[Acknowledge](https://tocsin.example.org/alerts/alert-1)" in text
    assert "Also in 3 outlets" in text


@given(hostile)
def test_escaping_can_be_undone_and_leaves_no_sign(text: str):
    assert re.sub(r"\\([\\*_~`|<>@#\[\]():.+-])", r"\1", escape(text)) == text
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_~`|<>@#\[\]]", re.sub(r"\\[^\w\s]", "", escape(text)))


@given(long_texts)
def test_limits_hold_and_no_escape_is_cut(text: str):
    [embed] = payload(shown(text))["embeds"]
    assert utf16_units(embed["title"]) <= 256
    assert utf16_units(embed["author"]["name"]) <= 256
    assert utf16_units(embed["description"]) <= 4096
    total = embed["title"] + embed["author"]["name"] + embed["description"]
    assert utf16_units(total) <= 6000
    for value in embed["title"], *embed["description"].split("\n"):
        assert not re.search(r"(?<!\\)(?:\\\\)*\\$", value)
    bare = re.sub(r"\\[^\w\s]", "", embed["description"])
    assert bare.count("**") % 2 == 0
