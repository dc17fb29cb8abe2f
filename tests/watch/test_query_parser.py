import pickle
import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from scraper.errors import QueryError
from scraper.watch import compile_query
from scraper.watch.nodes import (
    And,
    AtLeast,
    Fuzzy,
    Mark,
    Mode,
    Near,
    Not,
    Or,
    Part,
    Phrase,
    Published,
    Regex,
    Run,
    Term,
    Wildcard,
)
from scraper.watch.parser import DEEPEST, LONGEST_QUERY, MOST_TERMS, parse

A, B, C = Term("aa"), Term("bb"), Term("cc")
EXACT, CASED, NAME = Mode.EXACT, Mode.CASED, Mode.NAME


def exactly(*tokens: str) -> tuple[Part, ...]:
    return tuple(Term(token, EXACT) for token in tokens)


def plainly(*tokens: str) -> tuple[Part, ...]:
    return tuple(Term(token) for token in tokens)


def day(month: int, number: int, *, year: int = 2026) -> datetime:
    return datetime(year, month, number, tzinfo=UTC)


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("aa", A),
        ("AA", A),
        ("Aa", Term("aa", NAME)),
        ("McAa", Term("mcaa", NAME)),
        ("iPhone", Term("iphone")),
        ("F16", Term("f16")),
        ("Ärzte", Term("arzte", NAME)),
        ("Багдад", Term("багдад", NAME)),
        ("بغداد", Term("بغداد")),
        ("aa bb", And((A, B))),
        ("aa AND bb && cc", And((A, B, C))),
        ("aa OR bb || cc", Or((A, B, C))),
        ("aa||bb&&cc", Or((A, And((B, C))))),
        ("aa OR bb cc", Or((A, And((B, C))))),
        ("aa bb OR cc", Or((And((A, B)), C))),
        ("aa AND (bb OR cc)", And((A, Or((B, C))))),
        ("(aa OR bb) OR cc", Or((A, B, C))),
        ("aa (bb)", And((A, B))),
        ("aa OR(bb)", Or((A, B))),
        ("aa AND NOT(bb)", And((A, Not(B)))),
        ('aa OR"bb"', Or((A, Term("bb", EXACT)))),
        ("((aa))", A),
        ("aa NOT bb", And((A, Not(B)))),
        ("aa AND NOT bb", And((A, Not(B)))),
        ("aa -bb", And((A, Not(B)))),
        ("aa !bb", And((A, Not(B)))),
        ("aa !(bb OR cc)", And((A, Not(Or((B, C)))))),
        ("aa \u2013bb", And((A, Not(B)))),
        ('aa -"bb cc"', And((A, Not(Phrase(exactly("bb", "cc")))))),
        ("aa -title:bb", And((A, Not(Term("bb", within="title"))))),
        ("aa -=bb", And((A, Not(Term("bb", EXACT))))),
        ("NOT NOT aa", A),
        ("+aa +(bb)", And((A, B))),
        ("title:+aa", Term("aa", within="title")),
        ('"AND"', Term("and", EXACT)),
        (r"\and \AND", And((Term("and"), Term("and")))),
        ("title:and", Term("and", within="title")),
    ],
)
def test_words_and_the_operators_of_sets(query, tree):
    assert parse(query) == tree


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("=aa", Term("aa", EXACT)),
        ("=Aa", Term("aa", EXACT)),
        ('"aa"', Term("aa", EXACT)),
        ('="aa bb"', Phrase(exactly("aa", "bb"))),
        ("=(aa OR bb)", Or((Term("aa", EXACT), Term("bb", EXACT)))),
        ("case:US", Term("us", CASED, "US")),
        ("case:U.S.", Term("us", CASED, "US")),
        ("CASE:Été", Term("ete", CASED, "Ete")),
        (
            'case:"US Army"',
            Phrase((Term("us", CASED, "US"), Term("army", CASED, "Army"))),
        ),
        ("case:(US OR UK)", Or((Term("us", CASED, "US"), Term("uk", CASED, "UK")))),
        ("case:=US", Term("us", CASED, "US")),
        ("=case:US", Term("us", CASED, "US")),
        ("title:case:US", Term("us", CASED, "US", within="title")),
        ("case:title:US", Term("us", CASED, "US", within="title")),
        ("title:=aa", Term("aa", EXACT, within="title")),
        ("title:(aa case:US)", And((Term("aa", within="title"), Term("us", CASED, "US", "title")))),
        ("case:/U[A-Z]/", Regex("U[A-Z]", cased=True)),
        ("author:Aa", Term("aa", EXACT, within="author")),
        (
            "source:Al-Aa",
            Phrase(exactly("al", "aa"), Term("alaa", EXACT), within="source"),
        ),
    ],
)
def test_how_closely_a_word_is_compared(query, tree):
    assert parse(query) == tree


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ('"aa bb"', Phrase(exactly("aa", "bb"))),
        ("“aa bb”", Phrase(exactly("aa", "bb"))),
        ("„aa bb“ «cc»", And((Phrase(exactly("aa", "bb")), Term("cc", EXACT)))),
        ("‹aa bb›", Phrase(exactly("aa", "bb"))),
        ('"aa ro*"', Phrase((Term("aa", EXACT), Wildcard("ro*")))),
        ('"wom?n aa"', Phrase((Wildcard("wom?n"), Term("aa", EXACT)))),
        ('"aa bb"~5', Phrase(exactly("aa", "bb"), slop=5)),
        ('"aa bb"~0', Phrase(exactly("aa", "bb"))),
        ('"aa"~5', Term("aa", EXACT)),
        (r'"aa \"bb\" \*cc"', Phrase(exactly("aa", "bb", "cc"))),
        ("aa NEAR/5 bb", Near((A, B), (5,), (False,))),
        ("aa ONEAR/5 bb", Near((A, B), (5,), (True,))),
        ("aa NEAR/5 bb ONEAR/2 cc", Near((A, B, C), (5, 2), (False, True))),
        (
            "(aa NEAR/5 bb) NEAR/2 cc",
            Near((Near((A, B), (5,), (False,)), C), (2,), (False,)),
        ),
        ("(aa OR bb) NEAR/3 cc", Near((Or((A, B)), C), (3,), (False,))),
        ("aa bb NEAR/5 cc", And((A, Near((B, C), (5,), (False,))))),
        ("aa NOT bb NEAR/5 cc", And((A, Not(Near((B, C), (5,), (False,)))))),
        ("ATLEAST/3 aa", AtLeast(3, A)),
        ("ATLEAST/3 aa bb", And((AtLeast(3, A), B))),
        ("ATLEAST/2 (aa OR bb)", AtLeast(2, Or((A, B)))),
        ("ATLEAST/2 (aa NEAR/5 bb)", AtLeast(2, Near((A, B), (5,), (False,)))),
        ("cc -ATLEAST/2 title:aa", And((C, Not(AtLeast(2, Term("aa", within="title")))))),
        ("ro*", Wildcard("ro*")),
        ("*Rakéte*", Wildcard("*rakete*")),
        ("wom?n", Wildcard("wom?n")),
        ("a**b?*?", Wildcard("a*b??*")),
        ("U.S.*", Wildcard("us*")),
        ("صاروخ؟", Wildcard("صاروخ?")),
        ("Mosul~", Fuzzy("mosul", 2)),
        ("Mosul~1", Fuzzy("mosul", 1)),
        ("title:Mosul~2", Fuzzy("mosul", 2, "title")),
        ("/ro(ck|ll)/", Regex("ro(ck|ll)")),
        (r"/a\/b/ aa", And((Regex("a/b"), A))),
        ("/aa bb?/", Regex("aa bb?")),
        ("air-aa", Phrase(plainly("air", "aa"), Term("airaa"))),
        ('"air-aa"', Phrase(exactly("air", "aa"))),
        ("Air-Aa", Phrase((Term("air", NAME), Term("aa", NAME)), Term("airaa", NAME))),
        (r"aa\ bb", Phrase(plainly("aa", "bb"))),
        (r"aa\:bb\(cc", Phrase(plainly("aa", "bb", "cc"))),
        (r"aa\*", A),
        ("U.S.", Term("us")),
        ("10:30", Phrase(plainly("10", "30"))),
        ("13,000", Term("13000")),
        ("13\u00a0000", Term("13000")),
        ("aa\u00a0bb", And((A, B))),
        ("near-aa", Phrase(plainly("near", "aa"), Term("nearaa"))),
    ],
)
def test_phrases_distances_and_shapes(query, tree):
    assert parse(query) == tree


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("火箭", Run(("火", "箭"))),
        ("火箭*", Run(("火", "箭"))),
        ("火", Term("火", EXACT)),
        ('"火"', Term("火", EXACT)),
        ('"火箭 ai"', Phrase((Run(("火", "箭")), Term("ai", EXACT)))),
        ("「火箭 ai」", Phrase((Run(("火", "箭")), Term("ai", EXACT)))),
        ("AI大模型", Phrase((Term("ai"), Run(("大", "模", "型"))))),
        ('ארה"ב', Term("ארהב")),
        ("ａａ　ＡＮＤ　ｂｂ", And((A, B))),
        ("ａａ　ａｎｄｂｂ", And((A, Term("andbb")))),
        ("title：（aa ＯＲ bb）", Or((Term("aa", within="title"), Term("bb", within="title")))),
        ("aa －bb ！cc", And((A, Not(B), Not(C)))),
        ("＝aa", Term("aa", EXACT)),
        ("aa ＮＥＡＲ／５ bb", Near((A, B), (5,), (False,))),
        ("＂aa bb＂～３", Phrase(exactly("aa", "bb"), slop=3)),
        ("aa ＆＆ bb ｜｜ cc", Or((And((A, B)), C))),
        ("aa∨bb ∧ cc", Or((A, And((B, C))))),
        ("ro＊ wom？n", And((Wildcard("ro*"), Wildcard("wom?n")))),
        ("／ro．*／", Regex("ro.*")),
        ("【aa OR bb】cc", And((Or((A, B)), C))),
        ("\u200faa\u200e", A),
        ("\u200ftitle\u200e:\u200faa", Term("aa", within="title")),
        ("-\u200eaa bb", And((Not(A), B))),
        ("a\u00ada AND\ufeff bb", And((A, B))),
        ("aa NEAR/٥ bb", Near((A, B), (5,), (False,))),
    ],
)
def test_every_script_and_its_signs_are_understood_as_meant(query, tree):
    assert parse(query) == tree


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("title:aa", Term("aa", within="title")),
        ("Title: aa", Term("aa", within="title")),
        (
            "title:(aa OR bb) cc",
            And((Or((Term("aa", within="title"), Term("bb", within="title"))), C)),
        ),
        ("tag:aa section:bb", And((Term("aa", within="tag"), Term("bb", within="section")))),
        ("lang:EN aa", And((Mark("lang", "en"), A))),
        ("lang:pt-BR", Mark("lang", "pt")),
        ("lang:deu", Mark("lang", "de")),
        ("lang:(en OR ar)", Or((Mark("lang", "en"), Mark("lang", "ar")))),
        ("site:https://www.BBC.co.uk/news", Mark("site", "bbc.co.uk")),
        ("site:*.bbc.co.uk", Mark("site", "bbc.co.uk")),
        ("site:(bbc.co.uk OR -cnn.com)", None),
        (
            "site:(http://a.example bb.example)",
            And((Mark("site", "a.example"), Mark("site", "bb.example"))),
        ),
        ("kind:opinion", Mark("kind", "opinion")),
        ('kind:"live blog"', Mark("kind", "live_blog")),
        ("kind:Live-Blog", Mark("kind", "live_blog")),
        ("url:aa", Term("aa", EXACT, within="url")),
        ("url:aa.example/bb", Phrase(exactly("aa", "example", "bb"), within="url")),
        ("url:https://aa?id=5", Phrase(exactly("https", "aa", "id", "5"), within="url")),
        ("url:/aa/bb", Phrase(exactly("aa", "bb"), within="url")),
        (
            "url:case:Aa:b",
            Phrase((Term("aa", CASED, "Aa"), Term("b", CASED, "b")), within="url"),
        ),
        ("url:/aa.*/", Regex("aa.*", within="url")),
        (
            "url:(aa:bb OR cc)",
            Or((Phrase(exactly("aa", "bb"), within="url"), Term("cc", EXACT, within="url"))),
        ),
    ],
)
def test_fields(query, tree):
    if tree is None:
        with pytest.raises(QueryError, match="almost every article"):
            parse(query)
    else:
        assert parse(query) == tree


@pytest.mark.parametrize(
    ("query", "since", "before"),
    [
        ("2026-11-22", day(11, 22), day(11, 23)),
        ("2026-11", day(11, 1), day(12, 1)),
        ("2026-12", day(12, 1), day(1, 1, year=2027)),
        ("2026", day(1, 1), day(1, 1, year=2027)),
        ("[2026-01-01 TO 2026-02-01]", day(1, 1), day(2, 2)),
        ("{2026-01-01 TO 2026-02-01}", day(1, 2), day(2, 1)),
        ("[2026-01-01 TO 2026-02-01}", day(1, 1), day(2, 1)),
        ("[* TO 2026-02-01]", None, day(2, 2)),
        ("[2026-01-01 TO *]", day(1, 1), None),
        ("{2026-01 TO *]", day(2, 1), None),
        (">=2026-01-01", day(1, 1), None),
        (">= 2026-01-01", day(1, 1), None),
        ("≥2026-01-01", day(1, 1), None),
        (">2026-01-01", day(1, 2), None),
        ("<2026-01-01", None, day(1, 1)),
        ("<=2026-01-01", None, day(1, 2)),
        ("2026-01-01T10:00", day(1, 1).replace(hour=10), day(1, 1).replace(hour=10, minute=1)),
        ("[2026-01-01T10:00:30Z TO *]", day(1, 1).replace(hour=10, second=30), None),
        ("[2026-01-01T10:00+02:00 TO *]", day(1, 1).replace(hour=8), None),
        ('"2026-01-01 10:00"', day(1, 1).replace(hour=10), day(1, 1).replace(hour=10, minute=1)),
        ('["2026-01-01 10:00" TO *]', day(1, 1).replace(hour=10), None),
        ("9999", day(1, 1, year=9999), None),
    ],
)
def test_dates(query, since, before):
    assert parse(f"published:{query}") == Published(since, before)


def test_a_group_of_dates_bounds_both_ends():
    bounds = And((Published(day(1, 1), None), Published(None, day(2, 1))))
    assert parse("published:(>=2026-01-01 <2026-02-01)") == bounds


def test_the_largest_allowed_queries_compile():
    deep = "aa"
    for number in range(DEEPEST):
        deep = f"({deep}) {'OR' if number % 2 else 'AND'} w{number}"
    assert parse(str(parse(deep))) == parse(deep)
    wide = parse(" ".join(f"w{number}" for number in range(MOST_TERMS)))
    assert isinstance(wide, And)
    assert len(wide.children) == MOST_TERMS
    assert parse("(" * DEEPEST + "aa" + ")" * DEEPEST) == A


@pytest.mark.parametrize(
    "query",
    [
        "(" * 10_000 + "aa" + ")" * 10_000,
        "NOT " * 10_000 + "aa",
        "title:(" * 5_000,
        '"' * LONGEST_QUERY,
        "/" * LONGEST_QUERY,
        "\\" * LONGEST_QUERY,
        "a*" * (LONGEST_QUERY // 2),
        "a-" * (LONGEST_QUERY // 2),
        "火" * LONGEST_QUERY,
        "title:" * (LONGEST_QUERY // 6),
        "!" * LONGEST_QUERY,
        "=-" * (LONGEST_QUERY // 2),
        "'" + "a " * (LONGEST_QUERY // 3),
        f"published:[{' ' * (LONGEST_QUERY // 2)}]",
        f"published:[{'TO ' * (LONGEST_QUERY // 4)}]",
        "x~" * (LONGEST_QUERY // 2),
        "'" * LONGEST_QUERY,
        "' " * (LONGEST_QUERY // 2),
        "'a " * (LONGEST_QUERY // 3),
        "[" * LONGEST_QUERY,
        "published:[" * (LONGEST_QUERY // 11),
        "/(" + "(a{9}" * 100,
        "aa " * 400_000,
    ],
)
def test_whatever_is_piled_up_is_answered_soon(query):
    started = time.process_time()
    with suppress(QueryError):
        parse(query)
    assert time.process_time() - started < 1


def test_queries_are_compiled_once_and_travel_between_processes():
    query = compile_query('Baghdad AND ("air strike"~5 OR missile*) -title:football')
    assert compile_query(query.text) is query
    assert pickle.loads(pickle.dumps(query)) == query  # noqa: S301 - our own bytes
    assert str(query) == 'Baghdad AND ("air strike"~5 OR missile*) AND NOT title:football'
