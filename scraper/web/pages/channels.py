"""The channels: where alerts go, whether they arrive, and what would be sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from scraper.actions import upkeep
from scraper.alerts import Receipt, send_test
from scraper.alerts.masking import masked, target
from scraper.alerts.message import Message
from scraper.alerts.preview import Posted, preview
from scraper.alerts.sample import sample_alert, sample_digest, sample_message, sample_notice
from scraper.errors import DeliveryError, SettingsError, UsageError
from scraper.printable import printable
from scraper.settings.watch_writing import plan_texts
from scraper.web.access import GuardedRoute, needs
from scraper.web.context import asker, web
from scraper.web.lists import LONGEST_CURSOR, Number, there
from storage.database import UnitOfWork
from storage.records import Channel, Delivery, DeliveryKind, DeliveryState, Scope

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)

_FEW: Final = 10  # deliveries that were given up, on the page of a channel
_LONGEST: Final = 50_000  # characters of a preview that are shown
_KINDS: Final = ("alert", "escalation", "reminder", "digest", "notice", "test")
_DONE: Final = {
    "paused": "Paused: its alerts wait.",
    "resumed": "It goes on, and what waited goes out.",
}


@dataclass(slots=True)
class Tried:
    """How far a test came, and what came of it: one of the two."""

    steps: Sequence[str] = ()
    receipt: Receipt | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Previewed:
    """What a channel would be sent: where to, its headers, its text."""

    to: str
    headers: Mapping[str, str]
    text: str


@dataclass(frozen=True, slots=True)
class _Shown:
    channel: Channel
    options: Mapping[str, Any]
    plan: Mapping[str, Any]
    given_up: Sequence[Delivery]


@router.get("/channels")
@needs(Scope.READ)
async def show_all(
    request: Request, done: Annotated[str, Query(max_length=LONGEST_CURSOR)] = ""
) -> Response:
    """The list; there are few."""
    at = web(request)
    channels = await at.database.query(lambda unit: unit.channels.list())
    return at.pages.render(
        request, "channels.html", channels=channels, target=_target, done=_DONE.get(done)
    )


@router.get("/channels/{number}")
@needs(Scope.READ)
async def show(
    request: Request,
    number: Number,
    done: Annotated[str, Query(max_length=LONGEST_CURSOR)] = "",
    kind: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """A channel; for editors with what it would be sent, if they ask for it."""
    previewed, problem = None, None
    if kind in _KINDS and asker(request).may(Scope.WRITE):
        previewed, problem = await _preview(request, await _channel(request, number), kind)
    return await _page(
        request, number, done=_DONE.get(done), kind=kind, previewed=previewed, problem=problem
    )


@router.post("/channels/{number}/pause")
@needs(Scope.WRITE)
async def pause(request: Request, number: Number) -> Response:
    """Let its alerts wait."""
    return await _change(request, number, upkeep.pause, done="paused")


@router.post("/channels/{number}/resume")
@needs(Scope.WRITE)
async def resume(request: Request, number: Number) -> Response:
    """Let it go on."""
    return await _change(request, number, upkeep.resume, done="resumed")


@router.post("/channels/{number}/test")
@needs(Scope.WRITE)
async def test(request: Request, number: Number) -> Response:
    """Send a message that says it is a test, and tell how far it came."""
    at, identity = web(request), asker(request)
    channel = await _channel(request, number)
    if at.tools is None:
        raise UsageError("this dashboard sends nothing: the daemon does")
    steps: list[str] = []
    tried = Tried(steps)
    try:
        tried.receipt = await send_test(channel, replace(at.tools.sending, on_step=steps.append))
    except (DeliveryError, SettingsError) as error:
        tried.problem = str(error)
    now, detail = at.clock.now(), {"taken": tried.receipt is not None}

    def note(unit: UnitOfWork) -> None:
        unit.audit.note(identity.actor, "channel.test", channel.name, detail=detail, now=now)

    await at.database.run(note)
    return await _page(request, number, tried=tried)


async def _channel(request: Request, number: int) -> Channel:
    return there(await web(request).database.query(lambda unit: unit.channels.numbered(number)))


async def _change(
    request: Request,
    number: int,
    action: Callable[..., None],
    *,
    done: str,
) -> Response:
    at, by, now = web(request), asker(request).actor, web(request).clock.now()

    def work(unit: UnitOfWork) -> None:
        action(unit, "channel", there(unit.channels.numbered(number)).name, by=by, now=now)

    await at.database.run(work)
    return RedirectResponse(f"/channels/{number}?done={done}", 303)


async def _page(
    request: Request,
    number: int,
    *,
    done: str | None = None,
    kind: str = "",
    tried: Tried | None = None,
    previewed: Previewed | None = None,
    problem: str | None = None,
) -> Response:
    at = web(request)
    shown = await at.database.query(lambda unit: _shown(unit, number))
    return at.pages.render(
        request,
        "channel.html",
        shown=shown,
        done=done,
        tried=tried,
        kinds=_KINDS,
        kind=kind,
        previewed=previewed,
        problem=problem,
    )


def _shown(unit: UnitOfWork, number: int) -> _Shown:
    channel = there(unit.channels.numbered(number))
    return _Shown(
        channel=channel,
        options={key: _words(value) for key, value in masked(channel.spec).items()},
        plan={key: _words(value) for key, value in plan_texts(channel.spec.plan).items()},
        given_up=unit.outbox.deliveries(
            state=DeliveryState.FAILED, channel=channel.name, limit=_FEW
        ),
    )


async def _preview(
    request: Request, channel: Channel, kind: str
) -> tuple[Previewed | None, str | None]:
    """What the channel would be sent, or why it would be sent nothing."""
    at = web(request)
    if at.tools is None:
        return None, "this dashboard cannot show that: the daemon can"
    # Without a key of ours its links unsubscribe nobody.
    context = replace(at.tools.sending, unsubscribing=None)
    try:
        made = await preview(channel, _message(kind, channel.name, at.clock.now()), context)
    except (DeliveryError, SettingsError) as error:
        return None, str(error)
    if isinstance(made, Posted):
        body = made.body.decode("utf-8", "replace")
        return Previewed(f"{made.method} to {made.host}", made.headers, _clip(body)), None
    return Previewed("An e-mail", dict(made.items()), _clip(_text_of(made))), None


def _message(kind: str, channel: str, now: datetime) -> Message:
    match kind:
        case "digest":
            return sample_digest(channel, now=now)
        case "notice":
            return sample_notice(channel, now=now)
        case "test":
            return sample_message(channel, now=now, identifier="preview")
        case _:
            return sample_alert(channel, now=now, kind=DeliveryKind(kind))


def _text_of(mail: EmailMessage) -> str:
    text = mail.get_body(("plain",))
    return str(text.get_content()) if text else ""


def _clip(text: str) -> str:
    safe = printable(text)
    return safe if len(safe) <= _LONGEST else f"{safe[:_LONGEST]}…"


def _target(channel: Channel) -> str:
    return _words(target(channel.spec.options))


def _words(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
