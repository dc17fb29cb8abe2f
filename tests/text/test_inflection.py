"""What holds of the rules of every language, and the pairs of words that each was made for."""

from collections.abc import Iterator
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.text.folding import fold
from scraper.text.inflection import DEFAULT_BY_SCRIPT, LANGUAGES, key, keys
from scraper.text.inflection.endings import words

PAIRS = Path(__file__).parent / "inflection"
_LETTERS = "abcdefghijklmnoprstuvyzабвгезийклмнорстуыьяαβγδεικλμνοςابتدرسلمنويהוילמתकािों"
_ENDINGS = words(
    """
    s es ies ied ed ing ings men ern en er e nisse innen iert etet heden erna arnas et a o i os as
    aux euse ent aron iendo mente oes aos eis ului ilor zii ge ci
    """
)
_WORDS = st.one_of(
    st.text(st.sampled_from(_LETTERS), max_size=14),
    st.text(max_size=12).map(fold),
    # Stems of every length before endings that rules look for.
    st.tuples(
        st.text(st.sampled_from("abdegiknorst"), max_size=6),
        st.sampled_from(sorted(_ENDINGS)),
    ).map("".join),
)


def matches(query: str, text: str, language: str) -> bool:
    """Whether a query's word finds a text's, both as written."""
    name = query[:1].isupper() and not query.isupper()
    return key(fold(query), language, name=name) in keys(fold(text), language)


def _pairs() -> Iterator[tuple[str, str, str, bool]]:
    for path in sorted(PAIRS.glob("*.tsv")):
        for line in path.read_text("utf-8").splitlines():
            query, text, sign = line.split("\t")
            assert sign in {"=", "!"}, line
            yield path.stem, query, text, sign == "="


@pytest.mark.parametrize("language", sorted(path.stem for path in PAIRS.glob("*.tsv")))
def test_pairs_of_words_are_told_as_they_should_be(language):
    pairs = [pair for pair in _pairs() if pair[0] == language]
    assert len(pairs) >= 60
    assert {right for *_, right in pairs} == {True, False}
    wrong = [
        f"{query} {'does not find' if right else 'finds'} {text}"
        for _, query, text, right in pairs
        if matches(query, text, language) is not right
    ]
    assert wrong == []


@given(word=_WORDS, language=st.sampled_from(sorted(LANGUAGES)))
def test_a_word_finds_itself_with_and_without_a_capital(word, language):
    found = keys(word, language)
    assert key(word, language) == found[0]
    assert key(word, language, name=True) in found
    assert len(set(found)) == len(found) <= 24


@given(word=_WORDS, language=st.sampled_from([*sorted(LANGUAGES), None, "xx", "ja", "EN-gb"]))
def test_the_answer_is_the_same_each_time(word, language):
    assert keys(word, language) == keys(word, language)
    assert all(isinstance(one, str) for one in keys(word, language))
    assert keys("", language) == ("",)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("letters", ["a", "s", "ing", "ge", "ед", "ال", "ie", "tten", "ings"])
def test_time_grows_no_faster_than_the_word(language, letters):
    word = (letters * 300_000)[:300_000]
    start = process_time()
    keys(word, language)
    key(word, language, name=True)
    assert process_time() - start < 2  # some 0.06 at most; a quadratic rule takes many seconds


class TestWhichLanguageReadsAWord:
    def test_its_script_decides_before_the_text_it_stands_in(self):
        assert keys("rockets", "ar") == keys("rockets", "ja") == keys("rockets", "en")
        assert keys("rockets", None) == keys("rockets", "en")
        assert keys("ракеты", "en") == keys("ракеты", None) == keys("ракеты", "ru")

    def test_one_without_rules_keeps_the_words_of_its_own_script(self):
        assert keys("rockets", "vi") == ("rockets",)
        assert keys("ракеты", "kk") == ("ракеты",)

    def test_its_region_does_not_matter(self):
        assert keys("foguetes", "pt-BR") == keys("foguetes", "pt")
        assert keys("rockets", "EN") == keys("rockets", "en")

    def test_other_codes_of_a_language_have_its_rules(self):
        assert keys("raketter", "nb") == keys("raketter", "nn") == keys("raketter", "no")

    def test_numbers_and_signs_are_themselves(self):
        assert keys("2003", "en") == ("2003",)
        assert keys("f16", "en") == ("f16",)
        assert keys("1990s", "en") == ("1990s",)

    def test_every_default_has_rules_or_leaves_words_as_they_are(self):
        for language in DEFAULT_BY_SCRIPT.values():
            assert keys("", language) == ("",)
