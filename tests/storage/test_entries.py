from collections.abc import Sequence
from datetime import datetime

import pytest

from storage.database import Database
from storage.records import EntryState, FrontierEntry
from storage.unit import UnitOfWork
from tests.storage.making import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    SECOND,
    add_article,
    add_entries,
    add_source,
    claim,
    sighting,
)


def keys(entries: Sequence[FrontierEntry]) -> list[str]:
    return [entry.url.rpartition("/")[2] for entry in entries]


def hosts(entries: Sequence[FrontierEntry]) -> list[str]:
    return list(dict.fromkeys(entry.host for entry in entries))


def settle(unit: UnitOfWork, entry: FrontierEntry, recheck_at: datetime | None = None) -> bool:
    article = unit.articles.find([str(entry.id)]) or add_article(unit, str(entry.id))
    return unit.entries.done(
        entry.id,
        worker="worker",
        article_id=article.id,
        recheck_at=recheck_at,
        etag='"e"',
        last_modified="Sun",
    )


def test_a_host_gives_its_newest_first(database: Database):
    with database.begin() as unit:
        source = add_source(unit)
        times = {"old": NOW - DAY, "new": NOW - MINUTE, "middle": NOW - HOUR}
        unit.entries.add(
            source.id, [sighting(k, published_at=t) for k, t in times.items()], now=NOW
        )
        assert keys(claim(unit, per_host=2)) == ["new", "middle"]
        assert keys(claim(unit)) == ["old"]
        assert claim(unit) == []


def test_entries_without_a_time_come_in_the_order_of_their_source(database: Database):
    with database.begin() as unit:
        add_entries(unit, ["first", "second", "third"])
        assert keys(claim(unit)) == ["first", "second", "third"]


def test_new_entries_come_before_rechecks(database: Database):
    with database.begin() as unit:
        add_entries(unit, ["known"], published_at=NOW)
        settle(unit, claim(unit)[0], recheck_at=NOW + MINUTE)
        add_entries(unit, ["new"], published_at=NOW - DAY)
        claimed = claim(unit, NOW + MINUTE)
    assert keys(claimed) == ["new", "known"]
    assert [entry.state for entry in claimed] == [EntryState.PENDING, EntryState.RECHECK]


def test_the_hosts_have_their_turns_and_busy_ones_are_left_out(database: Database):
    with database.begin() as unit:
        for host in "abcde":
            add_entries(unit, [f"{host}{n}" for n in range(9)], host=host)
        limits = {"hosts": 2, "per_host": 1}
        assert hosts(claim(unit, exclude=["a"], **limits)) == ["b", "c"]
        assert hosts(claim(unit, exclude=["a", "e"], **limits)) == ["d", "b"]
        assert hosts(claim(unit, **limits)) == ["c", "d"]
        assert hosts(claim(unit, **limits)) == ["e", "a"]
        assert hosts(claim(unit, exclude="abcde", hosts=9, per_host=9)) == []


def test_sources_take_turns_however_many_hosts_one_names(database: Database):
    with database.begin() as unit:
        flood, quiet = add_source(unit, "flood"), add_source(unit, "quiet")
        for number in range(40):
            add_entries(unit, [f"f{number}"], host=f"x{number:02}.flood", source=flood)
        for number in range(2):
            add_entries(unit, [f"q{number}"], host=f"z{number}.quiet", source=quiet)
        first = hosts(claim(unit, hosts=4))
        assert first == ["x00.flood", "z0.quiet", "x01.flood", "z1.quiet"]
        assert hosts(claim(unit, hosts=2)) == ["x02.flood", "x03.flood"]
        add_entries(unit, ["again"], host="z0.quiet", source=quiet)
        assert hosts(claim(unit, hosts=2)) == ["z0.quiet", "x04.flood"]


def test_a_source_has_no_more_hosts_than_its_share(database: Database):
    with database.begin() as unit:
        flood, quiet = add_source(unit, "flood"), add_source(unit, "quiet")
        for number in range(9):
            add_entries(unit, [f"f{number}"], host=f"f{number}", source=flood)
            add_entries(unit, [f"q{number}"], host=f"q{number}", source=quiet)
        assert len(claim(unit, per_source=2)) == 4
        held = {flood.id: 2, quiet.id: 1}
        assert hosts(claim(unit, per_source=2, held=held)) == ["q2"]
        assert claim(unit, per_source=2, held={flood.id: 2, quiet.id: 3}) == []
        assert len(claim(unit, hosts=99)) == 13


def test_the_hosts_of_each_source_have_their_turns(database: Database):
    """Else a host late in the alphabet could wait for ever."""
    with database.begin() as unit:
        sources = [add_source(unit, name) for name in ("one", "two")]
        for source in sources:
            for letter in "abc":
                keys_of_host = [f"{source.name}{letter}{number}" for number in range(3)]
                add_entries(unit, keys_of_host, host=f"{letter}.{source.name}", source=source)
        claims = [hosts(claim(unit, hosts=2, per_host=1)) for _ in range(4)]
    assert claims == [
        ["a.one", "a.two"],
        ["b.one", "b.two"],
        ["c.one", "c.two"],
        ["a.one", "a.two"],
    ]


def test_a_visit_that_is_told_in_parts_keeps_its_order(database: Database):
    with database.begin() as unit:
        source = add_source(unit)
        for first in (0, 2):
            part = [sighting(f"{first + number}") for number in range(2)]
            unit.entries.add(source.id, part, now=NOW, first=first)
        assert keys(claim(unit)) == ["0", "1", "2", "3"]


def test_entries_of_a_host_come_together(database: Database):
    with database.begin() as unit:
        for number in range(3):
            add_entries(unit, [f"a{number}"], host="a")
            add_entries(unit, [f"b{number}"], host="b")
        assert keys(claim(unit, per_host=2)) == ["a0", "a1", "b0", "b1"]


def test_a_host_at_which_another_worker_is_at_work_is_left_to_it(database: Database):
    with database.begin() as unit:
        add_entries(unit, ["a1", "a2"], host="a")
        add_entries(unit, ["b1"], host="b")
        first = claim(unit, worker="one", hosts=1, per_host=1)
        assert keys(first) == ["a1"]
        assert keys(claim(unit, worker="two")) == ["b1"]
        assert claim(unit, worker="two") == []
        unit.entries.fail(first[0].id, worker="one", error="gone")
        assert keys(claim(unit, worker="two")) == ["a2"]


def test_a_claim_counts_as_an_attempt(database: Database):
    with database.begin() as unit:
        add_entries(unit, ["a"])
        (entry,) = claim(unit)
        assert entry.attempts == 1
        unit.entries.retry(entry.id, worker="worker", at=NOW + MINUTE, error="HTTP 503")
        assert claim(unit, NOW + MINUTE - SECOND) == []
        (entry,) = claim(unit, NOW + MINUTE)
        assert (entry.attempts, entry.error, entry.state) == (2, "HTTP 503", EntryState.PENDING)


def test_what_was_claimed_but_not_tried_is_given_back(database: Database):
    with database.begin() as unit:
        add_entries(unit, ["a", "b"])
        claim(unit)
        assert unit.entries.release("worker") == 2
        assert unit.entries.release("worker") == 0
        assert [entry.attempts for entry in claim(unit)] == [1, 1]


def test_what_could_not_be_tried_is_put_back_without_an_attempt(database: Database):
    with database.begin() as unit:
        add_entries(unit, ["a"])
        (entry,) = claim(unit)
        assert not unit.entries.put_back(entry.id, worker="other", at=NOW)
        assert unit.entries.put_back(entry.id, worker="worker", at=NOW + MINUTE)
        assert claim(unit, NOW + MINUTE - SECOND) == []
        assert [entry.attempts for entry in claim(unit, NOW + MINUTE)] == [1]


def test_a_stored_article_is_looked_at_again_when_it_is_time(database: Database):
    with database.begin() as unit:
        add_entries(unit, ["a"])
        settle(unit, claim(unit)[0], recheck_at=NOW + HOUR)
        assert unit.entries.next_due_at() == NOW + HOUR
        assert claim(unit, NOW + HOUR - SECOND) == []
        (entry,) = claim(unit, NOW + HOUR)
        assert (entry.state, entry.attempts, entry.rechecks) == (EntryState.RECHECK, 1, 0)
        assert (entry.etag, entry.last_modified, entry.error) == ('"e"', "Sun", None)
        settle(unit, entry)
        last = unit.entries.get(entry.id)
    assert last is not None
    assert (last.state, last.rechecks, last.next_attempt_at) == (EntryState.DONE, 1, None)


def test_a_failed_recheck_still_knows_its_article(database: Database):
    with database.begin() as unit:
        add_entries(unit, ["a"])
        settle(unit, claim(unit)[0], recheck_at=NOW)
        (entry,) = claim(unit)
        unit.entries.retry(entry.id, worker="worker", at=NOW, error="HTTP 500")
        (entry,) = claim(unit)
        assert entry.state is EntryState.RECHECK
        unit.entries.fail(entry.id, worker="worker", error="HTTP 410")
        (failed,) = unit.entries.list(EntryState.FAILED)
    assert failed.article_id == entry.article_id
    assert (failed.error, failed.next_attempt_at) == ("HTTP 410", None)


def test_an_entry_that_is_no_article_is_done(database: Database):
    with database.begin() as unit:
        add_entries(unit, ["a"])
        (entry,) = claim(unit)
        assert unit.entries.done(entry.id, worker="worker", article_id=None, recheck_at=None)
        assert unit.entries.counts()[EntryState.DONE] == 1
        assert unit.entries.next_due_at() is None


def test_an_article_from_the_summary_is_attached_while_the_page_is_still_to_be_had(
    database: Database,
):
    with database.begin() as unit:
        add_entries(unit, ["a"])
        (entry,) = claim(unit)
        article = add_article(unit, "a")
        assert unit.entries.attach(entry.id, article_id=article.id)
        unit.entries.retry(entry.id, worker="worker", at=NOW, error="HTTP 403")
        (again,) = claim(unit)
    assert (again.state, again.article_id) == (EntryState.PENDING, article.id)


@pytest.mark.parametrize("how", ["done", "retry", "fail"])
def test_who_lost_the_claim_changes_nothing(database: Database, how: str):
    calls = {
        "done": {"article_id": None, "recheck_at": None},
        "retry": {"at": NOW + DAY, "error": "late"},
        "fail": {"error": "late"},
    }
    with database.begin() as unit:
        add_entries(unit, ["a"])
        (entry,) = claim(unit, worker="slow")
        unit.entries.release("slow")
        claim(unit, worker="fast")
        before = unit.entries.get(entry.id)
        finish = getattr(unit.entries, how)
        assert not finish(entry.id, worker="slow", **calls[how])
        assert unit.entries.get(entry.id) == before
        assert finish(entry.id, worker="fast", **calls[how])
        assert not finish(entry.id, worker="fast", **calls[how])


def test_pending_entries_can_be_made_due_but_rechecks_keep_their_time(database: Database):
    with database.begin() as unit:
        add_entries(unit, ["a", "b"])
        first, second = claim(unit)
        unit.entries.retry(first.id, worker="worker", at=NOW + DAY, error="HTTP 503")
        settle(unit, second, recheck_at=NOW + DAY)
        assert unit.entries.make_due(NOW) == 1
        assert keys(claim(unit)) == ["a"]


def test_when_something_is_due(database: Database):
    with database.begin() as unit:
        assert unit.entries.next_due_at() is None
        add_entries(unit, ["a"])
        assert unit.entries.next_due_at() == NOW
        (entry,) = claim(unit)
        assert unit.entries.next_due_at() is None
        unit.entries.retry(entry.id, worker="worker", at=NOW + DAY, error="HTTP 503")
        assert unit.entries.next_due_at() == NOW + DAY


def test_the_last_seen_are_listed_first(database: Database):
    with database.begin() as unit:
        add_entries(unit, ["a", "b", "c"])
        assert keys(unit.entries.list(EntryState.PENDING, 2)) == ["c", "b"]
        assert unit.entries.list(EntryState.DONE) == []
        assert unit.entries.counts() == {
            EntryState.PENDING: 3,
            EntryState.RECHECK: 0,
            EntryState.DONE: 0,
            EntryState.FAILED: 0,
        }
        assert unit.entries.get(12345) is None


def test_a_host_whose_entries_all_wait_is_not_in_the_way(database: Database):
    """Ten thousand that are tried again tomorrow cost a claim nothing."""
    with database.begin() as unit:
        add_entries(unit, [f"down{n}" for n in range(300)], host="down")
        for entry in claim(unit, per_host=300):
            unit.entries.retry(entry.id, worker="worker", at=NOW + DAY, error="HTTP 503")
        add_entries(unit, ["up"], host="up")
        assert keys(claim(unit, NOW + HOUR)) == ["up"]
        assert len(claim(unit, NOW + DAY, per_host=1000)) == 300
