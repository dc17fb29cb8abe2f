"""Watches that ring for a story when several outlets have it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scraper.alerts.message import also_in
from scraper.pipeline.by_hand import join, part
from scraper.pipeline.known import outlet_of
from storage.database import Database
from tests.end_to_end.outlets import story
from tests.pipeline.desk import Desk

NEWS = story(1, mention="a rocket")
SILENT = story(1)  # the same news without the word that is watched for


@pytest.fixture
def desk(address):
    with Database.open(address) as database:
        desk = Desk(database)
        desk.watch(outlets=3)
        yield desk


def told(desk):
    """The links of the articles that rang."""
    with desk.database.read() as unit:
        return [alert.article.article.url for alert in unit.outbox.alerts()]


def url(number):
    return f"https://www.outlet{number}.example/news/1"


def test_it_rings_when_enough_outlets_have_the_story(desk):
    assert desk.admit(url(1), NEWS).rang == ()
    second = desk.admit(url(2), NEWS)
    assert second.rang == ()
    assert [watch.name for watch in second.muted] == ["rocket"]
    third = desk.admit(url(3), NEWS)
    assert [rung.watch.name for rung in third.rang] == ["rocket"]
    assert third.muted == ()
    assert desk.admit(url(4), NEWS).rang == ()
    assert told(desk) == [url(1)]


def test_an_outlet_that_prints_it_twice_is_one(desk):
    desk.admit(url(1), NEWS)
    desk.admit(url(2), NEWS)
    desk.admit("https://sport.outlet2.example/again", NEWS)
    assert told(desk) == []


def test_the_outlet_that_makes_it_full_need_not_match(desk):
    desk.admit(url(1), SILENT)
    desk.admit(url(2), NEWS)
    assert desk.admit(url(3), SILENT).rang != ()
    assert told(desk) == [url(2)]


def test_a_match_that_comes_after_enough_outlets_rings(desk):
    for number in (1, 2, 3):
        assert desk.admit(url(number), SILENT).rang == ()
    assert desk.admit(url(3), NEWS).rang != ()  # an edit
    assert told(desk) == [url(3)]


def test_what_is_too_old_does_not_ring_for_the_story(desk):
    desk.watch(outlets=2, max_age=timedelta(days=1))
    now = desk.clock.now()
    desk.admit(url(1), NEWS, published_at=now - timedelta(days=3))
    assert desk.admit(url(2), SILENT).rang == ()
    desk.admit(url(3), NEWS, published_at=now)
    assert told(desk) == [url(3)]


def test_stories_that_are_joined_have_the_outlets_of_both(desk):
    one = desk.admit(url(1), NEWS).article.story_id
    desk.admit(url(2), NEWS)
    other = desk.admit(url(3), story(2)).article.story_id
    assert one != other
    with desk.database.begin() as unit:
        done = join(unit, one, other, now=desk.clock.now())
    assert [rung.watch.name for rung in done.rang] == ["rocket"]


def test_what_is_parted_waits_for_outlets_of_its_own(desk):
    desk.admit(url(1), NEWS)
    desk.admit(url(2), NEWS)
    third = desk.admit(url(3), NEWS).article
    assert told(desk) == [url(1)]
    with desk.database.begin() as unit:
        assert part(unit, [third.id], now=desk.clock.now()).rang == ()


def test_a_paused_watch_does_not_ring_for_what_is_joined(desk):
    one = desk.admit(url(1), NEWS).article.story_id
    desk.admit(url(2), NEWS)
    other = desk.admit(url(3), story(2)).article.story_id
    with desk.database.begin() as unit:
        unit.watches.pause("rocket")
        assert join(unit, one, other, now=desk.clock.now()).rang == ()


def test_an_alert_names_the_other_outlets(desk):
    desk.admit(url(1), NEWS, site_name="The First")
    desk.admit(url(2), NEWS, site_name="The Second")
    desk.admit(url(3), NEWS)
    with desk.database.read() as unit:
        (alert,) = unit.outbox.alerts()
        (listed,) = unit.stories.list()
    assert also_in(alert) == "2 outlets: The Second, outlet3.example"
    assert listed.outlet_count == 3
    assert [(outlet.domain, outlet.url) for outlet in listed.outlets] == [
        (f"outlet{number}.example", url(number)) for number in (1, 2, 3)
    ]


def test_of_many_outlets_the_first_are_named(desk):
    for number in range(1, 25):
        desk.admit(url(number), NEWS)
    with desk.database.read() as unit:
        (alert,) = unit.outbox.alerts()
    assert alert.story.outlet_count == 24
    assert len(alert.story.outlets) == 20
    assert also_in(alert).startswith("23 outlets: outlet2.example, ")
    assert also_in(alert).endswith("outlet20.example and 4 more")


@pytest.mark.parametrize(
    ("link", "outlet"),
    [
        ("https://news.bbc.co.uk/1", "bbc.co.uk"),
        ("https://WWW.Example.org:8443/1", "example.org"),
        ("http://127.0.0.1:8001/1", "127.0.0.1:8001"),
        ("http://[::1]:8001/1", "[::1]:8001"),
        ("http://intranet/1", "intranet"),
        ("http://localhost:81/1", "localhost:81"),
        ("https://someone.substack.com/p/1", "someone.substack.com"),
    ],
)
def test_outlet_of(link, outlet):
    assert outlet_of(link) == outlet


def old(desk, address, paragraphs, **fields):
    """Admit what a backfill brought: it is to ring for nothing."""
    return desk.admit(
        address, paragraphs, old=True, published_at=desk.clock.now() - timedelta(days=9), **fields
    )


def test_an_old_article_that_a_backfill_brought_is_not_what_rings(desk):
    desk.watch(outlets=3)
    assert old(desk, url(1), NEWS).rang == ()
    desk.admit(url(2), NEWS)
    assert desk.admit(url(3), NEWS).rang != ()
    assert told(desk) == [url(2)]


def test_a_story_that_only_old_articles_match_does_not_ring(desk):
    desk.watch(outlets=2)
    old(desk, url(1), NEWS)
    assert desk.admit(url(2), SILENT).rang == ()
    assert desk.admit(url(3), SILENT).rang == ()
    assert told(desk) == []


def test_a_watch_that_is_told_to_wait_for_fewer_rings_with_the_next_outlet(desk):
    desk.watch(outlets=5)
    for number in (1, 2, 3):
        desk.admit(url(number), NEWS)
    with desk.database.begin() as unit:
        (watch,) = unit.watches.list()
        unit.watches.edit("rocket", replace(watch.spec, outlets=3), now=desk.clock.now())
    assert desk.admit("https://sport.outlet3.example/other", SILENT).rang == ()
    assert desk.admit(url(4), SILENT).rang != ()
    assert told(desk) == [url(1)]


@pytest.mark.parametrize("outlets", [1, 2])
def test_what_is_too_old_does_not_take_the_place_of_what_was_parted(desk, outlets):
    desk.watch(outlets=outlets, max_age=timedelta(days=1))
    now = desk.clock.now()
    desk.admit(url(1), NEWS, published_at=now - timedelta(days=9))
    rang = desk.admit(url(2), NEWS, published_at=now).article
    desk.admit(url(3), NEWS, published_at=now)
    assert told(desk) == [url(2)]
    with desk.database.begin() as unit:
        part(unit, [rang.id], now=desk.clock.now())
    assert told(desk) == [url(3), url(2)]


def test_an_old_article_stays_silent_when_what_rang_is_parted_from_it(desk):
    desk.watch()
    old(desk, url(1), NEWS)
    fresh = desk.admit(url(2), NEWS).article
    with desk.database.begin() as unit:
        assert part(unit, [fresh.id], now=desk.clock.now()).rang == ()
    assert told(desk) == [url(2)]
