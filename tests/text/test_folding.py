import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.text.folding import fold, fold_keeping_case, is_accent


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("BAGHDAD", "baghdad"),
        ("Straße", "strasse"),
        ("ΟΔΥΣΣΕΥΣ", "οδυσσευσ"),
        ("İstanbul Iğdır", "istanbul igdir"),
        ("Đà Nẵng", "da nang"),
        ("Łódź, København, Œuvre", "lodz, kobenhavn, oeuvre"),
        ("ﬁnance", "finance"),
        ("ＲＯＣＫＥＴ　１３", "rocket 13"),
        ("𝐁𝐚𝐠𝐡𝐝𝐚𝐝", "baghdad"),
        ("Ёлка", "елка"),
        ("и\u0306 Київ", "й київ"),
        ("мо́й", "мой"),
        ("L’Irak lʼIrak l`Irak", "l'irak l'irak l'irak"),
        ("US\u2011Iraqi\u2013Kurd", "us-iraqi-kurd"),
        ("Bagh\u00addad\u200f", "baghdad"),
        ("ʿIrāq", "iraq"),
        ("ﷲ", "الله"),
    ],
)
def test_folds_case_width_accents_and_typography(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("أحمد إيران آسيا ٱلله", "احمد ايران اسيا الله"),
        ("القاهرة", "القاهره"),
        ("مصطفى", "مصطفي"),
        ("بِغْدَادُ", "بغداد"),
        ("بغـــداد", "بغداد"),
        ("مؤتمر هيئة", "موتمر هييه"),
        ("مسؤول مسئول مَسْئُول", "مسوول مسوول مسوول"),
        ("شؤون شئون رؤوس رءوس", "شوون شوون رووس رووس"),
        ("تهران کی", "تهران كي"),
        ("٣٤ ۳۴", "34 34"),
        ("שָׁלוֹם", "שלום"),
        ("बग़दाद बगदाद", "बगदाद बगदाद"),
        ("पाँच", "पांच"),
    ],
)
def test_folds_what_arabic_hebrew_and_hindi_writers_vary(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize("written", ["हमले में", "ที่กรุงเทพ", "がパ", "한국", "й", "火箭", "বাংলাদেশ"])
def test_keeps_marks_that_are_letters(written: str) -> None:
    assert fold(written) == unicodedata.normalize("NFC", written)


def test_halfwidth_kana_and_conjoining_jamo_compose() -> None:
    assert fold("ﾛｹｯﾄ ｶﾞｽ") == "ロケット ガス"
    assert fold(unicodedata.normalize("NFD", "한국")) == "한국"


def test_different_words_stay_different() -> None:
    assert fold("мой") != fold("мои")
    assert fold("か") != fold("が")


def test_every_character_folds_to_what_folds_to_itself() -> None:
    codes = [*range(0xD800), *range(0xE000, 0x3FFFF, 1), *range(0xE0000, 0xE01FF)]
    # In slices: a fold of the whole text looks at all of it, several times over.
    for start in range(0, len(codes), 4096):
        text = "\n".join(map(chr, codes[start : start + 4096]))
        once = fold(text)
        assert fold(once) == once


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(codec="utf-8", max_codepoint=0x3100)))
def test_composed_and_decomposed_fold_alike(text: str) -> None:
    forms = {fold(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")}
    assert len(forms) == 1


def test_more_marks_than_any_language_has_are_cut_off() -> None:
    # Unordered, so many would take the normalisation hours.
    assert fold("a" + "\u0315\u0300" * 200_000 + "b") == "ab"
    kept = fold("क" + ("\u094d\u0951" * 20 + "\u200d") * 2_000)
    assert len(kept) < 40
    assert fold(kept) == kept


def test_an_accent_is_no_vowel_sign() -> None:
    assert is_accent("\u0301")
    assert is_accent("\u064e")
    assert not is_accent("\u093f")
    assert not is_accent("\u3099")


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("US Army", "US Army"),
        ("Été", "Ete"),
        ("STRAẞE Straße", "STRASSE Strasse"),
        ("Łódź ÆØ Ǆ ǅ ǆ", "Lodz AEO DZ Dz dz"),
        ("Київ Ёлка", "Київ Елка"),
        ("И\u0306", "Й"),
        ("İstanbul Iğdır", "Istanbul Igdir"),
        ("ΟΔΟΣ ὁδός", "ΟΔΟΣ οδοσ"),
        ("ＵＳ l’ONU", "US l'ONU"),
        ("إيران 火箭 ٣٤", "ايران 火箭 34"),
    ],
)
def test_folds_all_but_capitals_where_case_is_to_be_kept(written: str, folded: str) -> None:
    assert fold_keeping_case(written) == folded


@given(st.text())
def test_folding_that_keeps_case_differs_from_folding_by_case_alone(text: str) -> None:
    kept = fold_keeping_case(text)
    assert fold(kept) == fold(text)
    assert fold_keeping_case(kept) == kept


def test_every_character_keeps_its_folding_but_for_case() -> None:
    for code in range(0x20000):
        character = chr(code)
        assert fold(fold_keeping_case(character)) == fold(character)
