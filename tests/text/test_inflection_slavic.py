"""What the rules of the Slavic languages say beyond their pairs of words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.text.folding import fold
from scraper.text.inflection import key, keys
from scraper.text.inflection.south_slavic import serbian

SERBIAN = st.text(st.sampled_from("абвгдђежзијклљмнњопрстћуфхцчџш"), max_size=12)


def finds(query: str, text: str, language: str, *, name: bool = False) -> bool:
    return key(fold(query), language, name=name) in keys(fold(text), language)


@pytest.mark.parametrize("stem", ["ракет", "атак", "бомб", "систем", "границ"])
def test_a_russian_noun_is_one_key_in_all_cases_that_only_nouns_have(stem):
    assert {key(stem + ending, "ru") for ending in ("а", "у", "е", "ами")} == {stem}


@pytest.mark.parametrize("adjective", ["новый", "иракский", "последний", "рабочий"])
def test_a_russian_adjective_is_apart_from_its_noun(adjective):
    noun = adjective[:-2]
    assert key(adjective, "ru") not in keys(noun, "ru")
    assert key(noun, "ru") not in keys(adjective, "ru")


@pytest.mark.parametrize("language", ["ru", "uk"])
@pytest.mark.parametrize("name", ["Иван", "Антон", "Роман", "Максим"])
def test_a_name_is_not_the_beginning_of_a_surname(name, language):
    assert not finds(name, name + "ов", language, name=True)
    assert finds(name, name + "а", language, name=True)
    assert finds(name, name + "у", language, name=True)
    assert finds(name + "ов", name + "ова", language, name=True)


@pytest.mark.parametrize(
    ("language", "name", "forms"),
    [
        ("ru", "Газа", "Газа Газы Газе Газу Газой Газою"),
        ("uk", "Газа", "Газа Гази Газі Газу Газою"),
        ("pl", "Gaza", "Gaza Gazy Gazie Gazę Gazą"),
        ("sk", "Gaza", "Gaza Gazy Gaze Gazu Gazou"),
    ],
)
def test_a_short_name_in_a_has_the_endings_of_its_declension_alone(language, name, forms):
    assert all(finds(name, form, language, name=True) for form in forms.split())
    assert not finds(name, name[:-1], language, name=True)
    assert finds(name[:-1], name[:-1], language, name=True)
    assert finds(name.lower(), name[:-1], language)  # as a common noun's plural has none


@pytest.mark.parametrize("language", ["ru", "uk"])
def test_a_longer_name_in_a_may_be_the_genitive_of_a_mans(language):
    assert finds("Трампа", "Трамп", language, name=True)
    assert finds("Саша", "Сашу", language, name=True)


@pytest.mark.parametrize("plural", ["террористов", "беспилотников", "городов", "заводов"])
def test_a_plural_in_a_query_finds_the_plural_alone(plural):
    stem = plural[:-2]
    assert finds(plural, stem + "ам", "ru")
    assert finds(plural, stem + "ами", "ru")
    assert not finds(plural, stem, "ru")  # so that lower-case surnames find no common noun


@pytest.mark.parametrize("town", ["Киев", "Ростов", "Саратов", "Тамбов", "Псков", "Азов"])
def test_towns_in_ov_keep_it_however_they_are_typed(town):
    for form in (town, town + "а", town + "е", town + "ом"):
        assert finds(town, form, "ru", name=True)
        assert finds(town.lower(), form, "ru")
    assert not finds(town, town[:-2], "ru", name=True)
    assert not finds(town.lower(), town[:-2], "ru")


@pytest.mark.parametrize("language", ["pl", "sk"])
def test_polish_and_slovak_names_are_no_beginnings_of_surnames(language):
    assert not finds("Ivan", "Ivanov" if language == "sk" else "Ivanow", language, name=True)
    assert finds("terorist", "teroristov" if language == "sk" else "teroristow", language)


@pytest.mark.parametrize(
    ("language", "noun", "adjective"),
    [("pl", "Gdańska", "gdański"), ("cs", "Ruska", "ruský"), ("sk", "Ruska", "ruský")],
)
def test_a_form_of_noun_and_adjective_is_found_by_both(language, noun, adjective):
    lemma = {"pl": "Gdańsk"}.get(language, "Rusko")
    assert finds(lemma, noun, language, name=True)
    assert finds(adjective, noun, language)
    assert not finds(lemma, adjective, language, name=True)


@given(SERBIAN)
def test_serbian_is_the_same_in_both_alphabets(word):
    latin = serbian(word)[0]
    assert key(word, "sr") == latin
    assert all(not "а" <= letter <= "ш" for letter in latin)


def test_serbian_in_one_alphabet_finds_the_other():
    assert finds("raketa", "ракетама", "sr")
    assert finds("Вучић", "Vučića", "sr", name=True)


@pytest.mark.parametrize("ending", ["у", "і", "ою", "ами"])
def test_a_cyrillic_word_in_a_text_of_unknown_language_is_russian(ending):
    assert keys("ракет" + ending, None) == keys("ракет" + ending, "ru")
    assert keys("ракет" + ending, "de") == keys("ракет" + ending, "ru")
