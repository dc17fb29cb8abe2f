"""The stretches of a text that hold all words of a phrase."""

from scraper.watch import MatchText
from scraper.watch.indexed import IndexedText
from scraper.watch.runs import Part, windows


def test_a_page_that_repeats_two_words_has_a_bounded_number_of_stretches():
    text = IndexedText(MatchText(body="rocket launch " * 5_000))
    found = windows([Part(("rocket",)), Part(("launch",))], 10, text, None)
    assert 0 < len(found) <= 1_000
    assert found[0][:2] == (0, 1)
