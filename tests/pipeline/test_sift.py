"""Which links of a list are taken, visit by visit."""

from datetime import UTC, datetime, timedelta

import pytest

from scraper.pipeline import sift
from scraper.pipeline.sift import (
    Sifted,
    counted,
    formers,
    is_old,
    is_over_no_more,
    sift_page,
    sift_sitemap,
    within_day,
)
from storage.records import Entry

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SOON = timedelta(minutes=10)


def keyed(links, **what):
    return [
        (link, "e.example", Entry(url=link, title=f"About {link.partition('?')[0]}", **what))
        for link in links
    ]


def numbered(*numbers, query=""):
    return keyed(f"https://e.example/story-{number}{query}" for number in numbers)


class Page:
    """An index page that is visited again and again, and what was taken of it."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.state = None
        self.now = NOW

    def visit(self, links, after=SOON):
        """How many links are new and taken."""
        self.now += after
        unknown = {*(key for key, _, _ in links), *formers(self.state)} - self.known
        self.last = sift_page(links, unknown, self.state, now=self.now)
        self.state = self.last.state
        taken = {key for key, _, _ in self.last.keyed} & unknown
        self.known |= taken
        return len(taken)


@pytest.fixture
def page():
    return Page()


def test_a_front_page_is_taken_as_it_comes(page):
    assert page.visit(numbered(*range(100))) == 100
    for first in range(5, 200, 5):
        assert page.visit(numbered(*range(first, first + 100))) == 5
    assert not page.last.flooding


def test_links_drawn_anew_at_every_load_do_not_flood(page):
    taken = [
        page.visit(numbered(*range(30), *range(1_000 * load, 1_000 * load + 40)))
        for load in range(1, 21)
    ]
    assert sum(taken[2:]) == 0
    assert page.last.flooding
    assert page.last.held == 40


def test_what_is_news_is_taken_when_it_is_seen_again(page):
    for load in range(1, 6):
        page.visit(numbered(*range(30), *range(1_000 * load, 1_000 * load + 40)))
    news = [7, 8]
    assert page.visit(numbered(*news, *range(30, 40), *range(9_000, 9_040))) == 0
    assert page.visit(numbered(*news, *range(30, 40), *range(9_100, 9_140))) == 10
    assert {f"https://e.example/story-{number}" for number in news} <= page.known


def test_what_is_dated_today_does_not_wait(page):
    for load in range(1, 6):
        page.visit(numbered(*range(30), *range(1_000 * load, 1_000 * load + 40)))
    today = keyed(["https://e.example/today"], published_at=page.now)
    assert page.visit(today + numbered(*range(9_000, 9_040))) == 1


def test_a_page_that_comes_to_rest_is_taken_as_it_comes_again(page):
    for load in range(1, 6):
        page.visit(numbered(*range(30), *range(1_000 * load, 1_000 * load + 40)))
    for last in range(30, 60):
        page.visit(numbered(*range(last)))
    assert page.visit(numbered(*range(60))) == 1
    assert not page.last.flooding


def test_after_a_long_time_that_all_is_gone_is_no_flood(page):
    assert page.visit(numbered(*range(100))) == 100
    assert page.visit(numbered(*range(200, 300)), after=timedelta(hours=12)) == 100
    assert page.visit(numbered(*range(300, 400)), after=timedelta(hours=12)) == 100


def test_a_visit_and_a_day_have_their_limits(page):
    page.visit(numbered(0))
    taken = [page.visit(numbered(*range(2_000))) for _ in range(8)]
    assert taken == [200, 200, 200, 200, 200, 0, 0, 0]
    assert page.last.left == 2_000 - 1_001
    assert page.visit(numbered(*range(2_000)), after=timedelta(days=1)) == 999


class TestSessions:
    def test_a_number_of_the_visitor_in_each_link_is_no_new_article(self, page):
        assert page.visit(numbered(*range(20), query="?sid=a1")) == 20
        assert page.visit(numbered(*range(20), query="?sid=b2")) == 0
        assert page.visit(numbered(*range(20), query="?sid=c3")) == 0

    def test_a_new_article_among_them_is_taken_once(self, page):
        page.visit(numbered(*range(20), query="?sid=a1"))
        assert page.visit(numbered(*range(21), query="?sid=b2")) == 1
        assert page.visit(numbered(*range(21), query="?sid=c3")) == 0

    def test_of_too_many_new_ones_the_rest_is_taken_later_each_once(self, page):
        page.visit(numbered(*range(20), query="?sid=a"))
        taken = [page.visit(numbered(*range(270), query=f"?sid={load}")) for load in range(4)]
        assert taken == [200, 50, 0, 0]

    def test_what_was_held_is_taken_when_its_twin_is_seen(self, page):
        for load in range(1, 6):
            page.visit(
                numbered(*range(30), *range(1_000 * load, 1_000 * load + 40), query=f"?s={load}")
            )
        assert page.last.flooding
        news = range(30, 40)
        assert page.visit(numbered(*news, *range(9_000, 9_040), query="?s=6")) == 0
        assert page.visit(numbered(*news, *range(9_100, 9_140), query="?s=7")) == 10
        assert page.visit(numbered(*news, *range(9_200, 9_240), query="?s=8")) == 0

    def test_what_a_crash_kept_from_being_stored_is_taken_afterwards(self, page):
        page.visit(numbered(*range(20), query="?sid=a1"))
        before = set(page.known)
        assert page.visit(numbered(*range(25), query="?sid=b2")) == 5
        page.known = before  # what was remembered of the visit was committed, its entries were not
        assert page.visit(numbered(*range(25), query="?sid=c3")) == 5
        assert page.visit(numbered(*range(25), query="?sid=d4")) == 0

    def test_several_of_them_at_once(self, page):
        page.visit(numbered(*range(20), query="?sid=a1&t=1772&edition=2"))
        assert page.visit(numbered(*range(20), query="?sid=b2&t=1773&edition=2")) == 0

    def test_numbers_of_articles_are_none(self, page):
        def articles(*numbers):
            return keyed(f"https://e.example/article.php?id={number}" for number in numbers)

        assert page.visit(articles(*range(20))) == 20
        assert page.visit(articles(*range(10, 30))) == 10
        assert page.visit(articles(*range(100, 120))) == 20

    def test_other_titles_are_other_articles(self, page):
        def latest(number):
            return [
                (link, "e.example", Entry(url=link, title=f"News {number} of {section}"))
                for section in "abcdef"
                for link in [f"https://e.example/{section}?id={number}"]
            ]

        assert page.visit(latest(1)) == 6
        assert page.visit(latest(2)) == 6


class TestSitemap:
    def sift(self, links, last_visit=None, known=()):
        unknown = {key for key, _, _ in links} - set(known)
        return sift_sitemap(links, unknown, last_visit=last_visit, now=NOW)

    def dated(self, numbers, age):
        links = (f"https://e.example/{age.days}/{number}" for number in numbers)
        return keyed(links, modified_at=NOW - age)

    def test_a_first_visit_takes_the_last_days_and_the_newest_of_the_rest(self):
        recent = self.dated(range(300), timedelta(days=2))
        older = self.dated(range(600), timedelta(days=40))
        oldest = self.dated(range(50_000), timedelta(days=400))
        sifted = self.sift(oldest + recent + older)
        assert len(sifted.keyed) == sift.FIRST
        taken = {key for key, _, _ in sifted.keyed}
        assert {key for key, _, _ in recent + older} <= taken
        assert (sifted.older, sifted.left) == (50_900 - sift.FIRST, 0)
        assert not sifted.passed_over

    def test_a_short_sitemap_is_taken_whole_however_old(self):
        assert len(self.sift(self.dated(range(900), timedelta(days=4_000))).keyed) == 900

    def test_links_without_dates_are_remembered_when_they_are_passed_over(self):
        sifted = self.sift(numbered(*range(5_000)))
        assert len(sifted.keyed) == sift.FIRST
        assert len(sifted.passed_over) == 4_000

    def test_later_visits_take_what_is_new_since(self):
        new = self.dated(range(3_000), timedelta(days=3))
        old = self.dated(range(3_000), timedelta(days=60))
        assert len(self.sift(new + old, last_visit=NOW - SOON).keyed) == 3_000

    def test_after_an_outage_what_came_meanwhile_is_new(self):
        meanwhile = self.dated(range(500), timedelta(days=25))
        assert len(self.sift(meanwhile, last_visit=NOW - timedelta(days=30)).keyed) == 500

    def test_a_few_stragglers_are_taken_an_archive_is_not(self):
        assert len(self.sift(self.dated(range(100), timedelta(days=60)), NOW - SOON).keyed) == 100
        assert len(self.sift(self.dated(range(101), timedelta(days=60)), NOW - SOON).keyed) == 0

    def test_a_sitemap_that_dates_everything_today_has_a_limit(self):
        sifted = self.sift(self.dated(range(50_000), timedelta(0)), last_visit=NOW - SOON)
        assert len(sifted.keyed) == sift.MOST_OF_SITEMAP
        assert len(sifted.passed_over) == 45_000

    def test_what_is_known_is_taken_in_again(self):
        old = self.dated(range(200), timedelta(days=60))
        sifted = self.sift(old, last_visit=NOW - SOON, known={key for key, _, _ in old})
        assert len(sifted.keyed) == 200

    def test_old_sitemaps_are_known_by_their_dates(self):
        entries = [entry for _, _, entry in self.dated(range(3), timedelta(days=60))]
        assert is_old(entries, NOW - sift.HORIZON)
        assert not is_old([*entries, Entry(url="https://e.example", published_at=NOW)], NOW)
        assert not is_old([Entry(url="https://e.example/undated")], NOW)
        assert not is_old([], NOW)


class TestDay:
    """What a feed or a sitemap may have new in a day."""

    def visit(self, links, state=None, known=(), now=NOW):
        unknown = {key for key, _, _ in links} - set(known)
        sifted = within_day(Sifted(keyed=links), unknown, state, now=now)
        new = len({key for key, _, _ in sifted.keyed} & unknown)
        return sifted, new, counted(sifted.state or state, new, now)

    def test_a_busy_agency_is_taken_whole(self):
        state, taken = None, 0
        for visit in range(144):
            sifted, new, state = self.visit(
                numbered(*range(14 * visit, 14 * visit + 100)),
                state,
                known={key for key, _, _ in numbered(*range(14 * visit + 86 if visit else 0))},
                now=NOW.replace(hour=0) + visit * SOON,
            )
            assert sifted.is_all
            taken += new
        assert taken == 2_102

    def test_a_feed_that_is_another_at_every_load_has_a_limit(self):
        state, taken = None, []
        for load in range(8):
            sifted, new, state = self.visit(
                numbered(*range(1_000 * load, 1_000 * load + 1_000)), state
            )
            taken.append(new)
        assert taken == [1_000] * 5 + [0] * 3
        assert (sifted.over, sifted.left, sifted.is_all) == (True, 1_000, False)

    def test_what_is_known_is_taken_in_again_and_the_first_of_the_rest(self):
        links = numbered(*range(10))
        state = counted(None, sift.MOST_OF_LIST_A_DAY - 3, NOW)
        sifted, new, _ = self.visit(links, state, known={links[8][0], links[9][0]})
        assert [one[0] for one in sifted.keyed] == [links[place][0] for place in (0, 1, 2, 8, 9)]
        assert new == 3

    def test_the_next_day_has_room_again(self):
        state = counted(None, sift.MOST_OF_LIST_A_DAY, NOW)
        assert self.visit(numbered(1), state)[1] == 0
        assert self.visit(numbered(1), state, now=NOW + timedelta(days=1))[1] == 1

    def test_it_is_over_after_a_whole_day_without_too_much(self):
        _, _, state = self.visit(numbered(1), counted(None, sift.MOST_OF_LIST_A_DAY, NOW))
        assert not is_over_no_more(state, NOW + timedelta(days=1))
        assert is_over_no_more(state, NOW + timedelta(days=2))
        assert not is_over_no_more(counted(None, 1, NOW), NOW + timedelta(days=2))

    def test_a_page_says_that_its_day_is_over(self, page):
        page.visit(numbered(0))
        for _ in range(5):
            page.visit(numbered(*range(2_000)))
            assert not page.last.is_all
        assert page.last.over
        page.visit(numbered(*range(1_200)), after=timedelta(days=1))
        assert (page.last.over, page.last.is_all) == (False, True)
        assert page.state["over"] == NOW.date().isoformat()
