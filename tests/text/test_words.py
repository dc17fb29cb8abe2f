import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.text.folding import fold
from scraper.text.words import Word, _words_of_any, is_unspaced, words
from scraper.text.words import texts as texts_of


def texts(text: str) -> list[str]:
    return [word.text for word in words(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rockets hit Baghdad.", "rockets hit baghdad"),
        ("Baghdad's BAGHDAD’S rockets'", "baghdad baghdad rockets"),
        ("l'Irak d’Irak", "l irak d irak"),
        ("Bağdat'ta Irak’ın", "bagdat ta irak in"),
        ("O'Neill don't", "o neill don t"),
        ("US-Iraqi rocket-propelled", "us iraqi rocket propelled"),
        ("C-130 COVID-19 F16 2nd G7", "c 130 covid 19 f16 2nd g7"),
        ("U.S. U.S.-led U.S.'s U.N", "us us led us un"),
        ("J.R.R. Tolkien", "jrr tolkien"),
        ("AT&T and_or either/or", "at t and or either or"),
        ("war@news.example", "war news example"),
        ("https://news.example/a-b?c=d", "https news example a b c d"),
        ("km² 5½ rocket¹", "km 5 rocket"),
        ("🚀 rocket ❤️ 👨‍👩‍👧", "rocket"),
        ("Bagh\u00addad", "baghdad"),
        ("Rocket\u200f!", "rocket"),
        ("", ""),
        ("… — !", ""),
    ],
)
def test_words_of_spaced_scripts(text: str, expected: str) -> None:
    assert texts_of(text) == expected.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13,000", "13000"),
        ("13.000", "13000"),
        ("13\u202f000", "13000"),
        ("13'000", "13000"),
        ("1,234,567.89", "1234567.89"),
        ("1.234.567,89", "1234567.89"),
        ("1,00,000", "100000"),
        ("3.5", "3.5"),
        ("3,5", "3.5"),
        ("0.125", "0.125"),
        ("٣٤٬٥٠٠", "34500"),
        ("٣٫٥", "3.5"),
        ("192.168.0.1", "192.168.0.1"),
        ("12.5km", "12.5 km"),
        ("13 000", "13 000"),
        ("in 2024\u00a0500 men", "in 2024 500 men"),
        ("1990's", "1990"),
    ],
)
def test_numbers_are_written_one_way(text: str, expected: str) -> None:
    assert texts_of(text) == expected.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("وبغداد والعراق", "وبغداد والعراق"),
        ("می\u200cخواهم", "مي خواهم"),
        ("बगदाद में हमला।", "बगदाद में हमला"),
        ("ארה\"ב צה״ל ג'ורג", "ארהב צהל גורג"),
        ("комп'ютер", "комп ютер"),
        ("火箭袭击", "火 箭 袭 击"),
        ("ロケット弾", "ロ ケ ッ ト 弾"),
        ("ｶﾞｽ", "ガ ス"),
        ("로켓을", "로 켓 을"),
        ("กรุงเทพ", "ก รุ ง เ ท พ"),
        ("AI大模型2024", "ai 大 模 型 2024"),
        ("ဘဂ္ဂဒက်", "ဘ ဂ္ ဂ ဒ က်"),
    ],
)
def test_words_of_other_scripts(text: str, expected: str) -> None:
    assert texts_of(text) == expected.split()


def test_both_spellings_of_thai_am_are_the_same_words() -> None:
    assert texts("น้ำ") == texts("น้\u0e4d\u0e32")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bagh\u200bdad", ["baghdad"]),
        ("Баг\u200bдад\u200b", ["багдад"]),
        ("می\u200bخواهم", ["مي", "خواهم"]),
        ("ขาว\u200bดี", ["ข", "า", "ว", "ดี"]),
        ("and\u200b/or", ["and", "or"]),
    ],
)
def test_a_zero_width_space_is_where_a_long_word_may_break(text: str, expected: list[str]) -> None:
    assert texts_of(text) == expected


def test_decomposed_hangul_is_the_same_words() -> None:
    assert texts(unicodedata.normalize("NFD", "로켓")) == ["로", "켓"]


def test_offsets_point_into_the_original() -> None:
    text = "🚀 I\u0307stanbul’s Çe\u0301lik وبِغداد 火箭"
    assert [text[word.start : word.end] for word in words(text)] == [
        "I\u0307stanbul",
        "Çe\u0301lik",
        "وبِغداد",
        "火",
        "箭",
    ]


def test_is_unspaced() -> None:
    assert is_unspaced("火")
    assert is_unspaced("กี่")
    assert not is_unspaced("rocket")
    assert not is_unspaced("2024")


_PIECES = st.sampled_from(
    (
        *("Rocket", "U.S.", "13,000", "a", "'s", "’s", "'", ".", ",", "-", " ", "\n", "3", "_"),
        *("é", "\u0301", "火", "ト", "\u200b", "\u200c", "\u00ad", "و", "ב", '"', "🚀", "ำ"),
        *("한", "\u11ab", "\u00a0", "ﷺ", "ŉ", "ト\u3099", "x" * 41),
    )
)
_TEXTS = st.one_of(st.text(), st.lists(_PIECES).map("".join), st.lists(_PIECES).map(" ".join))


@given(_TEXTS)
def test_words_are_in_order_folded_and_not_empty(text: str) -> None:
    end = 0
    for word in words(text):
        assert isinstance(word, Word)
        assert end <= word.start < word.end <= len(text)
        assert word.text
        assert fold(word.text) == word.text
        end = word.end


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_ascii_takes_a_shorter_way_to_the_same_words(text: str) -> None:
    assert words(text) == _words_of_any(text)


@given(_TEXTS)
def test_texts_are_the_words_without_their_places(text: str) -> None:
    assert texts_of(text) == [word.text for word in words(text)]


@given(_TEXTS)
def test_every_letter_of_a_spaced_script_is_in_some_word(text: str) -> None:
    covered = {at for word in words(text) for at in range(word.start, word.end)}
    for at, character in enumerate(text):
        if unicodedata.category(character) in {"Ll", "Lu", "Nd"}:
            possessive = character in "sS" and at > 0 and fold(text[at - 1]) == "'"
            assert at in covered or possessive
