"""Admission decides what an article is and rings its watches, in one transaction."""

import logging
from datetime import timedelta

import pytest

from scraper.pipeline.admit import (
    Admitter,
    Outcome,
)
from scraper.pipeline.matching import Found, match_text
from storage.database import Database
from storage.records import (
    Article,
    Match,
    Policy,
    SourceSpec,
    TermSetSpec,
    WatchSpec,
)
from tests.end_to_end.outlets import story
from tests.pipeline.desk import NOW, OTHER, STORY, Desk


@pytest.fixture
def desk(sqlite_address):
    with Database.open(sqlite_address) as database:
        yield Desk(database)


def test_a_first_article_leads_its_story_and_rings(desk):
    admission = desk.admit("https://morning.example/one")
    assert admission.outcome is Outcome.NEW
    assert [rung.watch.name for rung in admission.rang] == ["rocket"]
    with desk.database.read() as unit:
        (delivery,) = unit.outbox.deliveries()
    assert delivery.channel == "desk"


def test_a_copy_joins_the_story_and_is_silent(desk):
    first = desk.admit("https://morning.example/one")
    copy = desk.admit("https://evening.example/two", title="Quite another headline", source=1)
    assert copy.outcome is Outcome.COPY
    assert copy.article.story_id == first.article.story_id
    assert copy.article.copy_of == first.article.id
    assert copy.rang == ()
    assert [watch.name for watch in copy.muted] == ["rocket"]


def test_after_the_window_a_copy_is_news_again(desk):
    desk.admitter = Admitter(
        desk.clock, copy_window=timedelta(days=10), story_window=timedelta(days=1)
    )
    first = desk.admit("https://morning.example/one")
    desk.clock.advance(timedelta(days=9))
    assert desk.admit("https://evening.example/two", source=1).article.copy_of == first.article.id
    desk.clock.advance(timedelta(days=10))
    again = desk.admit("https://noon.example/three", source=1)
    assert again.outcome is Outcome.NEW
    assert [rung.watch.name for rung in again.rang] == ["rocket"]


def test_a_watch_may_ring_for_each_article(desk):
    desk.watch(policy=Policy.EVERY)
    desk.admit("https://morning.example/one")
    assert len(desk.admit("https://evening.example/two", source=1).rang) == 1


def test_another_story_is_another_story(desk):
    first = desk.admit("https://morning.example/one")
    second = desk.admit("https://morning.example/two", OTHER, title="Something else altogether")
    assert second.outcome is Outcome.NEW
    assert second.article.story_id != first.article.story_id


def test_the_same_link_and_text_is_nothing_new(desk):
    first = desk.admit("https://morning.example/one")
    again = desk.admit("https://morning.example/one")
    assert again.outcome is Outcome.UNCHANGED
    assert again.article.id == first.article.id


def test_a_changed_text_is_a_revision_that_may_ring_for_the_first_time(desk):
    first = desk.admit("https://morning.example/one", story(3))
    assert first.rang == ()
    revised = desk.admit("https://morning.example/one", story(3, mention="a rocket"))
    assert revised.outcome is Outcome.REVISION
    assert len(revised.rang) == 1
    again = desk.admit("https://morning.example/one", story(3, mention="a second rocket"))
    assert again.outcome is Outcome.REVISION
    assert again.rang == ()


def test_a_reading_that_came_back_empty_does_not_wipe_the_text(desk):
    first = desk.admit("https://morning.example/one")
    empty = desk.admit("https://morning.example/one", ())
    assert empty.outcome is Outcome.UNCHANGED
    with desk.database.read() as unit:
        assert unit.articles.get(first.article.id).article.body == "\n\n".join(STORY)


def test_a_teaser_does_not_take_the_place_of_a_text_read_in_full(desk):
    """A second link to a stored article, whose page cannot be had."""
    page, link = "https://morning.example/one", "https://morning.example/short/1"
    first = desk.admit(link, final=page)
    teaser = desk.admit(page, ("A rocket. Read more",), from_source=True)
    assert teaser.outcome is Outcome.UNCHANGED
    assert teaser.rang == ()
    with desk.database.read() as unit:
        assert unit.articles.get(first.article.id).article.body == "\n\n".join(STORY)
        assert unit.articles.revisions(first.article.id) == []


def test_what_its_source_tells_rings_and_the_page_is_a_revision_of_it(desk):
    page = "https://morning.example/one"
    assert len(desk.admit(page, ("A rocket. Read more",), from_source=True).rang) == 1
    assert desk.admit(page).outcome is Outcome.REVISION


def test_two_links_that_lead_to_one_page_are_one_article(desk):
    desk.admit("https://morning.example/short/1", final="https://morning.example/one")
    again = desk.admit("https://morning.example/one")
    assert again.outcome is Outcome.UNCHANGED


def test_a_canonical_link_on_the_same_host_joins_what_is_the_same_text(desk):
    canonical = "https://morning.example/one"
    desk.admit("https://morning.example/one?page=print&id=9", canonical_url=canonical)
    again = desk.admit(canonical, canonical_url=canonical)
    assert again.outcome is Outcome.UNCHANGED


def test_a_site_that_names_one_canonical_link_everywhere_still_has_many_articles(desk):
    canonical = "https://morning.example/news"
    desk.admit("https://morning.example/one", canonical_url=canonical)
    second = desk.admit(
        "https://morning.example/two", OTHER, title="Other news", canonical_url=canonical
    )
    assert second.outcome is Outcome.NEW


def test_nobody_may_claim_another_outlets_link(desk):
    theirs = "https://morning.example/scoop"
    desk.admit("https://evening.example/decoy", OTHER, source=1, canonical_url=theirs)
    scoop = desk.admit(theirs)
    assert scoop.outcome is Outcome.NEW
    assert len(scoop.rang) == 1


def test_what_is_too_old_for_a_watch_does_not_ring(desk):
    desk.watch(max_age=timedelta(days=3))
    old = desk.admit("https://morning.example/one", published_at=NOW - timedelta(days=9))
    assert old.rang == ()
    with desk.database.read() as unit:
        assert len(unit.outbox.matches(old.article.id)) == 1
    unknown = desk.admit("https://morning.example/two", story(5, mention="a rocket"), title="B")
    assert len(unknown.rang) == 1


def test_a_watch_that_is_paused_or_new_counts_from_then_on(desk):
    with desk.database.begin() as unit:
        unit.watches.pause("rocket")
    assert desk.admit("https://morning.example/one").rang == ()
    with desk.database.begin() as unit:
        unit.watches.pause("rocket", paused=False)
    later = desk.admit("https://morning.example/two", story(6, mention="a rocket"), title="B")
    assert len(later.rang) == 1


def test_a_copy_after_a_month_is_news_again(desk):
    desk.admit("https://morning.example/one")
    desk.clock.advance(timedelta(days=31))
    again = desk.admit("https://evening.example/two", source=1)
    assert again.outcome is Outcome.NEW
    assert len(again.rang) == 1


def found_before(desk, url, matches=()):
    """As though matching the page at `url` had found these."""
    article = Article(url=url, title="A headline of its own", body="\n\n".join(STORY))
    with desk.database.read() as unit:
        version = desk.admitter.compiled(unit).version
    return Found(version=version, text=match_text(article, "morning"), matches=matches)


def test_what_was_matched_before_is_not_matched_again(desk):
    url = "https://morning.example/one"
    assert desk.admit(url, found=found_before(desk, url)).rang == ()


def test_a_watch_that_changed_since_is_matched_again(desk):
    url = "https://morning.example/one"
    found = found_before(desk, url)
    desk.watch(query="rocket*")
    assert len(desk.admit(url, found=found).rang) == 1


def test_another_text_than_was_matched_is_matched_again(desk):
    url = "https://morning.example/one"
    found = found_before(desk, "https://morning.example/two")
    assert len(desk.admit(url, found=found).rang) == 1


def test_a_transaction_that_began_before_a_change_has_the_later_watches(desk):
    with desk.database.read() as earlier:
        earlier.watches.version()  # its view of the database begins here
        assert len(desk.admitter.compiled(earlier).together) == 1
        with desk.database.begin() as unit:
            unit.watches.add(WatchSpec(name="headline", query="headline"), now=NOW)
        with desk.database.read() as later:
            assert len(desk.admitter.compiled(later).together) == 2
        assert len(desk.admitter.compiled(earlier).together) == 2
    assert len(desk.admit("https://morning.example/one").rang) == 2


def test_a_watch_that_went_after_it_matched_does_not_ring(desk):
    with desk.database.read() as unit:
        compiled = desk.admitter.compiled(unit)
        (watch_id,) = compiled.together.watches
    match = Match(watch_id=watch_id, passages=())
    url = "https://morning.example/one"
    found = found_before(desk, url, (match,))
    compiled.together.discard(watch_id)
    assert desk.admit(url, found=found).rang == ()


def test_a_set_that_changes_is_in_force_for_the_next_article(desk):
    with desk.database.begin() as unit:
        unit.sets.add(TermSetSpec(name="arms", terms=("catapult",)), now=NOW)
    desk.watch(query="set:arms")
    assert len(desk.admit("https://morning.example/1", story(1), title="A catapult").rang) == 1
    with desk.database.begin() as unit:
        unit.sets.edit("arms", TermSetSpec(name="arms", terms=("catapult", "story")), now=NOW)
    assert len(desk.admit("https://morning.example/2", story(2), title="A story").rang) == 1


def test_the_tags_of_a_source_are_those_of_its_articles(desk):
    tagged = SourceSpec(name="morning", url="https://morning.example/", tags=("wire",))
    with desk.database.begin() as unit:
        unit.sources.sync([tagged], NOW)
    desk.watch(query="tag:wire")
    assert len(desk.admit("https://morning.example/one").rang) == 1
    assert len(desk.admit("https://evening.example/one", OTHER, source=1).rang) == 0


def test_a_watch_that_does_not_compile_is_reported(desk, caplog):
    caplog.set_level(logging.ERROR, "scraper.pipeline.admit")
    desk.watch(query="rocket AND (")
    for number in range(2):
        desk.admit(f"https://morning.example/{number}", story(number))
    (record,) = caplog.records
    assert record.action == "watch.broken"
    assert "the watch rocket cannot ring" in record.getMessage()
