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


def test_in_a_hurry_all_pauses_are_shorter_but_those_that_were_asked_for():
    hurried = POLICY.hurried(3600)
    for failures in range(1, 20):
        assert hurried.pause(failures, Random(7)) <= POLICY.pause(failures, Random(7)) / 3599
        lone = hurried.lone_pause(failures, Random(7))
        assert lone <= POLICY.lone_pause(failures, Random(7)) / 3599
    assert (hurried.patience, hurried.outage) == (timedelta(seconds=72), timedelta(minutes=2))
    error = DeliveryError("busy", retry_after=timedelta(minutes=40))
    assert hurried.asked(error) == POLICY.asked(error)
    assert POLICY.hurried(1) == POLICY


def decide(
    error: DeliveryError, *, attempts: int = 1, alone: int = 0, age: timedelta = YOUNG
) -> Again | GiveUp:
    return POLICY.decide(error, attempts=attempts, alone=alone, age=age, random=Random(1))


def test_a_permanent_error_ends_it_at_once():
    assert decide(DeliveryError("gone", permanent=True)) == GiveUp("gone")


@pytest.mark.parametrize("alone", [0, 1])
def test_a_pause_that_was_asked_for_is_kept(alone: int):
    error = DeliveryError("busy", retry_after=timedelta(minutes=40))
    assert decide(error, alone=alone) == Again(timedelta(minutes=40))


@pytest.mark.parametrize("asked", [timedelta(days=9999), timedelta(hours=3)])
def test_a_pause_without_reason_is_not_kept(asked: timedelta):
    assert decide(DeliveryError("busy", retry_after=asked)) == Again(POLICY.longest_asked)


def test_a_pause_shorter_than_ours_or_negative_changes_nothing():
    for asked in (timedelta(seconds=1), timedelta(seconds=-50)):
        decision = decide(DeliveryError("busy", retry_after=asked), attempts=5)
        assert decision == Again(POLICY.pause(5, Random(1)))


@given(attempts=st.integers(1, 10**6), age=st.timedeltas(timedelta(0), timedelta(days=3000)))
def test_no_outage_makes_a_message_given_up_or_later_than_the_longest_pause(
    attempts: int, age: timedelta
):
    decision = decide(DeliveryError("down"), attempts=attempts, age=age)
    assert isinstance(decision, Again)
    assert decision.after <= POLICY.longest


def test_what_fails_while_others_are_taken_is_tried_less_and_less_and_given_up_after_days():
    pauses: list[timedelta] = []
    age = timedelta(0)
    while isinstance(
        decision := decide(
            DeliveryError("no"), attempts=len(pauses) + 1, alone=len(pauses) + 1, age=age
        ),
        Again,
    ):
        pauses.append(decision.after)
        age += decision.after
    quick, later = pauses[:7], pauses[7:14]
    assert all(pause < POLICY.longest for pause in quick)
    assert [full / 2 <= pause <= full for full, pause in zip(POLICY.later, later, strict=True)]
    assert POLICY.patience <= age < POLICY.patience + timedelta(days=1)
    assert decision == GiveUp(
        f"given up after {len(pauses) + 1} attempts in {age.days} days, while others were taken: no"
    )


def test_what_grew_old_while_nobody_tried_gets_its_attempts():
    for alone in (0, 1, 14):
        decision = decide(DeliveryError("no"), attempts=alone, alone=alone, age=timedelta(days=30))
        assert isinstance(decision, Again)


@pytest.mark.parametrize(
    ("failures", "lasting", "over"),
    [
        (1000, timedelta(days=4, hours=23), False),
        (9, timedelta(days=30), False),  # the machine slept
        (10, timedelta(days=5), True),
    ],
)
def test_an_outage_is_over_when_it_lasted_for_days_and_was_seen_often(
    failures: int, lasting: timedelta, *, over: bool
):
    assert POLICY.is_over(failures=failures, lasting=lasting) is over


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

    def test_it_works_when_it_took_something_since_it_failed_twice(self):
        circuit = Circuit(POLICY)
        self.failed(circuit, 0.0)
        assert not circuit.works  # nobody knows yet
        circuit.answered()
        self.failed(circuit, 100.0)
        assert circuit.works
        self.failed(circuit, 200.0)
        assert not circuit.works
        circuit.answered()
        assert circuit.works

    def test_the_pause_that_the_channel_asked_for_holds_for_all_of_it(self):
        circuit = Circuit(POLICY)
        self.failed(circuit, 0.0)
        self.failed(circuit, 1.0, started=0.0, retry_after=timedelta(minutes=30))
        assert circuit.failures == 1
        circuit.answered()  # another that was under way was taken
        assert circuit.is_open(1800.0)
        assert not circuit.is_open(1801.0)
