from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.alerts.circuit import Circuit
from scraper.alerts.retry import Again, GiveUp, RetryPolicy
from scraper.errors import DeliveryError

POLICY = RetryPolicy()
YOUNG = timedelta(minutes=1)


@given(st.integers(-3, 10**6), st.integers())
def test_pauses_grow_to_a_limit_and_never_vanish(failures: int, seed: int):
    pause = POLICY.pause(failures, Random(seed))
    full = min(POLICY.first * 2 ** min(max(failures, 1) - 1, 30), POLICY.longest)
    assert full / 2 <= pause <= full


def test_pauses_differ_so_that_what_failed_together_does_not_come_back_together():
    random = Random(1)
    assert len({POLICY.pause(3, random) for _ in range(20)}) == 20


def test_the_same_random_gives_the_same_pauses():
    assert POLICY.pause(4, Random(7)) == POLICY.pause(4, Random(7))


def test_a_permanent_error_ends_it_at_once():
    error = DeliveryError("gone", permanent=True)
    assert POLICY.decide(error, attempts=1, age=YOUNG, random=Random(1)) == GiveUp("gone")


def test_a_pause_that_was_asked_for_is_kept():
    error = DeliveryError("busy", retry_after=timedelta(minutes=40))
    decision = POLICY.decide(error, attempts=1, age=YOUNG, random=Random(1))
    assert decision == Again(timedelta(minutes=40))


@pytest.mark.parametrize("asked", [timedelta(days=9999), timedelta(hours=3)])
def test_a_pause_without_reason_is_not_kept(asked: timedelta):
    error = DeliveryError("busy", retry_after=asked)
    decision = POLICY.decide(error, attempts=1, age=YOUNG, random=Random(1))
    assert decision == Again(POLICY.longest_asked)


def test_a_pause_shorter_than_ours_or_negative_changes_nothing():
    for asked in (timedelta(seconds=1), timedelta(seconds=-50)):
        error = DeliveryError("busy", retry_after=asked)
        decision = POLICY.decide(error, attempts=5, age=YOUNG, random=Random(1))
        assert decision == Again(POLICY.pause(5, Random(1)))


def test_a_long_weekends_outage_loses_nothing():
    decision = POLICY.decide(
        DeliveryError("down"), attempts=400, age=timedelta(days=3, hours=12), random=Random(1)
    )
    assert isinstance(decision, Again)


def test_what_grew_old_and_was_tried_often_is_given_up_in_words():
    decision = POLICY.decide(
        DeliveryError("down"), attempts=400, age=timedelta(days=4), random=Random(1)
    )
    assert decision == GiveUp("given up after 400 attempts in 4 days: down")


def test_what_grew_old_while_nobody_tried_gets_its_attempts():
    decision = POLICY.decide(
        DeliveryError("down"), attempts=1, age=timedelta(days=30), random=Random(1)
    )
    assert isinstance(decision, Again)


class TestCircuit:
    def failed(
        self,
        circuit: Circuit,
        now: float,
        *,
        started: float | None = None,
        retry_after: timedelta | None = None,
    ):
        error = DeliveryError("down", retry_after=retry_after)
        circuit.failed(
            error, started=now if started is None else started, now=now, random=Random(1)
        )

    def test_it_opens_for_a_growing_pause(self):
        circuit = Circuit(POLICY)
        pauses = []
        now = 0.0
        for _ in range(12):
            self.failed(circuit, now)
            pauses.append(circuit.open_until - now)
            now = circuit.open_until
        assert pauses[:3] == sorted(pauses[:3])
        assert pauses[-1] <= POLICY.longest.total_seconds()
        assert pauses[-1] >= POLICY.longest.total_seconds() / 2

    def test_what_was_under_way_together_fails_once(self):
        circuit = Circuit(POLICY)
        for _ in range(4):
            self.failed(circuit, 1.0, started=0.0)
        assert circuit.failures == 1

    def test_it_is_on_trial_after_the_pause_and_well_after_an_answer(self):
        circuit = Circuit(POLICY)
        self.failed(circuit, 0.0)
        assert circuit.is_open(1.0)
        assert not circuit.is_open(circuit.open_until)
        assert circuit.on_trial
        circuit.answered()
        assert not circuit.on_trial
        assert not circuit.is_open(1.0)

    def test_the_pause_that_the_channel_asked_for_holds_for_all_of_it(self):
        circuit = Circuit(POLICY)
        self.failed(circuit, 0.0)
        self.failed(circuit, 1.0, started=0.0, retry_after=timedelta(minutes=30))
        assert circuit.failures == 1
        circuit.answered()  # another that was under way was taken
        assert circuit.is_open(1800.0)
        assert not circuit.is_open(1801.0)
