"""What the rules of the other languages with many cases say beyond their pairs of words."""

import pytest

from scraper.text.folding import fold
from scraper.text.inflection import key, keys
from scraper.text.inflection.arabic_words import BROKEN_PLURALS, WHOLE


def finds(query: str, text: str, language: str) -> bool:
    return key(fold(query), language) in keys(fold(text), language)


ROWS = [row.split() for row in BROKEN_PLURALS.strip().splitlines()]


@pytest.mark.parametrize(
    ("singular", "plural"), [(one, two) for one, *rest in ROWS for two in rest]
)
def test_broken_plurals_find_their_singular_and_are_found_by_it(singular, plural):
    assert finds(singular, plural, "ar")
    assert finds(plural, singular, "ar")


def test_no_broken_plural_is_that_of_two_words():
    plurals = [fold(plural) for _, *plurals in ROWS for plural in plurals]
    assert len(plurals) == len(set(plurals))


@pytest.mark.parametrize("name", WHOLE.split())
def test_arabic_names_are_found_by_themselves_alone(name):
    assert keys(fold(name), "ar") == (fold(name),)


@pytest.mark.parametrize("pronoun", ["ها", "هم", "هما"])
def test_arabic_pronouns_are_taken_off_nouns_with_and_without_t(pronoun):
    assert finds("رئيس", "رئيس" + pronoun, "ar")
    assert finds("حكومة", "حكومت" + pronoun, "ar")
    assert finds("غارة", "غارات" + pronoun, "ar")


def test_turkish_takes_off_one_chain_of_endings_in_its_order():
    assert finds("saldırı", "saldırılarından", "tr")
    assert finds("ülke", "ülkemizdeki", "tr") is finds("ülke", "ülkemizde", "tr")
    assert not finds("saldırı", "saldırıdanlar", "tr")  # no case before a plural


def test_turkish_endings_agree_with_the_last_vowel():
    assert finds("roket", "roketler", "tr")
    assert not finds("roket", "roketlar", "tr")
    assert not finds("füze", "füzeya", "tr")


def test_turkish_and_azerbaijani_stems_soften_before_vowels():
    assert finds("kitap", "kitabı", "tr")
    assert finds("uçak", "uçağı", "tr")
    assert finds("uşaq", "uşağı", "az")
    assert finds("kömək", "köməyi", "az")
    assert not finds("kömək", "köməy", "az")


@pytest.mark.parametrize(
    ("strong", "weak"),
    [("raketti", "raketin"), ("Lahti", "Lahdessa"), ("kaupunki", "kaupungin"), ("apu", "avun"),
     ("silta", "sillan"), ("ranta", "rannalla"), ("kumppani", "kumppanin"), ("parta", "parran")],
)  # fmt: skip
def test_finnish_consonants_are_made_strong_again(strong, weak):
    assert finds(strong, weak, "fi")


def test_finnish_plurals_in_a_query_are_read_as_their_singular():
    assert key("raketit", "fi") == "raketti"
    assert key("suomalaiset", "fi") == "suomalainen"
    assert key("hyokkaykset", "fi") == "hyokkays"
    assert key("kuollut", "fi") == "kuollut"


def test_hungarian_plurals_in_a_query_are_read_as_their_singular_where_few_stems_end_in_k():
    assert key("raketak", "hu") == "raketa"
    assert key("tamadasok", "hu") == "tamadas"
    assert key("elnok", "hu") == "elnok"
    assert key("szlovak", "hu") == "szlovak"


def test_hungarian_relative_adjectives_are_words_of_their_own():
    assert not finds("Szeged", "szegedi", "hu")
    assert finds("szegedi", "szegedit", "hu")


def test_greek_paradigms_are_apart():
    assert key("χωρα", "el") not in keys("χωροσ", "el")
    assert {key("χωρα", "el"), key("χωροσ", "el")} <= set(keys("χωρων", "el"))


def test_hebrew_last_letters_take_their_final_shape():
    assert key("סכינים", "he") == "סכין"
    assert finds("נשק", "נשקים", "he")


def test_persian_plurals_are_not_taken_off_countries():
    assert keys(fold("افغانستان"), "fa") == (fold("افغانستان"),)
    assert finds("تروریست", "تروریستان", "fa")


def test_urdu_folded_letters_still_have_their_endings():
    assert finds("حملہ", "حملوں", "ur")
    assert finds("پارٹی", "پارٹیاں", "ur")


def test_lithuanian_soft_stems_are_apart_from_hard_ones():
    assert not finds("karas", "kario", "lt")
    assert finds("karys", "kario", "lt")
    assert finds("žodis", "žodžiai", "lt")


def test_indonesian_reads_a_clitic_on_the_text_side_alone():
    assert finds("roket", "roketnya", "id")
    assert not finds("roketnya", "roket", "id")
    assert not finds("masa", "masalah", "id")
