"""How reports put together by event are scored, and written in other letters."""

import pytest

from bench.stories import Run, Text, best_on, han, hebrew, score
from scraper.dedupe import ClusterText
from scraper.text.words import is_unspaced, texts

TEXTS = [
    Text(ClusterText(id=str(number)), cluster, half)
    for number, (cluster, half) in enumerate([("a", 0), ("a", 0), ("b", 0), ("c", 1), ("c", 1)])
]


def test_what_is_right_is_right_and_what_is_alone_has_no_pairs():
    assert score(TEXTS, ["x", "x", "y", "z", "z"]) == (1, 1, 1, 1)
    alone = score(TEXTS, list("vwxyz"))
    assert (alone.f1, alone.b_cubed) == (0, pytest.approx(2 * 0.6 / 1.6))


def test_pairs_and_the_mean_over_texts():
    found = score(TEXTS, ["x", "x", "x", "z", "z"])
    assert found.precision == pytest.approx(2 / 4)
    assert found.recall == 1
    near = (2 * 2 / 3 + 1 / 3 + 2) / 5
    assert found.b_cubed == pytest.approx(2 * near / (near + 1))
    assert score(TEXTS, ["x", "x", "x", "z", "z"], half=1) == (1, 1, 1, 1)


def test_a_threshold_is_chosen_by_one_half_alone():
    run = Run("us", {0.2: ["x", "x", "x", "z", "z"], 0.3: ["x", "x", "y", "v", "w"]}, 1.0)
    assert (best_on(run, TEXTS, 0), best_on(run, TEXTS, 1)) == (0.3, 0.2)


def test_other_letters_have_no_capitals_or_no_spaces():
    assert hebrew("Baghdad").upper() == hebrew("baghdad") != "baghdad"
    written = han("Rocket hits Baghdad, 14 hurt")
    assert all(is_unspaced(word) or word == "14" for word in texts(written))
    assert han("Baghdad ") == han("baghdad")
