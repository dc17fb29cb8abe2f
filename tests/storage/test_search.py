from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.database import Database
from storage.folding import MAX_CHARACTERS
from storage.fulltext import folded
from storage.unit import UnitOfWork
from tests.storage.making import NOW, add_article, signature


def store(unit: UnitOfWork, *bodies: str, indexed: bool = True) -> None:
    for body in bodies:
        number = len(unit.articles.list(1000)) + 1
        add_article(unit, str(number), title=None, body=body)
    if indexed:
        unit.search.index_pending()


def found(unit: UnitOfWork, query: str, limit: int = 50) -> list[int]:
    return [stored.id for stored in unit.search.search(query, limit)]


def test_all_words_must_occur_and_the_newest_come_first(database: Database):
    with database.begin() as unit:
        store(unit, "A rocket over Baghdad", "A rocket over Basra", "Baghdad. No rocket!")
        assert found(unit, "rocket baghdad") == [3, 1]
        assert found(unit, "rocket") == [3, 2, 1]
        assert found(unit, "rocket", limit=2) == [3, 2]
        assert [a.id for a in unit.search.search("rocket", 1, before=3)] == [2]
        assert found(unit, "rockets") == []


def test_a_phrase_is_its_words_in_a_row(database: Database):
    with database.begin() as unit:
        store(unit, "The Green Zone was hit", "The zone is green", "green-zone")
        assert found(unit, '"green zone"') == [3, 1]
        assert found(unit, "green-zone") == [3, 1]
        assert found(unit, 'hit "green zone"') == [1]
        assert found(unit, '"green zone') == [3, 1]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Präsident Erdoğan", "PRASIDENT erdogan"),
        ("L'État, c'est moi", "état"),
        ("Straße", "STRASSE"),
        ("Протест в Киеве", "киеве"),
        ("صاروخ على بَغْدَاد", "بغداد"),
        ("एक हिन्दी समाचार", "हिन्दी"),
        ("北京大学的学生", "大学"),
        ("東京でロケット発射", "ロケット"),
        ("นายกรัฐมนตรีแถลง", "รัฐมนตรี"),
        ("대통령이 말했다", "대통령이"),
        ("COVID-19 and F-16", "f-16 covid"),
        ("ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("snake_case_word", "case"),
        ("3.5 billion at 10:30", "3.5"),
    ],
)
def test_every_script_is_searched_without_case_and_accents(
    database: Database, text: str, query: str
):
    with database.begin() as unit:
        store(unit, "Something else, 別のこと", text)
        assert found(unit, query) == [2]


def test_characters_of_a_script_without_spaces_must_be_in_a_row(database: Database):
    with database.begin() as unit:
        store(unit, "北京大学")
        assert found(unit, "京北") == []
        assert found(unit, "हिनदी") == []


def test_title_and_standfirst_are_searched_too(database: Database):
    with database.begin() as unit:
        add_article(unit, title="Rocket", standfirst="Over Baghdad", body="Nobody was hurt")
        unit.search.index_pending()
        assert found(unit, "rocket baghdad nobody") == [1]


def test_a_revised_article_is_found_by_its_present_text_alone(database: Database):
    with database.begin() as unit:
        store(unit, "An Écho of the old", "Another")
        for body in ("Something new", "Something newer"):
            known = unit.articles.get(1)
            assert known is not None
            later = replace(known.article, body=body)
            unit.articles.revise(1, later, signature=signature(2), now=NOW)
            assert unit.search.pending() == 1
            assert found(unit, "something") == []  # until it is indexed
            assert found(unit, "echo") == []
            assert unit.search.index_pending() == 1
        assert found(unit, "newer") == [1]
        assert found(unit, "new") == []
        assert found(unit, "another") == [2]


def test_indexing_goes_on_in_steps(database: Database):
    with database.begin() as unit:
        store(unit, *("text" for _ in range(5)), indexed=False)
        assert unit.search.pending() == 5
        assert [unit.search.index_pending(2) for _ in range(4)] == [2, 2, 1, 0]
        assert unit.search.pending() == 0
        assert found(unit, "text") == [5, 4, 3, 2, 1]


def test_a_text_that_changed_while_it_was_folded_is_not_indexed(database: Database):
    with database.begin() as unit:
        store(unit, "rocket", "quiet", indexed=False)
        made = [(texts, folded(texts)) for texts in unit.search.unindexed(10)]
        known = unit.articles.get(1)
        assert known is not None
        later = replace(known.article, body="missile")
        unit.articles.revise(1, later, signature=signature(2), now=NOW)
        assert unit.search.put(made) == 1
        assert unit.search.put(made) == 0  # another was faster with it
        assert (found(unit, "rocket"), found(unit, "quiet")) == ([], [2])
        assert unit.search.index_pending() == 1
        assert found(unit, "missile") == [1]


@pytest.mark.parametrize(
    "query",
    [
        *("", " ", '"', '""', "AND", "rocket AND", "NOT", "*", "title:x", "a\x00b", "NEAR(a b)"),
        *("(", "^a", "'; DROP TABLE articles; --", "\ud800", "a:* & !b", "<->", "-rocket", "\\"),
    ],
)
def test_no_query_is_an_error(database: Database, query: str):
    with database.begin() as unit:
        store(unit, "A rocket over Baghdad")
        assert found(unit, query) in ([], [1])


def test_whatever_is_stored_and_searched_is_no_error(database: Database):
    with database.begin() as unit:

        @settings(
            max_examples=50,
            deadline=None,
            derandomize=True,
            suppress_health_check=[HealthCheck.function_scoped_fixture],
        )
        @given(body=st.text(), query=st.text())
        def try_it(body: str, query: str) -> None:
            store(unit, body)
            found(unit, query)
            number = unit.articles.list(1)[0].id
            words = body.split()
            if words and unit.search.search(words[0]):
                assert number in found(unit, words[0], 1000)

        try_it()


@pytest.mark.parametrize("unit_of_text", ["x" * 5000, "á", "北", "\U0002f800", "a b ", "ab \u0301"])
def test_a_text_without_end_is_indexed_as_far_as_the_index_goes(
    database: Database, unit_of_text: str
):
    with database.begin() as unit:
        times = 3 * MAX_CHARACTERS // len(unit_of_text)
        store(unit, unit_of_text * times, "".join(f"{n} " for n in range(times)))
        assert unit.search.pending() == 0
        assert found(unit, "17") == [2] or times < 17
