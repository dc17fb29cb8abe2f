"""What an alert that rings becomes in the outbox, as the plans of channels and watches have it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scraper.pipeline import dispatch
from storage.database import Database, UnitOfWork
from storage.records import (
    ChannelSpec,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Match,
    StoredArticle,
    Watch,
    WatchSpec,
)
from tests.storage.making import PASSAGE, add_article

NOW = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def unit(sqlite_address: str) -> Iterator[UnitOfWork]:
    with Database.open(sqlite_address) as database, database.begin() as opened:
        yield opened


class Room:
    """A watch on channels with plans, and articles that it rings for."""

    def __init__(self, unit: UnitOfWork, channels: dict[str, dict[str, Any]], **watch: Any) -> None:
        self.unit = unit
        for name, plan in channels.items():
            unit.channels.add(ChannelSpec(name=name, type="webhook", plan=plan), now=NOW)
        spec = WatchSpec(name="W", query="x", channels=tuple(channels), **watch)
        self.watch: Watch = unit.watches.add(spec, now=NOW)
        self.rang = 0

    def ring(self, now: datetime = NOW, stored: StoredArticle | None = None) -> list[Delivery]:
        """Ring once more, and give the alert's deliveries, by channel."""
        self.rang += 1
        article = stored or add_article(self.unit, f"a{self.rang}")
        match = Match(watch_id=self.watch.id, passages=(PASSAGE,))
        rung = dispatch.ring(
            self.unit, self.watch, match, article, once_key=str(self.rang), now=now
        )
        assert rung is not None
        return sorted(self.unit.outbox.deliveries(rung.alert_id), key=lambda each: each.channel)


def test_each_channel_has_its_own_plan_and_the_watch_goes_before(unit: UnitOfWork):
    room = Room(
        unit,
        {"day": {"send": "daily at 07:00"}, "now": {}, "own": {"send": "hourly"}},
        plans={"own": {"send": "instant"}},
    )
    day, now, own = room.ring()
    assert (day.kind, day.next_attempt_at) == (DeliveryKind.DIGEST, NOW + 8 * HOUR)
    assert day.reason == "daily at 07:00"
    assert (now.kind, now.next_attempt_at) == (DeliveryKind.ALERT, NOW)
    assert (own.kind, own.next_attempt_at) == (DeliveryKind.ALERT, NOW)


def test_a_digest_is_of_the_channel_or_where_the_watch_says_so_of_the_watch(unit: UnitOfWork):
    room = Room(unit, {"day": {"send": "hourly"}})
    (first,), (second,) = room.ring(), room.ring()
    assert first.id == second.id
    plans = {"day": {"send": "hourly"}}
    spec = WatchSpec(name="V", query="x", channels=("day",), plans=plans)
    room.watch = unit.watches.add(spec, now=NOW)
    (own,) = room.ring()
    assert (own.id == first.id, own.alert_count) == (False, 1)
    assert own.next_attempt_at == first.next_attempt_at


def test_a_throttle_lets_so_many_go_and_none_is_dropped(unit: UnitOfWork):
    room = Room(unit, {"phone": {"throttle": "2/h"}})
    kinds = [room.ring(NOW + timedelta(minutes=minute))[0] for minute in (0, 10, 20, 30)]
    assert [each.kind.value for each in kinds] == ["alert", "alert", "digest", "digest"]
    assert kinds[2].id == kinds[3].id
    assert kinds[2].next_attempt_at == NOW + HOUR
    (later,) = room.ring(NOW + HOUR + timedelta(minutes=1))
    assert later.kind is DeliveryKind.ALERT


def test_what_is_urgent_rings_at_night(unit: UnitOfWork):
    quiet = {"phone": {"quiet": ["22:00-07:00"]}}
    (held,) = Room(unit, quiet).ring()
    assert (held.kind, held.next_attempt_at) == (DeliveryKind.DIGEST, NOW + 8 * HOUR)
    unit.watches.edit(
        "W", WatchSpec(name="W", query="x", channels=("phone",), priority="urgent"), now=NOW
    )
    urgent = unit.watches.get("W")
    assert urgent is not None
    match = Match(watch_id=urgent.id, passages=(PASSAGE,))
    rung = dispatch.ring(unit, urgent, match, add_article(unit, "u"), once_key="u", now=NOW)
    assert rung is not None
    assert [each.kind for each in unit.outbox.deliveries(rung.alert_id)] == [DeliveryKind.ALERT]


def test_what_goes_at_once_escalates_unless_somebody_sees_to_it(unit: UnitOfWork):
    plan = {"escalate_to": "duty", "escalate_after": 600}
    room = Room(unit, {"phone": plan})
    duty, phone = room.ring()
    assert (duty.channel, duty.kind) == ("duty", DeliveryKind.ESCALATION)
    assert (duty.escalated_from, phone.escalated_from) == ("phone", None)
    assert duty.next_attempt_at == NOW + timedelta(minutes=10)
    assert phone.kind is DeliveryKind.ALERT
    assert duty.alert_id is not None
    unit.posting.acknowledge(duty.alert_id, by="me", now=NOW)
    states = {each.channel: each.state for each in unit.outbox.deliveries(duty.alert_id)}
    assert states == {"duty": DeliveryState.CANCELLED, "phone": DeliveryState.PENDING}


def test_what_waits_does_not_escalate(unit: UnitOfWork):
    plan = {"send": "hourly", "escalate_to": "duty"}
    assert [each.kind for each in Room(unit, {"phone": plan}).ring()] == [DeliveryKind.DIGEST]


def test_a_snoozed_watch_is_heard_when_it_wakes(unit: UnitOfWork):
    room = Room(unit, {"phone": {}})
    unit.watches.snooze("W", NOW + HOUR)
    (held,) = room.ring()
    assert (held.reason, held.next_attempt_at) == ("snoozed", NOW + HOUR)
    (after,) = room.ring(NOW + HOUR)
    assert after.kind is DeliveryKind.ALERT
    assert dispatch.unsnooze(unit, room.watch, NOW) == 1
    due = {each.id: each.next_attempt_at for each in unit.outbox.deliveries()}
    assert due[held.id] == NOW


def test_a_muted_story_rings_where_it_can_be_seen_and_is_not_sent(unit: UnitOfWork):
    room = Room(unit, {"phone": {}})
    stored = add_article(unit, "muted")
    unit.posting.mute(stored.story_id, until=None, now=NOW)
    (withheld,) = room.ring(stored=stored)
    assert (withheld.state, withheld.reason) == (DeliveryState.CANCELLED, dispatch.MUTED)
    assert unit.outbox.claim_due(NOW + HOUR, worker="w", limit=9) == []
