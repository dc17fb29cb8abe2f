import random
from collections.abc import Callable

import pytest

from scraper.watch import MatchText, WatchSet, compile_query
from scraper.watch.anchors import covers, usual_share
from scraper.watch.index import Index
from scraper.watch.indexed import IndexedText
from scraper.watch.lists import Lists
from scraper.watch.nodes import Not, Term
from tests.watch.making import watch


def matching(watches: WatchSet, text: MatchText) -> list[int]:
    return [match.watch_id for match in watches.match(text)]


TEXT = MatchText(
    title="Rocket hits Baghdad", body="火箭袭击巴格达", language="en", source="The New Arab"
)


def test_those_that_match_in_the_order_of_their_ids() -> None:
    watches = WatchSet(
        [watch(3, "rocket*"), watch(1, "baghdad rocket"), watch(2, "missile"), watch(4, "巴格达")]
    )
    assert matching(watches, TEXT) == [1, 3, 4]
    assert len(watches) == 4
    first = watches.match(TEXT)[0]
    assert first.passages[0].highlights == ((0, 6), (12, 19))


def test_what_is_found_in_a_part_of_a_text() -> None:
    body = "A quiet day. A rocket hit the airport.\n\nThe rocket came from the north."
    text = MatchText(title="Baghdad today", body=body, language="en")
    watches = WatchSet(
        [
            watch(1, "Baghdad AND rocket"),
            watch(2, "Baghdad"),
            watch(3, "rocket NOT quiet"),
            watch(4, "lang:en"),
            watch(5, '"airport the rocket"'),
            watch(6, "rocket", languages=("fr",)),
        ]
    )
    last = [(body.index("The rocket"), len(body))]
    found = watches.match_within(text, {"body": last}, range(9))
    assert [(match.watch_id, [p.text for p in match.passages]) for match in found] == [
        (1, ["The rocket came from the north."])
    ]
    assert watches.match_within(text, {"body": last}, [2, 3]) == []
    assert watches.match_within(text, {"body": [(0, 12)]}, range(9)) == []
    title = watches.match_within(text, {"title": [(0, 13)]}, range(9))
    assert [(match.watch_id, match.passages[0].field) for match in title] == [
        (1, "title"),
        (2, "title"),
    ]


def test_watches_with_one_query_share_its_evaluation_but_not_their_scope() -> None:
    watches = WatchSet(
        [watch(1, "rocket"), watch(2, "rocket", languages=("ar",)), watch(3, "rocket")]
    )
    assert watches.candidates(TEXT) == 1
    assert matching(watches, TEXT) == [1, 3]


@pytest.mark.parametrize(
    ("scope", "language", "source", "expected"),
    [
        ({}, None, None, True),
        ({"languages": ("en",)}, "en", None, True),
        ({"languages": ("EN-gb",)}, "en-US", None, True),
        ({"languages": ("ar", "fr")}, "en", None, False),
        ({"languages": ("ar",)}, None, None, True),  # rather than miss it
        ({"sources": ("Reuters",)}, None, "reuters", True),
        ({"sources": ("Reuters",)}, None, "Reuters World", False),
        ({"sources": ("Reuters",)}, None, None, False),
        ({"languages": ("en",), "sources": ("Reuters",)}, "en", "AFP", False),
    ],
)
def test_scope(
    scope: dict[str, tuple[str, ...]], language: str | None, source: str | None, *, expected: bool
) -> None:
    text = MatchText(body="a rocket", language=language, source=source)
    assert bool(WatchSet([watch(1, "rocket", **scope)]).match(text)) is expected


def test_a_broken_query_breaks_no_other() -> None:
    watches = WatchSet([watch(1, "(rocket"), watch(2, "rocket"), watch(3, "NOT rocket")])
    assert sorted(watches.broken) == [1, 3]
    assert watches.broken[1].remedy
    assert matching(watches, TEXT) == [2]


def test_none_at_all() -> None:
    assert WatchSet([]).match(TEXT) == []
    assert WatchSet([watch(1, "rocket")]).match(MatchText()) == []


def test_watches_come_and_go_one_by_one() -> None:
    watches = WatchSet([watch(1, "rocket"), watch(2, "rocket"), watch(3, "(broken")])
    watches.discard(1)
    watches.put(watch(3, "baghdad"))
    watches.put(watch(4, "title:hit* OR Bagdad~1"))
    assert (len(watches), matching(watches, TEXT)) == (3, [2, 3, 4])
    assert not watches.broken
    watches.put(watch(2, "missile"))
    watches.put(watch(4, "(broken"))
    watches.discard(7)
    assert (len(watches), matching(watches, TEXT)) == (2, [3])
    assert sorted(watches.broken) == [4]


@pytest.mark.parametrize(
    ("query", "anchors"),
    [
        ("rocket", {"rocket"}),
        ("rocket*", {"rocket*"}),
        ("*rocke?", {"*rocke*\x01**rocke?"}),
        ("w?men", {"*men*\x01*w?men"}),
        ("w?m?n", set()),
        ("rocke~1", {"rocke~1"}),
        ("/rocket(s|ry)?/", {"*rocket*\x01/rocket(s|ry)?"}),
        ("/rockets?/", {"*rocket*\x01/rockets?"}),
        ("/[mb]o(a|b)t|x/", set()),
        ("ATLEAST/2 rocket", {"rocket"}),
        ("the AND rocket", {"rocket"}),
        ("(rocket OR missile) AND (at OR in)", {"rocket", "missile"}),
        ('"state of emergency"', {"emergency"}),
        ("rocket NEAR/5 at", {"rocket"}),
        ("rocket NOT football", {"rocket"}),
        ("at NOT (NOT rocket OR football)", {"rocket"}),
        ("air-strike", {"strike", "airstrike"}),
        ("巴格", {"巴 格"}),
        ("lang:en OR rocket", {":lang:en", "rocket"}),
        ("lang:en AND rocket", {"rocket"}),
        ("title:rocket", {"rocket"}),
    ],
)
def test_anchors_are_few_and_rare(query: str, anchors: set[str]) -> None:
    found = covers(compile_query(query).root, usual_share)
    assert {anchor.value for each in found[:1] for anchor in each.anchors} == anchors


def test_what_many_watch_for_is_no_anchor() -> None:
    names = [f"name{number}" for number in range(100)]
    watches = WatchSet(
        watch(number, f"extraordinary AND {name}") for number, name in enumerate(names)
    )
    assert watches.candidates(MatchText(body="an extraordinary day for name7")) == 1


def test_a_query_without_anchors_is_always_evaluated() -> None:
    index = Index()
    index.put(0, Not(Term("aa")))
    index.put(1, Term("bb"))
    assert index.candidates(IndexedText(MatchText(body="cc"))) == [0]


def test_anchors_lose_no_match_among_many() -> None:
    chance = random.Random(7)
    stock = [f"{first}{second}{third}" for first in "bdg" for second in "aeo" for third in "lmnr"]
    stock += ["巴", "格", "达"]

    def query() -> str:
        one, two, three = chance.choices(stock, k=3)
        kinds = (
            *(one, f"{one[:2]}*", f"{one} {two}", f'"{one} {two}"', f"{one} OR {two} NOT {three}"),
            *(f"({one} OR {two}) NEAR/3 {three}", f"{one}-{two}", f'"{one} {two} {three}"~4'),
            *(f"title:{one}", f"lang:en {one}", f"{one}{two}", f"site:news.example OR {one}"),
        )
        return chance.choice(kinds).replace("巴*", "巴")

    watches = [watch(number, query()) for number in range(500)]
    together = WatchSet(watches)
    alone = [
        (each.id, compile_query(each.spec.query))
        for each in watches
        if each.id not in together.broken
    ]
    found = 0
    for _ in range(20):
        text = MatchText(
            title=" ".join(chance.choices(stock, k=3)),
            body=" ".join(chance.choices(stock, k=12)).replace("巴 格", "巴格"),
            language=chance.choice(["en", "ar", None]),
            url=chance.choice(["https://www.news.example/1", None]),
        )
        indexed = IndexedText(text)
        expected = [number for number, one in alone if one.match_indexed(indexed) is not None]
        assert matching(together, text) == expected
        found += len(expected)
    assert found > 100


class _Interrupted(Lists):
    """Lets something happen while a query that names a set is compiled."""

    def __init__(self, sets: dict[str, tuple[str, ...]], meanwhile: Callable[[], None]) -> None:
        super().__init__(sets)
        self.meanwhile: Callable[[], None] | None = meanwhile

    def set_name(self, name: str) -> str | None:
        happens, self.meanwhile = self.meanwhile, None
        if happens is not None:
            happens()
        return super().set_name(name)


def test_what_is_taken_out_or_changed_while_lists_change_stays_so() -> None:
    def meanwhile() -> None:
        watches.discard(1)
        watches.put(watch(2, "Basra"))

    watches = WatchSet(
        [watch(1, "set:weapons"), watch(2, "set:weapons OR tank")],
        lists=Lists({"weapons": ("mortar",)}),
    )
    watches.relist(_Interrupted({"weapons": ("rocket",)}, meanwhile))
    assert matching(watches, MatchText(title="rocket", language="en")) == []
    assert matching(watches, MatchText(title="Basra", language="en")) == [2]


def test_a_watch_put_in_while_lists_change_looks_for_the_new_ones() -> None:
    later = Lists({"weapons": ("rocket",)})
    watches = WatchSet(lists=_Interrupted({"weapons": ("mortar",)}, lambda: watches.relist(later)))
    watches.put(watch(1, "set:weapons"))
    assert matching(watches, MatchText(title="rocket", language="en")) == [1]
