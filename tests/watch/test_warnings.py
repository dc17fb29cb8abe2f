import time
from datetime import UTC, datetime

import pytest

from scraper.watch import compile_query
from scraper.watch.lists import Lists
from scraper.watch.parser import parse
from scraper.watch.warnings import warnings_of

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LISTS = Lists({"officials": ["Aa Bb"], "empty": []})

# The query, where something is hardly meant, a part of the message, and of the remedy.
SUSPICIOUS = [
    ("aaa OR bbb AND ccc", 11, "more tightly", "(this OR that) AND more"),
    ("aaa und bbb", 4, "und is looked for as a word", "Write AND"),
    ("aaa oder bbb", 4, "oder is looked for as a word", "Write OR"),
    ("aaa Oder bbb", 4, "Oder is looked for as a word", "Write OR"),
    ("aaa ou bbb", 4, "ou is looked for as a word", "Write OR"),
    ("aaa et bbb", 4, "et is looked for as a word", "Write AND"),
    ("aaa y bbb", 4, "y is looked for as a word", "Write AND"),
    ("aaa o bbb", 4, "o is looked for as a word", "Write OR"),
    ("aaa и bbb", 4, "и is looked for as a word", "Write AND"),
    ("aaa или bbb", 4, "или is looked for as a word", "Write OR"),
    ("aaa або bbb", 4, "або is looked for as a word", "Write OR"),
    ("aaa SAME bbb", 4, "SAME is looked for as a word", "Write NEAR/30"),
    ("aaa OR bbb ccc", 11, "more tightly", "parentheses"),
    ("aaa bbb OR ccc", 8, "more tightly", "parentheses"),
    ("aaa OR bbb -ccc", 11, "more tightly", "parentheses"),
    ("title:(aaa OR bbb ccc)", 18, "more tightly", "parentheses"),
    ("the", 0, "nearly every article", "Leave it out"),
    ("rocket OR der", 10, "nearly every article", "Leave it out"),
    ("rocket OR (и AND не)", 11, "nearly every article", "Leave it out"),
    ("rocket -the", 8, "nearly all are excluded", "Leave it out"),
    ("US Baghdad", 0, "finds us, too", "case:US"),
    ('"US" Baghdad', 0, "finds us, too", "case:US"),
    ("U.S. Baghdad", 0, "finds us, too", "case:US"),
    ("WHO Baghdad", 0, "finds who, too", "case:WHO"),
    ("IT", 0, "finds it, too", "case:IT"),
    ("mp Baghdad", 0, "every abbreviation", "case:MP"),
    ("a*", 0, "very many words", "more letters"),
    ("rocket OR *e?", 10, "very many words", "more letters"),
    ("Baghdad rocket?", 8, "does not find rocket", "rocket*"),
    ("صاروخ؟", 0, "just one letter", "صاروخ*"),
    ("rocket rocket", 7, "twice between AND", "ATLEAST/2"),
    ("rocket OR =aaa OR rocket", 18, "twice between OR", "Leave it out"),
    ("rocket NOT rocket", 11, "nothing would ever match", "Leave one"),
    ("rocket -(aaa OR rocket)", 16, "nothing would ever match", "Leave one"),
    ("lang:en lang:ar rocket", 8, "never match", "(lang:en OR lang:ar)"),
    ("rocket published:<2026 published:2027", 23, "all of these ranges", "one of them"),
    ('rocket OR "rocket attack"', 10, "adds nothing", "Leave one"),
    ('"rocket attack"~3 OR rocket', 0, "adds nothing", "Leave one"),
    ("rocket OR =rocket", 10, "adds nothing", "Leave one"),
    ("rocket OR (rocket AND Baghdad)", 11, "adds nothing", "Leave one"),
    ("rocket OR rocket NEAR/5 Baghdad", 10, "adds nothing", "Leave one"),
    ("rocket* OR rocketry", 11, "adds nothing", "Leave one"),
    ("rocket NEAR/51 Baghdad", 15, "hardly near", "smaller"),
    ("/a*/", 0, "empty word", "+ in place"),
    ("/.+/", 0, "nearly every word", "letters"),
    ("/Rocket/", 0, "Capitals", "case:/Rocket/"),
    ("/air-strike/", 0, "No word has the sign -", "as one"),
    ('Baghdad "rocket"', 8, "leaves out its inflections", "rocket without quotes"),
    ('"what is it?"', 11, "one more letter", "ends a question"),
    ("火箭*", 2, "adds nothing", "Leave it out"),
    ("published:2025 rocket", 0, "past", "open"),
    ("published:[* TO 2026-11-21] rocket", 0, "past", "open"),
    ("published:>=2027 rocket", 0, "to come", "year"),
    ("x" * 61, 0, "61 characters", "space"),
    ("Baghdad r\u043ecket", 9, "two scripts", "Latin"),
    ("title:r\u043ecket", 7, "two scripts", "Latin"),
    ("р\u0430кетa", 5, "two scripts", "Cyrillic"),
    ("lang:xx rocket", 0, "No language", "lang:en"),
    ("site:bbc", 0, "No host", "site:bbc.com"),
    ("site:bbc.co.uk/news rocket", 0, "host alone", "url:bbc.co.uk/news"),
    ("site:https://bbc.co.uk/news rocket", 0, "host alone", "url:bbc.co.uk/news"),
    ("صاروخ أو قذيفة", 6, "looked for as a word", "Write OR"),
    ("lang:en", 0, "every such article", "Add a word"),
    ("kind:opinion -football", 0, "every such article", "Add a word"),
    ("rocket OR published:>2026-01-01", 10, "every such article", "Add a word"),
    ("rocket UND Baghdad", 7, "looked for as a word", "Write AND"),
    ("rocket ODER Baghdad", 7, "looked for as a word", "Write OR"),
    ("ракета ИЛИ Багдад", 7, "looked for as a word", "Write OR"),
    ("rocket OHNE Baghdad", 7, "looked for as a word", "Write NOT"),
    ("or noir", 0, "looked for as a word", '"or"'),
    ("Mosul~ OR aaa~1", 10, "so short a word", "spellings"),
    ("set:empty OR aaa", 0, "is empty", "Add terms"),
    ("\u200f(aaa OR bbb ccc)\u200e", 13, "more tightly", "parentheses"),
]


@pytest.mark.parametrize(("query", "position", "message", "remedy"), SUSPICIOUS)
def test_what_is_hardly_meant_is_told(query, position, message, remedy):
    told = warnings_of(query, LISTS, now=NOW)
    assert [
        warning
        for warning in told
        if warning.position == position
        and message in warning.message
        and remedy in warning.remedy
        and warning.remedy.endswith(".")
    ], told


@pytest.mark.parametrize(
    "query",
    [
        "rocket",
        "Baghdad AND (rocket OR missile)",
        "Baghdad AND (rocket OR missile) -football",
        "(aaa OR bbb) AND ccc",
        "aaa OR (bbb AND ccc)",
        '"the rocket" OR missile',
        "the rocket",
        "case:US case:WHO",
        "NATO Baghdad",
        "author:US",
        '"rocket attack" OR missile',
        "title:rocket OR rocket",
        '"rocket attack" OR rockets',
        '"Baghdad"',
        '"火"',
        "rocket NEAR/50 Baghdad",
        "/rock(et|s)/ case:/Rocket/",
        r"/\w+ing/",
        "/rocket attacks?/",
        "wom?n rocket* *rakete*",
        "lang:en rocket",
        "site:iq OR site:news.example.org",
        "site:https://bbc.co.uk/ OR site:(cnn.com)",
        "published:>=2026-01-01 rocket",
        "published:[2026-01-01 TO 2027] rocket",
        "ракета Багдад",
        "AI大模型",
        "بغداد صاروخ",
        "set:officials",
        "air-strike Sana'a F-16",
        "Mosul~1 Baghdad~2",
    ],
)
def test_nothing_is_told_of_what_is_meant(query):
    assert warnings_of(query, LISTS, now=NOW) == ()


def test_of_several_places_the_one_that_is_taken_is_told():
    (told,) = compile_query("rocket place:Paris").warnings
    assert told.position == 7
    assert "in France" in told.message
    assert 'place:"Paris, Texas"' in told.remedy


def test_dates_are_told_of_only_at_a_time():
    query = compile_query("published:2025 rocket")
    assert query.warnings == ()
    assert query.warnings_at(NOW)


def test_warnings_come_in_the_order_of_the_query_and_are_few():
    told = compile_query(" ".join(f"{letter}*" for letter in "abcdefghijklmnopqrstuvwxyz")).warnings
    assert len(told) == 20
    assert [warning.position for warning in told] == sorted(each.position for each in told)


def test_the_remedies_name_queries_that_compile():
    for query in (
        "case:US Baghdad",
        "(lang:en OR lang:ar) rocket",
        "case:/Rocket/",
        "site:bbc.com",
    ):
        assert parse(query)
        assert warnings_of(query, LISTS, now=NOW) == ()


def test_a_query_of_thousands_of_branches_is_looked_through_soon():
    branches = [f'"aa{number} bb"' for number in range(1_500)]
    shapes = [f"ab{number}*" for number in range(150)]
    started = time.process_time()
    warnings_of(" OR ".join(branches + shapes), LISTS, now=NOW)
    assert time.process_time() - started < 2
