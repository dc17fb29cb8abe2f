"""Watches that ring again for what edits add."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from scraper.dedupe import sign
from scraper.pipeline.admit import Candidate, Outcome
from scraper.pipeline.matching import Found, match_text
from scraper.pipeline.updates import prepared
from storage.database import Database
from storage.records import Article, ArticleKind, Entry, Policy
from tests.end_to_end.outlets import story
from tests.pipeline.desk import Desk

PAGE = "https://morning.example/one"
LEAD = story(1, mention="a rocket over Baghdad")
TOLL = "By nightfall the rocket had cost twelve lives, the governor said."


@pytest.fixture
def desk(address):
    with Database.open(address) as database:
        yield watching(Desk(database))


def watching(desk, **changes):
    desk.watch(**({"policy": Policy.UPDATES, "query": "Baghdad AND rocket"} | changes))
    return desk


def told(admission):
    return [[passage.text for passage in rung.match.passages] for rung in admission.rang]


def candidate_at(desk, url, paragraphs):
    """A page at `url`, brought by an entry that has no article yet."""
    link = "https://morning.example/another"
    with desk.database.begin() as unit:
        listed = [(link, "morning.example", Entry(url=link, modified_at=desk.clock.now()))]
        unit.entries.add(desk.sources[0].id, listed, now=desk.clock.now())
        (entry,) = unit.entries.claim(desk.clock.now(), worker=desk.worker, hosts=1, per_host=1)
        unit.entries.put_back(entry.id, worker=desk.worker, at=desk.clock.now())
    body = "\n\n".join(paragraphs)
    return Candidate(
        article=Article(url=url, title="A headline of its own", body=body),
        signature=sign(None, body, None),
        entry=replace(entry, url=url),
        source_name="morning",
    )


def test_it_rings_for_a_story_and_for_what_an_edit_adds(desk):
    assert len(desk.admit(PAGE, LEAD).rang) == 1
    assert desk.admit("https://evening.example/two", LEAD, source=1).rang == ()
    edited = desk.admit(PAGE, (*LEAD, TOLL))
    assert edited.outcome is Outcome.REVISION
    assert told(edited) == [[TOLL]]
    assert edited.muted == ()
    with desk.database.read() as unit:
        alert, first = unit.outbox.alerts()
    assert alert.revised
    assert not first.revised
    assert alert.passages[0].highlights == ((TOLL.index("rocket"), TOLL.index("rocket") + 6),)


def test_other_watches_stay_silent(desk):
    watching(desk, policy=Policy.FIRST)
    desk.admit(PAGE, LEAD)
    edited = desk.admit(PAGE, (*LEAD, TOLL))
    assert (edited.rang, len(edited.muted)) == ((), 1)


def test_an_addition_without_what_the_watch_looks_for_does_not_ring(desk):
    desk.admit(PAGE, LEAD)
    edited = desk.admit(PAGE, (*LEAD, "The ferry is back after the storm."))
    assert (edited.rang, len(edited.muted)) == ((), 1)


def test_trifles_do_not_ring(desk):
    desk.admit(PAGE, LEAD)
    again = desk.admit(PAGE, ("Updated 5 minutes ago", *LEAD, "Read more: A rocket in Baghdad"))
    assert again.outcome is Outcome.UNCHANGED


def test_what_was_taken_out_and_put_back_does_not_ring_again(desk):
    desk.admit(PAGE, LEAD)
    assert len(desk.admit(PAGE, (*LEAD, TOLL)).rang) == 1
    assert desk.admit(PAGE, LEAD).rang == ()
    assert desk.admit(PAGE, (*LEAD, TOLL)).rang == ()
    assert desk.admit(PAGE, (TOLL, *LEAD)).rang == ()
    later = "A second rocket was found at dawn."
    assert told(desk.admit(PAGE, (*LEAD, TOLL, later))) == [[later]]


def test_what_another_article_of_the_story_told_does_not_ring_again(desk):
    copy = "https://evening.example/two"
    desk.admit(PAGE, LEAD)
    desk.admit(copy, LEAD, source=1)
    assert len(desk.admit(PAGE, (*LEAD, TOLL)).rang) == 1
    assert desk.admit(copy, (*LEAD, TOLL), source=1).rang == ()


def test_what_a_muted_article_adds_rings_and_counts_as_told(desk):
    copy = "https://evening.example/two"
    desk.admit(PAGE, LEAD)
    desk.admit(copy, LEAD, source=1)
    assert told(desk.admit(copy, (*LEAD, TOLL), source=1)) == [[TOLL]]
    assert desk.admit(PAGE, (*LEAD, TOLL)).rang == ()


def test_of_two_additions_only_the_one_that_was_not_told_is_shown(desk):
    copy = "https://evening.example/two"
    desk.admit(PAGE, LEAD)
    desk.admit(copy, LEAD, source=1)
    desk.admit(PAGE, (*LEAD, TOLL))
    later = "A second rocket was found at dawn."
    assert told(desk.admit(copy, (*LEAD, TOLL, later), source=1)) == [[later]]


def test_all_that_is_added_is_news_where_the_headline_is_what_is_looked_for(desk):
    toll = "The toll rose to twelve."
    desk.admit(PAGE, LEAD, title="Rocket hits Baghdad")
    edited = desk.admit(PAGE, (*LEAD, toll), title="Rocket hits Baghdad")
    assert told(edited) == [[toll]]


def test_a_live_blog_is_about_many_things(desk):
    live = {"title": "Rocket hits Baghdad: live", "kind": ArticleKind.LIVE_BLOG}
    desk.admit(PAGE, LEAD, **live)
    assert desk.admit(PAGE, ("The ferry is back after the storm.", *LEAD), **live).rang == ()
    post = "Baghdad airport is closed."
    assert told(desk.admit(PAGE, (post, *LEAD), **live)) == [[post]]


def test_a_new_headline_rings_if_it_tells_more(desk):
    desk.admit(PAGE, LEAD, title="Rocket hits Baghdad")
    assert desk.admit(PAGE, LEAD, title="Baghdad hit by rocket").rang == ()
    edited = desk.admit(PAGE, LEAD, title="Rocket hits Baghdad, killing twelve")
    assert told(edited) == [["Rocket hits Baghdad, killing twelve"]]


def test_what_is_too_old_does_not_ring_for_updates(desk):
    watching(desk, max_age=timedelta(hours=2))
    published_at = desk.clock.now()
    assert len(desk.admit(PAGE, LEAD, published_at=published_at).rang) == 1
    desk.clock.advance(timedelta(hours=3))
    assert desk.admit(PAGE, (*LEAD, TOLL), published_at=published_at).rang == ()


def found_before(desk, known, paragraphs, *, earlier):
    """As though the matching had been done before admission, with another text in its place."""
    article = Article(url=PAGE, title="A headline of its own", body="\n\n".join(paragraphs))
    text = match_text(article, "morning")
    with desk.database.read() as unit:
        compiled = desk.admitter.compiled(unit)
    matches = compiled.together.match(text)
    ids = [match.watch_id for match in matches]
    update = prepared(compiled.together, ids, text, known, [earlier])
    return Found(version=compiled.version, text=text, matches=matches, update=update)


def test_what_was_prepared_is_not_done_again(desk):
    first = desk.admit(PAGE, LEAD).article
    edited = (*LEAD, TOLL)
    same = Article(url=PAGE, title=first.article.title, body="\n\n".join(edited))
    found = found_before(desk, first, edited, earlier=same)  # so nothing was added
    assert desk.admit(PAGE, edited, found=found).rang == ()


def test_what_was_prepared_for_another_text_does_not_count(desk):
    first = desk.admit(PAGE, LEAD).article
    other = desk.admit(PAGE, (*LEAD, "The ferry is back.")).article
    assert other != first
    edited = (*LEAD, "The ferry is back.", TOLL)
    same = Article(url=PAGE, title=first.article.title, body="\n\n".join(edited))
    found = found_before(desk, first, edited, earlier=same)
    assert told(desk.admit(PAGE, edited, found=found)) == [[TOLL]]


def test_entities_left_over_in_a_text_are_no_addition(desk):
    sentence = "The rocket was made by R&amp;D of Baghdad."
    desk.admit(PAGE, (*LEAD, sentence))
    edited = desk.admit(PAGE, (*LEAD, sentence.replace("&amp;", "&"), "The ferry is back."))
    assert edited.outcome is Outcome.REVISION
    assert edited.rang == ()


def test_a_watch_by_its_scope_alone_rings_for_all_that_is_added(desk):
    watching(desk, query="site:morning.example")
    assert len(desk.admit(PAGE, LEAD).rang) == 1
    assert told(desk.admit(PAGE, (*LEAD, "The ferry is back."))) == [["The ferry is back."]]


def test_the_page_of_what_its_source_told_is_no_edit(desk):
    """The page could not be had at first, and its entry waits for it still."""
    told_first = desk.admit(PAGE, LEAD, from_source=True)
    assert len(told_first.rang) == 1
    candidate = candidate_at(desk, PAGE, (*LEAD, TOLL))
    waiting = replace(candidate.entry, article_id=told_first.article.id)
    candidate = replace(candidate, entry=waiting)
    with desk.database.begin() as unit:
        assert desk.admitter.prepare(unit, candidate).find().update is None
        page = desk.admitter.admit(unit, candidate)
    assert page.outcome is Outcome.REVISION
    assert (page.rang, len(page.muted)) == ((), 1)
    later = "A second rocket was found at dawn."
    assert told(desk.admit(PAGE, (*LEAD, TOLL, later))) == [[later]]


def test_two_outlets_that_add_the_same_at_the_same_instant_ring_once(desk):
    pages = [PAGE, "https://evening.example/two", "https://evening.example/three"]
    for page in pages:
        desk.admit(page, LEAD)
    candidates = [candidate_at(desk, page, (*LEAD, TOLL)) for page in pages]
    together = Barrier(len(pages))

    def admit(candidate):
        together.wait(10)
        with desk.database.begin() as unit:
            return desk.admitter.admit(unit, candidate)

    with ThreadPoolExecutor(len(pages)) as threads:
        done = list(threads.map(admit, candidates))
    assert [each.outcome for each in done] == [Outcome.REVISION] * len(pages)
    assert sum(len(each.rang) for each in done) == 1
    with desk.database.read() as unit:
        assert len(unit.outbox.alerts()) == 2
