"""Subscriptions: each is claimed by one worker, and what became of it is kept."""

from datetime import timedelta
from itertools import count

import pytest

from storage.database import Database
from storage.records import SourceSpec, SubscriptionState
from storage.unit import UnitOfWork
from tests.storage.making import DAY, HOUR, MINUTE, NOW

TOPIC, HUB = "https://wire.example/feed", "https://hub.example/"


@pytest.fixture
def source(database: Database) -> int:
    with database.begin() as unit:
        return unit.sources.add(SourceSpec(name="wire", url=TOPIC), now=NOW).id


def want(unit: UnitOfWork, source: int, *hubs: str, topic: str = TOPIC):
    numbers = count(len(unit.subscriptions.of_source(source)))

    def secrets() -> tuple[str, str]:
        number = next(numbers)
        return f"token {number}", f"secret {number}"

    return unit.subscriptions.want(source, topic=topic, hubs=hubs, now=NOW, secrets=secrets)


def hourly(attempts: int) -> timedelta:
    return attempts * HOUR


def test_what_is_wanted_is_claimed_once_and_again_after_its_pause(database: Database, source: int):
    with database.begin() as unit:
        want(unit, source, HUB)
        want(unit, source, HUB)  # nothing changes
        (first,) = unit.subscriptions.claim_due(NOW, limit=5, pause=hourly)
        assert (first.state, first.attempts) == (SubscriptionState.WANTED, 0)
        assert unit.subscriptions.claim_due(NOW + 59 * MINUTE, limit=5, pause=hourly) == []
        assert not unit.subscriptions.needs_care(NOW + 59 * MINUTE, every=False)
        assert unit.subscriptions.needs_care(NOW + HOUR, every=False)
        (again,) = unit.subscriptions.claim_due(NOW + HOUR, limit=5, pause=hourly)
        assert again.attempts == 1
        assert unit.subscriptions.claim_due(NOW + 2 * HOUR, limit=5, pause=hourly) == []


def test_it_is_active_from_its_verification_to_the_end_of_its_lease(
    database: Database, source: int
):
    with database.begin() as unit:
        (wanted,) = want(unit, source, HUB)
        unit.subscriptions.failed(wanted.id, "busy")
        unit.subscriptions.asked(wanted.id)
        asked = unit.subscriptions.by_token("token 0")
        assert asked is not None
        assert (asked.state, asked.error) == (SubscriptionState.ASKED, None)
        for at in (NOW, NOW + HOUR):  # renewed
            unit.subscriptions.verified(
                wanted.id, now=at, lease_until=at + DAY, next_at=at + 12 * HOUR
            )
        unit.subscriptions.asked(wanted.id)
        active = unit.subscriptions.by_token("token 0")
        assert active is not None
        assert (active.state, active.verified_at) == (SubscriptionState.ACTIVE, NOW)
        assert active.is_live(NOW + DAY)
        assert not active.is_live(NOW + DAY + HOUR)
        assert unit.subscriptions.counts(NOW + DAY) == (1, 1)
        assert unit.subscriptions.counts(NOW + DAY + HOUR) == (0, 1)
        unit.subscriptions.denied(wanted.id, reason="no", next_at=NOW + 2 * DAY)
        denied = unit.subscriptions.by_token("token 0")
        assert denied is not None
        assert (denied.state, denied.lease_until) == (SubscriptionState.DENIED, None)
        assert unit.subscriptions.by_token("token 1") is None


def test_what_it_brought_and_what_it_missed_is_kept(database: Database, source: int):
    with database.begin() as unit:
        (wanted,) = want(unit, source, HUB)
        unit.subscriptions.pushed(wanted.id, now=NOW, new=False)
        assert not unit.subscriptions.of_source(source)[0].trusted
        unit.subscriptions.pushed(wanted.id, now=NOW + HOUR, new=True)
        (trusted,) = unit.subscriptions.of_source(source)
        assert (trusted.trusted, trusted.pushed_at) == (True, NOW + HOUR)
        unit.subscriptions.missed(wanted.id, missed=1, trusted=False, next_at=NOW)
        (missed,) = unit.subscriptions.of_source(source)
        assert (missed.trusted, missed.missed, missed.next_at) == (False, 1, NOW)


def test_what_is_not_wanted_ends_and_may_be_wanted_again(database: Database, source: int):
    def states(unit: UnitOfWork) -> dict[str, SubscriptionState]:
        return {each.hub: each.state for each in unit.subscriptions.of_source(source)}

    with database.begin() as unit:
        want(unit, source, HUB)
        want(unit, source, "https://b.example/")
        assert states(unit) == {
            HUB: SubscriptionState.ENDING,
            "https://b.example/": SubscriptionState.WANTED,
        }
        want(unit, source, HUB)
        assert states(unit)[HUB] is SubscriptionState.WANTED
        assert unit.subscriptions.end_unwanted(NOW) == 0
        unit.sources.pause("wire")
        assert unit.subscriptions.needs_care(NOW - DAY, every=False)
        assert unit.subscriptions.end_unwanted(NOW) == 1
        assert set(states(unit).values()) == {SubscriptionState.ENDING}
        unit.sources.pause("wire", paused=False)
        want(unit, source, HUB)
        assert unit.subscriptions.end_all(NOW) == 1
        for each in unit.subscriptions.of_source(source):
            unit.subscriptions.forget(each.id)
        assert not unit.subscriptions.needs_care(NOW + DAY, every=True)


def test_a_visit_is_brought_forward_and_put_off_again(database: Database, source: int):
    with database.begin() as unit:
        claimed = unit.sources.claim(source, worker="w", now=NOW)
        assert claimed is not None
        unit.sources.make_due(NOW)
        assert unit.sources.bring_forward(source, NOW + HOUR) is None  # it is due before
        unit.sources.release("w")
        was = unit.sources.bring_forward(source, NOW - HOUR)
        assert was == NOW
        unit.sources.put_off(source, was=NOW - 2 * HOUR, to=was)  # somebody changed it since
        assert unit.sources.next_due_at() == NOW - HOUR
        unit.sources.put_off(source, was=NOW - HOUR, to=was)
        assert unit.sources.next_due_at() == NOW
