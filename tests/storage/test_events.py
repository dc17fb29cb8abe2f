"""The stories near an article, found in the database."""

from collections.abc import Sequence
from typing import Any

from storage.database import Database
from storage.records import StoryMember
from storage.unit import UnitOfWork
from tests.storage.making import DAY, NOW, add_article


def add(unit: UnitOfWork, key: str, terms: Sequence[int], **fields: Any) -> int:
    """An article that is found under these terms; its number."""
    article = add_article(unit, key, **fields)
    unit.events.add(
        StoryMember(article.id, b"v"),
        story_id=article.story_id,
        terms=terms,
        seen_at=fields.get("now", NOW),
    )
    return article.id


def near(unit: UnitOfWork, terms: Sequence[int], **limits: int) -> list[list[int]]:
    """The articles shown of each story."""
    limits = {"per_term": 9, "candidates": 9, "most": 9, "members": 9, **limits}
    found = unit.events.near(terms, since=NOW, until=NOW + DAY, **limits)
    return [[member.article_id for member in story.members] for story in found]


def test_stories_that_share_the_most_come_first_the_newer_among_equals(database: Database):
    with database.begin() as unit:
        one, two, all_three, none = (
            add(unit, key, terms)
            for key, terms in (("a", [1, 9]), ("b", [2, 9]), ("c", [1, 2, 3]), ("d", [8]))
        )
        assert near(unit, [1, 2, 3]) == [[all_three], [two], [one]]
        assert near(unit, [1, 2, 3], candidates=2) == [[all_three], [two]]
        assert near(unit, [1, 2, 3], most=1) == [[all_three]]
        assert near(unit, [8]) == [[none]]
        assert near(unit, [7]) == near(unit, []) == []


def test_of_a_term_the_newest_alone_are_looked_at(database: Database):
    with database.begin() as unit:
        first, second, third = (add(unit, key, [1]) for key in "abc")
        assert near(unit, [1], per_term=2) == [[third], [second]]
        assert near(unit, [1]) == [[third], [second], [first]]


def test_a_story_is_named_once_and_shows_its_first_and_its_newest(database: Database):
    with database.begin() as unit:
        first = add(unit, "a", [1, 2])
        home = unit.articles.get(first).story_id
        others = [add(unit, key, [1], story_id=home) for key in "bcd"]
        assert near(unit, [1, 2], members=3) == [[first, *others[1:]]]


def test_for_stories_that_are_too_old_others_are_opened(database: Database):
    with database.begin() as unit:
        young = [add(unit, f"young {number}", [1]) for number in range(3)]
        for number in range(4):
            add(unit, f"old {number}", [1, 2], now=NOW - DAY)
        assert near(unit, [1, 2], most=2) == [[young[2]], [young[1]]]
        assert near(unit, [1, 2], most=9) == [[each] for each in reversed(young)]
