"""To which story an article belongs that copies nothing, decided without I/O."""

from scraper.dedupe.events import ALIKE, MEMBERS, Merge, Move, Settled, settle
from scraper.dedupe.vectors import packed
from storage.records import OpenStory, StoryMember


def about(*terms: int, language: str = "") -> bytes:
    """The vector of an article that is about these, each as much."""
    return packed({4 * term: 1.0 for term in terms}, language)


FERRY, FIRE = range(1, 11), range(21, 31)


def story(number: int, *members: tuple[int, bytes], pinned: bool = False) -> OpenStory:
    return OpenStory(
        story_id=number, members=tuple(StoryMember(*member) for member in members), pinned=pinned
    )


def test_without_company_it_leads():
    assert settle(about(*FERRY), []) == Settled()
    assert settle(about(*FERRY), [story(1, (1, about(*FIRE)))]) == Settled()
    assert settle(packed({}), [story(1, (1, about(*FERRY)))]) == Settled()


def test_it_joins_the_story_that_is_most_like_it():
    settled = settle(
        about(*FERRY), [story(7, (7, about(*FIRE))), story(3, (3, about(*FERRY[:6], 50, 51)))]
    )
    assert (settled.story_id, settled.nearest, settled.moves, settled.merges) == (3, 3, (), ())
    assert ALIKE < settled.score < 1


def test_one_chance_likeness_in_a_long_story_is_not_enough():
    members = [
        (number, about(*range(100 * number, 100 * number + 9), 1)) for number in range(2, 12)
    ]
    assert settle(about(*FERRY), [story(2, *members)]).story_id is None


def test_some_shared_names_put_two_languages_together_only_when_they_are_most_of_it():
    german = story(1, (1, about(*FERRY, language="de")))
    some, most = (*FERRY[:4], *range(31, 37)), (*FERRY[:9], 31)
    assert settle(about(*some, language="de"), [german]).story_id == 1
    assert settle(about(*some), [german]).story_id == 1
    assert settle(about(*some, language="vi"), [german]).story_id is None
    assert settle(about(*most, language="vi"), [german]).story_id == 1


def test_an_article_between_two_stories_merges_them_into_the_older():
    settled = settle(
        about(*FERRY),
        [
            story(9, (9, about(*FERRY[5:], 40))),
            story(4, (4, about(*FERRY[:6])), (5, about(*FERRY[1:7]))),
        ],
    )
    assert settled.story_id == 4
    assert settled.merges == (Merge(9, into=4),)
    assert settled.moves == ()


def test_an_article_that_shows_a_story_to_be_two_parts_it():
    fire = [(number, about(*FIRE, number + 50)) for number in (3, 4)]
    settled = settle(about(*FIRE), [story(1, (1, about(*FERRY)), *fire)])
    assert settled.story_id is None
    assert settled.joins == Move((3, 4), into=None)
    assert settled.moves == (settled.joins,)
    assert settled.nearest == 3


def test_a_member_goes_where_it_belongs_by_now():
    settled = settle(
        about(*FIRE),
        [
            story(1, (1, about(*FERRY)), (2, about(*FERRY, 60)), (5, about(*FIRE, 70))),
            story(3, (3, about(*FIRE, 80))),
        ],
    )
    assert settled.story_id == 3
    assert settled.moves == (Move((5,), into=3),)
    assert settled.merges == ()


def test_what_a_person_put_together_is_never_parted_and_two_such_never_merged():
    odd = story(1, (1, about(*FERRY)), (2, about(*FERRY)), (3, about(*FIRE)), pinned=True)
    settled = settle(about(*FIRE), [odd])
    assert (settled.moves, settled.merges) == ((), ())
    pinned = [
        story(1, (1, about(*FERRY)), pinned=True),
        story(2, (2, about(*FERRY)), pinned=True),
    ]
    settled = settle(about(*FERRY), pinned)
    assert settled.story_id in (1, 2)
    assert (settled.moves, settled.merges) == ((), ())


def test_a_rewrite_stays_with_what_it_was_made_of():
    rewrite = StoryMember(2, about(*FIRE), tied_to=1)
    settled = settle(
        about(*FIRE), [OpenStory(story_id=1, members=(StoryMember(1, about(*FERRY)), rewrite))]
    )
    assert settled.moves == ()


def test_no_article_is_in_two_places_and_none_is_lost():
    stories = [
        story(
            number,
            *(
                (number * 20 + each, about(number, *range(each, each + 6)))
                for each in range(MEMBERS)
            ),
        )
        for number in (1, 2, 3)
    ]
    settled = settle(about(1, 2, 3, *range(4, 9)), stories)
    moved = [article for move in settled.moves for article in move.article_ids]
    assert len(moved) == len(set(moved))
    assert {member.article_id for each in stories for member in each.members} >= set(moved)
    firsts = {each.members[0].article_id for each in stories}
    gone = {merge.story_id for merge in settled.merges}
    assert all(article not in firsts for article in moved)
    assert all(merge.into not in gone for merge in settled.merges)
    assert all(move.into not in gone for move in settled.moves)
