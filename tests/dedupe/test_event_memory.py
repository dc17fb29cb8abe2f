"""The stories near an article, in memory."""

from datetime import timedelta

import pytest

from scraper.dedupe.event_memory import MemoryStories
from scraper.dedupe.events import MEMBERS, Merge, Move, Settled
from scraper.dedupe.vectors import packed
from tests.dedupe.deciding import NOW

WORDS = range(2, 22, 2)


def about(*terms: int) -> bytes:
    return packed({2 * term: 100.0 - place for place, term in enumerate(terms)})


@pytest.fixture
def stories() -> MemoryStories:
    found = MemoryStories()
    for number in range(3):
        found.add(number, None, vector=about(*WORDS, 100 + 2 * number), seen_at=NOW)
    return found


def near(stories: MemoryStories, vector: bytes, since=NOW) -> list[tuple[int, list[int]]]:
    return [
        (story.story_id, [member.article_id for member in story.members])
        for story in stories.near(vector, since=since)
    ]


def test_stories_that_share_the_most_come_first(stories):
    stories.add(3, 2, vector=about(*WORDS[:3], 300, 302, 304, 306, 308, 310), seen_at=NOW)
    assert near(stories, about(300, 302, WORDS[0])) == [(2, [2, 3]), (1, [1]), (0, [0])]
    assert near(stories, about(900)) == []


def test_only_what_is_young_enough_is_found_and_shown(stories):
    later = NOW + timedelta(days=9)
    stories.add(3, 1, vector=about(*WORDS), seen_at=later)
    assert near(stories, about(*WORDS), since=later) == [(1, [3])]


def test_a_story_shows_its_first_article_and_the_newest():
    stories = MemoryStories()
    for number in range(40):
        stories.add(number, 0 if number else None, vector=about(*WORDS), seen_at=NOW)
    assert near(stories, about(*WORDS)) == [(0, [0, *range(41 - MEMBERS, 40)])]


def test_copies_are_no_members_and_go_with_their_original(stories):
    stories.add(3, 1, vector=None, seen_at=NOW, copy_of=1)
    assert (1, [1]) in near(stories, about(*WORDS))
    move = Move((1,), into=0)
    assert stories.apply(Settled(moves=(move,))) == (None, {1: 0, 3: 0})
    assert [stories.story(number) for number in range(4)] == [0, 0, 2, 0]


def test_what_was_settled_is_carried_out(stories):
    stories.add(3, 2, vector=about(*WORDS), seen_at=NOW)
    stories.add(4, 2, vector=about(*WORDS), seen_at=NOW)
    own = Move((3, 4), into=None)
    settled = Settled(joins=own, moves=(own,), merges=(Merge(2, into=1),))
    assert stories.apply(settled) == (3, {3: 3, 4: 3, 2: 1})
    assert near(stories, about(*WORDS)) == [(3, [3, 4]), (1, [1, 2]), (0, [0])]


def test_the_oldest_is_forgotten_but_keeps_its_story():
    stories = MemoryStories(capacity=2)
    for number in range(4):
        stories.add(number, 0 if number else None, vector=about(*WORDS), seen_at=NOW)
    assert near(stories, about(*WORDS)) == [(0, [2, 3])]
    assert stories.story(0) == 0
