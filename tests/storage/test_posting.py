from datetime import datetime
from threading import Barrier, Thread
from typing import Any

from storage.database import Database, UnitOfWork
from storage.posting import MOST_IN_A_DIGEST
from storage.records import OVER, ChannelSpec, Delivery, DeliveryKind, DeliveryState
from tests.storage.making import DAY, HOUR, MINUTE, NOW, SECOND, add_article, ring


def rung(unit: UnitOfWork, key: str = "once", channels: tuple[str, ...] = ()) -> str:
    alert = ring(unit, key, channels=channels)
    assert alert is not None
    return alert


def hold(unit: UnitOfWork, alert: str, *, key: str = "k", due: datetime = NOW + HOUR) -> str:
    return unit.posting.hold(alert, "desk", key=key, reason="hourly", due=due, now=NOW)


def claim(unit: UnitOfWork, now: datetime) -> list[Delivery]:
    return unit.outbox.claim_due(now, worker="worker", limit=10)


def test_what_waits_for_the_same_is_one_delivery(database: Database):
    with database.begin() as unit:
        first, second, third = (rung(unit, key) for key in "abc")
        digest = hold(unit, first)
        assert hold(unit, second) == digest
        other = hold(unit, third, key="other")
        assert other != digest
        assert claim(unit, NOW + HOUR - SECOND) == []
        claimed = {each.id: each for each in claim(unit, NOW + HOUR)}
        assert claimed.keys() == {digest, other}
        assert claimed[digest].kind is DeliveryKind.DIGEST
        assert (claimed[digest].alert_count, claimed[digest].reason) == (2, "hourly")
        assert {alert.id for alert in unit.outbox.digest(digest)} == {first, second}
        assert [each.id for each in unit.outbox.deliveries(first)] == [digest]


def test_what_rings_after_a_digest_was_claimed_is_in_the_next(database: Database):
    with database.begin() as unit:
        first, second = rung(unit, "a"), rung(unit, "b")
        digest = hold(unit, first)
        claim(unit, NOW + HOUR)
        later = hold(unit, second, due=NOW + 2 * HOUR)
        assert later != digest
        unit.outbox.retry(digest, worker="worker", at=NOW + DAY, error="x", now=NOW)
        assert [each.id for each in claim(unit, NOW + 2 * HOUR)] == [later]
        assert [each.alert_count for each in claim(unit, NOW + DAY)] == [1]


def test_a_full_digest_makes_room_and_drops_none(database: Database):
    number = MOST_IN_A_DIGEST + 3
    with database.begin() as unit:
        alerts = [rung(unit, f"key {each}") for each in range(number)]
        for alert in alerts:
            hold(unit, alert)
        digests = claim(unit, NOW + HOUR)
        assert sorted(each.alert_count for each in digests) == [3, MOST_IN_A_DIGEST]
        told = [alert for each in digests for alert in unit.posting.digest(each.id)]
        assert sorted(told) == sorted(alerts)


def test_those_that_ring_and_those_that_claim_at_the_same_instant_lose_none(database: Database):
    """Whichever comes first: an alert is in the digest that was claimed, or in one that waits."""
    rounds, start = 15, Barrier(3)
    claimed: list[str] = []

    def ringing(name: str) -> None:
        start.wait()
        for number in range(rounds):
            with database.begin() as unit:
                hold(unit, rung(unit, f"{name} {number}"), due=NOW)

    def claiming() -> None:
        start.wait()
        for _ in range(rounds):
            with database.begin() as unit:
                claimed.extend(each.id for each in claim(unit, NOW + HOUR))

    with database.begin() as unit:
        rung(unit, "first")  # the watch and the article are there
    threads = [Thread(target=ringing, args=(name,)) for name in "ab"]
    threads.append(Thread(target=claiming))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.begin() as unit:
        claimed.extend(each.id for each in unit.outbox.claim_due(NOW + HOUR, worker="w", limit=99))
        told = [alert for each in claimed for alert in unit.posting.digest(each)]
        counted = sum(each.alert_count for each in unit.outbox.deliveries(limit=999))
    assert len(told) == len(set(told)) == 2 * rounds == counted


def test_what_went_out_at_once_is_counted(database: Database):
    with database.begin() as unit:
        for minutes in (50, 30, 10):
            alert = rung(unit, str(minutes))
            unit.posting.send(alert, "desk", now=NOW - minutes * MINUTE)
        unit.posting.send(alert, "other", now=NOW)
        unit.posting.send(alert, "desk", now=NOW, kind=DeliveryKind.ESCALATION)
        unit.posting.withhold(alert, "desk", reason="muted", now=NOW)
        hold(unit, alert)
        watch = unit.watches.get("Baghdad")
        assert watch is not None
        for watch_id, expected in ((None, [10, 30]), (watch.id, [10, 30]), (watch.id + 1, [])):
            sent = unit.posting.sent("desk", since=NOW - 40 * MINUTE, limit=5, watch_id=watch_id)
            assert list(sent) == [NOW - minutes * MINUTE for minutes in expected]


def test_nothing_escalates_once_somebody_has_seen_to_it(database: Database):
    with database.begin() as unit:
        alert = rung(unit, channels=("desk",))
        kind = DeliveryKind.ESCALATION
        unit.posting.send(alert, "duty", now=NOW, due=NOW + HOUR, kind=kind)
        assert unit.posting.acknowledge(alert, by="me", now=NOW)
        assert not unit.posting.acknowledge(alert, by="you", now=NOW + HOUR)
        stored = unit.outbox.alert(alert)
        assert stored is not None
        assert (stored.acknowledged_at, stored.acknowledged_by) == (NOW, "me")
        assert [each.kind for each in claim(unit, NOW + DAY)] == [DeliveryKind.ALERT]
        (cancelled,) = unit.outbox.deliveries(state=DeliveryState.CANCELLED)
        assert (cancelled.channel, cancelled.reason) == ("duty", "acknowledged by me")


def test_a_reminder_comes_to_where_the_alert_went_and_holds_escalation_back(database: Database):
    with database.begin() as unit:
        alert = rung(unit, channels=("soc",))
        hold(unit, alert)
        kind = DeliveryKind.ESCALATION
        unit.posting.send(alert, "duty", now=NOW, due=NOW + HOUR, kind=kind)
        claim(unit, NOW + HOUR - SECOND)
        assert unit.posting.remind(alert, at=NOW + 2 * HOUR, now=NOW) == 2
        assert unit.posting.remind(alert, at=NOW + 3 * HOUR, now=NOW) == 2  # moved, not doubled
        due = {(each.channel, each.kind) for each in claim(unit, NOW + 3 * HOUR - SECOND)}
        assert due == {("desk", DeliveryKind.DIGEST)}
        due = {(each.channel, each.kind) for each in claim(unit, NOW + 3 * HOUR)}
        assert due == {
            ("desk", DeliveryKind.REMINDER),
            ("soc", DeliveryKind.REMINDER),
            ("duty", DeliveryKind.ESCALATION),
        }


def test_what_is_cancelled_is_taken_out_of_digests(database: Database):
    with database.begin() as unit:
        first, second = rung(unit, "a", ("soc",)), rung(unit, "b")
        digest = hold(unit, first)
        hold(unit, second)
        alone = hold(unit, first, key="other")
        assert unit.posting.cancel(first, reason="by hand", now=NOW) == 3
        assert unit.posting.cancel(first, reason="by hand", now=NOW) == 0
        assert [each.id for each in claim(unit, NOW + DAY)] == [digest]
        assert unit.posting.digest(digest) == [second]
        cancelled = unit.outbox.deliveries(state=DeliveryState.CANCELLED)
        assert {each.channel for each in cancelled} == {"soc", "desk"}
        assert alone in {each.id for each in cancelled}
        shown = unit.outbox.deliveries(first)
        assert [(each.channel, each.reason) for each in shown if each.channel == "desk"] == [
            ("desk", "by hand")
        ] * 2


def test_a_digest_that_is_let_go_is_due_at_once(database: Database):
    with database.begin() as unit:
        hold(unit, rung(unit, "a"), key="7:snoozed:x")
        hold(unit, rung(unit, "b"), key="77:snoozed:x")
        assert unit.posting.release("7:snoozed:", NOW) == 1
        assert len(claim(unit, NOW)) == 1


def test_stories_are_muted_for_a_time_or_for_good_and_take_it_along(database: Database):
    with database.begin() as unit:
        story = add_article(unit, "one").story_id
        other = add_article(unit, "two").story_id
        assert not unit.posting.muted(story, NOW)
        unit.posting.mute(story, until=NOW + HOUR, now=NOW)
        assert unit.posting.muted(story, NOW + HOUR - SECOND)
        assert not unit.posting.muted(story, NOW + HOUR)
        unit.posting.mute(story, until=None, now=NOW)
        assert unit.posting.muted(story, NOW + DAY)
        unit.posting.follow_mute(story, other)
        assert unit.posting.muted(other, NOW)
        assert unit.posting.unmute(other)
        assert not unit.posting.unmute(story)


def test_a_notice_is_told_once_when_it_begins_and_once_when_it_is_over(database: Database):
    with database.begin() as unit:
        assert not unit.posting.has_untold()
        unit.notices.open("source.silent", "wire", "Nothing new.", now=NOW)
        assert unit.posting.has_untold()
        assert unit.posting.post_notices(["ops", "boss"], NOW) == 1
        assert not unit.posting.has_untold()
        assert unit.posting.post_notices(["ops"], NOW) == 0
        begun = claim(unit, NOW)
        assert {each.channel for each in begun} == {"ops", "boss"}
        assert {(each.kind, each.reason) for each in begun} == {(DeliveryKind.NOTICE, None)}
        unit.notices.resolve("source.silent", "wire", now=NOW + HOUR)
        assert unit.posting.post_notices(["ops"], NOW + HOUR) == 1
        (over,) = claim(unit, NOW + HOUR)
        assert over.reason == OVER
        assert over.notice_id is not None
        notice = unit.notices.get(over.notice_id)
        assert notice is not None
        assert (notice.subject, notice.resolved_at) == ("wire", NOW + HOUR)


def test_alerts_are_found_by_where_their_deliveries_stand(database: Database):
    with database.begin() as unit:
        sent, lost, held, quiet = (rung(unit, key) for key in "abcd")
        posting, outbox = unit.posting, unit.outbox
        posting.send(sent, "soc", now=NOW)
        posting.send(lost, "soc", now=NOW)
        posting.send(lost, "desk", now=NOW, due=NOW + DAY)
        hold(unit, held)
        hold(unit, sent)
        for each in claim(unit, NOW):
            if each.alert_id == lost:
                outbox.fail(each.id, worker="worker", error="refused", now=NOW)
            else:
                outbox.delivered(each.id, worker="worker", now=NOW)

        def asked(**which: Any) -> set[str]:
            return {alert.id for alert in outbox.alerts(**which)}

        assert asked() == {sent, lost, held, quiet}
        assert asked(channel="soc") == {sent, lost}
        assert asked(channel="desk") == {sent, lost, held}
        assert asked(state=DeliveryState.FAILED) == {lost}
        assert asked(state=DeliveryState.DELIVERED) == {sent}
        assert asked(state=DeliveryState.PENDING) == {sent, lost, held}
        assert asked(state=DeliveryState.PENDING, channel="soc") == set()
        assert asked(state=DeliveryState.FAILED, channel="desk") == set()


def test_that_a_channel_is_paused_is_told_elsewhere(database: Database):
    with database.begin() as unit:
        for name in ("ops", "soc", "desk", "old"):
            unit.channels.add(ChannelSpec(name=name, type="webhook"), now=NOW)
        unit.channels.remove("old")
        unit.channels.stop("ops", "it is gone")
        unit.notices.open("channel.paused", "ops", "The channel is paused.", now=NOW)
        unit.posting.post_notices(["ops", "soc"], NOW)
        assert {each.channel for each in claim(unit, NOW)} == {"soc"}
        unit.notices.resolve("channel.paused", "ops", now=NOW)
        unit.posting.post_notices([], NOW)
        assert {each.channel for each in claim(unit, NOW)} == {"desk", "soc"}
        unit.notices.open("source.silent", "wire", "Nothing new.", now=NOW)
        unit.posting.post_notices([], NOW)
        assert claim(unit, NOW) == []


def test_what_is_over_before_anybody_was_told_is_not_told(database: Database):
    with database.begin() as unit:
        unit.notices.open("source.silent", "wire", "Nothing new.", now=NOW)
        unit.notices.resolve("source.silent", "wire", now=NOW)
        assert unit.posting.post_notices(["ops"], NOW) == 0
        assert not unit.posting.has_untold()
        assert claim(unit, NOW) == []
