"""What watches and channels share; sources have more, and tests of their own."""

from dataclasses import replace
from datetime import datetime

import pytest

from storage.database import Database, UnitOfWork
from storage.errors import ConflictError
from storage.records import ChannelSpec, Policy, Synced, WatchSpec
from tests.storage.making import DAY, HOUR, NOW, add_watch

FULL_WATCH = WatchSpec(
    name="Baghdad attacks",
    query="Baghdad AND (rocket OR missile)",
    channels=("desk", "soc"),
    languages=("en", "ar"),
    sources=("The New Arab",),
    policy=Policy.EVERY,
    max_age=2 * DAY + HOUR,
    tags=("war", "Nahost"),
)
FULL_CHANNEL = ChannelSpec(
    name="soc",
    type="webhook",
    options={"url": "https://soc.example/hooks", "retries": 3, "headers": {"X-Desk": "é"}},
)


def test_a_watch_comes_back_as_it_was_given(database: Database):
    with database.begin() as unit:
        added = unit.watches.add(FULL_WATCH, now=NOW)
    with database.read() as unit:
        assert unit.watches.get("Baghdad attacks") == added
        assert unit.watches.list() == [added]
    assert added.spec == FULL_WATCH
    assert (added.origin, added.paused, added.created_at) == ("command", False, NOW)


def test_a_channel_comes_back_as_it_was_given(database: Database):
    with database.begin() as unit:
        added = unit.channels.add(FULL_CHANNEL, now=NOW)
    with database.read() as unit:
        assert unit.channels.get("soc") == added
    assert added.spec == FULL_CHANNEL


def test_paused_watches_can_be_left_out(database: Database):
    with database.begin() as unit:
        add_watch(unit, "a")
        add_watch(unit, "b")
        unit.watches.pause("a")
        assert [watch.name for watch in unit.watches.list()] == ["a", "b"]
        assert [watch.name for watch in unit.watches.list(include_paused=False)] == ["b"]


def test_every_change_of_a_watch_has_its_own_version(database: Database):
    seen = []
    with database.begin() as unit:
        for change in (
            lambda: None,
            lambda: add_watch(unit, "a"),
            lambda: unit.watches.pause("a"),
            lambda: unit.watches.pause("a", paused=False),
            lambda: unit.watches.remove("a"),
            lambda: add_watch(unit, "a"),
            lambda: unit.watches.sync([FULL_WATCH], NOW),
        ):
            change()
            seen.append(unit.watches.version())
    assert seen == sorted(set(seen))


def test_no_change_leaves_the_version(database: Database):
    with database.begin() as unit:
        unit.watches.sync([FULL_WATCH], NOW)
        before = unit.watches.version()
        assert unit.watches.sync([FULL_WATCH], NOW + HOUR) == Synced()
        unit.watches.pause("no such watch")
        unit.watches.remove("no such watch")
        unit.channels.add(FULL_CHANNEL, now=NOW)
        assert unit.watches.version() == before


def test_a_changed_watch_keeps_its_id_and_whether_it_is_paused(database: Database):
    with database.begin() as unit:
        unit.watches.sync([FULL_WATCH], NOW)
        unit.watches.pause(FULL_WATCH.name)
        (before,) = unit.watches.list()
        changed = WatchSpec(name=FULL_WATCH.name, query="Basra")
        assert unit.watches.sync([changed], NOW + DAY) == Synced(changed=1)
        (after,) = unit.watches.list()
    assert (after.id, after.paused, after.created_at) == (before.id, True, NOW)
    assert after.spec == changed


def test_the_settings_take_over_what_a_command_added(database: Database):
    with database.begin() as unit:
        unit.watches.add(FULL_WATCH, now=NOW)
        assert unit.watches.sync([FULL_WATCH], NOW) == Synced(changed=1)
        with pytest.raises(ConflictError, match=r"comes from the settings file.*Remove it there"):
            unit.watches.remove(FULL_WATCH.name)
        assert unit.watches.sync([], NOW) == Synced(retired=1)
        assert unit.watches.list() == []


def test_what_a_command_added_stays_when_the_settings_do_not_name_it(database: Database):
    with database.begin() as unit:
        add_watch(unit, "mine")
        unit.watches.sync([FULL_WATCH], NOW)
        unit.watches.sync([], NOW)
        assert [watch.name for watch in unit.watches.list()] == ["mine"]
        assert unit.watches.remove("mine")
        assert not unit.watches.remove("mine")


def test_one_that_is_added_again_is_not_paused(database: Database):
    with database.begin() as unit:
        first = add_watch(unit, "a")
        unit.watches.pause("a")
        unit.watches.remove("a")
        again = add_watch(unit, "a", query="other")
    assert (again.id, again.paused, again.spec.query) == (first.id, False, "other")


def test_the_settings_cannot_name_two_alike(database: Database):
    spec = ChannelSpec(name="desk", type="email")
    with (
        database.begin() as unit,
        pytest.raises(ConflictError, match="Two channels of the settings are named 'desk'"),
    ):
        unit.channels.sync([spec, spec], NOW)


def test_unknown_names_are_no_error(database: Database):
    with database.begin() as unit:
        assert unit.channels.get("no such") is None
        assert not unit.channels.remove("no such")
        assert not unit.channels.pause("no such")


def test_a_channel_that_was_stopped_says_why_until_it_goes_on(database: Database):
    with database.begin() as unit:
        unit.channels.add(ChannelSpec(name="soc", type="webhook"), now=NOW)
        assert unit.channels.stop("soc", "it is gone")
        assert not unit.channels.stop("soc", "again")
        assert not unit.channels.stop("other", "x")
        stopped = unit.channels.get("soc")
        assert stopped is not None
        assert (stopped.paused, stopped.paused_because) == (True, "it is gone")
        assert unit.channels.pause("soc", paused=False)
        going = unit.channels.get("soc")
        assert going is not None
        assert (going.paused, going.paused_because) == (False, None)


def test_a_channel_keeps_since_when_it_takes_nothing_until_it_does_or_is_changed(
    database: Database,
):
    def since(unit: UnitOfWork) -> datetime | None:
        channel = unit.channels.get("soc")
        assert channel is not None
        return channel.failing_since

    spec = ChannelSpec(name="soc", type="webhook")
    with database.begin() as unit:
        unit.channels.add(spec, now=NOW)
        unit.channels.add(ChannelSpec(name="desk", type="email"), now=NOW)
        assert since(unit) is None
        unit.channels.fails("soc", NOW)
        unit.channels.fails("soc", NOW + HOUR)
        assert since(unit) == NOW
        unit.channels.works("desk")
        assert since(unit) == NOW
        unit.channels.works("soc")
        assert since(unit) is None
        unit.channels.fails("soc", NOW)
        unit.channels.edit("soc", replace(spec, options={"url": "https://new.example"}), now=NOW)
        assert since(unit) is None
        unit.channels.fails("soc", NOW)
        unit.channels.stop("soc", "nothing for days")
        unit.channels.pause("soc", paused=False)
        assert since(unit) is None
