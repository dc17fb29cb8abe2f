"""The cost of one more article does not grow with those stored: every question has its index.

SQLite tells the way it would go (https://www.sqlite.org/eqp.html). SCAN of a table is a way that
grows with it; SCAN of a partial index is one that grows with what is still to be done, and is never
needed for more than its first rows. The plans are looked at in a new database, and in one that
ANALYZE has told of a hundred thousand rows, for the planner then thinks again.
"""

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from storage.database import Database
from storage.records import (
    Belonging,
    DeliveryState,
    EntryState,
    HostBackOff,
    KeyIs,
    KeysAnyOf,
    SiteHealth,
    StoryDecision,
    StoryMember,
    WatchSpec,
)
from storage.requests import prune_requests
from storage.unit import UnitOfWork
from tests.databases import PostgresServer
from tests.storage.making import (
    DAY,
    NOW,
    add_article,
    add_entries,
    add_source,
    add_watch,
    claim,
    page,
    ring,
    signature,
)

# Small tables, read as a whole: what a person wrote into the settings, the processes at work, and
# sites, of which there are ten thousand at most: they are counted when a new one comes.
SMALL = {"channels", "sources", "workers", "versions", "walk", "sites", "hosts"}
PARTIAL = {
    "ix_entries_queue",
    "ix_entries_turns",
    "ix_entries_waiting",
    "ix_entries_claimed",
    "ix_sources_due",
    "ix_sources_claimed",
    "ix_deliveries_due",
    "ix_deliveries_claimed",
    "ix_articles_unindexed",
    "ix_notices_open",
}
# In the order that is asked for, so reading stops at the limit.
ORDERED = {"ix_articles_seen", "ix_stories_updated", "sqlite_autoindex_alerts_1"}

QUESTIONS: dict[str, Callable[[UnitOfWork], Any]] = {
    "requests.claim": lambda u: u.requests.claim("token:ci", "key", "print", now=NOW),
    "requests.answer": lambda u: u.requests.answer("token:ci", "key", 204, None),
    "requests.prune": lambda u: prune_requests(u.connection, NOW),
    "sources.claim_due": lambda u: u.sources.claim_due(NOW, worker="w", limit=5),
    "sources.next_due_at": lambda u: u.sources.next_due_at(),
    "sources.release": lambda u: u.sources.release("w"),
    "entries.add": lambda u: add_entries(u, ["a", "new"], title="changed"),
    "entries.claim": lambda u: claim(u, exclude=["x"]),
    "entries.next_due_at": lambda u: u.entries.next_due_at(),
    "entries.done": lambda u: u.entries.done(1, worker="w", article_id=1, recheck_at=NOW),
    "entries.retry": lambda u: u.entries.retry(1, worker="w", at=NOW, error="x"),
    "entries.release": lambda u: u.entries.release("w"),
    "entries.list": lambda u: u.entries.list(EntryState.FAILED),
    "articles.find": lambda u: u.articles.find(["a", "b"]),
    "articles.add": lambda u: add_article(u, "another", signed=signature(1, 2, 3)),
    "articles.add_keys": lambda u: u.articles.add_keys(1, ["x"]),
    "articles.candidates": lambda u: u.articles.candidates(
        signature(1, 2, 3), since=NOW - DAY, limit=10
    ),
    "articles.revise": lambda u: u.articles.revise(
        1, add_article(u, "r").article, signature=signature(4), now=NOW
    ),
    "articles.signed": lambda u: u.articles.signed(1),
    "articles.list": lambda u: u.articles.list(10, before=100),
    "articles.list of a story": lambda u: u.articles.list(10, story_id=1),
    "articles.list of a source": lambda u: u.articles.list(10, source="wire"),
    "articles.list in a language": lambda u: u.articles.list(10, language="en"),
    "articles.revisions": lambda u: u.articles.revisions(1),
    "pages.keep": lambda u: u.pages.keep(1, page(b"x"), entry_id=None, another_text=False),
    "pages.latest": lambda u: u.pages.latest(1),
    "pages.earliest": lambda u: u.pages.earliest(1),
    "pages.walk": lambda u: u.pages.walk(after=0, limit=10),
    "pages.walk of a source": lambda u: u.pages.walk(after=0, limit=10, source="wire"),
    "pages.forget": lambda u: u.pages.forget(12345),
    "stories.get": lambda u: u.stories.get(1),
    "stories.list": lambda u: u.stories.list(10, before=(NOW + DAY, 1)),
    "stories.articles": lambda u: u.stories.articles(1),
    "stories.decisions": lambda u: u.stories.decisions([1, 2]),
    "stories.decide": lambda u: u.stories.decide(
        StoryDecision(article_id=1, story_id=1, kind=Belonging.LEAD, decided_at=NOW)
    ),
    "stories.move": lambda u: u.stories.move([1], None, now=NOW),
    "stories.pin": lambda u: u.stories.pin(1),
    "events.counts": lambda u: u.events.counts([1, 2, -3]),
    "events.count": lambda u: u.events.count([1, 2, -3]),
    "events.add": lambda u: u.events.add(
        StoryMember(2, b"v"), story_id=1, terms=[1, 2], seen_at=NOW
    ),
    "events.member": lambda u: u.events.member(1, 1),
    "events.near": lambda u: u.events.near(
        [1, 2, 3], since=NOW - DAY, until=NOW, per_term=5, candidates=9, most=4, members=3
    ),
    "outbox.of_story": lambda u: u.outbox.of_story(1),
    "outbox.first_match": lambda u: u.outbox.first_match(1, 1),
    "outbox.rang": lambda u: u.outbox.rang(["a", "b"]),
    "stories.is_first_of_outlet": lambda u: u.stories.is_first_of_outlet(1),
    "outbox.follow": lambda u: u.outbox.follow("a", 1, once_key="k"),
    "watches.version": lambda u: u.watches.version(),
    "watches.changes": lambda u: u.watches.changes(1),
    "watches.activity": lambda u: u.watches.activity(1, since=NOW),
    "watches.feed": lambda u: u.watches.feed("Baghdad"),
    "watches.of_feed": lambda u: u.watches.of_feed("token"),
    "watches.set_feed": lambda u: u.watches.set_feed("Baghdad", "token"),
    "watches.get": lambda u: u.watches.get("Baghdad"),
    "watches.pause": lambda u: u.watches.pause("Baghdad"),
    "watches.edit": lambda u: u.watches.edit(
        "Baghdad", WatchSpec(name="new", query="Basra"), now=NOW
    ),
    "watches.put": lambda u: u.watches.put([WatchSpec(name="new", query="Basra")], now=NOW),
    "watches.page": lambda u: u.watches.page(10, after="A"),
    "watches.numbered": lambda u: u.watches.numbered(1),
    "sources.page": lambda u: u.sources.page(10, after="a"),
    "tallies.matches": lambda u: u.tallies.matches([1, 2], since=NOW),
    "tallies.matches_by_day": lambda u: u.tallies.matches_by_day(1, [NOW - DAY, NOW]),
    "tallies.article_ids_at": lambda u: u.tallies.article_ids_at([NOW]),
    "tallies.articles_by_day": lambda u: u.tallies.articles_by_day(1, [1, 2, 3]),
    "tallies.articles_of_languages": lambda u: u.tallies.articles_of_languages(1),
    "tallies.rang": lambda u: u.tallies.rang(10),
    "lists_version": lambda u: u.lists_version(),
    "versions": lambda u: u.versions(),
    "names.get": lambda u: u.names.get("place", "x"),
    "sources.tags": lambda u: u.sources.tags("wire"),
    "outbox.match": lambda u: u.outbox.match(1, 1, [], NOW),
    "outbox.matches": lambda u: u.outbox.matches(1),
    "outbox.ring": lambda u: ring(u, "again"),
    "outbox.claim_due": lambda u: u.outbox.claim_due(NOW, worker="w", limit=10),
    "outbox.due": lambda u: u.outbox.due(NOW),
    "outbox.delivered_together": lambda u: u.outbox.delivered_together(
        ["x", "y"], worker="w", now=NOW
    ),
    "outbox.alerts_of": lambda u: u.outbox.alerts_of(["x", "y"]),
    "outbox.next_due_at": lambda u: u.outbox.next_due_at(),
    "outbox.delivered": lambda u: u.outbox.delivered("x", worker="w", now=NOW),
    "outbox.release": lambda u: u.outbox.release("w"),
    "outbox.alerts": lambda u: u.outbox.alerts(10),
    "outbox.alerts of a watch": lambda u: u.outbox.alerts(10, watch="Baghdad"),
    "outbox.alerts of a channel": lambda u: u.outbox.alerts(10, channel="soc"),
    "outbox.alerts given up": lambda u: u.outbox.alerts(10, state=DeliveryState.FAILED),
    "outbox.alerts of a story": lambda u: u.outbox.alerts(10, story_id=1),
    "outbox.deliveries of an alert": lambda u: u.outbox.deliveries("x"),
    "outbox.deliveries failed": lambda u: u.outbox.deliveries(state=DeliveryState.FAILED),
    "outbox.attempts": lambda u: u.outbox.attempts("x"),
    "search.index_pending": lambda u: u.search.index_pending(10),
    "search.pending": lambda u: u.search.pending(),
    "keys.stale": lambda u: u.keys.stale(2, 10),
    "keys.put": lambda u: u.keys.put(2, [(stale, "a") for stale in u.keys.stale(2, 10)]),
    "keys.candidates": lambda u: u.keys.candidates(
        KeysAnyOf((KeyIs("a"), KeyIs("b", prefix=True))), since=NOW, until=NOW + DAY, rules=2
    ),
    "keys.within": lambda u: u.keys.within(KeyIs("a"), low=1, high=9, rules=2),
    "keys.within a source and a language": lambda u: u.keys.within(
        KeyIs("a"), low=1, high=9, rules=2, source_id=1, language="en"
    ),
    "keys.first_since": lambda u: u.keys.first_since(NOW),
    "keys.newest": lambda u: u.keys.newest(),
    "keys.oldest": lambda u: u.keys.oldest(),
    "keys.texts": lambda u: u.keys.texts([1, 2]),
    "sites.get": lambda u: u.sites.get("a.example", lock=True),
    "sources.by_id": lambda u: u.sources.by_id(1, lock=True),
    "hosts.put": lambda u: u.hosts.put(
        [HostBackOff(key="a.example", until=NOW, refusals=1, silences=0)], now=NOW
    ),
    "hosts.get": lambda u: u.hosts.get("a.example"),
    "hosts.well": lambda u: u.hosts.well(["a.example"]),
    "sites.put": lambda u: u.sites.put(SiteHealth(host="a.example", updated_at=NOW)),
    "notices.open": lambda u: u.notices.open("site.broken", "a.example", "x", now=NOW),
    "notices.resolve": lambda u: u.notices.resolve("site.broken", "a.example", now=NOW),
    "notices.list": lambda u: u.notices.list(limit=10),
    "pulse.newest_alerts": lambda u: u.pulse.newest_alerts(100),
    "pulse.alerts_after": lambda u: u.pulse.alerts_after("x", 100),
    "pulse.newest_attempts": lambda u: u.pulse.newest_attempts(20),
    "happenings.last": lambda u: u.happenings.last(),
    "happenings.rang": lambda u: u.happenings.rang("x", 1_000),
    "happenings.tried": lambda u: u.happenings.tried(1, 1_000),
    "pulse.marks": lambda u: u.pulse.marks(),
    "pulse.figures": lambda u: u.pulse.figures(),
    "pulse.last_article_at": lambda u: u.pulse.last_article_at(),
    "pulse.ways": lambda u: u.pulse.ways(["x", "y"]),
    "unsubscriptions.add": lambda u: u.unsubscriptions.add("desk", "a@b.example", [1], now=NOW),
    "unsubscriptions.of": lambda u: u.unsubscriptions.of("desk", [1, 2]),
    "unsubscriptions.list": lambda u: u.unsubscriptions.list("desk"),
    "unsubscriptions.remove": lambda u: u.unsubscriptions.remove("desk", "a@b.example"),
    "unsubscriptions.key": lambda u: u.unsubscriptions.key(lambda: "x", now=NOW),
    "workers.reap": lambda u: u.workers.reap(NOW, older_than=DAY, host="h", alive=lambda _: True),
    "workers.unregister": lambda u: u.workers.unregister("w"),
}


def fill(unit: UnitOfWork) -> None:
    """Some of everything."""
    source = add_source(unit)
    add_watch(unit)
    add_entries(unit, ["a", "b", "c"], title="A")
    article = add_article(unit, "story", source_id=source.id, signed=signature(1, 2))
    unit.pages.keep(article.id, page(), entry_id=None, another_text=True)
    unit.events.add(StoryMember(article.id, b"v"), story_id=1, terms=[1, 2], seen_at=NOW)
    ring(unit)


def grow(unit: UnitOfWork) -> None:
    """What ANALYZE would find after a year; the rows themselves are not needed."""
    unit.connection.exec_driver_sql("ANALYZE")
    rows = unit.connection.exec_driver_sql("SELECT tbl, idx, stat FROM sqlite_stat1").all()
    for table, index, stat in rows:
        if table in SMALL:
            continue
        todo = index in PARTIAL
        numbers = [str(1_000 if todo else 100_000)]
        numbers += ["3"] * (len(stat.split()) - 1)
        unit.connection.exec_driver_sql(
            "UPDATE sqlite_stat1 SET stat = ? WHERE tbl = ? AND idx IS ?",
            (" ".join(numbers), table, index),
        )
    unit.connection.exec_driver_sql("ANALYZE sqlite_master")  # read them again


@pytest.fixture(scope="module", params=["new", "grown"])
def filled(request: pytest.FixtureRequest, sqlite_template: Path) -> Iterator[Database]:
    path = sqlite_template.with_name(f"{request.param}.db")
    shutil.copyfile(sqlite_template, path)
    with Database.open(f"sqlite:///{path}") as database:
        with database.begin() as unit:
            fill(unit)
            if request.param == "grown":
                grow(unit)
        database.writer.dispose()  # a new connection reads the statistics
        yield database


@pytest.fixture(scope="module")
def filled_postgres(postgres: PostgresServer) -> Iterator[Database]:
    name = postgres.migrated()
    with Database.open(postgres.address(name)) as database:
        with database.begin() as unit:
            fill(unit)
        yield database
    postgres.drop(name)


@contextmanager
def undone(database: Database) -> Iterator[UnitOfWork]:
    """A transaction that leaves nothing."""
    with database.begin() as unit:
        savepoint = unit.connection.begin_nested()
        yield unit
        savepoint.rollback()


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_reads_a_table_from_end_to_end(filled: Database, question: str):
    with undone(filled) as unit:
        asked = ask(unit, QUESTIONS[question])
        assert asked
        for statement, parameters in asked:
            steps = plan(unit, statement, parameters)
            assert slow(statement, steps) == [], f"{statement}\n{steps}"


@pytest.mark.parametrize("question", ["outbox.due", "outbox.claim_due", "outbox.next_due_at"])
def test_what_waits_for_a_receiver_that_is_down_is_not_read_each_time(
    filled: Database, question: str
):
    """There is one look into the index for each channel, though a million wait for one of them."""
    with undone(filled) as unit:
        for statement, parameters in ask(unit, QUESTIONS[question]):
            steps = "\n".join(plan(unit, statement, parameters))
            assert "ix_deliveries_state" not in steps, f"{statement}\n{steps}"


@pytest.mark.parametrize("question", QUESTIONS)
def test_postgresql_has_an_index_for_every_question(filled_postgres: Database, question: str):
    """Told that reading a table as a whole costs much, it finds another way for each."""
    with undone(filled_postgres) as unit:
        unit.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for statement, parameters in ask(unit, QUESTIONS[question]):
            steps = plan(unit, statement, parameters)
            scanned = re.findall(r"Seq Scan on (\w+)", "\n".join(steps))
            assert set(scanned) <= SMALL, f"{statement}\n{steps}"


def ask(unit: UnitOfWork, question: Callable[[UnitOfWork], Any]) -> list[tuple[str, Any]]:
    """The statements that the question became, with the parameters of each."""
    asked: list[tuple[str, Any]] = []

    def note(*execution: Any) -> None:
        _connection, _cursor, statement, parameters, _context, many = execution
        asked.append((statement, parameters[0] if many else parameters))

    event.listen(unit.connection, "before_cursor_execute", note)
    question(unit)
    event.remove(unit.connection, "before_cursor_execute", note)
    return asked


def plan(unit: UnitOfWork, statement: str, parameters: Any) -> list[str]:
    explain = "EXPLAIN" if unit.connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    rows = unit.connection.exec_driver_sql(f"{explain} {statement}", parameters)
    return [row[-1] for row in rows]


def slow(statement: str, steps: Sequence[str]) -> list[str]:
    """The steps that would take longer the more is stored."""
    return [
        step
        for step in steps
        if (
            step.startswith("USE TEMP B-TREE")
            and not any(map(is_bounded, steps))
            and not takes_the_newest_of_each_term(statement)
        )
        or (is_scan(step) and not is_foreign_key_check(statement, step))
    ]


def is_bounded(step: str) -> bool:
    """Whether this finds but a few rows, which may then be sorted."""
    return step in {"SCAN workers", "SCAN notices USING INDEX ix_notices_open"} or any(
        found in step for found in ("(alert_id=?)", "ix_matches_article (article_id=?)")
    )


def takes_the_newest_of_each_term(statement: str) -> bool:
    """Whether all that is read of terms is limited for each: so few articles may be sorted."""
    limited = re.findall(
        r"FROM story_terms\s+WHERE story_terms\.term = \?"
        r"\s+ORDER BY story_terms\.article_id DESC\s+LIMIT \?",
        statement,
    )
    return 0 < statement.count("FROM story_terms") == len(limited)


def is_scan(step: str) -> bool:
    scan = re.match(r"SCAN (\S+)(?: USING (?:COVERING )?INDEX (\S+))?", step)
    if scan is None or " VIRTUAL TABLE INDEX 0:M" in step:  # M: FTS5 looks up what is to MATCH
        return False
    table, index = scan.groups()
    if table in SMALL or index in PARTIAL:
        return False
    # The parts of a UNION scan each other, and the newest rows come by an index, to the limit.
    return not (table.startswith(("(", "anon", "CONSTANT")) or index in ORDERED)


def is_foreign_key_check(statement: str, step: str) -> bool:
    """A new row cannot break the keys of those that refer to it.

    SQLite plans to look for them all the same, for RETURNING makes it more careful, but skips that
    while no key is broken: OP_FkIfZero in https://www.sqlite.org/opcode.html.
    """
    return statement.startswith("INSERT INTO articles") and step in {
        "SCAN link_keys",
        "SCAN articles",
    }


def test_the_test_would_see_a_slow_way(filled: Database):
    statement = "SELECT * FROM entries WHERE title = 'x' ORDER BY url"
    with filled.read() as unit:
        steps = plan(unit, statement, ())
    assert slow(statement, steps) == steps
    assert len(steps) == 2


def test_the_test_would_see_terms_that_are_sorted_without_a_limit(filled: Database):
    statement = (
        "SELECT article_id, count(*) AS terms FROM story_terms WHERE term IN (?, ?)"
        " GROUP BY article_id ORDER BY terms DESC"
    )
    with filled.read() as unit:
        steps = plan(unit, statement, (1, 2))
    assert any(step.startswith("USE TEMP B-TREE") for step in slow(statement, steps))
