"""What was expected, what rang, what arrived."""

import pytest

from scraper.demo import news, story
from scraper.demo.ledger import Ledger
from scraper.demo.programme import EXPECTED_ALERTS

BY_URL = {
    article.key: article
    for article in (story.STRIKE, story.STRIKE_WIRE, story.LAUNCH, news.SPROCKETS)
}
RIGHT = (("1", "Baghdad", "strike"), ("2", "rocket", "strike"), ("3", "rocket", "launch"))


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(article_at=BY_URL.get)


def ring(ledger: Ledger, *rings: tuple[str, str, str], arrive: bool = True) -> None:
    for alert_id, watch, url in rings:
        ledger.ring(alert_id=alert_id, watch=watch, url=url)
        if arrive:
            ledger.mailed.add(alert_id)
            ledger.hooked.add(alert_id)


def test_is_right_when_all_rang_once_and_arrived(ledger: Ledger):
    ring(ledger, *RIGHT)
    assert ledger.is_right
    assert [line.expected for line in ledger.lines()] == list(EXPECTED_ALERTS)
    assert ledger.surprises() == []


def test_a_copy_may_ring_in_place_of_the_first(ledger: Ledger):
    ring(ledger, ("1", "Baghdad", "strike-wire"), *RIGHT[1:])
    assert ledger.is_right


def test_a_second_alert_for_the_same_story_is_wrong(ledger: Ledger):
    ring(ledger, *RIGHT, ("4", "Baghdad", "strike-wire"))
    assert not ledger.is_right
    assert [line.rang for line in ledger.lines()] == [2, 1, 1]


@pytest.mark.parametrize("lost", ["mailed", "hooked"])
def test_an_alert_that_did_not_arrive_is_wrong(ledger: Ledger, lost: str):
    ring(ledger, *RIGHT)
    getattr(ledger, lost).discard("2")
    assert not ledger.is_right
    assert [line.is_right for line in ledger.lines()] == [True, False, True]


def test_a_missing_alert_is_wrong(ledger: Ledger):
    ring(ledger, *RIGHT[:2])
    assert not ledger.is_right


@pytest.mark.parametrize("surprise", [("4", "rocket", "sprockets"), ("4", "rocket", "elsewhere")])
def test_a_false_friend_is_wrong(ledger: Ledger, surprise: tuple[str, str, str]):
    ring(ledger, *RIGHT, surprise)
    assert not ledger.is_right
    assert [rung.alert_id for rung in ledger.surprises()] == ["4"]


def test_a_repeated_delivery_counts_once(ledger: Ledger):
    ring(ledger, *RIGHT)
    ring(ledger, arrive=True)
    ledger.mailed.add("1")
    assert ledger.is_right
