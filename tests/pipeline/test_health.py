"""Whether a site's extraction broke, judged by its own history."""

from collections.abc import Iterable
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.pipeline.health import (
    ALARM,
    ENOUGH,
    FADE,
    RECENT,
    Sighting,
    chance,
    faded,
    observe,
    told_of,
    usual_words,
)
from storage.records import ArticleKind, Series, SiteHealth

NOW = datetime(2026, 3, 1, tzinfo=UTC)
RULE = "config/sites/news.toml"


def seen(words: int, **more) -> Sighting:
    return Sighting(host="news.example", words=words, **more)


def ruled(*missed: str, names: tuple[str, ...] = ("title", "body"), words: int = 500) -> Sighting:
    matched = tuple(name for name in names if name not in missed)
    return seen(words, rule=RULE, matched=matched, missed=missed)


def after(
    sightings: Iterable[Sighting], known: SiteHealth | None = None
) -> tuple[SiteHealth | None, list[tuple[int, str]]]:
    """What is known after the sightings, and at which of them, from 1, it broke or recovered."""
    turns = []
    for number, sighting in enumerate(sightings, 1):
        watched = observe(known, sighting, NOW)
        known = watched.health
        if watched.broke or watched.recovered:
            turns.append((number, "broke" if watched.broke else "recovered"))
    return known, turns


def usual(count: int, *, seed: int = 1, empty: float = 0.0) -> list[Sighting]:
    """Articles of some 400 words, as their lengths are spread on a news site."""
    random = Random(seed)
    return [
        seen(0 if random.random() < empty else int(random.lognormvariate(6, 0.6)))
        for _ in range(count)
    ]


class TestBodies:
    def test_a_site_that_goes_on_as_ever_is_never_told_of(self):
        for seed in range(10):
            assert after(usual(1000, seed=seed, empty=0.05))[1] == []

    def test_bodies_that_stay_away_are_told_of_once_and_soon(self):
        known, _ = after(usual(100))
        broken, turns = after([seen(0)] * 60, known)
        assert turns == [(6, "broke")]
        assert broken.broken == ("body",)

    def test_bodies_far_shorter_than_usual_count_as_much(self):
        known, _ = after(usual(100))
        assert after([seen(40)] * 30, known)[1] == [(6, "broke")]
        assert after([seen(180)] * 200, known)[1] == []

    @pytest.mark.parametrize("empty", [0.0, 0.1, 0.2])
    @pytest.mark.parametrize("share", [0.24, 0.22, 0.2, 0.15])
    def test_texts_that_shrink_are_not_learned_before_they_are_told_of(self, empty, share):
        known, _ = after(usual(300, empty=empty))
        length = round(usual_words(known) * share)
        broken, turns = after([seen(length)] * 200, known)
        assert [turn for _, turn in turns] == ["broke"]
        assert turns[0][0] <= 20
        assert usual_words(broken) == usual_words(known)

    def test_nothing_is_said_while_less_than_half_of_a_window_fails(self):
        known, _ = after([seen(400)] * 300)
        assert after([seen(0), seen(0), *[seen(400)] * 3] * 12, known)[1] == []

    def test_a_broken_site_is_not_well_while_it_fails_more_than_ever(self):
        broken, _ = after([seen(0)] * 20, after(usual(100))[0])
        still, turns = after([*[seen(400)] * 3, seen(0)] * 10, broken)
        assert (still.broken, turns) == (("body",), [])

    def test_the_more_often_a_site_fails_anyway_the_longer_it_takes(self):
        def needed(empty: float) -> int:
            known, turns = after(usual(300, seed=3, empty=empty))
            assert turns == []
            ((number, _),) = after([seen(0)] * 40, known)[1]
            return number

        counts = [needed(empty) for empty in (0.0, 0.1, 0.3)]
        assert counts == sorted(counts)
        assert counts[-1] <= RECENT

    def test_a_template_of_its_own_for_every_other_article_is_noticed_too(self):
        known, _ = after(usual(100))
        halved = [seen(0 if number % 2 else 400) for number in range(60)]
        _, turns = after(halved, known)
        assert [turn for _, turn in turns] == ["broke"]
        assert turns[0][0] <= RECENT

    @pytest.mark.parametrize("words", [[0], [0, 20, 30], [12], [60, 400], [0, 400]])
    def test_nothing_is_said_of_a_site_that_always_was_so(self, words):
        random = Random(5)
        assert after(seen(random.choice(words)) for _ in range(800))[1] == []

    def test_nothing_is_said_of_a_site_that_little_is_known_of(self):
        known, turns = after(usual(10))
        assert turns == []
        assert after([seen(0)] * 9, known)[1] == []

    def test_a_day_of_galleries_is_no_breakage(self):
        known, _ = after(usual(100))
        gallery = seen(20, kind=ArticleKind.GALLERY)
        assert after([gallery] * 40, known)[1] == []
        assert usual_words(after([gallery] * 40, known)[0]) == usual_words(known)

    def test_a_site_that_is_repaired_recovers_and_can_break_again(self):
        known, _ = after(usual(100))
        broken, _ = after([seen(0)] * 200, known)
        well, turns = after(usual(40), broken)
        assert len(turns) == 1
        assert turns[0][1] == "recovered"
        assert turns[0][0] <= 12
        assert well.broken == ()
        assert after([seen(0)] * 40, well)[1][0][1] == "broke"

    def test_what_is_broken_does_not_become_the_usual(self):
        known, _ = after(usual(100))
        broken, turns = after([seen(0), seen(30)] * 500, known)
        assert len(turns) == 1
        assert usual_words(broken) == pytest.approx(usual_words(known), rel=0.2)

    def test_a_page_without_any_text_counts_as_an_empty_body(self):
        known, _ = after(usual(100))
        assert after([seen(0, readable=False)] * 10, known)[1] == [(6, "broke")]


class TestRules:
    def test_a_rule_that_stops_matching_is_told_of_with_its_name(self):
        known, _ = after([ruled()] * 60)
        watched = None
        for _ in range(30):
            watched = observe(known, ruled("title"), NOW)
            known = watched.health
            if watched.broke:
                break
        assert watched is not None
        assert watched.broke
        assert RULE in watched.told
        assert "title" in watched.told
        assert "body" not in watched.told

    def test_a_rule_that_finds_nothing_to_remove_any_more_is_told_of(self):
        random = Random(4)
        names = ("remove",)
        most = [ruled(*(names if random.random() < 0.2 else ()), names=names) for _ in range(100)]
        known, turns = after(most)
        assert turns == []
        broken, turns = after([ruled("remove", names=names)] * 40, known)
        assert [turn for _, turn in turns] == ["broke"]
        assert broken.broken == ("rule.remove",)
        assert told_of(broken) == f"news.example: {RULE} finds nothing to remove any more"

    def test_a_new_rule_that_never_matches_is_told_of_without_a_history(self):
        assert after([ruled("body")] * 30)[1] == [(10, "broke")]

    def test_a_standfirst_that_only_some_articles_have_is_no_trouble(self):
        random = Random(2)
        names = ("title", "standfirst")
        some = [
            ruled(*(["standfirst"] if random.random() < 0.6 else []), names=names)
            for _ in range(600)
        ]
        assert after(some)[1] == []

    def test_another_trouble_beside_the_first_is_no_second_notice(self):
        known, _ = after([ruled()] * 60)
        broken, turns = after([ruled("title")] * 10 + [ruled("title", "body", words=0)] * 40, known)
        assert len(turns) == 1
        assert set(broken.broken) == {"body", "rule.body", "rule.title"}
        assert after([ruled()] * 20, broken)[1][0][1] == "recovered"

    def test_a_rule_that_is_taken_away_is_no_trouble_any_more(self):
        broken, _ = after([ruled("title")] * 30)
        assert broken.broken
        known, turns = after([seen(500)], broken)
        assert turns == [(1, "recovered")]
        assert set(known.series) == {"body"}

    def test_what_a_rule_names_no_more_is_no_trouble_any_more(self):
        names = ("title", "body", "section")
        broken, _ = after([ruled(names=names)] * 40 + [ruled("section", names=names)] * 20)
        assert broken.broken == ("rule.section",)
        known, turns = after([ruled()], broken)
        assert turns == [(1, "recovered")]
        assert "rule.section" not in known.series

    def test_a_page_that_no_rule_was_tried_on_says_nothing_of_rules(self):
        known, _ = after([ruled()] * 30)
        later, _ = after([seen(0, readable=False)], known)
        assert later.rule == RULE
        assert later.series["rule.title"] == known.series["rule.title"]


class TestChances:
    @given(st.integers(1, 20), st.floats(0, 50), st.floats(0, 1), st.sampled_from([0.0, ENOUGH]))
    def test_chances_are_chances(self, size, weight, share, prior):
        history = Series(seen=weight, failed=weight * share)
        chances = [chance(count, size, history, prior=prior) for count in range(size + 1)]
        assert chances[0] == pytest.approx(1)
        assert chances == sorted(chances, reverse=True)
        assert all(0 <= each <= 1 + 1e-9 for each in chances)

    def test_without_a_history_every_share_is_as_likely(self):
        """The rule of succession: all counts from none to all are equally likely at first."""
        chances = [chance(count, 10, Series()) for count in range(11)]
        assert chances == pytest.approx([(11 - count) / 11 for count in range(11)])

    def test_one_in_a_million_by_the_books(self):
        """P(all of n fail after m successes) is 1 / C(m + n + 1, n) by Laplace's rule."""
        assert chance(6, 6, Series(seen=40)) == pytest.approx(1 / 10_737_573)
        assert chance(6, 6, Series(seen=40)) < ALARM

    @given(st.lists(st.booleans(), max_size=300))
    def test_a_history_fades_and_never_weighs_more_than_its_bound(self, given_outcomes):
        history = faded(Series(), tuple(given_outcomes))
        assert 0 <= history.failed <= history.seen <= 1 / (1 - FADE) + 1e-9

    @given(
        st.lists(
            st.tuples(st.sampled_from([0, 5, 80, 600]), st.booleans(), st.booleans()),
            max_size=120,
        )
    )
    def test_whatever_comes_it_is_bounded_and_turns_follow_each_other(self, drawn):
        known, turns = after(
            seen(words, readable=readable, rule=RULE, missed=("title",) if missed else ())
            for words, missed, readable in drawn
        )
        kinds = [kind for _, kind in turns]
        assert kinds == ["broke", "recovered"] * (len(kinds) // 2) + ["broke"] * (len(kinds) % 2)
        if known is not None:
            assert all(len(each.recent) <= RECENT for each in known.series.values())
            assert bool(known.broken) == (kinds[-1:] == ["broke"])
