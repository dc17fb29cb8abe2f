"""How `tocsin source` shows a source: what it is, how it fares, why it is visited when it is."""

import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from scraper.cli.output import moment, plain, print_fields
from scraper.cli.visiting import shown_visiting
from scraper.pipeline import source_words
from scraper.pipeline.looks import looks
from scraper.pipeline.rhythm import Rhythm
from scraper.pipeline.sift import NOT_TAKEN, OVER
from storage.records import Health, HostBackOff, Source, Subscription, SubscriptionState

_NARROW = 60  # columns of a terminal in which the visits are shown on one line


def as_json(
    source: Source,
    back_off: HostBackOff | None = None,
    subscriptions: Sequence[Subscription] = (),
    links: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """All that is known of a source, without its secrets; `links`: of its list of links."""
    known: dict[str, Any] = plain(source)
    del known["state"]
    state = source.state
    rhythm = Rhythm.of(state.rhythm)
    return known | {
        "health": state.health,
        "health_since": plain(state.since),
        "health_reason": state.reason,
        "failing_since": plain(state.failing_since),
        "moved_to": state.move.to if state.move is not None and state.move.settled else None,
        "redirected_to": plain(state.move),
        "paced_by": state.paced_by,
        "pace": source_words.pace(source),
        "entries_per_day": None if rhythm is None else round(rhythm.entries_per_day, 3),
        "usual_times": (rhythm and source_words.usual_times(rhythm)) or None,
        "last_whole_answer_at": plain(state.whole_at),
        "host_left_alone_until": None if back_off is None else plain(back_off.until),
        "links_not_taken": (links or {}).get(NOT_TAKEN, {}),
        "more_links_than_a_day_has": (links or {}).get(OVER),
        "visits": [plain(look) for look in looks(state.recent)],
        "subscriptions": [_subscription(each) for each in subscriptions],
    }


def _subscription(subscription: Subscription) -> dict[str, Any]:
    shown: dict[str, Any] = plain(subscription)
    for secret in ("id", "source_id", "token", "secret"):
        del shown[secret]
    return shown


def print_source(
    source: Source,
    back_off: HostBackOff | None,
    subscriptions: Sequence[Subscription],
    links: Mapping[str, Any] | None,
    now: datetime,
) -> None:
    """For people, a line for each thing."""
    state = source.state
    signs = source_words.strip(source)
    width = max(shutil.get_terminal_size().columns - 20, _NARROW)
    print_fields(
        {
            "name": source.name,
            "address": source.url,
            "moved to": _moved(source),
            "kind": source.kind,
            "every": source.every or "learned",
            "tags": source.tags,
            **shown_visiting(source.options),
            "from": source.origin,
            "health": "paused" if source.paused else source_words.fares(source, now),
            "why": state.reason,
            "last error": source.last_error and f"{source.last_error} ({_times(source.failures)})",
            "failing since": moment(state.failing_since),
            "publishes": _publishes(source),
            "links": source_words.not_taken(links) or None,
            "pace": None if source.paused else source_words.pace(source),
            "push": "; ".join(_push(each, now) for each in subscriptions) or None,
            "host": _left_alone(back_off, now),
            "last visit": moment(source.last_visit_at),
            "last success": moment(source.last_success_at),
            "last new entry": moment(source.last_new_at),
            "next visit": None if source.paused else moment(source.next_visit_at),
            "visits": signs[-width:],
            "": source_words.legend(signs),
        }
    )


def _push(subscription: Subscription, now: datetime) -> str:
    """How a subscription fares: "hub.example pushes since …, the last time …"."""
    hub = urlsplit(subscription.hub).netloc
    if subscription.is_live(now):
        last = moment(subscription.pushed_at) or "nothing yet"
        until = moment(subscription.lease_until)
        return f"{hub} since {moment(subscription.verified_at)}, lease until {until}, last: {last}"
    words = {
        SubscriptionState.WANTED: "is to be asked",
        SubscriptionState.ASKED: "was asked, and has yet to call back",
        SubscriptionState.ACTIVE: "has let its lease run out",
        SubscriptionState.DENIED: "does not push to us",
        SubscriptionState.ENDING: "is told that we want no more",
    }
    error = f" ({subscription.error})" if subscription.error else ""
    return f"{hub} {words[subscription.state]}{error}"


def state_in_a_word(source: Source) -> str:
    """The last column of the list."""
    if source.paused:
        return "paused"
    if source.last_visit_at is None:
        return "not visited yet"
    health = source.state.health.value
    if source.last_error:
        failed = f"failed {source.failures}×: {source.last_error}"
        is_new = health == Health.HEALTHY and source.last_success_at is None
        return failed if is_new else f"{health}, {failed}"
    return f"{health}: {source.state.reason}" if source.state.reason else health


def _moved(source: Source) -> str | None:
    move = source.state.move
    if move is None:
        return None
    if move.settled:
        return f"{move.to}, where it is visited"
    return f"perhaps {move.to}: led there by {_times(move.seen)} so far"


def _times(number: int) -> str:
    return "one visit" if number == 1 else f"{number} visits"


def _publishes(source: Source) -> str | None:
    rhythm = Rhythm.of(source.state.rhythm)
    if rhythm is None:
        return None
    times = source_words.usual_times(rhythm)
    often = source_words.frequency(rhythm).removeprefix("publishes ")
    return f"{often}, {times}" if times else often


def _left_alone(back_off: HostBackOff | None, now: datetime) -> str | None:
    if back_off is None or back_off.until <= now:
        return None
    return f"{back_off.key} asked to be left alone until {moment(back_off.until)}"
