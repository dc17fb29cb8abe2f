import pytest

from scraper.text.inflection import key, keys


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("rockets", "rocket"), ("cities", "city"), ("movies", "movie"), ("ties", "tie"),
        ("attaches", "attach"), ("caches", "cache"), ("boxes", "box"), ("masses", "mass"),
        ("viruses", "virus"), ("houses", "house"), ("excuses", "excuse"), ("heroes", "hero"),
        ("shoes", "shoe"), ("crises", "crisis"), ("gunmen", "gunman"), ("waltzes", "waltz"),
        ("bombing", "bomb"), ("firing", "fire"), ("hitting", "hit"), ("killing", "kill"),
        ("controlled", "control"), ("installed", "install"), ("carried", "carry"), ("died", "die"),
        ("agreed", "agree"), ("fleeing", "flee"), ("argued", "argue"), ("announced", "announce"),
        ("changed", "change"), ("hanged", "hang"), ("belonged", "belong"), ("required", "require"),
        ("prepared", "prepare"), ("appeared", "appear"), ("created", "create"),
        ("treated", "treat"),
        ("visited", "visit"), ("invited", "invite"), ("targeted", "target"),
        ("completed", "complete"),
        ("handled", "handle"), ("added", "add"), ("focused", "focus"), ("freezing", "freeze"),
        ("quitting", "quit"), ("equipped", "equip"), ("tasted", "taste"), ("breathing", "breathe"),
        ("programmes", "program"), ("fled", "flee"), ("said", "say"), ("using", "use"),
    ],
)  # fmt: skip
def test_the_key_of_a_form_is_its_dictionary_form(form, lemma):
    assert key(form, "en") == lemma
    assert key(lemma, "en") in keys(form, "en")


@pytest.mark.parametrize(
    "word",
    [
        "news",
        "series",
        "physics",
        "during",
        "evening",
        "hundred",
        "species",
        "corps",
        "gas",
        "bus",
        "this",
        "red",
        "bring",
    ],
)
def test_words_that_only_look_inflected_stay_as_they_are(word):
    assert keys(word, "en") == (word,)


@pytest.mark.parametrize(
    "name", ["paris", "hamas", "texas", "lagos", "moses", "james", "athens", "beijing", "ahmed"]
)
def test_names_that_look_inflected_stay_as_they_are(name):
    assert keys(name, "en") == (name,)


def test_a_noun_in_ing_is_found_by_the_noun_and_by_the_verb():
    assert set(keys("bombings", "en")) == {"bomb", "bombing", "bombings"}


class TestAWordTypedAsAName:
    @pytest.mark.parametrize(
        ("name", "expected"), [("kurds", "kurd"), ("houthis", "houthi"), ("women", "woman")]
    )
    def test_has_a_plural(self, name, expected):
        assert key(name, "en", name=True) == expected

    @pytest.mark.parametrize("name", ["reading", "browning", "banks", "states", "united", "left"])
    def test_has_no_verb_endings_and_may_be_a_plural_by_itself(self, name):
        assert key(name, "en", name=True) == name

    def test_finds_every_form_of_a_plain_word(self):
        rocket = key("rocket", "en", name=True)
        assert rocket in keys("rockets", "en")
        assert key("attack", "en", name=True) in keys("attacked", "en")
