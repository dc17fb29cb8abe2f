import random

from scraper.watch import MatchText, compile_query
from scraper.watch.index import Index
from scraper.watch.indexed import IndexedText
from scraper.watch.lists import Lists

LISTS = Lists(sets={"arms": ("rocket", "cluster bomb", "missile*", "=shell")})
QUERIES = (
    "rocket", "=rocket", "case:US", "rocket AND baghdad", "(rocket OR missile) baghdad",
    "rocket OR (missile AND baghdad) OR (shell NEAR/3 basra)", "rock* OR *issil* AND basra",
    "Bagdad~1 missile", "/rockets?/", "title:rocket", "author:smith", "tag:war OR lang:de",
    "set:arms", "set:arms AND baghdad", "set:arms OR football", "title:set:arms", "火箭袭击",
    '"rocket attack"~3', "ATLEAST/2 rocket", "published:2026-01-01 OR rocket", "air-strike",
)  # fmt: skip


def test_what_is_taken_out_leaves_nothing_behind() -> None:
    chance = random.Random(3)
    index = Index()
    roots = {number: compile_query(query, lists=LISTS).root for number, query in enumerate(QUERIES)}
    for _ in range(3):
        order = list(roots)
        chance.shuffle(order)
        for number in order:
            index.put(number, roots[number])
        chance.shuffle(order)
        for number in order:
            index.discard(number, roots[number])
        for name in ("_exact", "_plain", "_others", "_lists", "_seekers", "_fields", "_always"):
            assert not getattr(index, name), name
        assert not index._shapes
        assert not index._named
        assert not index._other_needs
        assert sorted(index._free) == list(range(len(index._owners)))
        assert sum(index._needs._asked) == 1
        assert not index._needs._by_key


def test_a_query_that_is_put_again_is_found_by_what_it_is_now() -> None:
    index = Index()
    rocket, missile = compile_query("rocket").root, compile_query("missile").root
    index.put(7, rocket)
    index.discard(7, rocket)
    index.put(7, missile)
    assert index.candidates(IndexedText(MatchText(body="a missile"))) == [7]
    assert index.candidates(IndexedText(MatchText(body="a rocket"))) == []


def test_what_a_query_needs_besides_its_anchor_is_looked_up() -> None:
    index = Index()
    for number, query in enumerate(("baghdad AND rocket", "baghdad AND (shell OR missil*)")):
        index.put(number, compile_query(query).root)
    assert index.candidates(IndexedText(MatchText(body="Baghdad was quiet"))) == []
    assert index.candidates(IndexedText(MatchText(body="Baghdad: missiles"))) == [1]


def test_a_list_that_several_queries_look_for_is_looked_up_once() -> None:
    index = Index()
    for number in range(5):
        index.put(number, compile_query(f"set:arms OR word{number}", lists=LISTS).root)
    assert len(index._lists) == 1
    assert sorted(index.candidates(IndexedText(MatchText(body="a cluster bomb")))) == [*range(5)]
