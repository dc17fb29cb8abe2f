from dataclasses import replace
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.alerts.apprise.format import Service, written
from scraper.alerts.message import Segment
from tests.alerts.chats import hostile, long_texts, shown

WIDE = Service(name="X", title=250, text=32_768, form="text", shared=False)
SMS = Service(name="SMS", title=0, text=160, form="text", shared=False)

services = st.builds(
    Service,
    name=st.just("X"),
    title=st.sampled_from([0, 25, 250]),
    text=st.integers(30, 5000),
    form=st.sampled_from(["text", "html", "markdown"]),
    shared=st.booleans(),
)


def as_html(text: str) -> str:
    """What Apprise makes of plain text for a service that shows HTML."""
    return escape(text, {"'": "&apos;", '"': "&quot;", "\n": "<br/>", " ": "&nbsp;"})


def test_a_service_with_room_gets_all_of_it():
    title, text = written(shown("A rocket fell.", title="Rocket attack in Baghdad"), WIDE)
    assert title == "A rocket fell."  # the watch is named so
    head, *quotes, end = text.split("\n\n")
    assert head.startswith("Rocket attack in Baghdad\n")
    assert quotes == ["*A roc*ket fell."] * 2
    assert "https://" in end
    assert end.splitlines()[-1].startswith("https://tocsin.example.org/alerts/")


def test_a_short_message_has_the_headline_and_the_link():
    brief = replace(
        shown("Nothing"),
        label="Baghdad",
        acknowledge=None,
        headline=(Segment("A rocket fell on the airport. It was empty. " * 9, hit=False),),
        link="https://example.org/1",
    )
    title, text = written(brief, SMS)
    assert title == ""
    *_, headline = (line for line in text.splitlines() if line.startswith("A rocket"))
    assert headline.endswith(". …")  # a sentence is whole
    assert text.endswith("\nhttps://example.org/1")
    assert 100 < len(text) <= 160


def test_a_link_that_would_leave_no_room_is_left_out():
    brief = replace(shown("Nothing"), link="https://example.org/" + "x" * 120, acknowledge=None)
    assert "https://" not in written(brief, SMS)[1]


def test_nobody_is_mentioned():
    title, text = written(replace(shown("@all @channel"), link=None, acknowledge=None), WIDE)
    assert "@all" not in title + text
    assert "@channel" not in title + text


@given(st.one_of(hostile, long_texts), st.one_of(hostile, long_texts), services)
def test_it_is_never_longer_than_the_service_takes(text: str, headline: str, service: Service):
    title, body = written(shown(text, title=headline), service)
    if service.form == "html":
        title, body = as_html(title), as_html(body)
    assert len(title) <= service.title
    assert len(body) + (len(title) if service.shared else 0) <= service.text


@pytest.mark.parametrize("form", ["text", "html", "markdown"])
def test_what_apprise_makes_of_it_is_no_longer_than_was_counted(form: str):
    from apprise.common import NotifyFormat  # noqa: PLC0415
    from apprise.conversion import convert_between  # noqa: PLC0415 - it takes a while

    for room in (200, 700, 2000):
        service = replace(WIDE, title=100, text=room, form=form)
        title, text = written(shown("*a* <b> `c` & [d](e) \"f\" 'g' #h 1. -i ~~j~~ " * 90), service)
        for each, most in ((title, 100), (text, room)):
            assert len(convert_between(NotifyFormat.TEXT, NotifyFormat(form), each)) <= most
