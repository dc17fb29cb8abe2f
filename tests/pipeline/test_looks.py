"""The last visits of a source, in a line."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scraper.pipeline.looks import MOST, Look, Outcome, looks, noted

NOW = datetime(2026, 3, 1, tzinfo=UTC)
visits = st.lists(
    st.tuples(st.integers(0, 10**6), st.sampled_from(Outcome), st.integers(0, 10**5)), max_size=80
)


@given(visits)
def test_the_last_fifty_are_kept_as_they_were(made):
    recent, at, expected = "", NOW, []
    for seconds, outcome, new in made:
        at += timedelta(seconds=seconds)
        look = Look(at=at, outcome=outcome, new=new)
        recent = noted(recent, look)
        expected.insert(0, look)
    assert looks(recent) == expected[:MOST]
    assert len(recent) <= 11 + MOST * 16


def test_a_clock_that_went_back_shifts_nothing_but_the_times_before():
    recent = noted("", Look(at=NOW, outcome=Outcome.NEW, new=3))
    recent = noted(recent, Look(at=NOW - timedelta(hours=1), outcome=Outcome.SAME))
    assert [look.outcome for look in looks(recent)] == [Outcome.SAME, Outcome.NEW]


@given(st.text())
def test_any_text_is_read_as_some_visits_or_none(text):
    assert all(isinstance(look, Look) for look in looks(text))
