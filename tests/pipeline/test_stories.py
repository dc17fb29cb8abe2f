"""Stories of events, as admission decides on them: the same as `tocsin cluster`, and what rings."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from scraper.dedupe import cluster
from scraper.dedupe.vectors import INDEXED
from scraper.errors import UsageError
from scraper.pipeline.admit import Outcome
from scraper.pipeline.by_hand import join, part
from scraper.pipeline.ringing import merged, parted
from scraper.pipeline.why import explain
from storage.database import Database
from storage.records import Belonging
from tests.pipeline.reports import Desk, news, reports, warmed


@pytest.fixture
def desk(address: str) -> Iterator[Desk]:
    with Database.open(address) as database:
        yield Desk(database)


def test_admission_and_cluster_decide_the_same(desk):
    texts = news(160)
    said = list(cluster(texts))
    number_of: dict[int, str] = {}
    for text, expected in zip(texts, said, strict=True):
        article = desk.admit(text.text).article
        number_of[article.id] = text.id
        with desk.database.read() as unit:
            leader = unit.stories.get(article.story_id).leader_id
        assert number_of[leader] == expected.story
        assert (number_of.get(article.copy_of) if article.copy_of else None) == expected.copy_of
    stories = {one.story for one in said}
    assert 20 < len(stories) < 60


def test_a_report_of_a_known_event_joins_its_story_and_is_silent(desk):
    warmed(desk)
    first, second = (desk.admit(text) for text in reports(2))
    assert (first.outcome, second.outcome) == (Outcome.NEW, Outcome.EVENT)
    assert second.article.story_id == first.article.story_id
    assert second.article.copy_of is None
    assert len(first.rang) == 1
    assert (second.rang, [watch.name for watch in second.muted]) == ((), ["ferry"])
    with desk.database.read() as unit:
        decisions = unit.stories.decisions([first.article.id, second.article.id])
    lead, event = decisions[first.article.id], decisions[second.article.id]
    assert lead.kind is Belonging.LEAD
    assert (event.kind, event.other_id) == (Belonging.EVENT, first.article.id)
    assert event.score is not None
    assert 0.25 < event.score <= 1
    assert event.evidence is None


def test_after_the_window_it_is_another_story(desk):
    warmed(desk)
    first, second = reports(2)
    desk.admit(first)
    desk.clock.advance(timedelta(days=8))
    assert desk.admit(second).outcome is Outcome.NEW


def test_stories_that_are_merged_ring_no_more(desk):
    warmed(desk)
    first, other = desk.admit(reports(1)[0]), desk.admit("A ferry of another kind " * 9)
    with desk.database.begin() as unit:
        home, into = other.article.story_id, first.article.story_id
        moved = unit.stories.merge(home, into, now=desk.clock.now())
        merged(unit, moved)
        assert {alert.once_key for alert in unit.outbox.of_story(into)} == {
            f"watch:1:story:{into}",
            f"alert:{other.rang[0].alert_id}",
        }
        assert unit.outbox.of_story(home) == []
        left, kept = unit.stories.get(home), unit.stories.get(into)
        assert (left.article_count, left.merged_into) == (0, into)
        assert kept.article_count == 2
        assert home not in [story.id for story in unit.stories.list(1000)]
    assert desk.admit(reports(2)[1]).rang == ()
    assert desk.database.check() == []


def test_a_story_that_rang_mutes_what_it_is_merged_into(desk):
    warmed(desk)
    silent, rang = desk.admit("Nothing of the kind " * 9), desk.admit(reports(1)[0])
    with desk.database.begin() as unit:
        into = silent.article.story_id
        merged(unit, unit.stories.merge(rang.article.story_id, into, now=desk.clock.now()))
        (alert,) = unit.outbox.of_story(into)
    assert alert.once_key == f"watch:1:story:{into}"


def test_what_was_muted_by_a_story_rings_when_it_is_parted_from_it(desk):
    warmed(desk)
    first, second, third = (desk.admit(text) for text in reports(3))
    assert third.rang == ()
    with desk.database.begin() as unit:
        watches = {watch.id: watch for watch in unit.watches.list()}
        moved = unit.stories.move([third.article.id], None, now=desk.clock.now())
        (rung,) = parted(unit, watches, moved, desk.clock.now())
        assert rung.watch.name == "ferry"
        (alert,) = unit.outbox.of_story(moved.into)
        assert (alert.article_id, alert.id) == (third.article.id, rung.alert_id)
        again = unit.stories.move([second.article.id], moved.into, now=desk.clock.now())
        assert parted(unit, watches, again, desk.clock.now()) == []
    assert desk.database.check() == []
    assert first.rang


def test_what_stays_rings_when_what_rang_for_it_is_parted(desk):
    warmed(desk)
    first, second, third = (desk.admit(text) for text in reports(3))
    with desk.database.begin() as unit:
        watches = {watch.id: watch for watch in unit.watches.list()}
        home = first.article.story_id
        moved = unit.stories.move([first.article.id], None, now=desk.clock.now())
        parted(unit, watches, moved, desk.clock.now())
        (stays,) = unit.outbox.of_story(home)
        (went,) = unit.outbox.of_story(moved.into)
        assert unit.stories.get(home).leader_id == second.article.id
    assert (stays.article_id, went.article_id) == (second.article.id, first.article.id)
    assert went.id == first.rang[0].alert_id
    assert third.article.story_id == home


def test_copies_follow_their_original(desk):
    warmed(desk)
    first, second = (desk.admit(text) for text in reports(2))
    copy = desk.admit(" ".join(reports(2)[1].split()[:90]))
    assert copy.article.copy_of == second.article.id
    with desk.database.begin() as unit:
        moved = unit.stories.move([second.article.id], None, now=desk.clock.now())
        assert moved.left == {first.article.story_id: (second.article.id, copy.article.id)}
        assert unit.stories.get(moved.into).article_count == 2


def test_old_vectors_and_terms_are_deleted(desk):
    warmed(desk)
    desk.clock.advance(timedelta(days=9))
    kept = desk.admit(reports(1)[0])
    deleted = desk.database.prune(desk.clock.now() - timedelta(days=8))
    assert deleted["vectors"] > 30
    assert deleted["terms"] >= INDEXED * 30
    assert desk.admit(reports(2)[1]).article.story_id == kept.article.story_id
    assert desk.database.prune(desk.clock.now() - timedelta(days=8))["vectors"] == 0


def stay_of(desk: Desk, article_id: int) -> tuple[int, Belonging]:
    with desk.database.read() as unit:
        stored = unit.articles.get(article_id)
        return stored.story_id, unit.stories.decisions([article_id])[article_id].kind


def test_what_a_person_joins_stays_joined(desk):
    warmed(desk)
    first, other = desk.admit(reports(1)[0]), desk.admit("A ferry of another kind " * 9)
    with desk.database.begin() as unit:
        done = join(unit, first.article.story_id, other.article.story_id, now=desk.clock.now())
    assert (done.articles, done.story.pinned) == ((other.article.id,), True)
    for text in reports(6)[1:]:
        assert desk.admit(text).article.story_id == first.article.story_id
    assert stay_of(desk, other.article.id) == (first.article.story_id, Belonging.HAND)
    with desk.database.begin() as unit, pytest.raises(UsageError, match="one already"):
        join(unit, first.article.story_id, other.article.story_id, now=desk.clock.now())


def test_what_a_person_parts_stays_parted_and_rings(desk):
    warmed(desk)
    first, second, third = (desk.admit(text) for text in reports(3))
    with desk.database.begin() as unit:
        done = part(unit, [second.article.id], now=desk.clock.now())
    assert [rung.watch.name for rung in done.rang] == ["ferry"]
    later = [desk.admit(text) for text in reports(9)[3:]]
    assert {each.outcome for each in later} == {Outcome.EVENT}
    assert all(each.rang == () for each in later)
    assert stay_of(desk, second.article.id) == (done.story.id, Belonging.HAND)
    assert {stay_of(desk, each.article.id)[0] for each in (first, third)} == {
        first.article.story_id
    }


def test_what_cannot_be_parted_is_refused_and_nothing_changes(desk):
    one, other = desk.admit("One ferry " * 9), desk.admit("Nothing of the kind " * 9)
    for ids, said in (
        ([one.article.id], "nothing would be left"),
        ([one.article.id, other.article.id], "several stories"),
        ([99], "no article"),
    ):
        with pytest.raises(UsageError, match=said), desk.database.begin() as unit:
            part(unit, ids, now=desk.clock.now())
    with desk.database.read() as unit:
        assert len(unit.stories.list()) == 2
        assert not any(story.pinned for story in unit.stories.list())


def test_why_says_what_two_reports_have_in_common(desk):
    warmed(desk)
    first, second = (desk.admit(text) for text in reports(2))
    copy = desk.admit(
        " ".join(reports(1)[0].split()[:90]) + " as seen from the shore by many people"
    )
    with desk.database.read() as unit:
        event = explain(unit, second.article)
        copied = explain(unit, copy.article)
        lead = explain(unit, first.article)
    assert (event.other.id, event.decision.kind) == (first.article.id, Belonging.EVENT)
    names = {word.casefold()[:5] for word in reports(1)[0].split() if word.isupper()}
    assert {word for word, _ in event.words} & names
    assert event.overlap.here < 0.1
    assert copied.overlap.here > 0.8
    assert copied.overlap.here > copied.overlap.there > 0.6
    assert any(
        passage.startswith("as seen from the shore") for passage in copied.passages.only_here
    )
    assert (lead.other, lead.words, lead.passages) == (None, (), None)
