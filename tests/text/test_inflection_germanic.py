import pytest

from scraper.text.inflection import key, keys


def finds(query, text, language):
    return key(query, language) in keys(text, language)


class TestGerman:
    @pytest.mark.parametrize(
        ("agent", "deed"),
        [("arbeiter", "arbeit"), ("tater", "tat"), ("spieler", "spiel"), ("auslander", "ausland")],
    )
    def test_er_is_taken_from_plurals_not_from_those_who_do_something(self, agent, deed):
        assert not finds(deed, agent, "de")
        assert not finds(agent, deed, "de")
        assert finds("haus", "krankenhauser".removeprefix("kranken"), "de")
        assert finds("krankenhaus", "krankenhausern", "de")

    def test_adjectives_are_declined_by_what_their_stem_ends_in(self):
        assert all(
            finds("israelisch", "israelisch" + end, "de") for end in ("e", "en", "em", "er", "es")
        )

    @pytest.mark.parametrize(
        ("form", "infinitive"),
        [
            ("getotet", "toten"), ("verhaftete", "verhaften"), ("gefordert", "fordern"),
            ("bombardierten", "bombardieren"), ("ausgesetzt", "aussetzen"),
            ("auszusetzen", "aussetzen"), ("angegriffen", "angreifen"),
            ("erschossen", "erschiessen"),
        ],
    )  # fmt: skip
    def test_verbs_are_found_in_their_past(self, form, infinitive):
        assert finds(infinitive, form, "de")

    def test_a_noun_in_e_is_not_its_stem(self):
        assert not finds("kohle", "kohl", "de")
        assert not finds("kohl", "kohle", "de")


class TestDutch:
    @pytest.mark.parametrize(
        ("word", "form"),
        [
            ("raket", "raketten"), ("staat", "staten"), ("huis", "huizen"), ("brief", "brieven"),
            ("dag", "dagen"), ("groot", "grote"), ("mogelijkheid", "mogelijkheden"),
            ("uitvoeren", "uitgevoerd"), ("bombarderen", "gebombardeerd"), ("werken", "werkte"),
        ],
    )  # fmt: skip
    def test_stems_are_written_otherwise_before_a_vowel(self, word, form):
        assert finds(word, form, "nl")

    def test_news_is_not_new(self):
        assert not finds("nieuw", "nieuws", "nl")
        assert not finds("nieuws", "nieuw", "nl")


class TestScandinavian:
    @pytest.mark.parametrize(
        ("language", "word", "forms"),
        [
            ("sv", "raket", "raketer raketen raketerna raketernas"),
            ("sv", "flicka", "flickor flickan flickorna"),
            ("da", "raket", "raketter raketten raketterne raketternes"),
            ("no", "jente", "jenter jenta jentene"),
            ("no", "program", "programmet programmer programmene"),
        ],
    )
    def test_the_article_hangs_on_the_noun(self, language, word, forms):
        assert [form for form in forms.split() if not finds(word, form, language)] == []

    def test_those_who_do_something_are_no_plural(self):
        assert not finds("politik", "politiker", "sv")
        assert not finds("krig", "kriger", "da")


def test_afrikaans_drops_g_and_hardens_f():
    assert finds("oorlog", "oorloe", "af")
    assert finds("brief", "briewe", "af")
    assert finds("aanval", "aangeval", "af")
