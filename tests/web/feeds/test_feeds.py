"""What a feed says: valid in either format, whatever articles say."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from scraper.discover import discover
from scraper.web.feeds.atom import atom
from scraper.web.feeds.feed import MOST_ITEMS, Feed, feed_of, is_token, new_token
from scraper.web.feeds.json_feed import json_feed
from storage.records import Alert, Outlet, Page, Passage, Watch
from tests.alerts.samples import NOW, PASSAGE, alert

ADDRESS = "https://tocsin.example.org/feeds/word"
HOSTILE = '<script>alert(1)</script> ]]> &amp; "\x00\x1b\u202e\ud83d\ufffe'


def rung(number: int = 1, **about: Any) -> Alert:
    made = alert(str(UUID(int=number)), **about)
    return replace(made, created_at=NOW + timedelta(minutes=number))


def watch(name: str = "Baghdad attacks") -> Watch:
    return replace(rung().watch, spec=replace(rung().watch.spec, name=name))


def made(*alerts: Alert, name: str = "Baghdad attacks") -> Feed:
    return feed_of(watch(name), alerts, address=ADDRESS)


def read(feed: Feed) -> Any:
    parsed = feedparser.parse(atom(feed))
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def test_a_feed_of_an_alert_in_atom():
    parsed = read(made(rung(tags=("Iraq", "Iraq", " "))))
    assert parsed.version == "atom10"
    assert parsed.feed.title == "Baghdad attacks"
    assert parsed.feed.links[0].rel == "self"
    assert parsed.feed.links[0].href == ADDRESS + ".atom"
    [entry] = parsed.entries
    assert entry.id == "urn:uuid:00000000-0000-0000-0000-000000000001"
    assert entry.link == "https://news.example.org/world/baghdad-rockets"
    assert entry.title == "Rockets land near Baghdad airport"
    assert entry.published == "2026-03-01T05:40:00Z"
    assert entry.updated == "2026-03-01T06:01:00Z"
    assert [author.name for author in entry.authors] == ["Ann Writer", "Bo Reporter"]
    assert [tag.term for tag in entry.tags] == ["Iraq"]
    assert "<b>rockets</b> landed near <b>Baghdad</b>" in entry.content[0].value
    assert entry.summary == PASSAGE.text


def test_the_same_as_json_feed():
    document = json.loads(json_feed(made(rung(tags=("Iraq",)))))
    [item] = document.pop("items")
    assert document == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Baghdad attacks",
        "feed_url": ADDRESS + ".json",
        "authors": [{"name": "Tocsin"}],
    }
    content = item.pop("content_html")
    assert content.startswith('<p dir="ltr">Two <b><mark>rockets</mark></b>')
    assert item == {
        "id": "urn:uuid:00000000-0000-0000-0000-000000000001",
        "url": "https://news.example.org/world/baghdad-rockets",
        "title": "Rockets land near Baghdad airport",
        "summary": PASSAGE.text,
        "date_published": "2026-03-01T05:40:00Z",
        "date_modified": "2026-03-01T06:01:00Z",
        "authors": [{"name": "Ann Writer"}, {"name": "Bo Reporter"}],
        "tags": ["Iraq"],
        "language": "en",
    }


def test_other_outlets_are_named():
    hit = rung()
    others = (
        *hit.story.outlets,
        Outlet(domain="a.example", name="The <b>A</b>", url="https://a.example/"),
    )
    hit = replace(hit, story=replace(hit.story, outlets=others, outlet_count=2))
    content = json.loads(json_feed(made(hit)))["items"][0]["content_html"]
    assert "<small>Also in 1 outlet: The &lt;b&gt;A&lt;/b&gt;</small>" in content


def test_there_are_at_most_so_many_and_the_newest_time_is_the_feeds():
    feed = made(*(rung(number) for number in range(150, 0, -1)))
    assert len(feed.items) == MOST_ITEMS
    assert feed.updated_at == NOW + timedelta(minutes=150)


def test_a_watch_that_rang_for_nothing_has_a_feed_too():
    parsed = read(made())
    assert parsed.entries == []
    assert parsed.feed.updated == "2026-03-01T06:00:00Z"
    assert json.loads(json_feed(made()))["items"] == []


def test_the_feed_is_the_same_after_its_address_changed_and_another_for_another_watch():
    other = replace(watch(), id=4)
    assert made().id == feed_of(watch(), [], address="https://x.example/").id
    assert made().id != feed_of(other, [], address=ADDRESS).id


def test_what_pages_say_is_no_markup_and_no_link():
    hit = rung(
        title=HOSTILE,
        url="javascript:alert(1)",
        authors=(HOSTILE,),
        tags=(HOSTILE,),
        language='en" x="',
        passages=(Passage(field="body", text=HOSTILE, highlights=((1, 7),)),),
    )
    feed = made(hit, name=HOSTILE)
    [entry] = read(feed).entries
    assert "links" not in entry or all(link.rel != "alternate" for link in entry.links)
    tree = etree.fromstring(atom(feed))
    assert not tree.xpath("//*[local-name()='script']")
    [content] = tree.xpath("//*[local-name()='content']/text()")
    assert "<script" not in content
    assert "&lt;<b><mark>script</mark></b>&gt;" in content
    assert not tree.xpath("//@xml:lang")
    [item] = json.loads(json_feed(feed))["items"]
    assert "url" not in item
    assert "<script" not in item["content_html"]


@given(
    title=st.text(max_size=80),
    body=st.text(max_size=80),
    name=st.text(max_size=30),
    published=st.none() | st.datetimes(timezones=st.just(UTC)),
)
def test_whatever_an_article_says_it_is_a_feed(
    title: str, body: str, name: str, published: datetime | None
):
    passage = Passage(field="body", text=body, highlights=((0, len(body)),) if body else ())
    hit = rung(
        title=title, passages=(passage,), tags=(name,), authors=(name,), published_at=published
    )
    feed = made(hit, name=name)
    assert len(read(feed).entries) == 1
    assert len(json.loads(json_feed(feed))["items"]) == 1


def test_our_own_reader_reads_them():
    feed = made(*(rung(number, url=f"https://a.example/{number}") for number in (3, 2, 1)))
    for body, kind in ((atom(feed), "application/atom+xml"), (json_feed(feed), "application/json")):
        page = Page(
            url=ADDRESS,
            requested_url=ADDRESS,
            status=200,
            headers={"content-type": kind},
            body=body,
            fetched_at=NOW,
        )
        found = discover(page)
        assert [entry.url for entry in found.entries] == [
            f"https://a.example/{number}" for number in (3, 2, 1)
        ]


def test_words_are_long_and_no_two_are_alike():
    words = {new_token() for _ in range(100)}
    assert len(words) == 100
    assert all(map(is_token, words))


@pytest.mark.parametrize("name", ["", " ", "\x00"])
def test_a_feed_has_a_title(name: str):
    assert read(made(name=name)).feed.title == "A watch"
