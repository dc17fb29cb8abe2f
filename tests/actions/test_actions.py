"""What a person changes is checked, done, and in the log of changes: all of it or nothing."""

from datetime import timedelta

import pytest

from scraper.actions import alerts, channels, sources, stories, upkeep, watches
from scraper.errors import MissingError, QueryError, UsageError
from storage.database import Database
from storage.errors import ConflictError
from storage.records import Actor, SourceSpec
from tests.storage.making import HOUR, NOW, add_article, ring

ANN = Actor(name="ann", via="session")
HOW = {"by": ANN, "now": NOW}
HOOK = {"name": "soc", "type": "webhook", "url": "https://soc.example/hooks/1"}


def noted(unit):
    """What the log of changes says, the first first."""
    return [(each.action, each.subject, each.detail) for each in reversed(unit.audit.list())]


def test_a_watch_is_added_edited_snoozed_and_woken(database: Database):
    with database.begin() as unit:
        channels.add(unit, HOOK, **HOW)
        values = {"name": "Baghdad", "query": "Baghdad", "channels": ["soc"]}
        watch, query = watches.add(unit, values, **HOW)
        assert (watch.name, str(query)) == ("Baghdad", "Baghdad")
        edited, query = watches.edit(unit, "Baghdad", {"max_age": "3d"}, clear=["channels"], **HOW)
        assert (edited.spec.channels, edited.spec.max_age) == ((), timedelta(days=3))
        assert query is None
        assert watches.snooze(unit, "Baghdad", HOUR, **HOW) == NOW + HOUR
        assert watches.wake(unit, "Baghdad", **HOW) == 0
        assert noted(unit)[1:] == [
            ("watch.add", "Baghdad", {"query": "Baghdad"}),
            ("watch.edit", "Baghdad", {"channels": [["soc"], []], "max_age": [None, "3d"]}),
            ("watch.snooze", "Baghdad", {"until": (NOW + HOUR).isoformat()}),
            ("watch.wake", "Baghdad", None),
        ]


@pytest.mark.parametrize(
    ("values", "error", "said"),
    [
        ({"query": "(Baghdad"}, QueryError, "never closed"),
        ({"query": "x", "channels": ["nowhere"]}, MissingError, 'no channel "nowhere"'),
        ({"query": "x", "sources": ["nobody"]}, MissingError, 'no source "nobody"'),
        ({"query": "x", "max_age": "soon"}, UsageError, "max_age"),
        ({"query": "x", "colour": "red"}, UsageError, "colour"),
    ],
)
def test_what_is_wrong_with_a_watch_changes_nothing(database: Database, values, error, said):
    with pytest.raises(error, match=said), database.begin() as unit:
        watches.add(unit, {"name": "new", **values}, **HOW)
    with database.read() as unit:
        assert (unit.watches.list(), noted(unit)) == ([], [])


def test_what_is_not_there_is_said_to_be_missing(database: Database):
    with database.begin() as unit:
        for action in (
            lambda: watches.edit(unit, "x", {}, **HOW),
            lambda: watches.snooze(unit, "x", HOUR, **HOW),
            lambda: sources.edit(unit, "x", {}, {}, **HOW),
            lambda: sources.visit_now(unit, "x", **HOW),
            lambda: channels.edit(unit, "x", {}, **HOW),
            lambda: alerts.acknowledge(unit, "x", **HOW),
            lambda: alerts.cancel(unit, "x", **HOW),
            lambda: stories.mute(unit, 7, None, **HOW),
            lambda: upkeep.pause(unit, "watch", "x", **HOW),
            lambda: upkeep.remove(unit, "channel", "x", **HOW),
        ):
            with pytest.raises(MissingError, match="list` shows all"):
                action()
        assert noted(unit) == []


def test_a_source_is_added_once_edited_and_visited(database: Database):
    wire = SourceSpec(name="Wire", url="https://wire.example/rss")
    with database.begin() as unit:
        sources.add(unit, wire, **HOW)
        again = SourceSpec(name="Other", url="http://www.wire.example/rss/")
        with pytest.raises(UsageError, match='it is the source "Wire"'):
            sources.add(unit, again, **HOW)
        watches.add(unit, {"name": "w", "query": "x", "sources": ["Wire"]}, **HOW)
        login = {"username": "ann", "password": "secret"}
        edited, followed = sources.edit(
            unit, "Wire", {"name": "The Wire", "every": "10m"}, login, **HOW
        )
        assert (edited.name, followed) == ("The Wire", 1)
        assert unit.watches.get("w").spec.sources == ("The Wire",)
        action, subject, detail = noted(unit)[-1]
        assert (action, subject) == ("source.edit", "The Wire")
        assert detail == {
            "name": ["Wire", "The Wire"],
            "every": [None, "10m"],
            "visiting": "changed",
        }
        later = NOW + 2 * HOUR
        sources.visit_now(unit, "The Wire", by=ANN, now=later)
        assert unit.sources.get("The Wire").next_visit_at <= later
        upkeep.pause(unit, "source", "The Wire", **HOW)
        with pytest.raises(UsageError, match="resume it first"):
            sources.visit_now(unit, "The Wire", **HOW)


def test_no_secret_of_a_channel_gets_into_the_log_of_changes(database: Database):
    with database.begin() as unit:
        channels.add(unit, {**HOOK, "secret": "whsec_c2VjcmV0IG9mIHR3ZW50eS1mb3VyIGI="}, **HOW)
        channels.edit(unit, "soc", {"url": "https://soc.example/hooks/2", "timeout": "5s"}, **HOW)
        changed = noted(unit)[-1][2]
        assert changed["url"] == "changed"
        assert "whsec" not in str(noted(unit))
        assert "hooks" not in str(noted(unit))
        kept = unit.channels.get("soc").spec.options
        assert kept["secret"].startswith("whsec_")


def test_upkeep_of_each_kind_is_in_the_log(database: Database):
    with database.begin() as unit:
        channels.add(unit, HOOK, **HOW)
        upkeep.pause(unit, "channel", "soc", **HOW)
        assert unit.channels.get("soc").paused
        upkeep.resume(unit, "channel", "soc", **HOW)
        assert not unit.channels.get("soc").paused
        upkeep.remove(unit, "channel", "soc", **HOW)
        actions = [action for action, _, _ in noted(unit)]
    assert actions == ["channel.add", "channel.pause", "channel.resume", "channel.remove"]


def test_what_the_settings_name_is_not_removed(database: Database):
    with database.begin() as unit:
        unit.sources.sync([SourceSpec(name="Wire", url="https://wire.example/rss")], now=NOW)
    with pytest.raises(ConflictError, match="settings file"), database.begin() as unit:
        upkeep.remove(unit, "source", "Wire", **HOW)
    with database.read() as unit:
        assert noted(unit) == []


def test_an_alert_is_seen_to_once(database: Database):
    with database.begin() as unit:
        alert = ring(unit, "once")
        _, first = alerts.acknowledge(unit, alert, **HOW)
        was, second = alerts.acknowledge(unit, alert, by=Actor(name="bob", via="token"), now=NOW)
        assert (first, second, was.acknowledged_by) == (True, False, "ann")
        with pytest.raises(UsageError, match="ann has acknowledged it"):
            alerts.snooze(unit, alert, HOUR, **HOW)
        assert alerts.retry(unit, alert, **HOW) == 0
        stopped = alerts.cancel(unit, alert, **HOW)
        assert noted(unit) == [
            ("alert.acknowledge", alert, None),
            ("alert.retry", alert, {"deliveries": 0}),
            ("alert.cancel", alert, {"deliveries": stopped}),
        ]


def test_stories_are_muted_and_heard_again(database: Database):
    with database.begin() as unit:
        story = add_article(unit).story_id
        shown, until = stories.mute(unit, story, HOUR, **HOW)
        assert (shown.id, until) == (story, NOW + HOUR)
        assert unit.posting.muted(story, NOW)
        assert stories.unmute(unit, story, **HOW)[1] is True
        assert stories.unmute(unit, story, **HOW)[1] is False
        assert [action for action, _, _ in noted(unit)] == ["story.mute", "story.unmute"]
