"""The index of keys names every article that may match, and few others."""

from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import key_index, key_query, maintenance
from storage.database import Database
from storage.idset import IdSet
from storage.key_query import LONGEST, simplified, token
from storage.records import KeyExpression, KeyIs, KeysAllOf, KeysAnyOf, SourceSpec, StoredArticle
from storage.search_keys import Stale, tokens
from storage.unit import UnitOfWork
from tests.storage.making import DAY, HOUR, NOW, add_article, add_source, signature

RULES = 3
Keys = Callable[[StoredArticle], Collection[str] | None]


def by_words(stored: StoredArticle) -> list[str]:
    return stored.article.body.split("|")


def store(unit: UnitOfWork, *texts: str) -> None:
    """Articles with these keys, parted by |, an hour apart."""
    first = len(unit.articles.list(1000)) + 1
    for number, text in enumerate(texts, first):
        add_article(unit, str(number), body=text, now=NOW + number * HOUR)


def index(unit: UnitOfWork, keys: Keys = by_words, *, rules: int = RULES) -> int:
    def made(stale: Stale) -> tuple[Stale, str | None]:
        return stale, tokens(keys(stale.texts.stored))

    return unit.keys.put(rules, map(made, unit.keys.stale(rules, 1000)))


def found(unit: UnitOfWork, wanted: KeyExpression | str | None, **window: object) -> list[int]:
    times = {"since": NOW, "until": NOW + 1000 * DAY, "rules": RULES, **window}
    expression = KeyIs(wanted) if isinstance(wanted, str) else wanted
    return list(unit.keys.candidates(expression, **times).ids)


def in_the_index(unit: UnitOfWork, key: str) -> list[int]:
    """What the full-text index itself holds, garbage too."""
    answer = key_query.find(unit.connection, KeyIs(key), low=0, high=10_000)
    assert answer is not None
    return list(answer)


def test_articles_are_found_by_their_keys_the_newest_first(database: Database):
    with database.begin() as unit:
        store(unit, "rocket|baghdad", "rocket|basra", "baghdad", "rocketry")
        assert index(unit) == 4
        assert found(unit, "rocket") == [2, 1]
        assert found(unit, KeyIs("rocket", prefix=True)) == [4, 2, 1]
        assert found(unit, KeysAllOf((KeyIs("rocket"), KeyIs("baghdad")))) == [1]
        either = KeysAnyOf((KeyIs("basra"), KeyIs("baghdad")))
        assert found(unit, either) == [3, 2, 1]
        assert found(unit, KeysAllOf((KeyIs("rocket"), either))) == [2, 1]
        assert found(unit, None) == [4, 3, 2, 1]
        assert found(unit, "rock") == []


def test_an_expression_without_parts_means_all_or_none(database: Database):
    with database.begin() as unit:
        store(unit, "rocket", "basra")
        index(unit)
        assert found(unit, KeysAllOf(())) == [2, 1]
        assert found(unit, KeysAnyOf(())) == []
        assert found(unit, KeyIs("", prefix=True)) == [2, 1]
        assert found(unit, KeyIs("")) == []
        assert found(unit, KeysAnyOf((KeyIs("rocket"), KeysAllOf(())))) == [2, 1]
        assert found(unit, KeysAllOf((KeyIs("rocket"), KeysAnyOf(())))) == []


def test_what_is_not_indexed_is_always_a_candidate(database: Database):
    with database.begin() as unit:
        store(unit, "rocket", "basra")
        index(unit)
        store(unit, "baghdad")
        assert found(unit, "rocket") == [3, 1]
        assert unit.keys.pending(RULES) == 1
        assert index(unit) == 1
        assert found(unit, "rocket") == [1]
        assert index(unit) == unit.keys.pending(RULES) == 0


def test_what_other_rules_made_is_made_again(database: Database):
    with database.begin() as unit:
        store(unit, "rockets", "basra")
        index(unit, rules=RULES)
        newer = RULES + 1
        assert unit.keys.pending(newer) == 2
        assert found(unit, "rocket", rules=newer) == [2, 1]
        index(unit, lambda stored: [stored.article.body.rstrip("s")], rules=newer)
        assert found(unit, "rocket", rules=newer) == [1]
        assert in_the_index(unit, "rockets") == []
        # And back, by a program of before.
        assert found(unit, "rockets", rules=RULES) == [2, 1]
        assert unit.keys.pending(RULES) == 2


def test_what_a_source_is_called_and_tagged_is_among_the_keys_of_its_articles(database: Database):
    with database.begin() as unit:
        wire, other = add_source(unit, tags=("old",)), add_source(unit, "other")
        for source in (wire, other):
            add_article(unit, source.name, source_id=source.id)
        assert [each.source_tags for each in unit.keys.texts([1, 2])] == [("old",), ()]
        for spec in (
            SourceSpec(name="wire", url=wire.url, tags=("new",)),
            SourceSpec(name="wires", url=wire.url, tags=("new",)),
        ):
            index(unit, lambda _: ["x"])
            unit.sources.edit("wire", spec, now=NOW)
            (stale,) = unit.keys.stale(RULES, 10)
            assert (stale.texts.source_name, stale.texts.source_tags) == (spec.name, spec.tags)
        index(unit, lambda _: ["x"])
        unit.sources.edit(
            "wires", SourceSpec(name="wires", url="https://b.example/", tags=("new",)), now=NOW
        )
        assert unit.keys.pending(RULES) == 0


def test_what_was_stored_before_there_was_an_index_is_to_be_indexed(tmp_path: Path):
    address = f"sqlite:///{tmp_path}/earlier.db"
    engine = sa.create_engine(address)
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        connection.exec_driver_sql(
            "INSERT INTO stories (article_count, created_at, updated_at) VALUES (1, 0, 0)"
        )
        connection.exec_driver_sql(
            "INSERT INTO articles (url, authors, tags, body, word_count, kind, story_id,"
            " first_seen_at, revisions, indexed)"
            " VALUES ('https://a.example/', '[]', '[]', 'rocket', 1, 'article', 1, 0, 0, 0)"
        )
    engine.dispose()
    with Database.open(address) as database, database.begin() as unit:
        assert unit.keys.pending(RULES) == 1
        assert index(unit) == 1
        assert found(unit, "rocket", since=NOW - 99_999 * DAY) == [1]
        assert found(unit, "missile", since=NOW - 99_999 * DAY) == []


def test_new_texts_are_indexed_before_those_of_other_rules(database: Database):
    with database.begin() as unit:
        store(unit, "a", "b")
        index(unit, rules=1)
        store(unit, "c", "d")
        stale = unit.keys.stale(2, 3)
        assert [(each.texts.stored.id, each.rules) for each in stale] == [(4, 0), (3, 0), (2, 1)]


def test_a_revised_article_leaves_nothing_of_its_earlier_keys(database: Database):
    with database.begin() as unit:
        store(unit, "rocket|old", "basra")
        index(unit)
        known = unit.articles.get(1)
        assert known is not None
        later = replace(known.article, body="missile")
        unit.articles.revise(1, later, signature=signature(2), now=NOW + DAY)
        assert found(unit, "tank") == [1]
        (stale,) = unit.keys.stale(RULES, 10)
        assert [earlier.body for earlier in stale.texts.earlier] == ["rocket|old"]
        index(unit)
        assert found(unit, "missile") == [1]
        assert in_the_index(unit, "rocket") == []
        assert in_the_index(unit, "basra") == [2]


def test_a_repaired_article_is_indexed_again(database: Database):
    with database.begin() as unit:
        store(unit, "rocket")
        index(unit)
        known = unit.articles.get(1)
        assert known is not None
        better = replace(known.article, body="missile")
        unit.articles.repair(1, better, was=known.article, signature=signature(2))
        assert found(unit, "tank") == [1]
        index(unit)
        assert found(unit, "missile") == [1]
        assert in_the_index(unit, "rocket") == []


def test_the_keys_of_a_text_that_changed_meanwhile_are_not_taken(database: Database):
    with database.begin() as unit:
        store(unit, "rocket")
        (stale,) = unit.keys.stale(RULES, 10)
        known = stale.texts.stored.article
        unit.articles.revise(
            1, replace(known, body="missile"), signature=signature(2), now=NOW + DAY
        )
        assert unit.keys.put(RULES, [(stale, tokens(["rocket"]))]) == 0
        assert unit.keys.pending(RULES) == 1
        index(unit)
        # Nor what another worker was faster with.
        assert unit.keys.put(RULES, [(stale, tokens(["rocket"]))]) == 0
        assert found(unit, "missile") == [1]
        assert found(unit, "rocket") == []


def test_an_article_of_which_earlier_texts_are_deleted_is_indexed_without_them(database: Database):
    with database.begin() as unit:
        store(unit, "rocket", "basra")
        known = unit.articles.get(1)
        assert known is not None
        later = replace(known.article, body="missile")
        unit.articles.revise(1, later, signature=signature(2), now=NOW + DAY)
        index(unit)
        assert unit.keys.pending(RULES) == 0
        assert maintenance.prune_revisions(unit.connection, NOW + 9 * DAY) == 1
        (stale,) = unit.keys.stale(RULES, 10)
        assert (stale.texts.stored.id, stale.texts.earlier) == (1, ())


def test_an_article_with_more_keys_than_the_index_takes_is_always_a_candidate(database: Database):
    with database.begin() as unit:
        store(unit, "rocket", "many", "unknown")
        number = key_index.MOST_BYTES // 8
        many = [f"{place:08}" for place in range(number + 1)]
        keys = {"rocket": ["rocket"], "many": many, "unknown": None}
        index(unit, lambda stored: keys[stored.article.body])
        assert unit.keys.pending(RULES) == 0
        assert found(unit, "rocket") == [3, 2, 1]
        assert in_the_index(unit, "00000001") == []
        # As many as it takes are indexed, and made fewer, they are gone again.
        unit.connection.execute(sa.text("UPDATE article_keys SET rules = 0"))
        index(unit, lambda stored: many[: number - 9000] if stored.id == 2 else ["x"])
        assert found(unit, "00000001") == [2]
        unit.connection.execute(sa.text("UPDATE article_keys SET rules = 0"))
        index(unit, lambda stored: [] if stored.id == 2 else ["x"])
        assert found(unit, "00000001") == found(unit, "rocket") == []
        assert found(unit, "x") == [3, 1]


def test_the_time_is_when_a_text_was_first_seen(database: Database):
    with database.begin() as unit:
        store(unit, "rocket", "rocket", "rocket", "rocket")  # at 1, 2, 3, 4 o'clock
        known = unit.articles.get(1)
        assert known is not None
        later = replace(known.article, body="rocket|again")
        unit.articles.revise(1, later, signature=signature(2), now=NOW + 10 * HOUR)
        index(unit)
        assert found(unit, "rocket", since=NOW + 2 * HOUR, until=NOW + 4 * HOUR) == [3, 2, 1]
        assert found(unit, None, since=NOW + 3 * HOUR) == [4, 3, 1]
        assert found(unit, None, since=NOW + 11 * HOUR) == []
        window = unit.keys.candidates(
            KeyIs("again"), since=NOW + 3 * HOUR, until=NOW + DAY, rules=RULES
        )
        assert (list(window.ids), window.stored) == ([1], 3)


def test_texts_come_in_the_order_asked_for_with_the_earlier_ones(database: Database):
    with database.begin() as unit:
        store(unit, "first", "other")
        for number, body in enumerate(("second", "third"), 1):
            known = unit.articles.get(1)
            assert known is not None
            later = replace(known.article, body=body)
            unit.articles.revise(1, later, signature=signature(2), now=NOW + number * DAY)
        texts = unit.keys.texts([1, 99, 2])
        assert [each.stored.article.body for each in texts] == ["third", "other"]
        assert [[text.body for text in each.earlier] for each in texts] == [["first", "second"], []]


def test_a_list_of_fifty_thousand_keys_is_asked_for_in_pieces(database: Database):
    names = tuple(KeyIs(f"name {number}", prefix=number % 97 == 0) for number in range(50_000))
    with database.begin() as unit:
        store(unit, "name 49999|rocket", "name 3", "nobody", "name 970th|rocket")
        index(unit)
        assert found(unit, KeysAnyOf(names)) == [4, 2, 1]
        assert found(unit, KeysAllOf((KeysAnyOf(names), KeyIs("rocket")))) == [4, 1]
        all_of = KeysAllOf(tuple(KeyIs(f"k{number}") for number in range(3_000)))
        assert found(unit, all_of) == []


def test_deep_nesting_is_no_trouble(database: Database):
    wanted: KeyExpression = KeyIs("rocket")
    for number in range(150):
        kind = KeysAllOf if number % 2 else KeysAnyOf
        wanted = kind((wanted, KeyIs("rocket" if number % 2 else f"x{number}")))
    with database.begin() as unit:
        store(unit, "rocket", "basra", "x148")
        index(unit)
        assert found(unit, wanted) == [1]


@pytest.mark.parametrize(
    "key",
    [
        *('"', "'", "\\", "a b", "a\tb\n", ":lang:en", "AND", "*", "a*", "(", "NEAR", "3.5", "!"),
        *("\x00", "a\x00b", "\ud800", "火 箭", "حرب", "\U0001f680", "ß", "É", "\u00a0", "\ufdd0"),
        *("A", "&|", "x" * 5000, "é" * 199 + "x", "a" * LONGEST, "\u2028", "\U0010ffff"),
    ],
)
def test_whatever_a_key_is_made_of_it_is_found_alone(database: Database, key: str):
    with database.begin() as unit:
        store(unit, "plain", "key", "plain")
        index(unit, lambda stored: [key] if stored.article.body == "key" else ["plain", "b"])
        assert found(unit, key) == [2]
        assert found(unit, KeyIs(key[: len(key) // 2 + 1], prefix=True)) == [2]
        index(unit, lambda _: ["b"], rules=RULES + 1)
        assert in_the_index(unit, key) == []


def test_a_key_beyond_measure_is_cut_on_both_sides():
    long = "x" * (LONGEST + 50)
    assert simplified(KeyIs(long, prefix=True)) == KeyIs("x" * LONGEST, prefix=False)
    assert simplified(KeyIs("x" * (LONGEST - 1), prefix=True)).prefix
    assert len(token("\U0010ffff" * 999).encode()) < 2_046


KEYS = ("a", "b", "ab", "abc", "b c", "火 箭", ":lang:en", "d'")
expressions = st.recursive(
    st.builds(KeyIs, st.sampled_from((*KEYS, "", "none")), st.booleans()),
    lambda parts: st.builds(
        lambda kind, of: kind(tuple(of)),
        st.sampled_from((KeysAllOf, KeysAnyOf)),
        st.lists(parts, max_size=4),
    ),
    max_leaves=12,
)


def holds(wanted: KeyExpression, keys: Collection[str]) -> bool:
    """What an expression means, said plainly."""
    if isinstance(wanted, KeyIs):
        if wanted.prefix:
            return any(key.startswith(wanted.text) for key in ("", *keys))
        return wanted.text in keys
    answers = (holds(part, keys) for part in wanted.parts)
    return all(answers) if isinstance(wanted, KeysAllOf) else any(answers)


def test_the_databases_find_what_an_expression_means(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    """Both as one question and in pieces."""
    small = {name: replace(getattr(key_query, name), at_once=2) for name in ("_FTS5", "_TSQUERY")}
    articles = [["a"], ["b", "ab"], ["abc", "b c"], [":lang:en", "a", "d'"], ["火 箭", "b"], []]
    with database.begin() as unit:
        store(unit, *("|".join(keys) for keys in articles))
        index(unit, lambda stored: articles[stored.id - 1])

        @settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
        @given(wanted=expressions)
        def try_it(wanted: KeyExpression) -> None:
            expected = [number for number in range(6, 0, -1) if holds(wanted, articles[number - 1])]
            assert found(unit, wanted) == expected
            with monkeypatch.context() as patched:
                patched.setattr(key_query, "_FEW", -1)
                for name, dialect in small.items():
                    patched.setattr(key_query, name, dialect)
                assert found(unit, wanted) == expected

        try_it()


@given(st.sets(st.integers(5, 300)), st.sets(st.integers(5, 300)))
def test_sets_of_ids_are_sets(one: set[int], other: set[int]):
    first, second = (IdSet.of(ids, low=5, high=300) for ids in (one, other))
    assert list(first | second) == sorted(one | other, reverse=True)
    assert list(first & second) == sorted(one & other, reverse=True)
    assert len(first) == len(one)
    assert list(IdSet.of(one, low=100, high=200)) == sorted(
        (number for number in one if 100 <= number <= 200), reverse=True
    )


def test_a_set_without_room_is_empty():
    assert list(IdSet.of([1, 2], low=5, high=4)) == []
