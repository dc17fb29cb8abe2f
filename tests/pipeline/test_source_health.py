"""How a source fares, visit by visit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import Trouble
from scraper.pipeline import source_health
from scraper.pipeline.rhythm import Rhythm
from storage.records import Health, Move, Source, SourceKind, SourceState

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FEED, NEW_FEED = "https://a.example/rss", "https://b.example/feed.xml"


def source(state: SourceState | None = None, **fields) -> Source:
    known = {
        "id": 1,
        "name": "wire",
        "url": FEED,
        "every": None,
        "origin": "command",
        "paused": False,
        "kind": SourceKind.RSS,
        "etag": None,
        "last_modified": None,
        "interval": 10 * MINUTE,
        "next_visit_at": NOW,
        "last_visit_at": NOW - HOUR,
        "last_success_at": NOW - HOUR,
        "last_new_at": NOW - HOUR,
        "failures": 0,
        "last_error": None,
    }
    return Source(**(known | fields), state=state or SourceState(since=NOW - 9 * DAY))


def failing(
    times: int, lasting: timedelta, trouble: Trouble = Trouble.OTHER, **fields
) -> SourceState:
    """The state after the last of so many failures."""
    permanent = fields.pop("permanent", False)
    state = SourceState(
        since=NOW - 9 * DAY,
        health=fields.pop("health", Health.HEALTHY),
        failing_since=NOW - lasting if times > 1 else None,
    )
    return source_health.after_failure(
        source(state, failures=times - 1, **fields),
        trouble=trouble,
        permanent=permanent,
        error="it broke",
        now=NOW,
    )


@pytest.mark.parametrize(
    ("times", "lasting", "trouble", "health"),
    [
        (1, 0 * HOUR, Trouble.OTHER, Health.HEALTHY),
        (2, HOUR, Trouble.OTHER, Health.HEALTHY),
        (3, 3 * MINUTE, Trouble.OTHER, Health.HEALTHY),
        (4, 10 * MINUTE, Trouble.OTHER, Health.FAILING),
        (1, 0 * HOUR, Trouble.BARRED, Health.HEALTHY),
        (2, HOUR, Trouble.BARRED, Health.BLOCKED),
        (9, 5 * HOUR, Trouble.BUSY, Health.FAILING),
        (9, 6 * HOUR, Trouble.BUSY, Health.BLOCKED),
        (1, 0 * HOUR, Trouble.GONE, Health.GONE),
        (9, DAY, Trouble.MISSING, Health.FAILING),
        (9, 3 * DAY, Trouble.MISSING, Health.GONE),
        (9, 3 * DAY, Trouble.UNRESOLVED, Health.GONE),
        (4, 3 * DAY, Trouble.MISSING, Health.FAILING),
    ],
)
def test_how_failures_make_a_source_fare(times, lasting, trouble, health):
    after = failing(times, lasting, trouble)
    assert after.health is health
    assert (after.since == NOW) == (health is not Health.HEALTHY)
    assert (after.reason is None) == (health is Health.HEALTHY)


def test_a_quick_source_fails_within_three_of_its_intervals():
    second = timedelta(seconds=1)
    assert failing(3, 3 * second, interval=second).health is Health.FAILING


def test_what_bars_for_good_or_from_the_start_is_known_at_once():
    assert failing(1, HOUR, Trouble.BARRED, permanent=True).health is Health.BLOCKED
    assert failing(1, HOUR, Trouble.BARRED, last_success_at=None).health is Health.BLOCKED


@pytest.mark.parametrize(
    ("health", "trouble", "after"),
    [
        (Health.GONE, Trouble.MISSING, Health.GONE),
        (Health.GONE, Trouble.OTHER, Health.FAILING),
        (Health.BLOCKED, Trouble.BUSY, Health.BLOCKED),
        (Health.BLOCKED, Trouble.OTHER, Health.FAILING),
        (Health.FAILING, Trouble.OTHER, Health.FAILING),
        (Health.SILENT, Trouble.OTHER, Health.SILENT),
    ],
)
def test_trouble_of_another_sort(health, trouble, after):
    assert failing(2, MINUTE, trouble, health=health).health is after


def known_rhythm(quiet: float, last: datetime = NOW - 9 * HOUR) -> Rhythm:
    """Forty a day for three weeks."""
    return Rhythm(
        until=NOW,
        last=last,
        hours=(40 * 21 / 24,) * 24,
        hours_seen=(21.0,) * 24,
        days=(40 * 3.0,) * 7,
        days_seen=(3.0,) * 7,
        entries=40 * 21,
        active=21,
        quiet=quiet,
        longest=6,
    )


def succeeded(of: Source, *, quiet: float = 1, to: str | None = None, **fields) -> SourceState:
    rhythm = known_rhythm(quiet, **fields)
    return source_health.after_success(of, rhythm=rhythm, whole=True, redirected_to=to, now=NOW)


@given(st.sampled_from(Health))
def test_a_good_visit_ends_what_failures_began(health):
    state = SourceState(health=health, since=NOW - DAY, failing_since=NOW - DAY)
    after = succeeded(source(state, failures=9), last=NOW)
    assert (after.health, after.failing_since) == (Health.HEALTHY, None)
    assert source_health.changes("wire", after, after) == []


def test_a_source_is_silent_until_it_publishes_even_when_it_is_long_forgotten():
    silent = succeeded(source(), quiet=16)
    assert (silent.health, silent.since) == (Health.SILENT, NOW)
    assert silent.reason.startswith("It publishes about 40 a day, but shows nothing new for 9 h.")
    assert FEED in silent.reason
    assert succeeded(source(), quiet=8).health is Health.HEALTHY
    still = succeeded(source(silent), quiet=1)
    assert still.health is Health.SILENT
    assert succeeded(source(still), quiet=0, last=NOW + MINUTE).health is Health.HEALTHY


def led(to: str | None, times: int, *, state: SourceState | None = None, **fields) -> SourceState:
    """After so many visits, an hour apart, that are led there."""
    state = state or SourceState(since=NOW - DAY)
    for hour in range(times):
        state = source_health.after_success(
            source(state, **fields),
            rhythm=known_rhythm(0),
            whole=True,
            redirected_to=to,
            now=NOW + hour * HOUR,
        )
    return state


def test_a_source_is_visited_where_it_moved_once_several_visits_were_led_there():
    assert [led(NEW_FEED, times).move.settled for times in (1, 2, 3)] == [False, False, True]
    moved = led(NEW_FEED, 3)
    assert moved.health is Health.MOVED
    assert NEW_FEED in moved.reason
    assert source_health.address(source(led(NEW_FEED, 2))) == FEED
    assert source_health.address(source(moved)) == NEW_FEED
    assert led(None, 1, state=moved).health is Health.MOVED


def test_the_old_address_is_tried_again_when_the_new_one_fails():
    moved = led(NEW_FEED, 3)
    addresses = [source_health.address(source(moved, failures=each)) for each in range(4)]
    assert addresses == [NEW_FEED, FEED, NEW_FEED, FEED]
    back = led(None, 1, state=moved, failures=1)
    assert (back.move, back.health) == (None, Health.HEALTHY)
    (told,) = source_health.changes("wire", moved, back)
    assert (told.kind, told.open) == ("source.moved", False)


def test_redirects_that_lead_elsewhere_each_time_are_no_move():
    state = SourceState(since=NOW)
    for number in range(9):
        state = led(f"https://b.example/{number}.xml", 1, state=state)
    assert not state.move.settled
    assert led(None, 1, state=state).move is None


def test_a_source_that_moves_on_is_followed():
    moved = led(NEW_FEED, 3)
    on = led("https://c.example/atom", 1, state=moved)
    assert source_health.address(source(on)) == FEED
    assert led("https://c.example/atom", 3, state=on).move.to == "https://c.example/atom"


@pytest.mark.parametrize(
    ("old", "new", "is_move"),
    [
        (FEED, NEW_FEED, True),
        ("http://a.example/rss", FEED, True),
        ("https://a.example/", "https://www.a.example/", True),
        ("https://a.example/", "https://a.example/news", True),
        (FEED, "http://a.example/rss", False),
        (FEED, "https://a.example/", False),
        (FEED, "https://a.example", False),
        (FEED, "https://a.example/login?next=/rss", False),
        (FEED, "https://sso.a.example/auth/realms/x", False),
        (FEED, "https://a.example/404.html", False),
        (FEED, f"{FEED}#top", False),
        (FEED, "ftp://a.example/rss", False),
        (FEED, "https://[broken/rss", False),
        (FEED, "https://10.0.0.1/rss", False),
        (FEED, "https://[::1]/rss", False),
        ("http://127.0.0.1:8001/rss", "http://127.0.0.1:8002/rss", True),
        (FEED, "https://a.example/authors/rss", True),
    ],
)
def test_what_is_a_move(old, new, is_move):
    assert source_health.is_move(old, new) is is_move


def test_each_change_is_told_once():
    healthy = SourceState(since=NOW)
    silent = replace(healthy, health=Health.SILENT, reason="It sleeps.")
    (told,) = source_health.changes("wire", healthy, silent)
    assert (told.kind, told.open) == ("source.silent", True)
    assert told.message == "wire is silent. It sleeps."
    assert source_health.changes("wire", silent, silent) == []
    gone = replace(silent, health=Health.GONE, reason="It is gone.")
    assert [(each.kind, each.open) for each in source_health.changes("wire", silent, gone)] == [
        ("source.silent", False),
        ("source.gone", True),
    ]
    move = Move(to=NEW_FEED, since=NOW, settled=True)
    moved = replace(healthy, health=Health.MOVED, move=move)
    told = source_health.changes("wire", gone, moved)
    assert [(each.kind, each.open) for each in told] == [
        ("source.gone", False),
        ("source.moved", True),
    ]
    assert source_health.changes("wire", moved, replace(moved, health=Health.FAILING)) == [
        source_health.Change(kind="source.failing", open=True, message="wire is failing. None")
    ]


@pytest.mark.parametrize(
    ("whole_at", "quiet", "health", "wants"),
    [
        (None, 0, Health.HEALTHY, True),
        (NOW - HOUR, 0, Health.HEALTHY, False),
        (NOW - 8 * DAY, 0, Health.HEALTHY, True),
        (NOW - 7 * HOUR, 0, Health.HEALTHY, False),
        (NOW - 7 * HOUR, 9, Health.HEALTHY, True),
        (NOW - 7 * HOUR, 0, Health.SILENT, True),
        (NOW - 5 * HOUR, 9, Health.SILENT, False),
    ],
)
def test_not_modified_for_ever_is_not_believed(whole_at, quiet, health, wants):
    asked = source(SourceState(health=health, whole_at=whole_at))
    assert source_health.wants_whole(asked, known_rhythm(quiet), NOW) is wants


def test_a_wall_is_known_by_what_stands_in_it():
    wall = b"<title>Just a moment</title><script src='/cdn-cgi/challenge-platform/h'>"
    assert source_health.is_wall(wall)
    assert not source_health.is_wall(b"<title>News</title><a href='/1'>Rockets over the bay</a>")


def test_a_feed_that_became_a_page_is_no_list_any_more():
    assert source_health.is_no_list_any_more(SourceKind.ATOM, SourceKind.INDEX_PAGE)
    assert not source_health.is_no_list_any_more(SourceKind.ATOM, SourceKind.RSS)
    assert not source_health.is_no_list_any_more(None, SourceKind.INDEX_PAGE)
    assert not source_health.is_no_list_any_more(SourceKind.INDEX_PAGE, SourceKind.RSS)
