from hypothesis import given
from hypothesis import strategies as st

from scraper.text.inflection.stems import Ending, Endings, Inflection, Naming, Tails, unique

ENDINGS = Endings(
    Ending("a om ami", "kt"),
    Ending("i", "kt", becomes="ы", least=3),
    Ending("ii", becomes="-", least=1),
)


def test_longer_endings_come_first_and_those_that_do_not_fit_are_left_out():
    assert list(ENDINGS.stems("raketami")) == ["raket"]
    assert list(ENDINGS.stems("raketa")) == ["raket"]
    assert list(ENDINGS.stems("Obama")) == []  # after m
    assert ENDINGS.stem("Obama") is None


def test_a_stem_keeps_as_many_letters_as_its_ending_asks_for():
    assert ENDINGS.stem("rata") == "rat"
    assert ENDINGS.stem("ta") is None
    assert ENDINGS.stem("soki") == "sokы"
    assert ENDINGS.stem("oki") is None
    assert ENDINGS.stem("sii") == "s-"


def test_an_ending_is_never_the_whole_word():
    assert ENDINGS.stem("a") is None
    assert ENDINGS.stem("ii") is None
    assert ENDINGS.stem("") is None


def test_the_longest_tail_is_replaced_once():
    tails = Tails({"ek": "k", "niek": "nk"})
    assert tails("posrednieki") == "posrednieki"
    assert tails("zvekek") == "zvekk"
    assert tails("sobniek") == "sobnk"
    assert tails.replaced("dom") is None
    assert tails("ek") == "ek"  # nothing would stand before it


PLURAL = Endings(Ending("ow", "nt"))
NAMES = Naming(Inflection(sure=Endings(Ending("a em", "nt"))), PLURAL)


def test_a_name_has_no_plural_that_surnames_have():
    assert "iwan" in NAMES.keys("iwanow")
    assert NAMES.name_key("iwan") not in NAMES.keys("iwanow")
    assert NAMES.name_key("iwan") in NAMES.keys("iwana")
    assert NAMES.name_key("iwanow") in NAMES.keys("iwanow")


def test_only_and_whole_words_have_one_reading():
    rules = Inflection(
        sure=Endings(Ending("y sky", "kt")),
        only=Endings(Ending("sky", becomes="sky")),
        whole=frozenset({"moskty"}),
    )
    assert rules.keys("rusky") == ("rusky",)
    assert rules.keys("moskty") == ("moskty",)
    assert rules.keys("sekty") == ("sekt",)


@given(st.lists(st.text(max_size=2)))
def test_unique_keeps_the_first_of_each(found):
    told = unique(found)
    assert set(told) == set(found)
    assert len(set(told)) == len(told)
    assert list(told) == sorted(told, key=found.index)
