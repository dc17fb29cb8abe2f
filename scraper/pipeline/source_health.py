"""How a source fares: a state machine without I/O, fed by each visit.

healthy ──► failing    three failures in a row that last ten minutes, or three of its intervals
        ──► blocked    it does not let us in (401, 402, 403, 451, robots.txt, a captcha), twice in
                       a row; or it has asked to be left alone (429, 503) for six hours
        ──► gone       410; or 404, or a name that leads nowhere, for three days. Looked at once a
                       day from then on
        ──► silent     visits succeed, but what its rhythm promises does not come
        ──► moved      three visits were redirected for good to one address: it is visited there
and back by a good visit; from silent by something new.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from scraper.errors import FetchError, Trouble
from scraper.pipeline.rhythm import Rhythm
from scraper.pipeline.schedule import BARRED_PAUSE
from scraper.pipeline.source_words import frequency
from scraper.pipeline.words import span
from storage.records import Health, Move, Page, Source, SourceKind, SourceState

ALARM: Final = 1e-5  # the chance of a silence below which it is told

_FAILURES: Final = 3
_FAILING_FOR: Final = timedelta(minutes=10)
_BUSY_FOR: Final = timedelta(hours=6)
_MISSING_FOR: Final = timedelta(days=3)
_MISSING_TIMES: Final = 5
_MOVED_TIMES: Final = 3
_MOVED_FOR: Final = timedelta(hours=1)

_WHOLE_EVERY: Final = timedelta(days=7)
_WHOLE_WHEN_QUIET: Final = timedelta(hours=6)
_QUIET: Final = 5.0  # occasions that did not come

_NOTHING_THERE: Final = frozenset({Trouble.GONE, Trouble.MISSING, Trouble.UNRESOLVED})
_KEPT_OUT: Final = frozenset({Trouble.BARRED, Trouble.BUSY})
_LISTS: Final = frozenset(SourceKind) - {SourceKind.INDEX_PAGE}

# Places where visitors are sent who are not let in, or who asked for what is not there.
_NO_PLACE = re.compile(
    r"(?:^|[/_.-])(?:log-?in|sign-?in|sign-?up|auth|sso|consent|register|subscribe|account|captcha"
    r"|challenge|blocked|denied|error|404|not-?found|sorry|parking|domain)(?:$|[/_.-])",
    re.IGNORECASE,
)
# What stands in pages that ask who comes whether it is a person.
_WALL = re.compile(
    rb"/cdn-cgi/challenge-platform/|captcha-delivery\.com|_Incapsula_Resource|px-captcha"
    rb"|/\.well-known/sgcaptcha|awswaf|h-captcha|g-recaptcha|cf-turnstile|ddos-guard",
    re.IGNORECASE,
)
_LOOKED_FOR: Final = 200_000  # bytes of a page


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to be told: trouble of a kind began, or is over."""

    kind: str  # "source.silent"
    open: bool
    message: str


def address(source: Source) -> str:
    """Where to visit it: where it moved to, but after a failure there where it was."""
    move = source.state.move
    if move is None or not move.settled or source.failures % 2:
        return source.url
    return move.to


def is_as_it_was(known: Source, visited: Source) -> bool:
    """Whether a source is still asked as it was when it was claimed."""
    return (known.url, known.options) == (visited.url, visited.options)


def wants_whole(source: Source, rhythm: Rhythm | None, now: datetime) -> bool:
    """Whether to ask without validators: a server may say "not modified" for ever."""
    if source.state.whole_at is None:
        return True
    since = now - source.state.whole_at
    is_quiet = source.state.health is Health.SILENT or (rhythm and rhythm.quiet >= _QUIET)
    return since >= (_WHOLE_WHEN_QUIET if is_quiet else _WHOLE_EVERY)


def is_wall(body: bytes) -> bool:
    """Whether a page of which nothing could be read asks for a captcha or the like."""
    return _WALL.search(body[:_LOOKED_FOR]) is not None


def walled(page: Page) -> FetchError:
    """The error for such a page."""
    return FetchError(
        f"{page.url} answered with a page that asks for a captcha or the like",
        retry_after=BARRED_PAUSE,
        trouble=Trouble.BARRED,
    )


def is_no_list_any_more(known: SourceKind | None, found: SourceKind) -> bool:
    """Whether what was a feed or a sitemap answers with a page for people."""
    return known in _LISTS and found is SourceKind.INDEX_PAGE


def after_failure(
    source: Source, *, trouble: Trouble, permanent: bool, error: str, now: datetime
) -> SourceState:
    """The state after a failed visit."""
    state = source.state
    since = state.failing_since or now
    failed = replace(state, failing_since=since)
    times, lasting = source.failures + 1, now - since
    health = state.health
    if _is_gone(state, trouble, times, lasting):
        health = Health.GONE
    elif _is_blocked(source, trouble, permanent=permanent, lasting=lasting):
        health = Health.BLOCKED
    elif _is_failing(source, times, lasting):
        health = Health.FAILING
    return _became(failed, health, _failure_words(source, health, error), now)


def _is_gone(state: SourceState, trouble: Trouble, times: int, lasting: timedelta) -> bool:
    if trouble is Trouble.GONE or (state.health is Health.GONE and trouble in _NOTHING_THERE):
        return True
    return trouble in _NOTHING_THERE and times >= _MISSING_TIMES and lasting >= _MISSING_FOR


def _is_blocked(source: Source, trouble: Trouble, *, permanent: bool, lasting: timedelta) -> bool:
    if source.state.health is Health.BLOCKED and trouble in _KEPT_OUT:
        return True
    if trouble is Trouble.BARRED:
        return permanent or source.failures > 0 or source.last_success_at is None
    return trouble is Trouble.BUSY and lasting >= _BUSY_FOR


def _is_failing(source: Source, times: int, lasting: timedelta) -> bool:
    if source.state.health in {Health.FAILING, Health.BLOCKED, Health.GONE}:
        return True
    return times >= _FAILURES and lasting >= min(_FAILING_FOR, _FAILURES * source.interval)


def _failure_words(source: Source, health: Health, error: str) -> str:
    reason = error if error.endswith((".", "!", "?")) else f"{error}."
    remedy = {
        Health.BLOCKED: "Ask its operator to let Tocsin in, or choose another address of it.",
        Health.GONE: (
            "It is looked at once a day. To have it looked at no more: "
            f"tocsin source remove {_quoted(source.name)}"
        ),
    }
    test = f"To see what comes back: tocsin source test {_quoted(source.name)}"
    return f"{reason} {remedy.get(health, test)}"


def after_success(
    source: Source,
    *,
    rhythm: Rhythm,
    whole: bool,
    redirected_to: str | None,
    now: datetime,
) -> SourceState:
    """The state after a good visit; `redirected_to`: where permanent redirects led."""
    state = replace(
        source.state,
        failing_since=None,
        whole_at=now if whole else source.state.whole_at,
        move=after_redirect(source, redirected_to, now),
        rhythm=rhythm.raw(),
    )
    health, reason = Health.HEALTHY, ""
    if is_silent(state, rhythm):
        health, reason = Health.SILENT, _silence_words(source, rhythm, now)
    elif state.move is not None and state.move.settled:
        health, reason = Health.MOVED, _move_words(source, state.move)
    return _became(state, health, reason, now)


def is_silent(state: SourceState, rhythm: Rhythm) -> bool:
    """Whether it is silent: until it publishes, even when its rhythm is long forgotten."""
    if state.health is Health.SILENT and state.since is not None:
        return rhythm.last is None or rhythm.last <= state.since
    return rhythm.chance() < ALARM


def _silence_words(source: Source, rhythm: Rhythm, now: datetime) -> str:
    quiet = "nothing new" if rhythm.last is None else f"nothing new for {span(now - rhythm.last)}"
    often = frequency(rhythm)
    return (
        f"It {often}, but shows {quiet}. Look at {source.url}: it may have moved, or its feed may "
        "be broken."
    )


def _move_words(source: Source, move: Move) -> str:
    where = (
        "Write that address into the settings file."
        if source.origin == "settings"
        else "Give it that address."
    )
    return f"It moved for good from {source.url} to {move.to}, and is visited there. {where}"


def after_redirect(source: Source, redirected_to: str | None, now: datetime) -> Move | None:
    """Where it moved, as far as is known, after a good visit that was led there for good."""
    known, asked = source.state.move, address(source)
    if redirected_to is None:
        # The old address answers by itself again: it did not move. At the new one all is well.
        return known if known is not None and known.settled and asked == known.to else None
    if not is_move(asked, redirected_to):
        return known if known is not None and asked == known.to else None
    if known is None or known.to != redirected_to:
        return Move(to=redirected_to, since=now)
    seen = min(known.seen + 1, _MOVED_TIMES)
    lasting = now - known.since >= min(_MOVED_FOR, _MOVED_TIMES * source.interval)
    return replace(known, seen=seen, settled=known.settled or (seen >= _MOVED_TIMES and lasting))


def is_move(old: str, new: str) -> bool:
    """Whether a redirect for good is a move.

    It is none to a home page, to a login, to a bare IP address, or from https to http.
    """
    try:
        before, after = urlsplit(old), urlsplit(new)
    except ValueError:
        return False
    if is_address(after.hostname) and not is_address(before.hostname):
        return False  # a name may be traced to who has it; this leads anywhere, or into our network
    if after.scheme not in {"http", "https"} or (before.scheme, after.scheme) == ("https", "http"):
        return False
    was_at, is_at = before.path.strip("/"), after.path.strip("/")
    if (was_at and not is_at and not after.query) or _NO_PLACE.search(f"/{is_at}/"):
        return False
    return new.partition("#")[0] != old.partition("#")[0]


def is_address(host: str | None) -> bool:
    """Whether it is no name but an IP address."""
    try:
        return bool(ip_address(host or ""))
    except ValueError:
        return False


def _became(state: SourceState, health: Health, reason: str, now: datetime) -> SourceState:
    if health is state.health:
        return state if state.since is not None else replace(state, since=now)
    return replace(state, health=health, since=now, reason=reason or None)


def changes(name: str, before: SourceState, after: SourceState) -> list[Change]:
    """What is to be told of a source whose state changed."""
    told = []
    if before.health is not after.health:
        if before.health not in {Health.HEALTHY, Health.MOVED}:
            told.append(_over(name, before.health))
        if after.health not in {Health.HEALTHY, Health.MOVED}:
            message = f"{name} is {after.health}. {after.reason}"
            told.append(Change(kind=after.health.notice, open=True, message=message))
    # That it moved is to be told although it is silent, or fails, for the moment.
    was_moved = before.move is not None and before.move.settled
    has_moved = after.move is not None and after.move.settled
    if has_moved and after.move is not None and not was_moved:
        message = f"{name} moved for good to {after.move.to}, and is visited there from now on"
        told.append(Change(kind=Health.MOVED.notice, open=True, message=message))
    elif was_moved and not has_moved:
        told.append(_over(name, Health.MOVED))
    return told


_OVER: Final = {
    Health.FAILING: "does not fail any more",
    Health.BLOCKED: "lets us in again, or fails in another way",
    Health.GONE: "is not gone any more",
    Health.SILENT: "is not silent any more",
    Health.MOVED: "is visited at its own address again",
}


def _over(name: str, health: Health) -> Change:
    return Change(kind=health.notice, open=False, message=f"{name} {_OVER[health]}")


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"[\w.-]+", name) else f'"{name}"'
