import gc
import pickle
import time
import weakref

import pytest

from scraper.errors import QueryError
from scraper.watch import MatchText, compile_query
from scraper.watch.entries import entry
from scraper.watch.lists import NO_LISTS, Lists
from scraper.watch.nodes import AnyOf, Fuzzy, Mode, Phrase, Regex, Run, Term, Wildcard
from scraper.watch.parser import parse

NAME, EXACT, CASED = Mode.NAME, Mode.EXACT, Mode.CASED


@pytest.mark.parametrize(
    ("term", "leaf"),
    [
        ("rocket", Term("rocket")),
        ("Muqtada al-Sadr", Phrase((Term("muqtada", NAME), Term("al"), Term("sadr", NAME)))),
        ("air-strike", Phrase((Term("air"), Term("strike")), Term("airstrike"))),
        ('"Aa bb"', Phrase((Term("aa", EXACT), Term("bb", EXACT)))),
        ("“Aa bb”", Phrase((Term("aa", EXACT), Term("bb", EXACT)))),
        ("=rocket", Term("rocket", EXACT)),
        ("=aa bb", Phrase((Term("aa", EXACT), Term("bb", EXACT)))),
        ("case:UN", Term("un", CASED, "UN")),
        ("case:UN Women", Phrase((Term("un", CASED, "UN"), Term("women", CASED, "Women")))),
        ('case:"UN Women"', Phrase((Term("un", CASED, "UN"), Term("women", CASED, "Women")))),
        ("rocket*", Wildcard("rocket*")),
        ("aa rocket*", Phrase((Term("aa"), Wildcard("rocket*")))),
        ("Mosul~1", Fuzzy("mosul", 1)),
        ("/ro(ck|ll)/", Regex("ro(ck|ll)")),
        ('"aa bb"~3', Phrase((Term("aa", EXACT), Term("bb", EXACT)), slop=3)),
        ("火箭", Run(("火", "箭"))),
        ("Trinidad and Tobago", None),
        ("not in our name", None),
        ("Crédit Agricole S.A.", None),
        ("AT&T", None),
    ],
)
def test_an_entry_is_what_one_could_write_as_a_term_or_words_in_a_row(term, leaf):
    if leaf is None:
        assert isinstance(entry(term), Phrase)
    else:
        assert entry(term) == leaf


@pytest.mark.parametrize(
    ("term", "position"),
    [
        ("aa OR bb", 3),
        ("aa AND bb", 3),
        ("NOT aa", 0),
        ("-aa", 0),
        ("(aa bb)", 0),
        ("aa (bb)", 3),
        ('aa "bb cc"', 3),
        ("title:aa", 0),
        ("aa, bb", 2),
        ("aa NEAR/5 bb", 3),
        ("Mosul~1 aa", 0),
        ("case:", 0),
        ("case:US*", 7),
        ('"aa', 0),
        ("🚀", 0),
        ("", 0),
        ("aa\u200f\u200f (", 5),
    ],
)
def test_an_entry_that_is_no_term_is_refused(term, position):
    with pytest.raises(QueryError) as caught:
        entry(term)
    assert caught.value.position == position
    assert caught.value.remedy


def test_a_set_is_any_of_its_terms_in_a_field_or_none():
    lists = Lists({"officials": ["Muqtada al-Sadr", "case:UN"]})
    query = compile_query("set:officials -title:set:officials", lists=lists)
    assert str(query) == "set:officials AND NOT title:set:officials"
    assert query.match(MatchText(body="Muqtada al-Sadr spoke.")) is not None
    assert query.match(MatchText(body="The un spoke.")) is None
    assert query.match(MatchText(title="UN", body="The UN spoke.")) is None
    assert parse("title:(set:officials OR aa)", lists) == parse(
        "title:set:officials OR title:aa", lists
    )


@pytest.mark.parametrize("name", ["My Officials", "my officials", '"my officials"', "my-officials"])
def test_a_set_is_known_however_its_name_is_spelled(name):
    lists = Lists({"my officials": ["aa"]})
    shown = name if " " not in name or name[0] == '"' else f'"{name}"'
    leaf = parse(f"set:{shown}", lists)
    assert isinstance(leaf, AnyOf)
    assert leaf.name == "my officials"


@pytest.mark.parametrize(
    ("lists", "remedy"),
    [
        (Lists({"officials": ["aa"], "places": ["bb"]}), "Did you mean set:officials?"),
        (Lists({"my officials": ["aa"]}), 'Did you mean set:"my officials"?'),
        (Lists({"xyz": ["aa"]}), "The sets are xyz."),
        (NO_LISTS, "No sets are known"),
    ],
)
def test_an_unknown_set_is_refused_with_the_nearest(lists, remedy):
    with pytest.raises(QueryError, match='no set "oficials"') as caught:
        parse("aa set:oficials", lists)
    assert caught.value.position == 7
    assert remedy in caught.value.remedy


def test_what_is_wrong_in_a_set_names_the_entry():
    lists = Lists({"officials": ["aa", "bb OR cc"]})
    with pytest.raises(QueryError, match=r'Entry 2 of the set "officials", \'bb OR cc\'') as caught:
        parse("aa set:officials", lists)
    assert caught.value.position == 7


def test_the_same_terms_are_one_leaf():
    lists = Lists({"officials": ["aa", "AA", "aa", "Aa"]})
    leaf = parse("set:officials", lists)
    assert isinstance(leaf, AnyOf)
    assert leaf.leaves == (Term("aa"), Term("aa", NAME))


def test_a_set_of_fifty_thousand_terms_compiles_soon_and_once():
    terms = [f"Name{number} al-Family{number % 977}" for number in range(50_000)]
    lists = Lists({"officials": terms})
    started = time.process_time()
    first = parse("set:officials", lists)
    assert time.process_time() - started < 5
    started = time.process_time()
    second = parse("aa AND title:set:officials", lists).children[1]
    assert time.process_time() - started < 1
    assert isinstance(first, AnyOf)
    assert second.leaves is first.leaves


def test_queries_without_lists_outlive_them():
    one, other = Lists({"officials": ["aa"]}), Lists({"officials": ["bb"]})
    assert compile_query("rocket", lists=one) is compile_query("rocket", lists=other)
    assert compile_query("set:officials", lists=one) == compile_query("set:officials", lists=one)
    assert compile_query("set:officials", lists=one) != compile_query("set:officials", lists=other)
    with pytest.raises(QueryError):
        compile_query("set:officials")


def test_lists_travel_between_processes_with_their_queries():
    lists = Lists({"officials": ["aa", "bb cc"]}, {("place", "1"): (["dd"], [])})
    query = compile_query("set:officials", lists=lists)
    again = pickle.loads(pickle.dumps(query))  # noqa: S301 - our own bytes
    assert again == query
    assert again.lists.terms("officials") == ("aa", "bb cc")


def test_lists_are_told_apart_by_identity():
    assert Lists() != Lists()
    assert len({Lists(), NO_LISTS, NO_LISTS}) == 2


def test_a_place_and_a_country_are_their_names():
    query = compile_query("place:Baghdad AND country:Iraq")
    assert query.match(MatchText(body="Багдад, Ирак: взрыв")) is not None
    assert query.match(MatchText(body="انفجار في بغداد، العراق")) is not None
    assert query.match(MatchText(body="Explosion in Basra, Iraq")) is None


def test_names_are_edited():
    found = NO_LISTS.place("place", "Baghdad")
    assert found is not None
    lists = Lists(edits={("place", found.key): (["City of Peace"], ["Bagdad"])})
    assert "City of Peace" in (lists.names("place", "Baghdad") or ())
    query = compile_query("place:Baghdad", lists=lists)
    assert query.match(MatchText(body="In the City of Peace")) is not None
    assert query.match(MatchText(body="In Baghdad")) is not None
    assert compile_query("place:Baghdad").match(MatchText(body="In the City of Peace")) is None


@pytest.mark.parametrize(
    ("query", "position", "remedy"),
    [
        ("aa place:Xyzzyville", 9, "atlas"),
        ("aa place:Bagdhad", 9, "Did you mean place:Baghdad?"),
        ("country:Iraqq", 8, "Did you mean country:Iraq?"),
        ("place:/Bagh.*/", 6, "place:Baghdad"),
    ],
)
def test_an_unknown_place_is_refused_with_the_nearest(query, position, remedy):
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert caught.value.position == position
    assert remedy in caught.value.remedy


class _Watched(Lists):
    """Lists of which can be said whether they are still kept."""


def test_former_lists_are_not_kept() -> None:
    lists = _Watched({"weapons": ("rocket",)})
    compile_query("set:weapons", lists=lists)
    kept = weakref.ref(lists)
    del lists
    gc.collect()
    assert kept() is None


def test_queries_of_one_list_share_its_tables() -> None:
    lists = Lists({"weapons": ("rocket", "mortar shell")})
    first, second = (compile_query(q, lists=lists) for q in ("set:weapons", "title:set:weapons"))
    assert first.match(MatchText(title="rockets", language="en")) is not None
    assert isinstance(first.root, AnyOf)
    assert isinstance(second.root, AnyOf)
    assert first.root.tables.keys() == {"en"}
    assert second.root.tables is first.root.tables
