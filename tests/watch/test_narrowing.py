import hashlib

import pytest

from scraper.watch import RULES, Lists, MatchText, compile_query, index_keys, narrow
from scraper.watch.indexed import primary_language
from storage.records import KeyIs, KeysAllOf, KeysAnyOf

# Words of many languages, as the news has them. What is indexed of them may only change together
# with RULES, or articles that were indexed before are not found by what they have.
SAMPLES = {
    "en": "Two rockets hit Baghdad's airport; F-16s bombed U.S.-led forces in Sana'a, 13,000 fled.",
    "de": "Raketen trafen den Flughafen von Bagdad, die Straßen und Häuser der Städte brannten.",
    "fr": "Des roquettes ont frappé l'aéroport de Bagdad, selon les journaux nationaux.",
    "es": "Varios cohetes alcanzaron el aeropuerto de Bagdad; las explosiones causaron muertos.",
    "ru": "Ракеты ударили по аэропорту Багдада, в Киеве взрывы, террористов задержали.",
    "uk": "Ракети влучили в аеропорт Києва, у Львові вибухи.",
    "pl": "Rakiety spadły na lotnisko w Bagdadzie, w Warszawie protesty.",
    "tr": "Bağdat'ta havaalanına roketler düştü, saldırılarda ölenler var.",
    "ar": "سقطت صواريخ على مطار بغداد وببغداد انفجارات في المدن",
    "fa": "موشک‌ها به فرودگاه بغداد اصابت کردند",
    "he": "רקטות פגעו בשדה התעופה בבגדד",
    "el": "Πύραυλοι έπληξαν το αεροδρόμιο της Βαγδάτης",
    "fi": "Raketit osuivat lentokenttään Bagdadissa",
    "hu": "Rakéták találták el a bagdadi repülőteret, Bagdadban robbanások",
    "hi": "बगदाद हवाई अड्डे पर रॉकेटों से हमले",
    "zh": "火箭弹袭击巴格达机场",
    "ja": "バグダッドの空港にロケット弾",
    "th": "จรวดโจมตีสนามบินแบกแดด",
    "ko": "바그다드 공항에 로켓 공격",
}
DIGEST = {1: "565084db8b99b493"}  # by RULES


def test_what_is_indexed_changes_only_with_the_number_of_its_rules() -> None:
    digest = hashlib.sha256()
    for language, body in SAMPLES.items():
        keys = index_keys(MatchText(body=body, language=language, url="https://a.example/b"))
        digest.update("\n".join(sorted(keys)).encode())
    assert digest.hexdigest()[:16] == DIGEST[RULES], (
        "articles have other keys than before: raise RULES in narrowing.py"
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("=rocket", KeyIs("rocket")),
        ("rock*", KeyIs("rock", prefix=True)),
        ("*rocke*", None),
        ("=rocket AND NOT football", KeyIs("rocket")),
        ("=rocket OR published:2026-01-01", None),
        ("=a =b", KeysAllOf((KeyIs("a"), KeyIs("b")))),
        ("=a OR =b", KeysAnyOf((KeyIs("a"), KeyIs("b")))),
        ("=a NEAR/3 (=b OR =c)", KeysAllOf((KeyIs("a"), KeysAnyOf((KeyIs("b"), KeyIs("c")))))),
        ("火箭弹", KeysAllOf((KeyIs("火 箭"), KeyIs("箭 弹")))),
        ("lang:en", KeyIs(":lang:en")),
        ("NOT (NOT =a OR =b)", KeyIs("a")),
    ],
)
def test_what_an_article_must_have(query: str, expected: object) -> None:
    assert narrow(compile_query(query).root) == expected


def test_a_plain_word_is_looked_for_under_its_keys_in_every_language() -> None:
    found = narrow(compile_query("Raketen").root)
    assert isinstance(found, KeysAnyOf)
    keys = index_keys(MatchText(body="eine Rakete", language="de"))
    assert any(isinstance(part, KeyIs) and part.text in keys for part in found.parts)


@pytest.mark.parametrize(
    ("one", "other"), [("nb-NO", "no"), ("iw", "he"), ("EN_us", "en"), ("in", "id")]
)
def test_a_language_of_several_codes_is_one(one: str, other: str) -> None:
    assert primary_language(one) == primary_language(other) == other
    text = MatchText(body="x", language=one)
    assert compile_query(f"lang:{other}").match(text) is not None
    assert compile_query(f"lang:{one.replace('_', '-')}").match(MatchText(language=other)) == ()


def test_of_a_long_list_the_longest_word_of_each_term_is_asked_for() -> None:
    names = tuple(f"maria xylophone{number}" for number in range(1_500))
    lists = Lists(sets={"names": names})
    found = narrow(compile_query("set:names", lists=lists).root)
    assert isinstance(found, KeysAnyOf)
    assert KeyIs("xylophone7") in found.parts
    assert KeyIs("maria") not in found.parts
