"""How the texts of blocks are compared: by their letters alone."""

from hypothesis import given
from hypothesis import strategies as st

from scraper.extract.regions import clean, words_in


def test_letters_alone_are_compared():
    assert clean("Rocket hits Baghdad: 3 dead_") == "rockethitsbaghdaddead"
    assert words_in("It's 2026_now, Élodie") == ["it", "s", "now", "élodie"]
    assert words_in("It's 2026_now, Elodie") == ["it", "s", "now", "elodie"]


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_ascii_takes_a_shorter_way_to_the_same_words(text):
    assert words_in(text) == words_in(f"{text} é")[:-1]
    assert clean(text) + "é" == clean(f"{text} é")
