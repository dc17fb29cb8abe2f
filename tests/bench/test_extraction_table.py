"""The arithmetic of the tables."""

import pytest

from bench.extraction_table import (
    MEASURES,
    Speed,
    bootstrap,
    goal_table,
    lines_of,
    measure,
    percentile,
    set_table,
    speed,
    speed_table,
)

ALL = {each.field for each in MEASURES}


def rows(*shingles: tuple[float, float, float]):
    return [{"shingle": each} for each in shingles]


def test_body_is_the_f1_of_mean_precision_and_mean_recall():
    found = measure(rows((0.5, 0.5, 0.0), (1.0, 0.0, 0.0)), ALL)["body"]
    assert found.value == pytest.approx(2 * 0.75 * 1.0 / 1.75)
    assert found.pages == 2


def test_a_page_of_which_nothing_was_read_counts_for_recall_alone():
    found = measure(rows((0.0, 0.0, 1.0), (1.0, 0.0, 0.0)), ALL)["body"]
    assert found.value == pytest.approx(2 * 1.0 * 0.5 / 1.5)


def test_snippets_are_summed_before_they_are_divided():
    found = measure([{"snippets": (3, 1, 0, 2)}, {"snippets": (0, 0, 1, 1)}], ALL)["snippets"]
    assert found.value == pytest.approx(0.75)


def test_the_rest_are_shares_of_the_pages_that_have_a_truth():
    found = measure(
        [
            {"title": (1.0, 1.0), "author_invented": 0.0, "date": (1.0, 1.0)},
            {"title": (0.0, 0.5), "author_invented": 1.0, "image": 1.0},
            {"title": (0.0, 0.5), "authors": (1.0, 2, 0, 0)},
        ],
        ALL,
    )
    values = {name: value.value for name, value in found.items()}
    expected = {"title": 1 / 3, "invented": 0.5, "date": 1.0, "picture": 1.0, "authors": 1.0}
    assert values == pytest.approx(expected)


def test_a_field_that_an_extractor_does_not_give_is_not_measured():
    page = {"shingle": (1.0, 0.0, 0.0), "title": (0.0, 0.0), "date": (0.0, 0.0)}
    assert set(measure([page], {"body", "title"})) == {"body", "title"}


def test_intervals_are_the_same_every_time_and_hold_the_value():
    pages = rows(*((share, 1 - share, 0.0) for share in (0.1, 0.5, 0.9, 1.0, 0.7, 0.3)))
    first = measure(pages, ALL)["body"]
    assert measure(pages, ALL)["body"] == first
    assert first.low < first.value < first.high


def test_pages_that_are_all_alike_leave_no_doubt():
    assert bootstrap([(1.0, 1.0)] * 9, lambda sums: sums[0] / sums[1], 200) == (1.0, 1.0)


def test_more_pages_narrow_the_interval():
    def width(count: int) -> float:
        pages = [{"date": (float(at % 2), 1.0)} for at in range(count)]
        found = measure(pages, ALL)["date"]
        return found.high - found.low

    assert width(400) < width(40) / 2


def test_a_percentile_is_a_value_of_the_list():
    assert percentile([float(at) for at in range(100)], 0.95) == 95.0
    assert percentile([3.0], 0.95) == 3.0


def test_speed_is_of_the_middle_page_and_of_the_late_one():
    found = speed([0.004, 0.001, 0.003, 0.002], 50)
    assert found == pytest.approx(Speed(4, 0.0025, 0.004, 0.0025, 50))
    assert speed([], 0) is None


def test_how_many_times_as_fast_as_the_one_named():
    table = speed_table(
        {"ours": Speed(9, 0.002, 0.01, 0.003, 60_000_000), "slow": Speed(9, 0.02, 0.1, 0.03, 0)},
        "slow",
    )
    assert table[1].split() == ["ours", "500", "10.00", "10.0", "3.0", "60"]
    assert table[2].split() == ["slow", "50", "1.00", "100.0", "30.0", "0"]


def test_without_the_one_named_there_is_no_ratio():
    assert "–" in speed_table({"ours": Speed(9, 0.002, 0.01, 0.003, 0)}, "slow")[1]


def test_columns_stand_below_each_other():
    assert lines_of([["", "body"], ["ours", "9.5"]]) == ["      body", "ours   9.5"]


def test_a_set_shows_only_the_measures_that_it_has():
    found = {"ours": measure(rows((1.0, 0.0, 0.0)), ALL)}
    assert set_table(found)[0].split() == ["body", "95", "%"]
    assert set_table(found)[1].split() == ["ours", "100.0", "100.0-100.0"]


def test_what_is_to_be_reached_stands_beside_ours_and_the_best_other():
    def pages(share: float):
        return measure(rows(*[(share, 1 - share, 0.0)] * 3), ALL)

    sets = {"aeb": {"tocsin": pages(0.99), "a": pages(0.5), "b": pages(0.9)}}
    lines = goal_table(sets, ["tocsin"], ["a", "b"])
    assert lines[1].split() == ["body,", "aeb", "≥", "97.5", "99.5", "94.7", "b"]


def test_the_fewest_inventions_are_the_best():
    def pages(share: float):
        return measure([{"author_invented": share}], ALL)

    sets = {"aed": {"tocsin": pages(0.1), "a": pages(0.6), "b": pages(0.3)}}
    lines = goal_table(sets, ["tocsin"], ["a", "b"])
    assert lines[1].split() == ["invented,", "aed", "≤", "10.0", "10.0", "30.0", "b"]
