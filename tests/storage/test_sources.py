from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from storage.database import Database
from storage.errors import ConflictError
from storage.records import Health, Move, SourceKind, SourceSpec, SourceState, Synced
from storage.sources import FIRST_INTERVAL
from storage.unit import UnitOfWork
from tests.storage.making import DAY, HOUR, MINUTE, NOW, SECOND, add_source


def visited(unit: UnitOfWork, source_id: int, worker: str = "worker", **changes: Any) -> bool:
    values: dict[str, Any] = {
        "now": NOW,
        "kind": SourceKind.RSS,
        "etag": '"1"',
        "last_modified": "Sun, 01 Mar 2026 06:00:00 GMT",
        "interval": MINUTE,
        "next_visit_at": NOW + MINUTE,
        "new": False,
        "error": None,
    }
    return unit.sources.visited(source_id, worker=worker, **{**values, **changes})


def names(
    unit: UnitOfWork, now: datetime = NOW, worker: str = "worker", limit: int = 10
) -> list[str]:
    return [s.name for s in unit.sources.claim_due(now, worker=worker, limit=limit)]


def test_a_new_source_is_due_at_once_and_knows_nothing(database: Database):
    with database.begin() as unit:
        added = add_source(unit, "wire", every=HOUR)
        learning = add_source(unit, "blog")
    assert (added.origin, added.interval, added.next_visit_at) == ("command", HOUR, NOW)
    assert (added.kind, added.etag, added.failures, added.last_visit_at) == (None, None, 0, None)
    assert learning.interval == FIRST_INTERVAL
    assert learning.every is None


def test_a_source_has_the_tags_that_it_was_given(database: Database):
    with database.begin() as unit:
        assert add_source(unit, "wire", tags=("wire", "Nahost")).tags == ("wire", "Nahost")
        assert add_source(unit, "blog").tags == ()
        assert unit.sources.tags("wire") == ("wire", "Nahost")
        assert unit.sources.tags("blog") == unit.sources.tags("no such") == ()
        assert unit.sources.remove("wire")
        assert unit.sources.tags("wire") == ("wire", "Nahost")
        spec = SourceSpec(name="blog", url="https://blog.example/rss", tags=("opinion",))
        assert unit.sources.sync([spec], NOW) == Synced(changed=1)
        assert unit.sources.sync([spec], NOW) == Synced()
        assert unit.sources.tags("blog") == ("opinion",)


def test_a_source_has_the_options_that_it_was_given(database: Database):
    options = {"headers": {"X-Key": "k"}, "render": "browser"}
    with database.begin() as unit:
        wire = add_source(unit, "wire", options=options)
        blog = add_source(unit, "blog")
        assert (wire.options, blog.options) == (options, {})
        assert unit.sources.options([wire.id, blog.id]) == {wire.id: (wire.url, options)}
        assert "X-Key" not in repr(wire)


def test_a_source_whose_options_changed_is_visited_at_once_and_in_full(database: Database):
    with database.begin() as unit:
        wire = add_source(unit, "wire")
        unit.sources.claim_due(NOW, worker="worker", limit=1)
        visited(unit, wire.id, next_visit_at=NOW + DAY)
        spec = SourceSpec(name="wire", url=wire.url, options={"username": "desk"})
        assert unit.sources.sync([spec], NOW + HOUR) == Synced(changed=1)
        assert unit.sources.sync([spec], NOW + HOUR) == Synced()
        changed = unit.sources.get("wire")
    assert changed is not None
    assert (changed.next_visit_at, changed.etag) == (NOW + HOUR, None)


def test_the_longest_due_is_claimed_first_and_only_once(database: Database):
    with database.begin() as unit:
        for name, ago in (("a", MINUTE), ("b", HOUR), ("c", SECOND)):
            unit.sources.add(SourceSpec(name=name, url=f"https://{name}.example"), now=NOW - ago)
        unit.sources.add(SourceSpec(name="later", url="https://x.example"), now=NOW + SECOND)
    with database.begin() as unit:
        assert names(unit, limit=2) == ["b", "a"]
        assert names(unit, worker="other") == ["c"]
        assert names(unit, worker="other") == []


def test_a_source_takes_its_turn_at_the_host_where_it_is_visited(database: Database):
    spec = SourceSpec(name="old", url="https://old.example/rss")
    with database.begin() as unit:
        unit.sources.sync([spec], NOW)
        (claimed,) = unit.sources.claim_due(NOW, worker="worker", limit=1)
        assert visited(unit, claimed.id, address="https://www.new.example/rss")
        unit.sources.sync([replace(spec, tags=("moved",))], NOW)  # what it says of its host is old
        unit.sources.add(SourceSpec(name="new", url="https://new.example/rss"), now=NOW)
        assert names(unit, NOW + HOUR) == ["new"]
        unit.sources.release("worker")
        unit.sources.sync([replace(spec, url="https://third.example/rss")], NOW)
        assert sorted(names(unit, NOW + HOUR)) == ["new", "old"]


def test_of_one_host_a_single_source_is_visited_at_a_time(database: Database):
    with database.begin() as unit:
        for number in range(40):
            url = f"https://www.big.example/{number}"
            since = NOW - DAY + number * SECOND
            unit.sources.add(SourceSpec(name=f"big {number:02}", url=url), now=since)
        unit.sources.add(SourceSpec(name="bare", url="https://big.example/rss"), now=NOW - HOUR)
        unit.sources.add(
            SourceSpec(name="port", url="https://big.example:81/rss"), now=NOW - MINUTE
        )
        small = add_source(unit, "small")
    with database.begin() as unit:
        assert names(unit, limit=9) == ["big 00", "port", "small"]
        assert names(unit, limit=9) == names(unit, worker="other") == []
        unit.sources.visited(
            small.id,
            worker="worker",
            now=NOW,
            kind=None,
            etag=None,
            last_modified=None,
            interval=HOUR,
            next_visit_at=NOW,
            new=False,
            error=None,
        )
        assert names(unit, worker="other") == ["small"]
        unit.sources.release("worker")
        assert names(unit, limit=1) == ["big 00"]


def test_a_success_is_recorded_and_frees_the_source(database: Database):
    with database.begin() as unit:
        source = add_source(unit)
        names(unit)
        assert visited(unit, source.id, new=True, error="a first failure")
        assert names(unit, NOW + MINUTE) == ["wire"]
        assert visited(unit, source.id, now=NOW + MINUTE, next_visit_at=NOW + HOUR)
        after = unit.sources.get("wire")
    assert after is not None
    assert (after.kind, after.etag) == (SourceKind.RSS, '"1"')
    assert (after.last_visit_at, after.last_success_at) == (NOW + MINUTE, NOW + MINUTE)
    assert (after.last_new_at, after.failures, after.last_error) == (NOW, 0, None)
    assert (after.next_visit_at, after.interval) == (NOW + HOUR, MINUTE)


def test_a_failure_counts_and_keeps_what_is_known(database: Database):
    with database.begin() as unit:
        source = add_source(unit)
        names(unit)
        visited(unit, source.id)
        for _ in range(2):
            unit.sources.claim(source.id, worker="worker", now=NOW)
            assert visited(unit, source.id, kind=None, etag=None, error="HTTP 500")
        after = unit.sources.get("wire")
    assert after is not None
    assert (after.failures, after.last_error) == (2, "HTTP 500")
    assert (after.kind, after.etag, after.last_success_at) == (SourceKind.RSS, '"1"', NOW)


def test_a_304_does_not_make_the_kind_unknown(database: Database):
    with database.begin() as unit:
        source = add_source(unit)
        names(unit)
        visited(unit, source.id)
        unit.sources.claim(source.id, worker="worker", now=NOW)
        visited(unit, source.id, kind=None)
        after = unit.sources.get("wire")
    assert after is not None
    assert after.kind is SourceKind.RSS


STATE = SourceState(
    health=Health.MOVED,
    since=NOW,
    reason="it moved",
    failing_since=NOW - HOUR,
    whole_at=NOW - MINUTE,
    move=Move(to="https://b.example/rss", since=NOW - DAY, seen=3, settled=True),
    rhythm={"hours": [0.5, 1]},
    recent="strip",
    paced_by="learned",
)


def test_how_a_source_fares_is_kept_until_its_address_changes(database: Database):
    with database.begin() as unit:
        source = add_source(unit)
        assert source.state == SourceState()
        names(unit)
        visited(unit, source.id, state=STATE)
        names(unit, NOW + MINUTE)
        visited(unit, source.id, now=NOW + MINUTE)
        after = unit.sources.by_id(source.id, lock=True)
        assert after is not None
        assert after.state == STATE
        unit.sources.sync([SourceSpec(name="wire", url="https://b.example/rss")], NOW)
        after = unit.sources.get("wire")
        assert after is not None
        assert after.state == SourceState()


def test_what_a_source_says_unasked_leaves_its_schedule(database: Database):
    with database.begin() as unit:
        source = add_source(unit)
        unit.sources.taken_in(source.id, now=NOW + HOUR, new=True, state=STATE)
        after = unit.sources.get("wire")
    assert after is not None
    assert (after.last_new_at, after.last_visit_at) == (NOW + HOUR, None)
    assert (after.next_visit_at, after.state) == (source.next_visit_at, STATE)


def test_who_lost_the_claim_changes_nothing(database: Database):
    with database.begin() as unit:
        source = add_source(unit)
        names(unit, worker="slow")
        assert unit.sources.release("slow") == 1
        assert names(unit, worker="fast") == ["wire"]
        assert not visited(unit, source.id, "slow", error="too late")
        assert visited(unit, source.id, "fast")
        after = unit.sources.get("wire")
    assert after is not None
    assert after.failures == 0


def test_one_source_is_claimed_by_its_id_even_before_it_is_due(database: Database):
    with database.begin() as unit:
        source = unit.sources.add(SourceSpec(name="a", url="https://a.example"), now=NOW + DAY)
        claimed = unit.sources.claim(source.id, worker="worker", now=NOW)
        assert claimed is not None
        assert claimed.id == source.id
        assert unit.sources.claim(source.id, worker="other", now=NOW) is None
        assert unit.sources.claim(12345, worker="other", now=NOW) is None


def test_a_paused_source_is_not_due(database: Database):
    with database.begin() as unit:
        add_source(unit)
        assert unit.sources.pause("wire")
        assert names(unit) == []
        assert unit.sources.make_due(NOW) == 0
        assert unit.sources.next_due_at() is None
        assert unit.sources.pause("wire", paused=False)
        assert names(unit) == ["wire"]


def test_the_next_visit_is_known(database: Database):
    with database.begin() as unit:
        assert unit.sources.next_due_at() is None
        unit.sources.add(SourceSpec(name="a", url="https://a.example"), now=NOW + DAY)
        unit.sources.add(SourceSpec(name="b", url="https://b.example"), now=NOW + HOUR)
        assert unit.sources.next_due_at() == NOW + HOUR
        assert unit.sources.make_due(NOW) == 2
        assert unit.sources.next_due_at() == NOW


def test_settings_add_change_retire_and_bring_back(database: Database):
    feed = SourceSpec(name="feed", url="https://a.example/rss")
    page = SourceSpec(name="page", url="https://b.example/")
    with database.begin() as unit:
        add_source(unit, "mine")
        assert unit.sources.sync([feed, page], NOW) == Synced(added=2)
        assert unit.sources.sync([feed, page], NOW) == Synced()
        assert unit.sources.sync([feed], NOW) == Synced(retired=1)
        assert [s.name for s in unit.sources.list()] == ["feed", "mine"]
        former = unit.sources.by_id(2) or unit.sources.by_id(3)
        assert former is not None
        assert unit.sources.sync([feed, page], NOW) == Synced(added=1)
        assert [s.name for s in unit.sources.list()] == ["feed", "mine", "page"]


def test_a_source_of_the_settings_keeps_its_state_while_they_do_not_change(database: Database):
    feed = SourceSpec(name="feed", url="https://a.example/rss")
    with database.begin() as unit:
        unit.sources.sync([feed], NOW)
        (source,) = unit.sources.claim_due(NOW, worker="worker", limit=1)
        visited(unit, source.id, next_visit_at=NOW + HOUR)
        unit.sources.pause("feed")
        unit.sources.sync([feed], NOW + SECOND)
        after = unit.sources.get("feed")
    assert after is not None
    assert (after.etag, after.next_visit_at, after.paused) == ('"1"', NOW + HOUR, True)


def test_a_changed_address_is_visited_at_once_as_if_new(database: Database):
    with database.begin() as unit:
        unit.sources.sync([SourceSpec(name="feed", url="https://a.example/rss")], NOW)
        (source,) = unit.sources.claim_due(NOW, worker="worker", limit=1)
        visited(unit, source.id)
        (source,) = unit.sources.claim_due(NOW + DAY, worker="worker", limit=1)
        visited(unit, source.id, next_visit_at=NOW + DAY, error="HTTP 404")
        changed = SourceSpec(name="feed", url="https://a.example/atom")
        assert unit.sources.sync([changed], NOW + HOUR) == Synced(changed=1)
        after = unit.sources.get("feed")
    assert after is not None
    assert (after.id, after.url, after.next_visit_at) == (source.id, changed.url, NOW + HOUR)
    assert (after.etag, after.kind, after.failures, after.last_error) == (None, None, 0, None)
    assert after.last_success_at is None  # its archive is that of a first visit


@pytest.mark.parametrize(
    ("every", "expected"),
    [(MINUTE, NOW + MINUTE), (2 * DAY, NOW + DAY), (None, NOW + DAY)],
    ids=["sooner", "later", "learned"],
)
def test_a_changed_interval_brings_the_next_visit_forward(
    database: Database, every: timedelta | None, expected: datetime
):
    with database.begin() as unit:
        unit.sources.sync([SourceSpec(name="a", url="https://a.example", every=DAY)], NOW)
        (source,) = unit.sources.claim_due(NOW, worker="worker", limit=1)
        visited(unit, source.id, interval=DAY, next_visit_at=NOW + DAY)
        unit.sources.sync([SourceSpec(name="a", url="https://a.example", every=every)], NOW)
        after = unit.sources.get("a")
    assert after is not None
    assert (after.every, after.next_visit_at, after.interval) == (every, expected, every or DAY)


def test_a_removed_source_is_still_known_to_its_articles(database: Database):
    with database.begin() as unit:
        source = add_source(unit)
        assert unit.sources.remove("wire")
        assert unit.sources.get("wire") is None
        assert names(unit) == []
        assert unit.sources.claim(source.id, worker="worker", now=NOW) is None
        known = unit.sources.by_id(source.id)
        again = add_source(unit)
    assert known is not None
    assert known.name == "wire"
    assert again.id == source.id


def test_two_sources_do_not_share_a_name(database: Database):
    with database.begin() as unit:
        add_source(unit)
        with pytest.raises(ConflictError, match=r"a source named 'wire' already.*another name"):
            add_source(unit, url="https://other.example")
        assert len(unit.sources.list()) == 1
