"""WebSub (https://www.w3.org/TR/websub/): hubs are asked to push what sources publish.

    a visit       names the hubs and the topic of its source            after_visit
    subscriber    asks the hubs, again before a lease ends, and tells
                  those that are no longer wanted                       Subscriber.tick
    callback      the hub verifies that it was we who asked: the topic,
                  and a token that only the two of us know              Callbacks.verify
    callback      the hub brings something: its signature is checked
                  over the very bytes, and it is read like a visit      Callbacks.receive

A push is no promise: hubs die, and some never were alive. So a source is visited as before until a
push brought something that no visit had found. From then on it is visited once an hour at most,
until two visits in a row find something that was not pushed. What is pushed brings the next visit
forward first, and puts it back once it is stored: whoever dies in between has it visited.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import IPv4Network, IPv6Network
from random import Random
from typing import Final

import httpx

from scraper.clock import Clock
from scraper.discover import Discovery, discover
from scraper.discover.links import resolve
from scraper.errors import AttemptError
from scraper.fetch import check_address
from scraper.pipeline.push_signature import is_signed
from scraper.pipeline.sandbox import Sandbox, SandboxError
from storage.database import Database, UnitOfWork
from storage.errors import StorageError
from storage.records import Added, Page, Source, SourceKind, Subscription, SubscriptionState

_log = logging.getLogger(__name__)

PATH: Final = "/websub/"  # of the callbacks; a token follows

LEASE: Final = timedelta(days=10)  # that is asked for
_LEASES: Final = (timedelta(minutes=5), timedelta(days=30))  # that are believed
_RENEWED_AT: Final = 2 / 3  # of a lease
_PAUSES: Final = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 6 * 60, 12 * 60, 24 * 60)
)
_JITTER: Final = 0.1
_DENIED_PAUSE: Final = timedelta(days=1)
_GOODBYES: Final = 3  # requests to end a subscription, after which it is over
_AT_ONCE: Final = 10  # subscriptions asked for in one tick
_TIMEOUT: Final = 20.0  # seconds, of one request to a hub
_REDIRECTS: Final = 3
_MOST_HUBS: Final = 3  # of one source
_LONGEST_ANSWER: Final = 300  # bytes of a hub's refusal that are kept

_MISSED: Final = 2  # visits in a row that found what was not pushed
_SAFETY: Final = timedelta(minutes=2)  # what was pushed is visited after these, if it is not stored
_IN_HAND: Final = 100  # pushes taken and not yet read; what is more is left to a visit
BYTES_IN_HAND: Final = 64 * 2**20  # of them all
_FEEDS: Final = frozenset({SourceKind.RSS, SourceKind.ATOM, SourceKind.RDF, SourceKind.JSON_FEED})

TakeIn = Callable[[Source, Discovery], Awaitable[Added]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hubs:
    """What a whole page said of its hubs; none are named by most."""

    topic: str | None
    hubs: tuple[str, ...]


def after_visit(
    unit: UnitOfWork, source: Source, named: Hubs | None, *, new: int, now: datetime
) -> bool:
    """Take note of a visit; whether the next one may wait, as what is new is pushed.

    `named` None: the visit did not tell, as nothing was modified.
    """
    if named is None:
        known = unit.subscriptions.of_source(source.id)
    else:
        hubs = named.hubs[:_MOST_HUBS] if named.topic else ()
        known = unit.subscriptions.want(
            source.id, topic=named.topic or "", hubs=hubs, now=now, secrets=_new_secrets
        )
    trusted = [each for each in known if each.trusted and each.is_live(now)]
    if not new:
        return bool(trusted)
    for each in trusted:
        missed = each.missed + 1
        is_over = missed >= _MISSED
        unit.subscriptions.missed(
            each.id,
            missed=0 if is_over else missed,
            trusted=not is_over,
            next_at=now if is_over else each.next_at,  # perhaps it forgot us: it is asked again
        )
    return any(each.missed + 1 < _MISSED for each in trusted)


def _new_secrets() -> tuple[str, str]:
    return secrets.token_urlsafe(32), secrets.token_hex(32)


class Subscriber:
    """Asks hubs for what is wanted of them, one request at a time."""

    def __init__(
        self,
        *,
        database: Database,
        transport: httpx.AsyncBaseTransport,
        clock: Clock,
        random: Random,
        public_url: str | None,
        user_agent: str,
        allow_networks: Sequence[IPv4Network | IPv6Network] = (),
    ) -> None:
        self._database = database
        self._clock = clock
        self._allow_networks = allow_networks
        self._random = random
        self._public_url = public_url
        # Not closed here: it holds nothing of its own but the transport, which is its maker's.
        self._client = httpx.AsyncClient(
            transport=transport,
            timeout=_TIMEOUT,
            follow_redirects=False,
            trust_env=False,
            headers={"user-agent": user_agent, "accept-encoding": "identity"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        )

    async def tick(self) -> int:
        """Ask for some of what is due; how many requests were made."""
        now, are_all_over = self._clock.now(), self._public_url is None
        if not await self._database.query(
            lambda unit: unit.subscriptions.needs_care(now, every=are_all_over)
        ):
            return 0

        def claim(unit: UnitOfWork) -> Sequence[Subscription]:
            if are_all_over:
                unit.subscriptions.end_all(now)
            else:
                unit.subscriptions.end_unwanted(now)
            return unit.subscriptions.claim_due(now, limit=_AT_ONCE, pause=self._pause)

        due = await self._database.run(claim)
        for subscription in due:
            await self._settle(subscription)
        return len(due)

    def _pause(self, attempts: int) -> timedelta:
        pause = _PAUSES[min(attempts, len(_PAUSES)) - 1]
        return pause * self._random.uniform(1 - _JITTER, 1 + _JITTER)

    async def _settle(self, subscription: Subscription) -> None:
        is_ending = subscription.state is SubscriptionState.ENDING
        if is_ending and (subscription.attempts >= _GOODBYES or self._public_url is None):
            await self._database.run(lambda unit: unit.subscriptions.forget(subscription.id))
            return
        error = await self._ask(subscription, "unsubscribe" if is_ending else "subscribe")
        if error is None:
            await self._database.run(lambda unit: unit.subscriptions.asked(subscription.id))
            return
        _log.log(
            logging.INFO if is_ending else logging.WARNING,
            "the hub %s cannot be asked to push %s: %s",
            subscription.hub,
            subscription.topic,
            error,
            extra={"action": "websub.refused", "hub": subscription.hub},
        )
        await self._database.run(lambda unit: unit.subscriptions.failed(subscription.id, error))

    async def _ask(self, subscription: Subscription, mode: str) -> str | None:
        """Send one request; why it was not taken, None when it was."""
        form = {
            "hub.mode": mode,
            "hub.topic": subscription.topic,
            "hub.callback": f"{(self._public_url or '').rstrip('/')}{PATH}{subscription.token}",
        }
        if mode == "subscribe":
            form["hub.lease_seconds"] = str(round(LEASE.total_seconds()))
            form["hub.secret"] = subscription.secret
        url = subscription.hub
        try:
            async with asyncio.timeout(_TIMEOUT):
                for _ in range(_REDIRECTS + 1):
                    target, error = await self._post(url, form)
                    if target is None:
                        return error
                    url = target
        except TimeoutError:
            return f"no answer in {_TIMEOUT:g} seconds"
        except (httpx.HTTPError, httpx.InvalidURL, AttemptError) as error:
            return str(error)[:_LONGEST_ANSWER] or type(error).__name__
        return "it redirects without end"

    async def _post(self, url: str, form: Mapping[str, str]) -> tuple[str | None, str | None]:
        """Where the hub sends us, or else why it did not take the request.

        Raises FetchError for an address to which nothing is sent: a mail server's port, say.
        """
        check_address(url, self._allow_networks)
        async with self._client.stream("POST", url, data=dict(form)) as answer:
            if answer.status_code in {307, 308}:  # a POST stays one: RFC 9110, 15.4.8 and 15.4.9
                target = resolve(answer.headers.get("location", ""), url)
                if target is None:
                    return None, "it redirects to what is no address"
                if url.startswith("https:") and not target.startswith("https:"):
                    return None, "it redirects from https to http, where the secret could be read"
                return target, None
            if answer.is_success:
                return None, None
            said = bytearray()
            async for piece in answer.aiter_raw(_LONGEST_ANSWER):
                said += piece
                if len(said) >= _LONGEST_ANSWER:
                    break
            words = " ".join(bytes(said[:_LONGEST_ANSWER]).decode("utf-8", "replace").split())
            return None, f"HTTP {answer.status_code}" + (f": {words}" if words else "")


class Callbacks:
    """What hubs ask and bring. The web server calls it with what came in, from whomever."""

    def __init__(
        self,
        *,
        database: Database,
        sandbox: Sandbox,
        clock: Clock,
        random: Random,
        take_in: TakeIn,
        tick: Callable[[], None],
    ) -> None:
        self._database = database
        self._sandbox = sandbox
        self._clock = clock
        self._random = random
        self._take_in = take_in
        self._tick = tick
        self._in_hand: dict[asyncio.Task[None], int] = {}  # with the bytes of each
        self._is_over = False

    async def verify(self, token: str, asked: Mapping[str, str]) -> str | None:
        """The challenge to send back, if it was we who asked; None for what we know nothing of.

        A refusal ("denied") needs no answer but that it arrived: an empty one.
        """
        now, mode, topic = self._clock.now(), asked.get("hub.mode"), asked.get("hub.topic")
        challenge = asked.get("hub.challenge", "")
        lease = _lease(asked.get("hub.lease_seconds"))
        shorter = self._random.uniform(1 - _JITTER, 1)

        def settle(unit: UnitOfWork) -> str | None:
            known = unit.subscriptions.by_token(token)
            if known is None or known.topic != topic:
                return None
            is_ending = known.state is SubscriptionState.ENDING
            if mode == "denied" and not is_ending:
                reason = asked.get("hub.reason", "")[:_LONGEST_ANSWER] or "it gave no reason"
                unit.subscriptions.denied(
                    known.id, reason=f"denied: {reason}", next_at=now + _DENIED_PAUSE
                )
                return ""
            if mode == "unsubscribe" and is_ending and challenge:
                unit.subscriptions.forget(known.id)
                return challenge
            if mode == "subscribe" and not is_ending and challenge:
                unit.subscriptions.verified(
                    known.id,
                    now=now,
                    lease_until=now + lease,
                    next_at=now + lease * _RENEWED_AT * shorter,
                )
                return challenge
            return None

        return await self._database.run(settle)

    async def is_known(self, token: str) -> bool:
        """Whether there is such a subscription: what strangers send is not even read."""
        return await self._database.query(
            lambda unit: unit.subscriptions.by_token(token) is not None
        )

    async def receive(self, token: str, headers: Mapping[str, str], body: bytes) -> int:
        """Take what a hub brings; the HTTP status that answers it.

        410: no such subscription, so the hub should end it. 403: it is not signed, as every push to
        us must be. Of a wrong signature the hub is told nothing, as the Recommendation has it.
        """
        known = await self._database.query(lambda unit: unit.subscriptions.by_token(token))
        if known is None or known.state is SubscriptionState.ENDING:
            return 410
        signature = headers.get("x-hub-signature")
        if signature is None:
            _refused(known, "it is not signed")
            return 403
        if not is_signed(signature, known.secret, body):
            _refused(known, "its signature is not that of its hub")
            return 202
        now = self._clock.now()
        in_hand = sum(self._in_hand.values())
        is_room = (
            not self._is_over
            and len(self._in_hand) < _IN_HAND
            and in_hand + len(body) <= BYTES_IN_HAND
        )
        is_read = body and is_room and "content-encoding" not in headers
        at = now + _SAFETY if is_read else now

        def bring_forward(unit: UnitOfWork) -> tuple[Source | None, datetime | None]:
            unit.subscriptions.pushed(known.id, now=now, new=False)
            return (
                unit.sources.by_id(known.source_id),
                unit.sources.bring_forward(known.source_id, at),
            )

        source, was = await self._database.run(bring_forward)
        if source is not None and at > now:
            page = Page(
                url=known.topic,
                requested_url=known.topic,
                status=200,
                headers={name: headers[name] for name in ("content-type",) if name in headers},
                body=body,
                fetched_at=now,
            )
            task = asyncio.create_task(self._read(known, source, page, at, was), name="push")
            self._in_hand[task] = len(body)
            task.add_done_callback(self._in_hand.pop)
        self._tick()
        return 202

    async def _read(
        self, known: Subscription, source: Source, page: Page, at: datetime, was: datetime | None
    ) -> None:
        """Read what was brought. Whatever goes wrong, a visit will see it."""
        try:
            discovery = await self._sandbox.run_first(discover, page)
            if discovery.kind not in _FEEDS or not discovery.entries:
                await self._database.run(
                    lambda unit: unit.sources.bring_forward(source.id, self._clock.now())
                )
                return
            added = await self._take_in(source, discovery)

            def settle(unit: UnitOfWork) -> None:
                unit.subscriptions.pushed(known.id, now=self._clock.now(), new=bool(added.new))
                if was is not None:
                    unit.sources.put_off(source.id, was=at, to=was)

            await self._database.run(settle)
        except (AttemptError, SandboxError, StorageError) as error:
            _log.warning(
                "%s: what its hub brought cannot be taken (%s), so it is visited",
                source.name,
                error,
                extra={"action": "websub.unread", "source": source.name},
            )
        self._tick()

    async def stop(self, grace: float) -> int:
        """Read no more, let what is in hand finish for `grace` seconds; how many were cut off.

        They are not lost: their sources were brought forward, and are visited.
        """
        self._is_over = True
        if not self._in_hand:
            return 0
        _, late = await asyncio.wait(self._in_hand, timeout=grace)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return len(late)


def _lease(seconds: str | None) -> timedelta:
    """The lease that a hub names, within bounds; what is none counts as what was asked for."""
    if seconds is None or not (seconds.isascii() and seconds.isdigit() and len(seconds) < 12):
        return LEASE
    shortest, longest = _LEASES
    return min(max(timedelta(seconds=int(seconds)), shortest), longest)


def _refused(known: Subscription, why: str) -> None:
    _log.warning(
        "what came to the callback for %s is dropped: %s",
        known.topic,
        why,
        extra={"action": "websub.dropped", "hub": known.hub},
    )
