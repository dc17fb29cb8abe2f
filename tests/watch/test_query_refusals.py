"""Wrong queries: where they are wrong, what is said, and that the remedy is one."""

import pytest

from scraper.errors import QueryError
from scraper.watch.lists import Lists
from scraper.watch.parser import DEEPEST, LONGEST_QUERY, MOST_TERMS, parse

LISTS = Lists({"officials": ["Aa Bb"], "wrong": ["aa", "bb OR cc"]})

# The query, where it is wrong, a part of the message, a part of the remedy, and the query when the
# remedy is followed.
REFUSED = [
    ("", 0, "empty", "Write a word", "Baghdad"),
    ("   ", 3, "empty", "Write a word", "Baghdad"),
    ("(aa", 0, "never closed", ")", "(aa)"),
    ("(aa (bb)", 0, "never closed", ")", "(aa (bb))"),
    ("aa (", 3, "never closed", "leave it out", "aa"),
    ("aa)", 2, "closes nothing", "Leave it out", "aa"),
    (")", 0, "closes nothing", "Leave it out", None),
    ("aa ()", 3, "nothing between ( and )", "leave them out", "aa"),
    ("aa （）", 3, "nothing between ( and )", "leave them out", "aa"),
    ('aa "bb', 3, "never closed", '"', 'aa "bb"'),
    ("aa “bb", 3, "never closed", '"', "aa “bb”"),
    ('""', 1, "nothing in the quotes", "word", '"aa"'),
    ('"!?"', 2, "stands for any word", "letters", '"aa"'),
    ("aa AND", 3, "Nothing follows AND", "Write a word", "aa AND bb"),
    ("AND aa", 0, "Nothing stands before AND", '"AND"', '"AND" aa'),
    ("(OR aa)", 1, "Nothing stands before OR", "Write a word", "(bb OR aa)"),
    ("aa OR AND bb", 3, "Nothing follows OR", "Write a word", "aa OR cc AND bb"),
    ("aa NOT", 3, "Nothing follows NOT", "Write a word", "aa NOT bb"),
    ("aa NEAR/5", 3, "Nothing follows NEAR/5", "Write a word", "aa NEAR/5 bb"),
    ("aa NOT NEAR/5 bb", 3, "NOT NEAR/5", "in the group", "aa NOT (aa NEAR/5 bb)"),
    ("(aa OR)", 4, "Nothing follows OR", "Write a word", "(aa OR bb)"),
    ("ATLEAST/3", 0, "Nothing follows ATLEAST/3", "Write a word", "ATLEAST/3 aa"),
    # Operators in lower case
    ("aa and bb", 3, "upper case only", "Write AND", "aa AND bb"),
    ("aa and bb", 3, "upper case only", "in quotes", '"aa and bb"'),
    ("aa Or bb", 3, "upper case only", "Write OR", "aa OR bb"),
    ("aa not bb", 3, "upper case only", "Write NOT", "aa NOT bb"),
    ("not bb aa", 0, "upper case only", "Write NOT", "NOT bb aa"),
    ("Not bb aa", 0, "upper case only", "in quotes", '"Not" bb aa'),
    ("aa (not bb)", 4, "upper case only", "Write NOT", "aa (NOT bb)"),
    ("aa near bb", 3, "upper case only", "Write NEAR/5", "aa NEAR/5 bb"),
    ("title:(aa and bb)", 10, "upper case only", "Write AND", "title:(aa AND bb)"),
    ("火箭 ａｎｄ 导弹", 3, "upper case only", "Write AND", "火箭 AND 导弹"),
    # Near misses
    ("aa NEAR bb", 3, "no operator", "NEAR/5", "aa NEAR/5 bb"),
    ("aa NEAR5 bb", 3, "no operator", "NEAR/5", "aa NEAR/5 bb"),
    ("aa NEAR:7 bb", 3, "no operator", "NEAR/7", "aa NEAR/7 bb"),
    ("aa NEAR/x bb", 3, "no operator", "NEAR/5", "aa NEAR/5 bb"),
    ("aa near/7 bb", 3, "no operator", "NEAR/7", "aa NEAR/7 bb"),
    ("aa W/5 bb", 3, "no operator", "NEAR/5", "aa NEAR/5 bb"),
    ("aa w/s bb", 3, "no operator", "NEAR/5", "aa NEAR/5 bb"),
    ("aa PRE/3 bb", 3, "no operator", "ONEAR/3", "aa ONEAR/3 bb"),
    ("aa ADJ3 bb", 3, "no operator", "ONEAR/3", "aa ONEAR/3 bb"),
    ("aa /5 bb", 3, "no operator", "NEAR/5", "aa NEAR/5 bb"),
    ("aa ONEAR bb", 3, "no operator", "ONEAR/5", "aa ONEAR/5 bb"),
    ("aa onear/4 bb", 3, "no operator", "ONEAR/4", "aa ONEAR/4 bb"),
    ("ATLEAST 3 aa", 0, "no operator", "ATLEAST/3", "ATLEAST/3 aa"),
    ("ATLEAST4 aa", 0, "no operator", "ATLEAST/4", "ATLEAST/4 aa"),
    ("atleast5 aa", 0, "no operator", "ATLEAST/5", "ATLEAST/5 aa"),
    ("aa ANDNOT bb", 3, "no operator", "AND NOT", "aa AND NOT bb"),
    ("aa XOR bb", 3, "no operator", "NOT (", "(aa OR bb) NOT (aa AND bb)"),
    ("aa NEAR/0 bb", 8, "out of range", "1 to 100", "aa NEAR/1 bb"),
    ("aa NEAR/101 bb", 8, "out of range", "1 to 100", "aa NEAR/100 bb"),
    ("aa ONEAR/101 bb", 9, "out of range", "1 to 100", "aa ONEAR/100 bb"),
    ("ATLEAST/0 aa", 8, "out of range", "1 to 100", "ATLEAST/1 aa"),
    ('"aa bb"~101', 8, "out of range", "0 to 100", '"aa bb"~100'),
    ('"aa bb"~', 7, "how far", "~5", '"aa bb"~5'),
    ('"aa bb"~0.5', 7, "how far", "~5", '"aa bb"~5'),
    ('"aa bb"^2', 7, "weighted", "Leave out", '"aa bb"'),
    ('"aa bb"*', 7, "stands for nothing", "within them", '"aa bb*"'),
    # Places
    ("aa NEAR/5 (bb AND cc)", 3, "between words", "Take AND", "(aa NEAR/5 bb) AND cc"),
    ("aa NEAR/5 -bb", 3, "between words", "NOT (rocket", "aa NOT (aa NEAR/5 bb)"),
    ("-aa NEAR/5 bb", 4, "between words", "NOT (rocket", "bb NOT (aa NEAR/5 bb)"),
    ("aa NEAR/5 lang:en", 3, "between words", "no text", "aa AND lang:en"),
    ("aa NEAR/5 ATLEAST/2 bb", 3, "between words", "ATLEAST", "aa AND ATLEAST/2 bb"),
    ("title:aa NEAR/5 body:bb", 9, "different fields", "AND", "title:aa AND body:bb"),
    ("ATLEAST/2 (aa bb)", 0, "counts the places", "Take AND", "ATLEAST/2 (aa OR bb)"),
    ("ATLEAST/2 lang:en", 0, "counts the places", "no text", "lang:en"),
    # Wildcards, loose words, expressions
    ("*", 0, "any word", "leave it out", "rocket*"),
    ("aa ??", 3, "any word", "letters", "aa rocket*"),
    ("anti-*", 5, "any word", "anti*", "anti*"),
    ('"anti-*"', 6, "any word", "anti*", '"anti*"'),
    ('"aa * bb"', 4, "any word", "~3", '"aa bb"~3'),
    ("a*b*c*d*e*f*g*h*i*j*k*l", 0, "more than 10", "Leave some out", "a*l"),
    ("火*箭", 1, "without spaces", "ONEAR/5", "火 ONEAR/5 箭"),
    ("case:US*", 7, "either case", "case:/US[A-Z]*/", "case:/US[A-Z]*/"),
    ('case:"US ar*"', 11, "either case", "Leave out case:", '"US ar*"'),
    ("Mosul~0.8", 5, "no number", "Mosul~1", "Mosul~1"),
    ("Mosul~3", 5, "no number", "Mosul~2", "Mosul~2"),
    ("Mosul~0", 5, "no number", "=Mosul", "=Mosul"),
    ("Mosul~x", 5, "no number", "Mosul~2", "Mosul~2"),
    ("us~2", 2, "Every word", "us*", "us*"),
    ("al-Baghdadi~1", 11, "single word", "Leave out", "al-Baghdadi"),
    ("火箭~1", 2, "single word", "Leave out", "火箭"),
    ("case:Mosul~1", 10, "case: does not go", "Leave out case:", "Mosul~1"),
    ("~aa", 0, "before ~", "behind the word", "aa~1"),
    ("aa /bb", 3, "never closed", "End it", "aa /bb/"),
    ("aa / bb", 3, "stands alone", "OR", "aa OR bb"),
    ("aa // bb", 3, "stands alone", "OR", "aa OR bb"),
    ("/aa/i", 4, "straight behind", "Leave it out", "/aa/"),
    ("aa /b(c/", 5, "never closed", ")", "aa /b(c)/"),
    ("aa /bc)/", 6, "closes nothing", "Leave it out", "aa /bc/"),
    ("/[(](a/", 4, "never closed", ")", "/[(](a)/"),
    ("/b[c/", 2, "never closed", "]", "/b[c]/"),
    ("/a(?=b)/", 2, "look ahead", "NEAR", "a NEAR/1 b"),
    (r"/(a)\1/", 4, "refer back", "twice", "/(a)a/"),
    (r"/a\q/", 2, "no meaning", "Leave out", "/aq/"),
    ("/a**/", 2, "repetition", "one of", "/a*/"),
    ("/*a/", 1, "Nothing stands before *", "before it", "/b*a/"),
    ("/[z-a]/", 2, "no range", "earlier letter", "/[a-z]/"),
    ("/a{2000}/", 2, "too often", "1,000", "/a{1000}/"),
    ("/a{3,2}/", 2, "more to fewer", "{2,3}", "/a{2,3}/"),
    (r"/a\pX/", 2, "no class", r"\pL", r"/a\pL/"),
    ("/[[:foo:]]/", 2, "no class", "[a-z]", "/[a-z]/"),
    ("/(?z)a/", 1, "no meaning", "Leave it out", "/a/"),
    ("/(?<!b)a/", 1, "look ahead or behind", "NOT", "/a/"),
    (r"/(\pL{300})+/", 1, "too large", "several", r"/\pL{9}/"),
    ("/\ud800/", 1, "half a character", "Leave it out", "/a/"),
    ("case:/a(/", 7, "never closed", r"\(", r"case:/a\(/"),
    ("/" + "a" * 1001 + "/", 1001, "1,001 characters", "OR", "/a/ OR /aa/"),
    # Fields
    ("headline:aa", 0, 'no field "headline"', "title:", "title:aa"),
    ("aa titel:bb", 3, 'no field "titel"', "title:", "aa title:bb"),
    ("byline:aa", 0, "no field", "author:", "author:aa"),
    ("标题：火箭", 0, "no field", "title:", "title：火箭"),
    ("Breaking:aa", 0, "no field", "quotes", '"Breaking: aa"'),
    ("https://news.example", 0, "needs a field", "url:", "url:https://news.example"),
    ("title:", 0, "Nothing follows title:", "straight after", "title:rocket"),
    ("title:)", 0, "Nothing follows title:", "straight after", "title:rocket"),
    ("aa title:-bb", 3, "Nothing follows title:", "-title:rocket", "aa -title:bb"),
    ("aa title:NOT bb", 3, "Nothing follows title:", "NOT title:rocket", "aa NOT title:bb"),
    ("title:ATLEAST/2 bb", 0, "Nothing follows title:", "ATLEAST/2 title:", "ATLEAST/2 title:bb"),
    ("title:body:aa", 6, "before one term", "Leave one out", "title:aa AND body:aa"),
    ("title:(aa body:bb)", 10, "within title", "Close", "title:(aa) body:bb"),
    ("title:(aa lang:en)", 10, "within title", "Close", "title:(aa) lang:en"),
    ("lang:title:en", 5, "before one term", "Leave one out", "lang:en"),
    ("case:lang:en", 5, "does not go", "Leave it out", "lang:en"),
    ("case:(aa lang:en)", 9, "does not go", "outside", "case:(aa) lang:en"),
    ("lang:=en", 5, "does not go", "Leave it out", "lang:en"),
    ("lang:english", 5, "no language code", "lang:en", "lang:en"),
    ("lang:en,ar", 5, "no language code", "lang:(en OR ar)", "lang:(en OR ar)"),
    ("lang:xx-", 5, "no language code", "lang:en", "lang:en"),
    ("lang:/en/", 5, "no regular expression", "the value", "lang:en"),
    ('site:"a b"', 5, "no host name", "site:news", "site:news.example.org"),
    ("kind:opinon", 5, "no kind", "kind:opinion", "kind:opinion"),
    ("set:oficials", 4, "no set", "set:officials", "set:officials"),
    ("set:/a/", 4, "no regular expression", "set:officials", "set:officials"),
    ('set:"officials"~3', 15, "behind a name", "Leave it out", 'set:"officials"'),
    ("set:wrong", 4, "Entry 2", "In the set", None),
    ("= aa", 0, "stands alone", "straight before", "=aa"),
    ("title : aa", 6, "stands alone", "title:rocket", "title:aa"),
    # Dates
    ("published:yesterday", 10, "no date", "2026-01-31", "published:2026-01-31"),
    ("published:31.01.2026", 10, "no date", "2026-01-31", "published:2026-01-31"),
    ("published:2026/1/5", 10, "no date", "2026-01-05", "published:2026-01-05"),
    ("published:20260105", 10, "no date", "2026-01-05", "published:2026-01-05"),
    ("published:2026-02-30", 10, "no such date", "Check", "published:2026-02-28"),
    ("published:2026-01-01T25:00", 10, "no such date", "Check", "published:2026-01-01T23:00"),
    ("published:[2026 to 2027]", 10, "TO", "[2026 TO 2027]", "published:[2026 TO 2027]"),
    ("published:[2026..2027]", 10, "TO", "[2026 TO 2027]", "published:[2026 TO 2027]"),
    ("published:[2026 TO x]", 19, "no date", "2026-01-31", "published:[2026 TO 2026-01-31]"),
    ("published:[2026", 10, "never closed", "]", "published:[2026 TO 2027]"),
    ("published:[2027 TO 2026]", 10, "before it begins", "[2026 TO", "published:[2026 TO 2027]"),
    ("published:{2026 TO 2026}", 10, "before it begins", "[ and ]", "published:[2026 TO 2026]"),
    ("published:[* TO *]", 10, "says nothing", "a date", "published:[2026 TO *]"),
    ("published:*", 10, "says nothing", "a date", "published:2026"),
    ("published:>=", 12, "missing", "2026-01-31", "published:>=2026-01-31"),
    ("aa >2026", 3, "Only dates", "published:>=", "aa published:>=2026-01-31"),
    # Signs of other tools
    ("aa - bb", 3, "stands alone", "Leave it out", "aa bb"),
    ("aa – bb", 3, "stands alone", "Leave it out", "aa bb"),
    ("aa --bb", 3, "Two signs", "one -", "aa -bb"),
    ("aa & bb", 3, "stands alone", "AND", "aa AND bb"),
    ("aa | bb", 3, "stands alone", "OR", "aa OR bb"),
    ("aa|bb", 2, "no operator", "OR", "aa OR bb"),
    ("aa + bb", 3, "stands alone", "Leave it out", "aa bb"),
    ("aa ! bb", 3, "stands alone", "NOT", "aa NOT bb"),
    ("🚀", 0, "no word", "letters", "rocket"),
    ("aa, bb", 2, "comma", "OR", "aa OR bb"),
    ("aa；bb", 2, "comma", "AND", "aa AND bb"),
    ("صاروخ، قذيفة", 5, "comma", "OR", "صاروخ OR قذيفة"),
    ("火箭、导弹", 2, "comma", "OR", "火箭 OR 导弹"),
    ("[aa bb]", 0, "make groups", "( and )", "(aa bb)"),
    ("aa^2", 2, "weighted", "Leave out", "aa"),
    ("'aa bb'", 0, "Single quotes", "double quotes", '"aa bb"'),
    ("‘aa bb’", 0, "Single quotes", "double quotes", '"aa bb"'),
    ("aa\\", 2, "Nothing follows", "Leave it out", "aa"),
    # Nothing wanted
    ("NOT aa", 0, "almost every article", "must be there", "bb NOT aa"),
    ("-aa", 0, "almost every article", "must be there", "bb -aa"),
    ("aa OR NOT bb", 6, "almost every article", "both sides", "aa OR cc NOT bb"),
    ("aa NOT bb OR -cc", 13, "almost every article", "both sides", "aa NOT bb OR bb -cc"),
    ("aa (bb OR cc) OR (-aa NOT (bb))", 18, "almost every article", "both sides", "aa"),
    # Positions where characters are left out
    ("\u200faa\u200e bb)", 7, "closes nothing", "Leave it out", "\u200faa\u200e bb"),
    ("e\u0301e\u0301 (", 5, "never closed", "leave it out", "éé"),
    # Bounds
    ("(" * (DEEPEST + 1) + "aa", DEEPEST, "nested", "parentheses", "(aa)"),
    ("NOT " * (DEEPEST + 1) + "aa", 4 * DEEPEST, "nested", "parentheses", "aa"),
    ("x" * (LONGEST_QUERY + 1), LONGEST_QUERY, "characters", "several watches", "x"),
    ("aa " * (MOST_TERMS + 1), 3 * MOST_TERMS, "terms", "several watches", "aa"),
]


@pytest.mark.parametrize(
    ("query", "position", "message", "remedy", "corrected"),
    REFUSED,
    ids=[repr(row[0][:30]) + str(index) for index, row in enumerate(REFUSED)],
)
def test_a_wrong_query_is_refused_with_its_place_and_a_remedy_that_helps(
    query, position, message, remedy, corrected
):
    with pytest.raises(QueryError) as caught:
        parse(query, LISTS)
    assert message in str(caught.value)
    assert remedy in caught.value.remedy
    assert caught.value.position == position
    assert not str(caught.value).endswith(".")
    assert caught.value.remedy.endswith((".", "?"))
    if corrected is not None:
        parse(corrected, LISTS)


def test_the_first_of_two_errors_is_reported():
    with pytest.raises(QueryError, match="no field"):
        parse('headline:aa "bb')
    with pytest.raises(QueryError, match="never closed"):
        parse('"bb headline:aa')


@pytest.mark.parametrize(
    "query",
    [
        "and",
        "or noir",
        "title:and aa",
        "=and aa",
        '"rock and roll"',
        r"rock \and roll",
        "aa -not",
        "not",
        "w/o aa",
        "n/a",
        "near-miss",
        "nearly",
        "adjective5",
        "AT&T",
        "C++",
        "rock'n'roll",
        "#Baghdad @news $100 5%",
        "Yahoo! news",
        "'Abd 'Ali",
        "UND",
        "1914–1918",
    ],
)
def test_what_only_resembles_an_operator_is_a_word(query):
    assert str(parse(query))
