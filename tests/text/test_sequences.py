"""What two sequences have in common."""

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from scraper.text.sequences import Budget, Run, common, end_of, joined, numbered

rows = st.lists(st.integers(0, 4), max_size=30)


@given(rows, rows)
def test_runs_are_equal_in_both_ascend_and_never_touch(before, after):
    place = (0, 0)
    found = common(before, after)
    for run in found:
        assert run.length > 0
        old = before[run.before : run.before + run.length]
        assert old == after[run.after : run.after + run.length]
        assert run.before >= place[0]
        assert run.after >= place[1]
        place = end_of(run)
    assert joined(found) == found


@given(rows)
def test_a_sequence_has_all_of_itself(row):
    assert common(row, row) == ([Run(0, 0, len(row))] if row else [])


@given(st.lists(st.integers(0, 1), max_size=12), st.lists(st.integers(0, 1), max_size=12))
def test_no_more_is_found_than_the_longest_common_subsequence(before, after):
    before, after = [0, 1] * 2 + before, [1, 0] * 2 + after

    @cache
    def longest(i, j):
        if i == len(before) or j == len(after):
            return 0
        if before[i] == after[j]:
            return 1 + longest(i + 1, j + 1)
        return max(longest(i + 1, j), longest(i, j + 1))

    assert sum(run.length for run in common(before, after)) <= longest(0, 0)


def test_the_shortest_edit_of_myers_paper():
    before, after = numbered("abcabba", "cbabac")
    assert sum(run.length for run in common(before, after)) == 4


def test_what_stands_once_in_both_parts_them():
    before, after = numbered("xxAyyByy", "yyAxxByx")
    assert Run(2, 2, 1) in common(before, after)


def test_a_spent_budget_leaves_what_differs_whole():
    before, after = numbered("abab" * 50, "baab" * 49)
    budget = Budget(10)
    runs = common(before, after, budget)
    assert budget.left < 0
    assert all(run.before == 0 or end_of(run)[0] == 200 for run in runs)
    assert len(common(before, after)) > len(runs)
