"""Alerts among failing receivers, on a failing machine; and that the judge of it finds faults.

A longer run: see `tests.end_to_end.chaos`.
"""

from dataclasses import replace

import pytest

from tests.end_to_end.chaos.judge import Answer, Arrival, Case, Stored, judge
from tests.end_to_end.chaos.run import Plan, run

ROCKET = ("rocket", "A rocket is launched")
STRIKE = ("strike", "Bakers go on strike")

YES = Arrival(
    channel="soc",
    id="d1",
    recipient="",
    tells=frozenset([ROCKET]),
    at=100.0,
    answer=Answer.TAKEN,
)
NO = replace(YES, at=90.0, answer=Answer.REFUSED)
DONE = Stored(
    id="d1",
    channel="soc",
    tells=frozenset([ROCKET]),
    state="delivered",
    error=None,
    attempts=[(90.1, "retry"), (100.1, "delivered")],
)
CASE = Case(
    due={ROCKET: frozenset(["soc"])},
    rang=[ROCKET],
    stored=[DONE],
    arrivals=[NO, YES],
    kills=[],
    recipients={"soc": frozenset([""]), "desk": frozenset(["ann", "bo"]), "nobody": frozenset()},
)
MAIL = replace(DONE, id="d2", channel="desk", attempts=[(100.1, "delivered")])
LETTER = replace(YES, id="d2", channel="desk", recipient="ann")
BY_MAIL = replace(
    CASE,
    due={ROCKET: frozenset(["desk"])},
    stored=[MAIL],
    arrivals=[LETTER, replace(LETTER, recipient="bo")],
)


def found(case: Case) -> list[str]:
    return sorted({violation.kind for violation in judge(case)})


@pytest.mark.timeout(300)
def test_the_short_form(tmp_path):
    plan = Plan(
        articles=30,
        kills=5,
        seed=7,
        lock_every=5,
        fill_every=7,
        longest_lock=4,
        longest_round=4,
        most_arrivals=80,
        throttle="20/5s",
        patience=150,
    )
    outcome = run(tmp_path, plan)
    assert outcome.violations == []
    assert len(outcome.case.rang) == 300
    assert outcome.kills == 5
    # It was no fair weather.
    assert outcome.done["trouble: database locked"] >= 1
    assert sum(each.answer is not Answer.TAKEN for each in outcome.case.arrivals) >= 50


@pytest.mark.parametrize("case", [CASE, BY_MAIL])
def test_all_is_well(case):
    assert judge(case) == []


def test_a_yes_that_a_kill_cut_off_may_be_asked_for_again():
    first = replace(YES, at=80.0)
    assert found(replace(CASE, arrivals=[first, NO, YES], kills=[80.2])) == []
    # The request was read only after its sender was gone.
    assert found(replace(CASE, arrivals=[first, NO, YES], kills=[79.8])) == []


def test_an_answer_that_never_came_may_be_asked_for_again():
    silence = replace(NO, answer=Answer.NONE)
    assert found(replace(CASE, arrivals=[silence, YES])) == []


def test_what_nobody_took_is_lost():
    assert found(replace(CASE, arrivals=[NO])) == ["lost"]
    assert found(replace(BY_MAIL, arrivals=[LETTER])) == ["lost"]


def test_what_was_not_rung_or_not_sent_on_its_way_is_found():
    assert found(replace(CASE, due={**CASE.due, STRIKE: frozenset(["soc"])})) == ["never rang"]
    assert found(replace(CASE, rang=[ROCKET, ROCKET])) == ["rang twice"]
    assert found(replace(CASE, rang=[ROCKET, STRIKE])) == ["rang for nothing"]
    both = {ROCKET: frozenset(["soc", "desk"])}
    assert found(replace(CASE, due=both)) == ["never sent on its way"]
    elsewhere = replace(DONE, id="d3", channel="nobody", state="failed", error="550")
    assert found(replace(CASE, stored=[DONE, elsewhere])) == ["sent where nobody asked for it"]


def test_a_repeat_after_a_yes_is_found():
    twice = [NO, replace(YES, at=95.0), YES]
    attempts = [(90.1, "retry"), (95.1, "retry"), (100.1, "delivered")]
    case = replace(CASE, arrivals=twice, stored=[replace(DONE, attempts=attempts)])
    assert found(case) == ["doubled"]


def test_a_kill_is_no_excuse_for_a_repeat_of_what_was_recorded_as_done():
    late = replace(YES, at=120.0)
    assert found(replace(CASE, arrivals=[NO, YES, late], kills=[110.0])) == [
        "doubled",
        "not recorded",
    ]


def test_an_alert_under_two_names_is_found():
    other = replace(DONE, id="d9", state="cancelled", attempts=[(80.1, "retry")])
    renamed = replace(NO, id="d9", at=80.0)
    case = replace(CASE, arrivals=[renamed, NO, YES], stored=[DONE, other])
    assert "renamed" in found(case)
    assert "sent on its way twice" in found(case)
    stranger = replace(YES, id="d0", at=101.0)
    assert found(replace(CASE, arrivals=[NO, YES, stranger])) == [
        "renamed",
        "under a name of nobody",
    ]


def test_a_name_that_tells_something_else_is_found():
    swapped = replace(YES, tells=frozenset([STRIKE]))
    assert found(replace(CASE, arrivals=[NO, swapped])) == ["not what its name says"]


def test_an_attempt_that_nobody_wrote_down_is_found():
    silent = replace(DONE, attempts=[(100.1, "delivered")])
    assert found(replace(CASE, stored=[silent])) == ["not recorded"]
    assert found(replace(CASE, stored=[silent], kills=[95.0])) == []


def test_what_is_left_or_given_up_without_need_is_found():
    assert found(replace(CASE, stored=[replace(DONE, state="pending")])) == ["left behind"]
    given_up = replace(DONE, state="failed", error="HTTP 500", attempts=[(90.1, "failed")])
    case = replace(CASE, stored=[given_up], arrivals=[NO])
    assert found(case) == ["given up, though not refused for good"]
    final = replace(NO, answer=Answer.FINAL)
    assert found(replace(case, arrivals=[final])) == []
    silent = replace(given_up, error=None)
    assert found(replace(case, stored=[silent], arrivals=[final])) == ["given up without a reason"]
