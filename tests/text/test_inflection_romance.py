import pytest

from scraper.text.inflection import key, keys
from scraper.text.inflection.endings import Readings, irregular, replacements


def finds(query, text, language, *, name=False):
    return key(query, language, name=name) in keys(text, language)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("es", "caso", "casa"), ("es", "libro", "libra"), ("es", "puerto", "puerta"),
        ("pt", "porto", "porta"), ("pt", "ponto", "ponta"), ("it", "colpo", "colpa"),
        ("it", "porto", "porta"), ("ca", "cas", "casa"), ("gl", "banco", "banca"),
        ("fr", "arme", "armee"), ("fr", "port", "porte"), ("fr", "cour", "cours"),
    ],
)  # fmt: skip
def test_nouns_of_two_genders_are_two_nouns(language, one, other):
    assert not finds(one, other, language)
    assert not finds(other, one, language)


@pytest.mark.parametrize(
    ("language", "masculine", "feminine"),
    [
        ("es", "herido", "heridas"), ("es", "frances", "francesas"),
        ("pt", "perigoso", "perigosas"),
        ("it", "iracheno", "irachene"), ("fr", "irakien", "irakiennes"),
        ("fr", "national", "nationale"),
        ("ca", "ferit", "ferides"), ("gl", "atacado", "atacadas"), ("ro", "ranit", "ranite"),
    ],
)  # fmt: skip
def test_adjectives_are_one_word_in_both(language, masculine, feminine):
    assert finds(masculine, feminine, language)


def test_a_country_is_not_its_inhabitant():
    assert not finds("siria", "sirio", "es", name=True)
    assert finds("sirio", "siria", "es")  # la guerra siria: an adjective, too


def test_a_plural_that_is_a_name_is_none_when_typed_as_a_name():
    assert finds("torres", "torre", "es")
    assert not finds("torres", "torre", "es", name=True)


@pytest.mark.parametrize(
    ("language", "infinitive", "forms"),
    [
        ("es", "atacar", "ataca atacan ataco atacaron atacando atacado atacaba"),
        ("es", "encontrar", "encuentra encuentran encontraron"),
        ("pt", "matar", "mata matam matou mataram matando"),
        ("it", "attaccare", "attacca attaccano attacco attaccarono attaccando attaccato"),
        ("fr", "attaquer", "attaque attaquent attaquait attaquaient attaquerent"),
        ("fr", "finir", "finit finissent finissait"),
        ("ro", "ataca", "atacat atacata"),
    ],
)
def test_verbs_are_found_in_their_regular_endings(language, infinitive, forms):
    assert [form for form in forms.split() if not finds(infinitive, form, language)] == []


def test_a_query_is_read_as_a_verb_only_where_no_noun_ends_so():
    assert key("atacaron", "es") == "atacar"
    assert key("mata", "es") == "mata"


def test_italian_plurals_find_their_singular_whatever_its_ending():
    assert finds("navi", "nave", "it")
    assert finds("razzi", "razzo", "it")
    assert finds("bombe", "bomba", "it")
    assert finds("poeti", "poeta", "it")


def test_a_table_may_say_an_ending_twice():
    assert replacements("es>e es>er,e as>-") == {"es": ("e", "er"), "as": ("",)}
    assert irregular("fue ser ir, dijo decir") == {"fue": ("ser", "ir"), "dijo": ("decir",)}


def test_endings_leave_enough_of_a_word():
    readings = Readings(replacements("aron>ar on>o"), shortest=3)
    assert readings.of("mataron") == ["matar", "mataro"]
    assert readings.first_of("mataron") == ["matar"]
    assert readings.first_of("aron") == []
