from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.database import Database
from storage.identifiers import new_id
from storage.records import ChannelSpec, Delivery, DeliveryState, Match, Outcome, Passage
from storage.unit import UnitOfWork
from tests.storage.making import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    PASSAGE,
    SECOND,
    add_article,
    add_source,
    add_watch,
    ring,
)


def claim(
    unit: UnitOfWork,
    now: datetime = NOW,
    *,
    worker: str = "worker",
    limit: int = 100,
    rooms: dict[str, int] | None = None,
    exclude: tuple[str, ...] = (),
) -> list[Delivery]:
    return unit.outbox.claim_due(
        now, worker=worker, limit=limit, rooms=rooms, exclude_channels=exclude
    )


def the_delivery(unit: UnitOfWork) -> Delivery:
    (delivery,) = unit.outbox.deliveries()
    return delivery


def test_an_alert_tells_all_that_it_is_about(database: Database):
    with database.begin() as unit:
        source = add_source(unit, "The Wire")
        watch = add_watch(unit, channels=("desk",))
        article = add_article(unit, source_id=source.id)
        alert_id = unit.outbox.ring(
            watch_id=watch.id,
            article_id=article.id,
            story_id=article.story_id,
            passages=[PASSAGE, Passage(field="body", text="…", highlights=())],
            once_key="k",
            channels=["desk"],
            revised=True,
            now=NOW,
        )
        assert alert_id is not None
        alert = unit.outbox.alert(alert_id)
        story = unit.stories.get(article.story_id)
    assert alert is not None
    assert (alert.id, alert.created_at, alert.revised) == (alert_id, NOW, True)
    assert (alert.watch, alert.article, alert.story) == (watch, article, story)
    assert alert.passages == (PASSAGE, Passage(field="body", text="…", highlights=()))
    assert alert.source_name == "The Wire"


def test_an_alert_outlives_its_watch_and_its_source(database: Database):
    with database.begin() as unit:
        source = add_source(unit, "The Wire")
        add_article(unit, source_id=source.id)
        alert_id = ring(unit)
        unit.watches.remove("Baghdad")
        unit.sources.remove("The Wire")
        alert = unit.outbox.alert(alert_id or "")
    assert alert is not None
    assert (alert.watch.name, alert.source_name) == ("Baghdad", "The Wire")


def test_a_key_rings_once(database: Database):
    with database.begin() as unit:
        assert ring(unit, "watch:1:story:1") is not None
        assert ring(unit, "watch:1:story:1") is None
        assert ring(unit, "watch:1:story:2") is not None
    with database.begin() as unit:
        assert ring(unit, "watch:1:story:1", channels=["other"]) is None
        assert len(unit.outbox.deliveries()) == 2


def test_each_channel_gets_one_delivery(database: Database):
    with database.begin() as unit:
        ring(unit, channels=["desk", "soc", "desk"])
        assert sorted(d.channel for d in unit.outbox.deliveries()) == ["desk", "soc"]


def test_an_alert_without_channels_is_only_kept(database: Database):
    with database.begin() as unit:
        assert ring(unit, channels=[]) is not None
        assert claim(unit) == []
        assert len(unit.outbox.alerts()) == 1


def test_a_match_keeps_the_passages_of_the_last_text(database: Database):
    with database.begin() as unit:
        watch, article = add_watch(unit), add_article(unit)
        unit.outbox.match(watch.id, article.id, [], NOW)
        unit.outbox.match(watch.id, article.id, [PASSAGE], NOW + HOUR)
        assert unit.outbox.matches(article.id) == [Match(watch_id=watch.id, passages=(PASSAGE,))]


def test_channels_have_their_turns_so_a_flood_in_one_delays_no_other(database: Database):
    with database.begin() as unit:
        for number in range(20):
            ring(unit, f"flood {number}", channels=["flooded"])
        ring(unit, "one", channels=["quiet"], now=NOW + SECOND)
        claimed = claim(unit, NOW + MINUTE, limit=4)
        assert sorted(d.channel for d in claimed) == ["flooded", "flooded", "flooded", "quiet"]


def test_the_longest_due_goes_first(database: Database):
    with database.begin() as unit:
        for minutes in (3, 1, 2):
            ring(unit, f"{minutes}", now=NOW - minutes * MINUTE)
        claimed = claim(unit, limit=2)
        assert [NOW - d.created_at for d in claimed] == [3 * MINUTE, 2 * MINUTE]


def test_no_more_is_claimed_of_a_channel_than_it_has_room_for(database: Database):
    with database.begin() as unit:
        for number in range(5):
            ring(unit, f"{number}", channels=["fast", "slow", "removed"])
        rooms = {"fast": 3, "slow": 1}
        claimed = Counter(d.channel for d in claim(unit, limit=9, rooms=rooms))
        assert claimed == {"fast": 3, "slow": 1, "removed": 1}
        assert len(claim(unit, limit=2, rooms=rooms)) == 2


def test_channels_with_something_due(database: Database):
    with database.begin() as unit:
        ring(unit, channels=["desk", "soc"])
        ring(unit, "later", channels=["later"], now=NOW + HOUR)
        assert unit.outbox.due(NOW) == {"desk", "soc"}
        claim(unit, exclude=("soc",))
        assert unit.outbox.due(NOW) == {"soc"}
        assert unit.outbox.due(NOW + HOUR) == {"later", "soc"}


def test_alerts_are_read_together(database: Database):
    with database.begin() as unit:
        ids = [ring(unit, f"{number}") or "" for number in range(3)]
        found = unit.outbox.alerts_of({*ids[:2], "gone"})
        alone = [unit.outbox.alert(each) for each in sorted(ids[:2], reverse=True)]
        assert found == alone
        assert unit.outbox.alerts_of([]) == []


def test_what_is_delivered_together_is_as_if_alone(database: Database):
    with database.begin() as unit:
        for number in range(3):
            ring(unit, f"{number}")
        first, second, other = [d.id for d in claim(unit, limit=3)]
        unit.outbox.release("worker")
        claim(unit, limit=2)
        claim(unit, worker="another")
        ids = [first, second, other]
        done = unit.outbox.delivered_together(ids, worker="worker", now=NOW + HOUR)
        assert done == {first, second}
        assert unit.outbox.delivered_together([], worker="worker", now=NOW) == set()
        unit.outbox.delivered(other, worker="another", now=NOW + HOUR)
        alike = {replace(d, id="", alert_id=None, created_at=NOW) for d in unit.outbox.deliveries()}
        assert len(alike) == 1
        for each in ids:
            (attempt,) = unit.outbox.attempts(each)
            assert (attempt.outcome, attempt.attempted_at) == (Outcome.DELIVERED, NOW + HOUR)


def test_excluded_and_paused_channels_wait(database: Database):
    with database.begin() as unit:
        unit.channels.add(ChannelSpec(name="paused", type="email"), now=NOW)
        unit.channels.pause("paused")
        ring(unit, channels=["busy", "paused", "desk"])
        assert [d.channel for d in claim(unit, exclude=("busy",))] == ["desk"]
        assert [d.channel for d in claim(unit)] == ["busy"]
        assert unit.outbox.next_due_at() is None
        unit.channels.pause("paused", paused=False)
        assert unit.outbox.next_due_at() == NOW
        assert [d.channel for d in claim(unit)] == ["paused"]


def test_what_is_delivered_is_delivered(database: Database):
    with database.begin() as unit:
        ring(unit)
        (claimed,) = claim(unit)
        assert claimed.attempts == 1
        assert claim(unit, worker="other") == []
        assert unit.outbox.delivered(claimed.id, worker="worker", now=NOW + SECOND)
        after = the_delivery(unit)
        assert (after.state, after.delivered_at) == (DeliveryState.DELIVERED, NOW + SECOND)
        assert after.next_attempt_at is None
        assert claim(unit, NOW + DAY) == []
        assert unit.outbox.counts() == {
            DeliveryState.PENDING: 0,
            DeliveryState.DELIVERED: 1,
            DeliveryState.FAILED: 0,
            DeliveryState.CANCELLED: 0,
        }


def test_every_attempt_is_written_down(database: Database):
    with database.begin() as unit:
        ring(unit)
        (first,) = claim(unit)
        outbox = unit.outbox
        outbox.retry(first.id, worker="worker", at=NOW + MINUTE, error="HTTP 503", now=NOW)
        assert outbox.next_due_at() == NOW + MINUTE
        assert claim(unit, NOW + MINUTE - SECOND) == []
        (second,) = claim(unit, NOW + MINUTE)
        assert (second.id, second.attempts, second.last_error) == (first.id, 2, "HTTP 503")
        outbox.fail(first.id, worker="worker", error="HTTP 410", now=NOW + HOUR)
        after = the_delivery(unit)
        assert (after.state, after.last_error) == (DeliveryState.FAILED, "HTTP 410")
        assert [(a.outcome, a.error, a.attempted_at) for a in outbox.attempts(first.id)] == [
            (Outcome.RETRY, "HTTP 503", NOW),
            (Outcome.FAILED, "HTTP 410", NOW + HOUR),
        ]


def test_what_was_given_up_can_be_tried_anew(database: Database):
    with database.begin() as unit:
        ring(unit, channels=["desk", "soc"])
        for delivery in claim(unit):
            unit.outbox.fail(delivery.id, worker="worker", error="HTTP 410", now=NOW)
        assert unit.outbox.retry_failed(now=NOW, channel="no such") == 0
        assert unit.outbox.retry_failed(now=NOW + HOUR, channel="desk") == 1
        (again,) = claim(unit, NOW + HOUR)
        assert (again.channel, again.attempts) == ("desk", 1)
        assert unit.outbox.retry_failed(now=NOW, alert_id=again.alert_id) == 1
        assert unit.outbox.retry_failed(now=NOW) == 0


def test_who_has_a_message_is_kept_until_all_have_it(database: Database):
    with database.begin() as unit:
        ring(unit)
        (first,) = claim(unit, worker="one")
        assert first.settled == {}
        who = {"ann@example.org": None}
        assert unit.outbox.release("other", settled={first.id: who}) == 0
        assert unit.outbox.release("one", settled={first.id: who}) == 1
        (second,) = claim(unit, worker="two")
        assert second.settled == who
        more = who | {"bo@example.org": "550 unknown"}
        assert unit.outbox.retry(
            first.id, worker="two", at=NOW, error="later", now=NOW, settled=more
        )
        (third,) = claim(unit, worker="two")
        assert third.settled == more
        unit.outbox.fail(first.id, worker="two", error="no", now=NOW, settled=more)
        unit.outbox.retry_failed(now=NOW)
        (fourth,) = claim(unit, worker="two")
        assert fourth.settled == more
        assert unit.outbox.delivered(first.id, worker="two", now=NOW)
        assert unit.outbox.deliveries()[0].settled == {}


@pytest.mark.parametrize("how", ["delivered", "retry", "fail"])
def test_who_lost_the_claim_changes_nothing(database: Database, how: str):
    more = {"delivered": {}, "retry": {"at": NOW, "error": "late"}, "fail": {"error": "late"}}[how]
    with database.begin() as unit:
        ring(unit)
        (claimed,) = claim(unit, worker="slow")
        assert unit.outbox.release("slow") == 1
        (again,) = claim(unit, worker="fast")
        assert (again.id, again.attempts) == (claimed.id, 1)
        finish = getattr(unit.outbox, how)
        assert not finish(claimed.id, worker="slow", now=NOW, **more)
        assert unit.outbox.attempts(claimed.id) == []
        assert the_delivery(unit) == again
        assert finish(claimed.id, worker="fast", now=NOW, **more)


def test_alerts_are_listed_in_pages_the_last_first(database: Database):
    with database.begin() as unit:
        ids = [ring(unit, str(n), now=NOW + n * MINUTE) for n in range(4)]
        add_watch(unit, "other")
        page = unit.outbox.alerts(3)
        assert [alert.id for alert in page] == ids[:0:-1]
        assert [alert.id for alert in unit.outbox.alerts(3, before=page[-1].id)] == ids[:1]
        assert len(unit.outbox.alerts(watch="Baghdad")) == 4
        assert unit.outbox.alerts(watch="other") == []
        assert len(unit.outbox.alerts(article_id=page[0].article.id)) == 4
        assert len(unit.outbox.alerts(story_id=page[0].story.id)) == 4
        assert unit.outbox.alerts(story_id=12345) == []
        assert unit.outbox.alert("no such") is None


def test_deliveries_are_listed_by_alert_state_and_channel(database: Database):
    with database.begin() as unit:
        first = ring(unit, "1", channels=["desk", "soc"])
        ring(unit, "2", channels=["desk"])
        claimed = claim(unit)
        unit.outbox.fail(claimed[0].id, worker="worker", error="x", now=NOW)
        outbox = unit.outbox
        assert len(outbox.deliveries()) == 3
        assert {d.alert_id for d in outbox.deliveries(first)} == {first}
        assert [d.id for d in outbox.deliveries(state=DeliveryState.FAILED)] == [claimed[0].id]
        assert len(outbox.deliveries(channel="desk")) == 2
        assert len(outbox.deliveries(limit=1)) == 1


@given(st.lists(st.datetimes(timezones=st.just(UTC), min_value=datetime(1970, 1, 1)), min_size=2))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_ids_are_uuids_in_the_order_of_their_time(times: list[datetime]):
    ids = [new_id(time) for time in sorted(times)]
    assert all(UUID(text).version == 7 and str(UUID(text)) == text for text in ids)
    for (one, one_id), (two, two_id) in zip(
        zip(sorted(times), ids, strict=True),
        list(zip(sorted(times), ids, strict=True))[1:],
        strict=False,
    ):
        if two - one >= timedelta(milliseconds=1):
            assert one_id < two_id


def test_ids_of_one_moment_differ():
    assert len({new_id(NOW) for _ in range(1000)}) == 1000
