import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import QueryError
from scraper.watch import compile_query
from scraper.watch.nodes import And, Mark, Near, Node, Not, Or, Phrase, Term
from scraper.watch.parser import DEEPEST, LONGEST_QUERY, MOST_TERMS, parse
from scraper.watch.runs import Part

A, B, C = Term("aa"), Term("bb"), Term("cc")


def words_of(*tokens: str) -> tuple[Part, ...]:
    return tuple(Part((token,)) for token in tokens)


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("aa", A),
        ("AA", A),
        ("aa bb", And((A, B))),
        ("aa AND bb && cc", And((A, B, C))),
        ("aa OR bb || cc", Or((A, B, C))),
        ("aa||bb", Or((A, B))),
        ("aa OR bb cc", Or((A, And((B, C))))),
        ("aa bb OR cc", Or((And((A, B)), C))),
        ("aa AND (bb OR cc)", And((A, Or((B, C))))),
        ("aa(bb)", And((A, B))),
        ("((aa))", A),
        ("aa NOT bb", And((A, Not(B)))),
        ("aa AND NOT bb", And((A, Not(B)))),
        ("aa -bb", And((A, Not(B)))),
        ("aa \u2013bb", And((A, Not(B)))),
        ("aa -(bb OR cc)", And((A, Not(Or((B, C)))))),
        ('aa -"bb cc"', And((A, Not(Phrase(words_of("bb", "cc")))))),
        ("aa -title:bb", And((A, Not(Term("bb", within="title"))))),
        ("NOT NOT aa", A),
        ("-aa OR -bb cc NOT (NOT aa)", None),
        ("+aa +(bb)", And((A, B))),
        ("and or not near", And((Term("and"), Term("or"), Term("not"), Term("near")))),
        ('"AND"', Term("and")),
        ("rock*", Term("rock", prefix=True)),
        ('"aa bb"', Phrase(words_of("aa", "bb"))),
        ("“aa bb”", Phrase(words_of("aa", "bb"))),
        ("„aa bb“ «cc»", And((Phrase(words_of("aa", "bb")), C))),
        ('"aa ro*"', Phrase((Part(("aa",)), Part(("ro",), prefix=True)))),
        ('"aa bb"~5', Phrase(words_of("aa", "bb"), slop=5)),
        ('"aa"~5', A),
        ("aa NEAR/5 bb", Near((A, B), (5,))),
        ("aa NEAR/5 bb NEAR/2 cc", Near((A, B, C), (5, 2))),
        ("(aa OR bb) NEAR/3 cc", Near((Or((A, B)), C), (3,))),
        ("NOT aa NEAR/5 bb OR cc AND aa", None),
        ("aa bb NEAR/5 cc", And((A, Near((B, C), (5,))))),
        ("title:aa", Term("aa", within="title")),
        ("Title: aa", Term("aa", within="title")),
        (
            "title:(aa OR bb) cc",
            And((Or((Term("aa", within="title"), Term("bb", within="title"))), C)),
        ),
        ("lang:EN aa", And((Mark("lang", "en"), A))),
        ("lang:pt-BR", Mark("lang", "pt")),
        ("lang:(en OR ar)", Or((Mark("lang", "en"), Mark("lang", "ar")))),
        ("site:https://www.BBC.co.uk/news", Mark("site", "bbc.co.uk")),
        ("air-strike", Phrase(words_of("air", "strike"), joined="airstrike")),
        ('"air-strike"', Phrase(words_of("air", "strike"))),
        ("U.S.", Term("us")),
        ("10:30", Phrase(words_of("10", "30"))),
        ("13,000", Term("13000")),
        ("火箭", Phrase((Part(("火", "箭")),))),
        ("火箭*", Phrase((Part(("火", "箭")),))),
        ('"火箭 ai"', Phrase((Part(("火", "箭")), Part(("ai",))))),
        ('ארה"ב', Term("ארהב")),
        ("title：（aa）", Term("aa", within="title")),
        ("\u200faa\u200e", A),
    ],
)
def test_trees(query: str, tree: object) -> None:
    if tree is None:
        with pytest.raises(QueryError, match="almost every article"):
            parse(query)
    else:
        assert parse(query) == tree


@pytest.mark.parametrize(
    ("query", "position", "message", "remedy"),
    [
        ("", 0, "empty", "Write a word"),
        ("   ", 3, "empty", "Write a word"),
        ("(aa", 0, "never closed", ")"),
        ("(aa (bb)", 0, "never closed", ")"),
        ("aa)", 2, "closes nothing", "Leave it out"),
        (")", 0, "closes nothing", "Leave it out"),
        ("aa ()", 3, "nothing between ( and )", "leave them out"),
        ('aa "bb', 3, "never closed", '"'),
        ('""', 1, "nothing in the quotes", "word"),
        ("aa AND", 3, "Nothing follows AND", "Write a word"),
        ("AND aa", 0, "Nothing stands before AND", '"AND"'),
        ("(OR aa)", 1, "Nothing stands before OR", "Write a word"),
        ("aa OR AND bb", 3, "Nothing follows OR", "Write a word"),
        ("aa NOT", 3, "Nothing follows NOT", "Write a word"),
        ("aa NEAR/5", 3, "Nothing follows NEAR/5", "Write a word"),
        ("(aa OR)", 4, "Nothing follows OR", "Write a word"),
        ("*rocket", 0, "no word ends", "rocket*"),
        ("ro*et", 2, "no word ends", "rocket*"),
        ("*", 0, "no word", "letters"),
        ("r*", 0, "far too much", "2 letters"),
        ('"a * b"', 3, "no word ends", "rocket*"),
        ("headline:aa", 0, 'no field "headline"', "title:"),
        ("titel:aa", 0, 'no field "titel"', "title:"),
        ("https://news.example", 0, "no field", "quotes"),
        ("title:", 0, "Nothing follows title:", "straight after"),
        ("title:-aa", 0, "Nothing follows title:", "go before"),
        ("title:body:aa", 0, "Nothing follows title:", "straight after"),
        ("title:(aa body:bb)", 10, "within title", "Close"),
        ("aa - bb", 3, "no word", "leave it out"),
        ("aa & bb", 3, "no word", "leave it out"),
        ("🚀", 0, "no word", "letters"),
        ("aa|bb", 2, "no operator", "OR"),
        ("aa, bb", 2, "comma", "OR"),
        ("aa?", 2, "no wildcard", "*"),
        ("[aa bb]", 0, "make groups", "( and )"),
        ("aa~2", 2, "loosely", "*"),
        ('"aa bb"~', 7, "how far", "~5"),
        ('"aa bb"~101', 8, "out of range", "100"),
        ("aa^2", 2, "weighted", "Leave out"),
        ("!aa", 0, "no operator", "NOT"),
        ("/aa.bb/", 0, "regular expressions", "words"),
        ("aa NEAR bb", 3, "no operator", "NEAR/5"),
        ("aa near/5 bb", 3, "no operator", "NEAR/5"),
        ("aa W/5 bb", 3, "no operator", "NEAR/5"),
        ("aa NEAR/0 bb", 8, "out of range", "1 to 100"),
        ("aa NEAR/5 (bb AND cc)", 3, "between words", "Take AND"),
        ("aa NEAR/5 -bb", 3, "between words", "NOT (rocket"),
        ("-aa NEAR/5 bb", 4, "between words", "NOT (rocket"),
        ("title:aa NEAR/5 body:bb", 9, "different fields", "AND"),
        ("'aa bb'", 0, "Single quotes", "double quotes"),
        ("lang:english", 5, "no language code", "lang:en"),
        ('site:"a b"', 5, "no host name", "site:news"),
        ("NOT aa", 0, "almost every article", "must be there"),
        ("-aa", 0, "almost every article", "must be there"),
        ("aa OR NOT bb", 6, "almost every article", "both sides"),
        ("(" * (DEEPEST + 1) + "aa", DEEPEST, "nested", "parentheses"),
        ("NOT " * (DEEPEST + 1) + "aa", 4 * DEEPEST, "nested", "parentheses"),
        ("x" * (LONGEST_QUERY + 1), LONGEST_QUERY, "characters", "several watches"),
        ("aa " * (MOST_TERMS + 1), 3 * MOST_TERMS, "terms", "several watches"),
    ],
)
def test_errors_say_where_and_what_to_write(
    query: str, position: int, message: str, remedy: str
) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert message in str(caught.value)
    assert remedy in caught.value.remedy
    assert caught.value.position == position


def test_the_largest_allowed_queries_compile() -> None:
    deep = "aa"
    for number in range(DEEPEST):
        deep = f"({deep}) {'OR' if number % 2 else 'AND'} w{number}"
    assert parse(str(parse(deep))) == parse(deep)
    assert len(parse(" ".join(f"w{number}" for number in range(MOST_TERMS))).children) == MOST_TERMS
    assert parse("(" * DEEPEST + "aa" + ")" * DEEPEST) == A


_WORDS = st.sampled_from(
    [
        "aa",
        "Bb",
        "rock*",
        '"aa bb"',
        '"aa b* cc"',
        "“aa bb”~7",
        "air-strike",
        "Sana'a",
        "火箭",
        "and",
    ]
)
_FIELDS = st.sampled_from(["", "", "", "title:", "standfirst:", "body:", "caption:", "source:"])
_LEAVES = st.builds(str.__add__, _FIELDS, _WORDS)
_MARKS = st.sampled_from(["lang:en", "site:news.example", "lang:ar"])


def _nest(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({}) {} ({})".format, inner, st.sampled_from(["AND", "OR", "", "NOT"]), inner),
        st.builds("{} {} {}".format, inner, st.sampled_from(["AND", "OR", ""]), inner),
        st.builds("{} -({})".format, inner, inner),
        st.builds("NOT ({})".format, inner),
        st.builds("{0} NEAR/{2} ({1} OR {1})".format, _WORDS, _WORDS, st.integers(1, 100)),
    )


QUERIES = st.recursive(_LEAVES | _MARKS, _nest, max_leaves=8)


@given(QUERIES)
def test_the_normal_form_parses_to_an_equal_tree(query: str) -> None:
    try:
        tree = parse(query)
    except QueryError:
        return  # purely negative
    assert parse(str(tree)) == tree
    assert str(parse(str(tree))) == str(tree)


@given(st.text())
def test_any_text_parses_or_is_refused_within_its_bounds(query: str) -> None:
    _parses_or_is_refused(query)


_SHARDS = st.sampled_from(
    (
        *(
            "aa",
            " ",
            "(",
            ")",
            '"',
            "“",
            "AND",
            "OR",
            "NOT",
            "NEAR/5",
            "-",
            "+",
            "*",
            ":",
            "title:",
        ),
        *("~3", "lang:", "site:", "&&", "||", "'", ",", "?", "!", "\n", "火", "ב", "e\u0301", "é"),
        "\u200f",
    )
)


@given(st.lists(_SHARDS, max_size=30).map("".join))
def test_any_heap_of_shards_parses_or_is_refused_within_its_bounds(query: str) -> None:
    _parses_or_is_refused(query)


def _parses_or_is_refused(query: str) -> None:
    found = _tree_or_error(query)
    if isinstance(found, QueryError):
        assert 0 <= found.position <= len(query)
        assert found.remedy.endswith(".")
        assert not str(found).endswith(".")
    else:
        assert parse(str(found)) == found


def _tree_or_error(query: str) -> Node | QueryError:
    try:
        return parse(query)
    except QueryError as error:
        return error


def test_queries_are_compiled_once_and_travel_between_processes() -> None:
    query = compile_query('Baghdad AND ("air strike"~5 OR missile*) -title:football')
    assert compile_query(query.text) is query
    assert pickle.loads(pickle.dumps(query)) == query  # noqa: S301 - our own bytes
    assert str(query) == 'Baghdad AND ("air strike"~5 OR missile*) AND NOT title:football'
