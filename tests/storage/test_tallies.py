"""Counts for charts: right on both databases, and bounded."""

import pytest

from storage import tallies
from storage.tallies import Rang, Tally
from tests.storage.making import DAY, HOUR, NOW, PASSAGE, add_article, add_source, add_watch, ring


def bounds(days):
    return [NOW - DAY * back for back in range(days, -1, -1)]


def test_matches_are_counted_by_watch_and_by_day(database):
    with database.begin() as unit:
        busy, quiet = add_watch(unit, "busy"), add_watch(unit, "quiet")
        for place, before in enumerate([5 * HOUR, 6 * HOUR, 30 * HOUR, 30 * DAY]):
            article = add_article(unit, f"a{place}")
            unit.outbox.match(busy.id, article.id, [PASSAGE], NOW - before)
        found = unit.tallies.matches(since=NOW - 2 * DAY)
        assert found == {busy.id: Tally(3, NOW - 5 * HOUR), quiet.id: Tally(0, None)}
        assert unit.tallies.matches([quiet.id], since=NOW) == {quiet.id: Tally(0, None)}
        assert unit.tallies.matches([], since=NOW) == {}
        assert unit.tallies.matches_by_day(busy.id, bounds(3)) == [0, 1, 2]


def test_articles_are_counted_by_source_language_and_day(database):
    with database.begin() as unit:
        wire, desk = add_source(unit), add_source(unit, "desk")
        add_source(unit, "silent")
        came = [(wire, "en", 2), (wire, "ar", 1), (desk, "en", 1), (wire, None, 0)]
        for place, (source, language, days) in enumerate(came):
            add_article(
                unit, f"a{place}", source_id=source.id, language=language, now=NOW - days * DAY
            )
        ids = unit.tallies.article_ids_at([*bounds(2), NOW + DAY])
        assert ids == [1, 2, 4, 5]
        assert unit.tallies.articles_by_day(wire.id, ids) == [1, 1, 1]
        assert unit.tallies.articles_of_sources(ids[0], 5) == [
            ("wire", wire.id, 3),
            ("desk", desk.id, 1),
        ]
        assert unit.tallies.articles_of_sources(ids[0], 1) == [("wire", wire.id, 3)]
        assert unit.tallies.articles_of_languages(ids[0]) == {"ar": 1, "en": 2, None: 1}
        assert unit.tallies.articles_of_languages(ids[1]) == {"ar": 1, "en": 1, None: 1}


def test_what_is_counted_is_bounded(database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tallies, "MOST_OF_LANGUAGE", 2)
    with database.begin() as unit:
        for place in range(3):
            add_article(unit, f"a{place}", language="en")
        assert unit.tallies.articles_of_languages(0) == {"en": 2}


def test_of_alerts_it_is_known_when_their_articles_were_published(database):
    with database.begin() as unit:
        add_article(unit, published_at=NOW - HOUR)
        ring(unit)
        other = add_article(unit, "undated")
        unit.outbox.ring(
            watch_id=unit.watches.get("Baghdad").id,
            article_id=other.id,
            story_id=other.story_id,
            passages=[PASSAGE],
            once_key="other",
            now=NOW,
        )
        assert unit.tallies.rang(10) == [Rang(NOW - HOUR, NOW)]


def test_without_articles_there_is_nothing_to_count(database):
    with database.read() as unit:
        ids = unit.tallies.article_ids_at(bounds(1))
        assert ids == [1, 1]
        assert unit.tallies.articles_of_languages(1) == {}
        assert unit.tallies.articles_of_sources(1, 5) == []


def test_pages_of_names_follow_one_another(database):
    with database.begin() as unit:
        made = [add_watch(unit, name) for name in ("a", "b", "c")]
        unit.watches.remove("b")
        assert [each.name for each in unit.watches.page(1)] == ["a"]
        assert [each.name for each in unit.watches.page(5, after="a")] == ["c"]
        assert unit.watches.numbered(made[0].id).name == "a"
        assert unit.watches.numbered(made[1].id) is None
