"""The programme is data; these are the promises it makes to the show."""

import re
from difflib import SequenceMatcher

import pytest

from scraper.demo import news, story
from scraper.demo.content import OUTLETS, DemoArticle, prose
from scraper.demo.programme import EXPECTED_ALERTS, PROGRAMME, SHOW_SECONDS, WATCHES

ARTICLES = [moment.article for moment in PROGRAMME]


def words(article: DemoArticle) -> list[str]:
    caption = article.picture.caption if article.picture else ""
    text = " ".join((article.headline, article.standfirst or "", article.body, caption))
    return re.findall(r"\w+", text.lower())


def test_it_begins_at_once_and_leaves_time_for_the_last_alert():
    seconds = [moment.seconds for moment in PROGRAMME]
    assert seconds[0] == 0
    assert seconds == sorted(seconds)
    assert max(seconds) + 5 < SHOW_SECONDS <= 40


def test_an_address_is_used_twice_only_by_an_edit():
    paths = [(article.outlet, article.path) for article in ARTICLES]
    assert len(set(paths)) == len(paths) - 1
    assert paths.count(("lantern", story.STRIKE.path)) == 2


def test_every_outlet_publishes_at_the_start_and_later():
    for outlet in OUTLETS:
        seconds = {m.seconds for m in PROGRAMME if m.article.outlet == outlet.key}
        assert min(seconds) == 0
        assert max(seconds) > 0


def test_every_section_is_in_the_menu_of_its_outlet():
    sections = {outlet.key: outlet.sections for outlet in OUTLETS}
    assert all(article.section in sections[article.outlet] for article in ARTICLES)


def test_the_alerts_expected_are_those_that_the_words_ask_for():
    """Worked out anew from the texts, an alert for each watch and story."""
    wire = {story.STRIKE_WIRE.key: story.STRIKE.key}
    readable = [article for article in ARTICLES if article is not news.EARLY_EDITION]
    asked = {
        (watch.name, wire.get(article.key, article.key))
        for watch in WATCHES
        for article in readable
        if watch.query.lower() in words(article)
    }
    assert asked == {(expected.watch, expected.story[0].key) for expected in EXPECTED_ALERTS}
    assert len(EXPECTED_ALERTS) == len(asked)


def test_most_articles_have_nothing_to_do_with_it():
    silent = [article for article in ARTICLES if not {"baghdad", "rocket"} & set(words(article))]
    assert len(silent) >= 10
    assert {article.outlet for article in silent} == {"lantern", "northquay", "gazette"}
    assert [article.key for article in silent if article.language == "ar"] == ["dates", "book-fair"]


def test_the_false_friend_says_rocket_only_inside_other_words():
    inside = {word for word in words(news.SPROCKETS) if "rocket" in word or "crockett" in word}
    assert inside == {"crockett", "skyrocketed", "sprocket", "sprockets"}


def test_the_closed_page_would_ring_both_watches():
    assert {"baghdad", "rocket"} <= set(words(news.EARLY_EDITION))


@pytest.mark.parametrize("other", [story.STRIKE_WIRE, story.STRIKE_EDITED])
def test_the_copy_and_the_edit_differ_a_little(other: DemoArticle):
    likeness = SequenceMatcher(None, words(story.STRIKE), words(other), autojunk=False).ratio()
    assert 0.85 < likeness < 0.99


def test_the_copy_has_another_headline_and_the_edit_a_later_time():
    assert story.STRIKE_WIRE.headline != story.STRIKE.headline
    assert story.STRIKE_EDITED.changed_at > story.STRIKE.changed_at
    assert story.STRIKE_EDITED.published_at == story.STRIKE.published_at


def test_the_launch_is_another_story():
    likeness = SequenceMatcher(None, words(story.STRIKE), words(story.LAUNCH), autojunk=False)
    assert likeness.ratio() < 0.3


def test_the_strike_takes_two_minutes_to_read():
    assert story.STRIKE.minutes == 2


def test_prose_is_parted_by_blank_lines():
    assert prose("\nOne\nline.\n\nAnd  another.\n") == ("One line.", "And another.")
